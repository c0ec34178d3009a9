"""The distributions of a teacher, and how they are distilled."""

import numpy as np
import pytest
from small_models import classic, improviser, outspoken, scale_solo, sequences

from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.distillation.distil import Distillation, imitations, with_soft_targets
from jazzgen.encoding.examples import make_example, transpose_example
from jazzgen.encoding.plan import UNPLANNED
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.nn.assets import Assets
from jazzgen.training.run import TrainingJob
from jazzgen.training.trainer import Trainer


@pytest.fixture(scope="module")
def teacher():
    return Improviser(outspoken(improviser(performers=("Ann", "Ben"))), "teacher")


def test_what_is_expected_is_mixed_with_what_was_played(teacher):
    solos = tuple(sequences(2))
    examples = [make_example(solo) for solo in solos]
    wholly, partly = (with_soft_targets(teacher, solos, examples, share) for share in (1.0, 0.25))
    for solo, all_taught, mixed in zip(solos, wholly, partly, strict=True):
        for name, classes in (("pitch", 129), ("duration", 96)):
            shares = all_taught.soft_targets[name].astype(np.float64)
            assert shares.shape == (len(solo), classes)
            np.testing.assert_allclose(shares.sum(axis=1), 1, atol=0.01)
            played = mixed.soft_targets[name][np.arange(len(solo)), mixed.targets[name]]
            assert (played >= 0.74).all()


def test_what_is_taught_is_transposed_with_the_solo(teacher):
    [solo] = sequences(1)
    [example] = with_soft_targets(teacher, [solo], [make_example(solo)], 0.5)
    moved = transpose_example(example, 3).soft_targets["pitch"]
    np.testing.assert_array_equal(moved[:, 3:REST], example.soft_targets["pitch"][:, : REST - 3])
    np.testing.assert_array_equal(moved[:, REST], example.soft_targets["pitch"][:, REST])


def test_a_teacher_imitates_over_every_chart(teacher):
    solos = [scale_solo(seed, title=f"Tune {seed}") for seed in range(3)]
    played = list(imitations(teacher, solos, 2))
    assert [one.tune for one in played] == [solo.title for solo in solos for _ in range(2)]
    assert {one.performer for one in played} <= {"Ann", "Ben"}
    assert len({tuple(one.pitch.tolist()) for one in played}) == 6


def test_a_network_comes_nearer_to_its_teacher(teacher):
    solos = sequences(4)
    examples = with_soft_targets(teacher, solos, [make_example(solo) for solo in solos], 1.0)
    settings = TrainingConfig(epochs=3, window=16, batch_size=4, dropout=0.0)
    model = ModelConfig.for_preset("improviser", units=16, embedding=16, encoder=0)
    losses = []
    Trainer(model, settings, examples).run(on_epoch=lambda done: losses.append(done.loss))
    assert losses[-1] < losses[0]


def test_classic_models_neither_teach_nor_are_with_soft_targets(teacher):
    with pytest.raises(ConfigError, match="teacher old: expected a model of the improviser preset"):
        Distillation(teacher=Improviser(classic(), "old"))
    model, training = ModelConfig.for_preset("classic"), TrainingConfig.for_preset("classic")
    with pytest.raises(ConfigError, match="only a model of the improviser preset is taught"):
        TrainingJob(model=model, training=training, solos=[], teacher=Distillation(teacher=teacher))


def test_solos_without_a_plan_may_have_a_teacher_of_their_own(teacher):
    other = Improviser(outspoken(improviser(performers=("Ann", "Ben"), edition=2), 1), "other")
    corpus, solos = Corpus(), [scale_solo(seed, title=f"Tune {seed}") for seed in range(2)]
    both, one = (
        Distillation(teacher=teacher, imitations=2, unplanned=unplanned).examples(
            corpus, solos, 1.0
        )
        for unplanned in (other, None)
    )
    assert len(both) == len(one) == 2 * len(solos) + 2 * len(solos)
    planned = [bool((hears(example) != UNPLANNED).any()) for example in both]
    assert planned == [True, True, False, False, False, True, False, True]
    for mixed, alone, has_plan in zip(both, one, planned, strict=True):
        np.testing.assert_array_equal(hears(mixed), hears(alone))
        same = (mixed.soft_targets["pitch"] == alone.soft_targets["pitch"]).all()
        assert same == has_plan
    told = Distillation(teacher=teacher).data_hash("x")
    assert told != Distillation(teacher=teacher, unplanned=other).data_hash("x")


class Corpus:
    """A compiled corpus of two solos."""

    solos = tuple(sequences(2))
    training = tuple(make_example(solo) for solo in solos)
    assets = Assets()


def hears(example):
    return example.inputs["history"][:, HistoryColumn.PLAN :]

"""The distributions of a teacher, and how they are distilled."""

import numpy as np
import pytest
from platforms import slow
from small_models import classic, improviser, light, outspoken, scale_solo, sequences

from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.distillation.distil import Distillation, imitations, with_soft_targets
from jazzgen.encoding.examples import make_example, transpose_example
from jazzgen.encoding.plan import UNPLANNED, HeardColumn
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.nn.assets import Assets
from jazzgen.training.run import TrainingJob
from jazzgen.training.trainer import Trainer


@pytest.fixture(scope="module")
def teacher():
    return light(outspoken(improviser(performers=("Ann", "Ben"), edition=3)), "teacher")


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


@slow
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


def test_solos_are_learned_with_their_plan_and_without(teacher):
    corpus, solos = Corpus(), [scale_solo(seed, title=f"Tune {seed}") for seed in range(2)]
    found = Distillation(teacher=teacher, imitations=2).examples(corpus, solos, 1.0)
    planned = [bool((hears(example) != UNPLANNED).any()) for example in found]
    assert planned == [True, True, False, False, True, True, False, False]
    for shown, hidden in zip(found[:2], found[2:4], strict=True):
        assert (shown.soft_targets["pitch"] != hidden.soft_targets["pitch"]).any()


def test_a_teacher_without_plans_has_no_say_where_something_is_planned():
    blind = light(outspoken(improviser(performers=("Ann", "Ben"), edition=2)), "blind")
    corpus, solos = Corpus(), [scale_solo(seed, title=f"Tune {seed}") for seed in range(2)]
    found = Distillation(teacher=blind, imitations=2).examples(corpus, solos, 1.0)
    shown, hidden = found[0], found[2]
    share = shown.soft_targets["pitch"].astype(np.float64)
    played = share[np.arange(len(shown)), shown.targets["pitch"]]
    rests = shown.targets["pitch"] == REST
    assert 0 < rests.sum() < len(rests)
    np.testing.assert_array_equal(played[rests], 1.0)
    recalled = hears(shown)[:, HeardColumn.RECALL] > 0
    assert (played[~rests & ~recalled] < 1).all()
    assert (hidden.soft_targets["pitch"].max(axis=1) < 1).all()


class Corpus:
    """A compiled corpus of two solos."""

    solos = tuple(sequences(2))
    training = tuple(make_example(solo) for solo in solos)
    assets = Assets()


def hears(example):
    return example.inputs["history"][:, HistoryColumn.PLAN :]

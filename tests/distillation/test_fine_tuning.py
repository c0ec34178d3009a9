"""Fine-tuning: what a model rehearses, when an epoch is kept, and resuming."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from platforms import slow
from small_models import classic, improviser, light, outspoken, scale_solo

from jazzgen.config import TrainingConfig
from jazzgen.distillation.fine_tuning import GUARDED, FineTuning
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.nn.assets import Profile
from jazzgen.nn.folder import read_model_folder
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.training.compiled_corpus import compile_corpus
from jazzgen.training.run import TrainingJob, train, training_folder

QUICK = TrainingConfig.for_tuning(
    "improviser", window=32, epochs=3, learning_rate=0.003, batch_size=3
)


@pytest.fixture(scope="module")
def base():
    layers = outspoken(
        improviser(
            performers=("Ben", "Cleo"),
            layers=1,
            encoder=0,
            profiles=[Profile("Ben", "trumpet", "cool", 50, 80)],
        )
    )
    return files_of(layers), light(layers, "base")


@pytest.fixture(scope="module")
def solos():
    """Six solos over as many tunes, three of them with loudness."""
    found = [
        scale_solo(seed, title=f"Tune {seed}") for seed in range(6)
    ]  # fmt: skip
    return [replace(solo, performer="Ann", notes=loud(solo.notes, number < 3))
            for number, solo in enumerate(found)]  # fmt: skip


def loud(notes, differ):
    """Notes that are not equally loud, if they are to differ."""
    return tuple(
        replace(note, velocity=70 + number % 5 * 8 * differ) for number, note in enumerate(notes)
    )


def job(base, solos, settings=QUICK, **changes):
    """A job that tunes the base on four solos, and measures it on the others."""
    files, model = base
    tuning = FineTuning(files=files, model=model, rehearsal=solos, **changes)
    return TrainingJob(
        model=files.config, training=settings, solos=solos[:4], held_out=solos[4:], base=tuning
    )


@pytest.fixture(scope="module")
def tuned(base, solos, tmp_path_factory):
    """A tuning, the figures of its epochs, and a copy of its run as it was after one epoch."""
    folder = tmp_path_factory.mktemp("tuned")
    out, copy = folder / "whole", folder / "copy"
    rows = []

    def look():
        if len(rows) == 1 and not training_folder(copy).exists():  # its checkpoint is there
            shutil.copytree(training_folder(out), training_folder(copy))
        return False

    tuning = job(base, solos, forgetting=10)
    result = train(tuning, out, on_epoch=rows.append, should_stop=look)
    return SimpleNamespace(result=result, rows=rows, out=out, copy=copy)


def test_it_learns_the_new_solos_and_measures_what_it_rehearses(tuned):
    figures = tuned.result.figures
    assert figures["bits_per_note"] < figures["bits_per_note_before"] - 0.5
    best = tuned.rows[tuned.result.best_epoch - 1]
    assert figures["rehearsal_bits_per_note"] == pytest.approx(
        best.rehearsal_bits_per_note, abs=1e-3
    )
    log = (training_folder(tuned.out) / "log.csv").read_text().splitlines()
    assert log[0].endswith("rehearsal_bits_per_note")
    after = read_model_folder(tuned.out)
    assert after.assets.performers == ("Ann", "Ben", "Cleo")
    assert [profile.performer for profile in after.assets.profiles] == ["Ann"] * 4 + ["Ben"]


@slow
def test_an_epoch_that_forgets_too_much_is_not_kept(base, solos, tmp_path):
    once = replace(QUICK, epochs=1)
    result = train(job(base, solos, once, forgetting=0), tmp_path / "m")
    assert result.best_epoch == 0
    figures = result.figures
    assert figures["bits_per_note"] == pytest.approx(figures["bits_per_note_before"], abs=1e-3)
    files, _ = base
    after = read_model_folder(tmp_path / "m")
    kept = files.tensors.keys() - {"embed_0/kernel"}
    assert all(np.array_equal(after.tensors[name], files.tensors[name]) for name in kept)


def test_what_is_rehearsed_asks_for_the_former_predictions(base, solos):
    files, model = base
    tuning = FineTuning(files=files, model=model, rehearsal=solos)
    examples, guard = tuning.rehearsal_examples(files.assets)
    assert (len(examples), len(guard.solos)) == (4, 2)
    assert GUARDED == 4
    as_it_plays = [one.targets["pitch"] for one in (*examples, *guard.solos)]
    as_they_are = [one.targets["pitch"] for one in job(base, solos, played=False).base
                   .rehearsal_examples(files.assets)[0]]  # fmt: skip
    assert not any(np.array_equal(one, as_they_are[0]) for one in as_it_plays)
    for one in examples:
        np.testing.assert_allclose(one.soft_targets["pitch"].sum(axis=1), 1, atol=0.01)
        played = one.soft_targets["pitch"][np.arange(len(one)), one.targets["pitch"]]
        assert played.max() < 0.999, "no target is what was played"


def test_only_solos_with_loudness_teach_how_notes_are_played(base, solos, tmp_path):
    one = job(base, solos)
    corpus = compile_corpus(tmp_path, one.model, solos[:4], solos[4:], start=one.base)
    taught = one.base.targets(corpus, 0.2)
    assert [bool(example.notes.any()) for example in taught] == [True] * 6 + [False] * 2


@slow
def test_a_run_that_was_stopped_ends_with_the_same_weights(base, solos, tuned, tmp_path):
    copy = tmp_path / "parts"
    shutil.copytree(training_folder(tuned.copy), training_folder(copy))
    rows = []
    train(job(base, solos, forgetting=10), copy, resume=True, on_epoch=rows.append)
    assert [row.epoch for row in rows] == [2, 3]
    name = "weights.safetensors"
    assert (tuned.out / name).read_bytes() == (copy / name).read_bytes()


def test_a_run_is_not_resumed_from_another_model(base, solos, tuned):
    files, model = base
    other = replace(files, tensors={name: one + 0.01 for name, one in files.tensors.items()})
    with pytest.raises(ConfigError, match="begun on other solos"):
        train(job((other, model), solos, forgetting=10), tuned.copy, resume=True)


@pytest.mark.parametrize("names", [["Ben"] * 4, ["Ben", "Cleo", "Zoë", "Zoë"]])
def test_solos_of_performers_that_the_model_knows(base, solos, tmp_path, names):
    played = [replace(solo, performer=name) for solo, name in zip(solos, names, strict=False)]
    one = job(base, played)
    corpus = compile_corpus(tmp_path, one.model, played, (), start=one.base)
    assert corpus.assets.performers == tuple(sorted({"Ben", "Cleo", *names}))
    theirs = [profile.performer for profile in corpus.assets.profiles]
    assert theirs == sorted(["Ben", *names])


def test_what_cannot_be_tuned(base, solos):
    files = files_of(classic())
    with pytest.raises(ConfigError, match="old: expected a model of the improviser preset"):
        FineTuning(files=files, model=Improviser(classic(), "old"), rehearsal=solos)
    with pytest.raises(ConfigError, match="expected at least 3 to tune a model on"):
        replace(job(base, solos), solos=solos[:2], held_out=())

import itertools
import json
import math
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from platforms import posix, slow
from safetensors.numpy import load_file
from small_models import BLUES, ninety_values, sequences

from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.encoding.examples import make_example
from jazzgen.encoding.sequence import value_sequence
from jazzgen.errors import ConfigError
from jazzgen.music.solo import Note, Solo
from jazzgen.nn.assets import Assets
from jazzgen.training.checkpoint import (
    Checkpoint,
    latest_checkpoint,
    unfinished,
    write_checkpoint,
)
from jazzgen.training.progress import Guard
from jazzgen.training.schedule import OneCycle
from jazzgen.training.trainer import Stopped, Trainer

MODEL = ModelConfig(units=8, layers=1, embedding=16, encoder=0)
QUICK = ModelConfig.for_preset("classic", units=8, layers=1)
"""For what concerns the loop and not the network: its graphs are built in no time."""
SETTINGS = {"window": 16, "batch_size": 4, "epochs": 3, "dropout": 0.3}


def trainer(
    folder=None,
    model=MODEL,
    data="",
    held_out=None,
    checkpoint_seconds=60.0,
    weights=None,
    guard=None,
    **changes,
):
    vocabulary = ninety_values() if model.preset == "classic" else None
    solos = [make_example(sequence, vocabulary) for sequence in sequences(6)]
    config = TrainingConfig(**{**SETTINGS, **changes})
    return Trainer(
        model,
        config,
        solos[2:],
        held_out or solos[:2],
        Assets(vocabulary=vocabulary),
        folder,
        data_hash=data,
        checkpoint_seconds=checkpoint_seconds,
        weights=weights,
        guard=guard,
    )


def contrary_solo(vocabulary=None):
    """Return a solo unlike the training solos: long notes and wide leaps."""
    rng = np.random.default_rng(0)
    notes = (Note(30 * n, 30, int(rng.integers(40, 90))) for n in range(BLUES.ticks // 30))
    return make_example(value_sequence(Solo(tuple(notes), BLUES)), vocabulary)


def assert_same_weights(first, second):
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)


def figures(run):
    """Return the figures of each epoch, without the seconds."""
    return [figures_of(row) for row in run.history]


def figures_of(row):
    return row.epoch, row.loss, row.bits_per_note


@pytest.fixture(scope="module")
def quick_run():
    """An uninterrupted run of the quick model, and its weights."""
    run = trainer(model=QUICK)
    return SimpleNamespace(weights=run.run().get_weights(), run=run)


@pytest.fixture(scope="module")
def quick_weights(quick_run):
    return quick_run.weights


@pytest.fixture(scope="module")
def stopped_run(tmp_path_factory):
    """The folder of a run that was stopped in its second epoch."""
    folder, steps = tmp_path_factory.mktemp("stopped"), itertools.count(1)
    with pytest.raises(Stopped):
        trainer(folder, QUICK).run(should_stop=lambda: next(steps) == 7)
    return folder


@pytest.fixture(scope="module")
def longer_run(tmp_path_factory):
    """A run of one epoch that was given a second one, and its folder."""
    folder = tmp_path_factory.mktemp("longer")
    trainer(folder, QUICK, epochs=1).run()
    more = trainer(folder, QUICK, epochs=2)
    assert more.resume()
    more.run()
    return SimpleNamespace(folder=folder, history=more.history)


@pytest.fixture(scope="module")
def improviser_run(tmp_path_factory):
    """A run of an improviser that computes in 16 bits, and its folder after 7 steps."""
    folder, copy = tmp_path_factory.mktemp("whole") / "run", tmp_path_factory.mktemp("copy") / "run"
    steps = itertools.count(1)

    def look():
        if next(steps) == 8:  # the checkpoint of the step before is there
            shutil.copytree(folder, copy)
        return False

    run = trainer(folder, checkpoint_seconds=0.0, precision="mixed_bfloat16")
    before = run.layers.get_weights()
    after = run.run(should_stop=look).get_weights()
    return SimpleNamespace(run=run, before=before, after=after, rows=run.history, copy=copy)


def test_an_improviser_learns(improviser_run):
    rows = improviser_run.rows
    assert [row.epoch for row in rows] == [1, 2, 3]
    assert rows[-1].loss < rows[0].loss
    assert rows[-1].bits_per_note < rows[0].bits_per_note
    assert json.loads(json.dumps([vars(row) for row in rows]))


def test_an_improviser_that_goes_on_from_a_checkpoint_ends_with_the_same_bits(improviser_run):
    """The same trainer, whose graph is built, goes back: what it has become is left behind."""
    run, copy = improviser_run.run, improviser_run.copy
    whole = [figures_of(row) for row in improviser_run.rows]
    assert unfinished(copy) is not None
    run.folder = copy
    assert run.resume()
    assert (run.run_state.epoch, run.run_state.step) == (1, 1)
    assert_same_weights(run.run().get_weights(), improviser_run.after)
    assert unfinished(copy) is None
    assert figures(run) == whole


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(quick_weights):
    assert_same_weights(trainer(model=QUICK).run().get_weights(), quick_weights)
    other = trainer(model=QUICK, seed=1).run().get_weights()
    assert any((other[name] != value).any() for name, value in quick_weights.items())


def test_a_run_that_is_stopped_and_resumed_ends_with_the_same_bits(
    tmp_path, stopped_run, quick_run
):
    folder = shutil.copytree(stopped_run, tmp_path / "run")
    assert unfinished(folder) is not None
    again = trainer(folder, QUICK)
    assert again.resume()
    assert (again.run_state.epoch, again.run_state.step) == (1, 1)
    assert_same_weights(again.run().get_weights(), quick_run.weights)
    assert unfinished(folder) is None
    assert figures(again) == figures(quick_run.run)


RUN = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
import test_trainer as t
run = t.trainer(Path({folder!r}), t.QUICK, checkpoint_seconds=0.0)
run.resume()
run.run(on_step=lambda now: print(now.epoch, now.step, flush=True))
"""


@slow
@posix
def test_a_run_that_is_killed_at_any_moment_resumes_to_the_same_bits(tmp_path, quick_weights):
    code = RUN.format(path=sys.path, folder=str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    for _ in range(3):
        assert process.stdout.readline()
    time.sleep(0.013)  # into the next step, or into the writing of a checkpoint
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    again = trainer(tmp_path, QUICK)
    assert again.resume()
    assert again.run_state.epoch * len(again.windows) + again.run_state.step > 0
    assert_same_weights(again.run().get_weights(), quick_weights)


def test_the_best_weights_are_kept_when_training_goes_past_them(tmp_path):
    held_out = [contrary_solo(ninety_values())]
    run = trainer(tmp_path, QUICK, held_out=held_out, epochs=12, learning_rate=0.03, patience=2)
    weights = []
    run.run(on_epoch=lambda _: weights.append(run.layers.get_weights()))
    bits = [row.bits_per_note for row in run.history]
    best = int(np.argmin(bits))
    assert run.best_epoch == best + 1
    assert len(bits) == best + 3, "patience was not kept"
    assert_same_weights(run.layers.get_weights(), weights[best])
    assert any((weights[-1][name] != value).any() for name, value in weights[best].items())
    saved = load_file(sorted(tmp_path.glob("checkpoints/step-*/state.safetensors"))[-1])
    kept = {name[5:]: value for name, value in saved.items() if name.startswith("best/")}
    assert_same_weights(kept, weights[best])


def test_no_epoch_is_kept_that_forgets_too_much():
    solos = [contrary_solo(ninety_values())]
    start = trainer(model=QUICK, seed=1).layers.get_weights()
    run = trainer(model=QUICK, weights=start, guard=Guard(solos=solos, limit=-1000.0), epochs=2)
    kept = []

    def on_epoch(_):
        kept.append((run.best_epoch, run.best_weights))
        run.guard = Guard(solos=solos, limit=1000.0)  # the second may forget what it likes

    run.run(on_epoch=on_epoch)
    assert [epoch for epoch, _ in kept] == [0, 2]
    assert_same_weights(kept[0][1], start)
    assert any((kept[1][1][name] != value).any() for name, value in start.items())
    first, second = run.history
    assert first.bits_per_note < run.before.bits_per_note
    assert first.rehearsal_bits_per_note != second.rehearsal_bits_per_note


def test_a_damaged_checkpoint_is_passed_over(tmp_path):
    for step in (1, 2, 3):
        write_checkpoint(tmp_path, Checkpoint(step, {"x": np.full(5, step)}, {"n": step}))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-00000002", "step-00000003"]
    assert latest_checkpoint(tmp_path).step == 3
    tensors = tmp_path / "step-00000003" / "state.safetensors"
    content = bytearray(tensors.read_bytes())
    content[-1] ^= 1
    tensors.write_bytes(content)
    found = latest_checkpoint(tmp_path)
    assert (found.step, found.facts) == (2, {"n": 2})
    np.testing.assert_array_equal(found.tensors["x"], np.full(5, 2))
    state = tmp_path / "step-00000002" / "state.json"
    state.write_text(state.read_text().replace('"n": 2', '"n": 1'))
    assert latest_checkpoint(tmp_path) is None, "the facts were not verified"
    state.write_text("{")
    assert latest_checkpoint(tmp_path) is None


def test_leftovers_of_a_killed_writer_are_removed(tmp_path):
    (tmp_path / ".step-00000001.abcd1234.part").mkdir(parents=True)
    write_checkpoint(tmp_path, Checkpoint(2, {"x": np.zeros(1)}, {}))
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000002"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"learning_rate": 0.001}, "begun with learning_rate 0.003, not 0.001"),
        ({"model": replace(QUICK, units=9)}, "begun with units 8, not 9"),
        ({"data": "other"}, "begun on other solos"),
    ],
)
def test_a_run_is_not_resumed_with_other_settings(stopped_run, changes, reason):
    with pytest.raises(ConfigError, match=reason):
        trainer(stopped_run, **{"model": QUICK, **changes}).resume()


def test_a_finished_run_can_be_given_more_epochs(longer_run):
    assert [row.epoch for row in longer_run.history] == [1, 2]


def test_logs_hold_every_epoch(longer_run):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    lines = (longer_run.folder / "log.csv").read_text().splitlines()
    assert lines[0].split(",")[:3] == ["epoch", "loss", "bits_per_note"]
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2"]
    assert float(lines[2].split(",")[2]) == longer_run.history[1].bits_per_note
    events = EventAccumulator(str(longer_run.folder / "tensorboard"))
    events.Reload()
    found = {event.step: event.tensor_proto for event in events.Tensors("bits_per_note")}
    assert sorted(found) == [1, 2]


def test_the_classic_preset_trains_too():
    vocabulary = ninety_values()
    solos = [make_example(sequence, vocabulary) for sequence in sequences(4)]
    config = TrainingConfig.for_preset("classic", epochs=3, batch_size=4)
    run = Trainer(
        ModelConfig.for_preset("classic"), config, solos, (), Assets(vocabulary=vocabulary)
    )
    run.run()
    assert run.history[-1].loss < run.history[0].loss < math.log(90) + 0.5


@slow
def test_a_model_of_the_first_edition_trains_without_gates():
    config = ModelConfig(units=8, embedding=8, encoder=0, edition=1)
    settings = TrainingConfig(epochs=3, batch_size=4, window=16)
    solos = [make_example(sequence) for sequence in sequences(4)]
    run = Trainer(config, settings, solos, (), Assets())
    run.run()
    assert run.history[-1].loss < run.history[0].loss


@pytest.mark.parametrize("clip", [{"clip_norm": 1e-8}, {"clip_norm": 0.0, "clip_value": 1e-8}])
def test_gradients_are_clipped(clip):
    """Adam's first step is as long as the rate, unless gradients are small beside 1e-7."""
    rate, moved = 1e-3 / 25, []
    for changes in ({"clip_norm": 0.0}, clip):
        run = trainer(model=QUICK, learning_rate=1e-3, weight_decay=0.0, **changes)
        assert run.graph.optimizer is run.optimizer
        before = run.layers.get_weights()
        variables = run.graph.trainable_variables
        run.optimizer.apply([keras.ops.ones_like(one) for one in variables])
        after = run.layers.get_weights()
        moved.append(max(float(np.abs(after[name] - before[name]).max()) for name in before))
    assert moved[1] < 0.2 * rate < 0.9 * rate < moved[0]


def test_the_schedule_rises_and_falls():
    rates = [float(OneCycle(1.0, 100)(step)) for step in range(101)]
    assert rates[0] == pytest.approx(1 / 25)
    assert int(np.argmax(rates)) == 15
    assert rates[15] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(1 / 1000, abs=1e-6)
    assert float(OneCycle(1.0, 100)(500)) == pytest.approx(rates[100])


def test_with_mixed_precision_the_cells_compute_in_16_bits_and_the_weights_are_float32(
    improviser_run,
):
    before, after = improviser_run.before, improviser_run.after
    assert keras.config.dtype_policy().name == "float32"
    assert improviser_run.run.layers.cells[0].compute_dtype == "bfloat16"
    assert {weight.dtype for weight in after.values()} == {np.dtype(np.float32)}
    assert all(np.isfinite(weight).all() for weight in after.values())
    assert all((after[name] != weight).any() for name, weight in before.items() if "kernel" in name)
    assert improviser_run.rows[-1].bits_per_note < 16

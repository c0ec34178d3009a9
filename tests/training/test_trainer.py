import itertools
import json
import math
import os
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
from jazzgen.training.schedule import OneCycle
from jazzgen.training.trainer import Stopped, Trainer

MODEL = ModelConfig(units=8, layers=2, embedding=16, encoder=4)
QUICK = ModelConfig.for_preset("classic", units=8, layers=2)
"""For what concerns the loop and not the network: its graphs are built in no time."""
SETTINGS = {"window": 16, "batch_size": 4, "epochs": 3, "dropout": 0.3}


def trainer(folder=None, model=MODEL, data="", held_out=None, checkpoint_seconds=60.0, **changes):
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
    return [(row.epoch, row.loss, row.bits_per_note) for row in run.history]


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """An uninterrupted run of the improviser, its weights, and its folder after 7 steps."""
    folder, copy = tmp_path_factory.mktemp("whole") / "run", tmp_path_factory.mktemp("copy") / "run"
    steps = itertools.count(1)

    def look():
        if next(steps) == 8:  # the checkpoint of the step before is there
            shutil.copytree(folder, copy)
        return False

    run = trainer(folder, checkpoint_seconds=0.0)
    return SimpleNamespace(weights=run.run(should_stop=look).get_weights(), run=run, copy=copy)


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
    """The folder of a run that was stopped after its first step."""
    folder = tmp_path_factory.mktemp("stopped")
    with pytest.raises(Stopped):
        trainer(folder, QUICK).run(should_stop=lambda: True)
    return folder


def stop_after(steps):
    countdown = iter(range(steps - 1, -1, -1))
    return lambda: next(countdown, 1) == 0


def test_training_learns(whole_run):
    rows = whole_run.run.history
    assert [row.epoch for row in rows] == [1, 2, 3]
    assert rows[-1].loss < rows[0].loss
    assert rows[-1].bits_per_note < rows[0].bits_per_note


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(quick_weights):
    assert_same_weights(trainer(model=QUICK).run().get_weights(), quick_weights)
    other = trainer(model=QUICK, seed=1).run().get_weights()
    assert any((other[name] != value).any() for name, value in quick_weights.items())


def test_an_improviser_that_goes_on_from_a_checkpoint_ends_with_the_same_bits(whole_run):
    assert unfinished(whole_run.copy) is not None
    again = trainer(whole_run.copy)
    assert again.resume()
    assert (again.run_state.epoch, again.run_state.step) == (1, 1)
    assert_same_weights(again.run().get_weights(), whole_run.weights)
    assert unfinished(whole_run.copy) is None
    assert figures(again) == figures(whole_run.run)


@pytest.mark.parametrize("steps", [7])
def test_a_run_that_is_stopped_and_resumed_ends_with_the_same_bits(tmp_path, quick_run, steps):
    with pytest.raises(Stopped):
        trainer(tmp_path, QUICK).run(should_stop=stop_after(steps))
    assert unfinished(tmp_path) is not None
    again = trainer(tmp_path, QUICK)
    assert again.resume()
    assert_same_weights(again.run().get_weights(), quick_run.weights)
    assert unfinished(tmp_path) is None
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


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
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


def test_a_finished_run_can_be_given_more_epochs(tmp_path):
    trainer(tmp_path, QUICK, epochs=1).run()
    more = trainer(tmp_path, QUICK, epochs=2)
    assert more.resume()
    more.run()
    assert [row.epoch for row in more.history] == [1, 2]


def test_logs_hold_every_epoch(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = trainer(tmp_path, QUICK, epochs=2)
    run.run()
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert lines[0].split(",")[:3] == ["epoch", "loss", "bits_per_note"]
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2"]
    assert float(lines[2].split(",")[2]) == run.history[1].bits_per_note
    events = EventAccumulator(str(tmp_path / "tensorboard"))
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


@pytest.mark.parametrize("clip", [{"clip_norm": 1e-6}, {"clip_norm": 0.0, "clip_value": 1e-8}])
def test_gradients_are_clipped(clip):
    run = trainer(model=QUICK, learning_rate=1e-3, weight_decay=0.0, **clip)
    # With plain SGD the clipped gradients themselves can be seen in the weights.
    free = keras.optimizers.SGD(1.0)
    clipped = keras.optimizers.SGD(
        1.0, global_clipnorm=clip["clip_norm"] or None, clipvalue=clip.get("clip_value")
    )
    assert run.optimizer.global_clipnorm == clipped.global_clipnorm
    assert run.optimizer.clipvalue == clipped.clipvalue
    moved = []
    for optimizer in (free, clipped):
        fresh = trainer(model=QUICK)
        fresh.graph.compile(optimizer, fresh.graph.loss)
        before = fresh.layers.get_weights()
        batch = fresh.windows.batch(0, 0)
        fresh.graph.train_on_batch(batch.inputs, batch.targets)
        after = fresh.layers.get_weights()
        moved.append(sum(float(((after[n] - before[n]) ** 2).sum()) for n in before) ** 0.5)
    assert moved[1] < 1e-4 < moved[0]


def test_the_schedule_rises_and_falls():
    rates = [float(OneCycle(1.0, 100)(step)) for step in range(101)]
    assert rates[0] == pytest.approx(1 / 25)
    assert int(np.argmax(rates)) == 15
    assert rates[15] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(1 / 1000, abs=1e-6)
    assert float(OneCycle(1.0, 100)(500)) == pytest.approx(rates[100])


def test_figures_go_through_json(whole_run):
    assert json.loads(json.dumps([vars(row) for row in whole_run.run.history]))


def test_with_mixed_precision_the_cells_compute_in_16_bits_and_the_weights_are_float32():
    model = replace(MODEL, layers=1, encoder=0, edition=2)
    run = trainer(model=model, epochs=1, precision="mixed_bfloat16")
    assert keras.config.dtype_policy().name == "float32"
    assert run.layers.cells[0].compute_dtype == "bfloat16"
    before = run.layers.get_weights()
    run.run(lambda _now: None)
    after = run.layers.get_weights()
    assert {weight.dtype for weight in after.values()} == {np.dtype(np.float32)}
    assert all(np.isfinite(weight).all() for weight in after.values())
    assert all((after[name] != weight).any() for name, weight in before.items() if "kernel" in name)
    assert run.history[-1].bits_per_note < 16

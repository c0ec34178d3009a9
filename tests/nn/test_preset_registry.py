"""A preset that somebody else made: registered, trained, saved, and played by both engines."""

import math
import subprocess
import sys

import keras
import numpy as np
import pytest
from commands import jazzgen, succeed
from keras import ops
from small_models import BLUES, scale_solo, sequences

from jazzgen.config import ModelConfig, PresetSettings, SamplingConfig, TrainingConfig
from jazzgen.encoding.examples import Example
from jazzgen.encoding.sequence import START_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser, load
from jazzgen.music.timing import EIGHTH
from jazzgen.nn.assets import Assets
from jazzgen.nn.engine import NO_CONDITIONS, Task
from jazzgen.nn.keras_engine.engine import KerasEngine
from jazzgen.nn.keras_engine.graphs import inference_graph
from jazzgen.nn.keras_engine.layers import make_layers
from jazzgen.nn.keras_engine.likelihood import Judged
from jazzgen.nn.keras_engine.recurrence import Scan, step_cells
from jazzgen.nn.keras_engine.sampling import inverse_cdf
from jazzgen.nn.keras_engine.shared_layers import SharedLayers, StepOutput, make_cells
from jazzgen.nn.keras_engine.store import files_of, save_model
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.numpy_engine.player import LightLine, LightPlayer
from jazzgen.nn.numpy_engine.sampling import draw
from jazzgen.nn.player import teacher_forced
from jazzgen.nn.presets import Preset, preset_of, register_preset, unregister_preset
from jazzgen.nn.weights import cells_shapes, dense_shapes
from jazzgen.rnn.activations import softmax
from jazzgen.rnn.cells import cell_of
from jazzgen.rnn.sequences import run_stack

WIDEST, LOWEST, SPAN = 12, 48, 36
V = 2 * WIDEST + 1


def classes(sequence):
    """The intervals of a solo's notes."""
    steps = np.diff(sequence.pitch[sequence.pitch != REST])
    return (np.clip(steps, -WIDEST, WIDEST) + WIDEST).astype(np.int32)


def folded(pitch):
    """A pitch within three octaves."""
    return LOWEST + (pitch - LOWEST) % SPAN


def unfolded(interval):
    """The interval that was played, of one that was folded."""
    return (interval + SPAN // 2) % SPAN - SPAN // 2


class WalkLayers(SharedLayers):
    """Eighth notes: one cell receives the last interval and predicts the next."""

    needed_columns = frozenset({0})

    def __init__(self, config):
        super().__init__(config)
        self.cells = make_cells(config, V, "cell_{}")
        self.dense = keras.layers.Dense(V, name="steps")
        self.dense.build((None, config.units))

    assets = Assets()

    @property
    def layers(self):
        return [*self.cells, self.dense]

    def training_graph(self, dropout):
        step = keras.Input((None,), dtype="int32", name="step")
        x = Scan(self.cells, dropout)(ops.one_hot(step, V))
        return keras.Model({"step": step}, {"step": self.dense(x)})

    def judge(self, outputs, batch):
        for logits, played in zip(outputs["step"], batch.targets["step"], strict=True):
            shares = softmax(np.asarray(logits, np.float64))
            nll = -np.log(shares[np.arange(len(played)), played])
            sure = np.zeros_like(nll)
            yield Judged(nll, sure, nll, shares.argmax(-1) == played, sure == 0)

    def play(self, now, states, uniforms, _sampler):
        hidden, states = step_cells(self.cells, ops.one_hot(ops.maximum(now.value, 0), V), states)
        step = inverse_cdf(self.dense(hidden), uniforms[:, 0])
        pitch, nothing = folded(now.last + step - WIDEST), ops.zeros_like(step)
        given = ops.clip(unfolded(now.forced[:, 0] - now.last), -WIDEST, WIDEST) + WIDEST
        step = ops.where(now.given, given, step)
        pitch = ops.where(now.given, now.forced[:, 0], pitch)
        duration = ops.where(now.given, now.forced[:, 1], EIGHTH)
        return StepOutput(pitch, duration, step, *[nothing] * 4), states


class WalkLine(LightLine):
    """A line of eighth notes."""

    last, step = START_PITCH, 0

    def snapshot(self):
        return self.last, self.step

    def restore(self, snapshot):
        self.last, self.step = snapshot


class WalkPlayer(LightPlayer):
    """Lines that one cell plays."""

    def __init__(self, model, task, rewinds, lines=()):
        states = [state for cell in model.cells for state in cell.zero_states(1)]
        lines = lines or [
            WalkLine(*one, [tuple(states)])
            for one in zip(task.seeds, task.conditions, task.compasses, strict=True)
        ]
        super().__init__(task, lines, rewinds)
        self.model = model

    def _with(self, task, lines):
        return WalkPlayer(self.model, task, self.rewinds, lines)

    def likelihood(self, given, following, lines=None):
        return teacher_forced(self.model.judge, self, given, following, lines)

    def step(self, given=None):
        x = np.eye(V, dtype=np.float32)[[line.step for line in self.playing]]
        before, after = self._states[0], []
        for cell in self.model.cells:
            stepped, _ = cell.step(x, before[len(after) : len(after) + cell.state_count])
            after.extend(stepped)
            x = stepped[0]
        self._states = [tuple(after)]
        uniform = [line.noise.at(len(line.played))[0] for line in self.playing]
        drawn = draw(softmax(x @ self.model.kernel + self.model.bias), uniform)
        for row, (line, step) in enumerate(zip(self.playing, drawn, strict=True)):
            pitch, duration = folded(line.last + step - WIDEST), EIGHTH
            if given is not None:
                pitch, duration = given[row][:2]
                step = int(np.clip(unfolded(pitch - line.last), -WIDEST, WIDEST)) + WIDEST
            line.step, line.last = step, pitch
            duration = min(duration, self.task.end - line.clock)
            line.clock += duration
            line.played.append((pitch, duration, 0, 0, 0, 0))


class LightWalk:
    """The same in NumPy."""

    def __init__(self, config, tensors):
        names = ("kernel", "recurrent_kernel", "bias")
        self.cells = [
            cell_of(config.cell, {name: tensors[f"cell_{n}/{name}"] for name in names})
            for n in range(config.layers)
        ]
        self.kernel, self.bias = tensors["steps/kernel"], tensors["steps/bias"]

    def make_player(self, task, rewinds):
        return WalkPlayer(self, task, rewinds)

    def bits_per_note(self, sequence, _conditions):
        return float(self.bits(sequence).mean())

    def judge(self, sequences, _conditions):
        return [-math.log(2) * float(self.bits(sequence).sum()) for sequence in sequences]

    def bits(self, sequence):
        steps = classes(sequence)
        if len(steps) < 2:
            return np.zeros(0)
        x = np.eye(V, dtype=np.float32)[steps[:-1]]
        shares = softmax(run_stack(self.cells, x[None])[-1].outputs[0] @ self.kernel + self.bias)
        return -np.log2(shares[np.arange(len(x)), steps[1:]])

    def last_errors(self, sequence, length):
        steps = classes(sequence)
        ran = run_stack(self.cells, np.eye(V, dtype=np.float32)[steps[:length]][None])[-1]
        errors = softmax(ran.outputs[:, -1] @ self.kernel + self.bias)
        errors[0, steps[length]] -= 1
        return self.cells[-1], ran, errors @ self.kernel.T


class Walk(Preset):
    """The preset of the two."""

    settings = PresetSettings(
        name="walk", about="eighth notes that wander", model={"units": 12},
        training={"window": 17, "dropout": 0.0},
    )  # fmt: skip

    def fit(self, _config, solos):
        return Assets(), enumerate(self.example(solo, Assets()) for solo in solos.sequences)

    def example(self, sequence, _assets):
        steps = classes(sequence)
        all_of_them = np.ones(len(steps) - 1, bool)
        return Example(
            inputs={"step": steps[:-1]},
            targets={"step": steps[1:]},
            counted=all_of_them,
            notes=all_of_them,
            name=sequence.name,
        )

    def weight_shapes(self, config, _assets):
        return cells_shapes(config, "cell_{}", V) | dense_shapes("steps", config.units, V)

    def make_layers(self, config, _assets):
        return WalkLayers(config)

    def make_light(self, config, _assets, tensors):
        return LightWalk(config, tensors)


@pytest.fixture(autouse=True)
def walk():
    """The preset, as a plug-in registers it."""
    yield register_preset(Walk())
    unregister_preset("walk")


@pytest.fixture
def layers():
    keras.utils.set_random_seed(2)
    return make_layers(ModelConfig.for_preset("walk", layers=2))


def test_settings_follow_it():
    assert ModelConfig.for_preset("walk").units == 12
    assert ModelConfig.for_preset("walk", units=20).units == 20
    assert (TrainingConfig.for_preset("walk").window, ModelConfig().units) == (17, 128)


def test_both_engines_play_the_same_notes(layers):
    light, graph = Improviser(LightEngine(files_of(layers))), Improviser(layers)
    takes = light.takes(BLUES, range(5))
    assert takes == graph.takes(BLUES, range(5))
    assert len({take.notes for take in takes}) == 5


def test_its_players_are_branched_and_rewound(layers):
    task = Task(
        chart=BLUES,
        seeds=[4, 5],
        sampling=SamplingConfig(),
        conditions=[NO_CONDITIONS] * 2,
        compasses=[None, (30, 90)],
        end=BLUES.ticks,
    )
    whole, given = LightEngine(files_of(layers)).play(task), np.array([[70, 7, 0, 0, 0, 0]] * 5)
    branches = []
    for engine in (LightEngine(files_of(layers)), KerasEngine(layers)):
        player = engine.player(task)
        player.play(BLUES.bar_starts[5])
        other = player.branch()
        other.hear(given)
        other.play(BLUES.ticks)
        branches.append(other.values)
        player.rewind(2)
        player.play(BLUES.ticks)
        np.testing.assert_array_equal(player.values, whole)
    np.testing.assert_array_equal(*branches)
    assert branches[0].shape != whole.shape, "the player ignored the notes that it was given"


def test_both_engines_find_solos_as_likely(layers):
    light, graph = Improviser(LightEngine(files_of(layers))), Improviser(layers)
    solos = [scale_solo(0), scale_solo(3)]
    np.testing.assert_allclose(light.bits_per_note(solos), graph.bits_per_note(solos), rtol=1e-5)


def test_its_weights_have_the_shapes_that_are_checked(layers):
    expected = {name: tuple(one.shape) for name, one in layers.weights.items()}
    assert preset_of(layers.config).weight_shapes(layers.config, layers.assets) == expected


def test_columns_that_it_does_not_hear_are_not_kept(layers):
    graph, size = inference_graph(layers), 8
    given = {
        one.name: np.zeros([size if dim is None else dim for dim in (1, *one.shape[1:])], one.dtype)
        for one in graph.inputs
    }
    given["forced"] -= 1
    given["line"][:] = np.arange(given["line"].shape[1])
    named = {name: given[name] for name in given if not name.startswith("state_")}
    states = [given[name] for name in sorted(given) if name.startswith("state_")]
    line = graph.predict_on_batch({**named, "states": states})["line"]
    assert line[0, 0] != 0, "the last pitch, which it needs"
    np.testing.assert_array_equal(
        line[0, 1 : HistoryColumn.PERFORMER], np.arange(1, HistoryColumn.PERFORMER)
    )


def test_the_command_line_trains_saves_and_plays_it(small_corpus, tmp_path):
    folder = tmp_path / "model"
    options = ("--preset", "walk", "--units", 8, "--epochs", 1, "--json")
    found = succeed("train", small_corpus, "--out", folder, *options).json
    assert found["bits_per_note"] > 0
    assert load(folder).engine.config == ModelConfig.for_preset("walk", units=8)
    card = (folder / "README.md").read_text()
    assert "preset **walk**" in card
    assert "adds no loudness or timing of its own" in card
    solos = [tmp_path / "light.mid", tmp_path / "keras.mid"]
    for solo in solos:
        succeed("generate", "--model", folder, "--engine", solo.stem, "--out", solo, "--seed", 2)
    assert solos[0].read_bytes() == solos[1].read_bytes()
    options = ("--model", folder, "--length", 12, "--json")
    flow = succeed("diagnose", "gradients", small_corpus, *options).json
    assert len(flow["windows"][0]["hidden"]) == 12


def test_the_command_line_lists_it(small_corpus, tmp_path):
    found = " ".join(succeed("train", "--help").out.split())
    assert "eighth notes that" in found
    complaint = jazzgen("train", small_corpus, "--out", tmp_path, "--preset", "bebop").complaint
    assert "'bebop' is not one of 'classic', 'improviser', 'walk'" in complaint


def test_it_cannot_teach(layers, small_corpus, tmp_path):
    save_model(tmp_path / "walk", layers, {"figures": {}}, "# card\n")
    complaint = ("--out", tmp_path / "model", "--teacher", tmp_path / "walk")
    outcome = jazzgen("train", small_corpus, *complaint)
    assert outcome.code == 2
    assert "expected a model of the improviser preset, got a walk one" in outcome.err


def test_a_name_that_is_taken_is_refused():
    with pytest.raises(ConfigError, match="preset 'walk': the name is already taken"):
        register_preset(Walk())
    assert preset_of(ModelConfig(preset="walk")).example(sequences(1)[0], Assets())


def test_presets_load_no_keras():
    code = (
        "import sys; from jazzgen.nn.presets import preset_of; "
        "from jazzgen.config import ModelConfig; from jazzgen.nn.assets import Assets; "
        "preset_of(ModelConfig()).weight_shapes(ModelConfig(), Assets()); "
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

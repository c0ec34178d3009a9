from dataclasses import replace
from functools import cache

import keras
import numpy as np
import pytest
from platforms import slow
from small_models import (
    BLUES,
    classic,
    improviser,
    ninety_values,
    scale_solo,
    sequences,
    shared_soloist,
    shared_training,
    sounding_values,
)

from jazzgen.config import SamplingConfig
from jazzgen.encoding.chart_table import ChartColumn, chart_table, chord_table
from jazzgen.encoding.examples import transpose_example
from jazzgen.encoding.performance import Column
from jazzgen.encoding.plan import BAR_COLUMNS, UNPLANNED, BreathColumn
from jazzgen.encoding.repeat_features import RepeatClass
from jazzgen.encoding.sequence import HISTORY_COLUMNS, HistoryColumn, history_of, value_sequence
from jazzgen.encoding.values import REST, encode
from jazzgen.encoding.vocabulary import joint_values
from jazzgen.errors import SoloError
from jazzgen.improviser import Improviser
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.nn.constraints import PitchRange
from jazzgen.nn.keras_engine.graphs import inference_graph, training_graph
from jazzgen.nn.keras_engine.likelihood import likelihoods
from jazzgen.nn.keras_engine.line_state import opening_line
from jazzgen.nn.keras_engine.recurrence import state_sizes
from jazzgen.nn.keras_engine.repeat_features import empty_memory
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.sizes import DRAWS, DURATIONS, FORCED, INTERVALS, REGISTERS
from jazzgen.nn.soloists import Soloist
from jazzgen.training.trainer import cross_entropy

TOLD = (2, 1, 3, 2, 4, 0, 2, 1)
"""The number of a performer, an instrument, a style and a feel, and the classes of a touch."""


def variables(graph):
    return {id(variable) for variable in graph.trainable_weights}


def test_the_classic_graphs_hold_the_courses_number_of_parameters_in_the_same_objects():
    layers = classic()
    training, inference = training_graph(layers), inference_graph(layers)
    assert training.count_params() == inference.count_params() == 45_530
    assert [cell.count_params() for cell in layers.cells] == [39_680]
    assert layers.dense.count_params() == 5_850
    assert variables(training) == variables(inference)


@pytest.mark.parametrize(("cell", "depth"), [("lstm", 1), ("gru", 2), ("rnn", 1)])
@pytest.mark.parametrize("make", [classic, improviser])
def test_every_cell_and_depth_shares_its_variables(make, cell, depth):
    layers = make(cell=cell, layers=depth, units=8)
    training, inference = training_graph(layers, 0.1), inference_graph(layers)
    assert variables(training) == variables(inference)
    assert len(variables(training)) == len(layers.weights)
    assert training.count_params() - sum(
        int(np.prod(v.shape)) for v in training.non_trainable_weights
    ) == layers.count_params()  # fmt: skip


def test_training_changes_what_the_inference_graph_plays():
    layers = classic(units=8)
    soloist = Improviser(layers)
    before = soloist.improvise(BLUES, seed=3)
    graph = training_graph(layers)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    graph.compile(keras.optimizers.Adam(0.1), loss)
    for _ in range(5):
        graph.train_on_batch({"value": np.zeros((2, 5))}, {"value": np.full((2, 5), 20)})
    assert soloist.improvise(BLUES, seed=3) != before


def test_the_size_of_the_training_graph_does_not_depend_on_tx():
    graph = training_graph(classic())
    for length in (1, 30, 77):
        assert graph({"value": np.zeros((2, length), np.int32)})["value"].shape == (2, length, 90)


GREEDY = SamplingConfig(
    temperature=0,
    time_temperature=0,
    avoid=0,
    low=0,
    high=127,
    breath=0,
    closing=0,
    resolve=0,
    echo=0,
    opening=0,
    rhythms=0,
    contrast=0,
)


def outputs_along(graph, inputs):
    """What a training graph says along one line, by output, each (T, …)."""
    outputs = graph.predict_on_batch({k: v[None] for k, v in inputs.items()})
    return {name: logits[0] for name, logits in outputs.items()}


def along(example):
    """An example's inputs for a training graph, without the batch's axis."""
    return {**example.inputs, "chords": example.chords}


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def test_the_improvisers_inference_graph_plays_what_its_training_graph_says():
    """The likeliest values here; `test_two_graphs` shows it of any, and of further models."""
    layers = improviser(rests=False, performers=("A", "B"), cell="gru", layers=2)
    soloist = Improviser(layers)
    played = soloist.improvise(BLUES, 1, GREEDY, performer="B")
    values = soloist.engine.play(soloist.task(BLUES, [1], GREEDY, [Soloist(performer="B")]))[0]
    # loud, late and short in the loop's own classes
    history = history_of(*values[values[:, 1] > 0].T[: Column.SPREAD])
    sequence = value_sequence(replace(played, performer="B"))
    form = slice(HistoryColumn.PLACE, HISTORY_COLUMNS)
    history[:, form] = sequence.history[:, form]
    sequence = replace(sequence, history=history)
    says = outputs_along(training_graph(layers), along(layers.example(sequence)))
    assert len(sequence) > 10
    shares = {name: softmax(says[name]).mean(axis=1) for name in ("pitch", "duration")}
    np.testing.assert_array_equal(shares["pitch"].argmax(-1), sequence.pitch)
    # the last duration may have been cut at the chart's end
    np.testing.assert_array_equal(shares["duration"].argmax(-1)[:-1] + 1, sequence.duration[:-1])


@cache
def looping():
    """Layers that know two performers, and their inference graph with the range as its rule."""
    layers = improviser(performers=("A", "B"))
    return layers, inference_graph(layers, Sampler(temperature=0.3, constraints=(PitchRange(),)))


def beginning(layers, chart):
    """What the graph of `looping` receives at the beginning of two lines, without noise."""
    tables = {"chart": chart_table(chart), "chords": chord_table(chart)}
    given = {name: np.repeat(table[None], 2, axis=0) for name, table in tables.items()}
    given |= {"line": opening_line(2, chart.ticks, 65, [TOLD]), "memory": empty_memory(2)}
    given["plan"] = np.array([[UNPLANNED[:BAR_COLUMNS]]] * 2, np.int32)
    given["breaths"] = np.zeros((2, 1, len(BreathColumn)), np.int32)
    given["limits"] = np.array([[60, 72]] * 2, np.float32)
    given["states"] = [np.zeros((2, size), np.float32) for size in state_sizes(layers.cells)]
    return given


@pytest.mark.parametrize("forced", [False, True])
def test_the_loop_remembers_what_a_sequence_knows(forced):
    """History and repeat features, value by value, in two lines that do not affect each other."""
    chart = BLUES.repeat(3)
    layers, graph = looping()
    given = beginning(layers, chart)
    rng = np.random.default_rng(0)
    lines, values = [given["line"]], []
    for step in range(60):
        given["uniforms"] = rng.random((2, 1, DRAWS), dtype=np.float32)
        given["forced"] = np.full((2, 1, FORCED), -1, np.int32)
        if forced:  # two bars of a riff, again and again
            given["forced"][:, 0, :2] = [(60, 12), (64, 6), (REST, 18), (67, 12)][step % 4]
        after = graph.predict_on_batch(given)
        values.append(after.pop("values")[:, 0])
        given |= after
        lines.append(given["line"])
    for line in range(2):
        played = [one[line] for one in values]
        history = history_of(*np.array(played).T[: Column.SPREAD])
        history[:, HistoryColumn.PERFORMER : HistoryColumn.REPEAT] = TOLD
        np.testing.assert_array_equal([one[line, :HISTORY_COLUMNS] for one in lines[:-1]], history)
        if forced:
            assert (history[10:, HistoryColumn.REPEAT] != RepeatClass.NONE).all()


def test_the_loop_stops_where_the_last_line_ends():
    """However much noise there is: the cells take no further step, and rests fill up."""
    layers, graph = looping()
    given = beginning(layers, Chart.of_chords([["F7"], ["Bb7"]]))
    given["forced"] = np.full((2, 90, FORCED), -1, np.int32)
    given["forced"][:, :, :2] = np.array([[60, 12], [64, 24]])[:, None]  # 16 values, and 8
    given["uniforms"] = np.zeros((2, 90, DRAWS), np.float32)
    long = graph.predict_on_batch(given)
    short = graph.predict_on_batch(
        {**given, **{name: given[name][:, :16] for name in ("forced", "uniforms")}}
    )
    for one, other in zip(long["states"], short["states"], strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(long["values"][:, :16], short["values"])
    lengths = (long["values"][..., Column.DURATION] > 0).sum(axis=1)
    assert lengths.tolist() == [16, 8]
    silent = [REST if column == Column.PITCH else 0 for column in Column]
    for line, length in zip(long["values"], lengths, strict=True):
        assert (line[length:] == silent).all()


def test_what_is_not_in_a_window_is_padding_that_nobody_hears():
    """Changes of other solos in a batch pad a solo's own; the encoder must not hear them."""
    layers, graph = shared_training()
    example = layers.example(value_sequence(scale_solo()))
    inputs = {name: array[None] for name, array in along(example).items()}
    longer = {**inputs, "chords": np.pad(inputs["chords"], ((0, 0), (0, 9), (0, 0)))}
    np.testing.assert_allclose(
        graph.predict_on_batch(longer)["pitch"], graph.predict_on_batch(inputs)["pitch"], atol=1e-5
    )


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
def test_the_expression_head_teaches_the_cells_nothing():
    layers = improviser()
    graph = training_graph(layers)
    losses = {"loudness": cross_entropy, "timing": cross_entropy}
    graph.compile(keras.optimizers.SGD(1.0), loss=losses)
    before = layers.get_weights()
    example = layers.example(value_sequence(scale_solo()))
    targets = {name: np.ones_like(example.targets[name])[None] for name in losses}
    graph.train_on_batch({k: v[None] for k, v in along(example).items()}, targets)
    changed = {
        name.split("/")[0]
        for name, value in layers.get_weights().items()
        if not np.array_equal(value, before[name])
    }
    assert changed == {"expression_head"}


def test_the_classic_inference_graph_plays_what_its_training_graph_says():
    vocabulary = sounding_values()
    layers = classic(vocabulary)
    sequence = value_sequence(Improviser(layers).improvise(BLUES, 1, GREEDY))
    values = vocabulary.encode(sequence)
    says = outputs_along(training_graph(layers), {"value": values})
    assert len(values) > 10
    # later on the line wanders to where the range ends
    np.testing.assert_array_equal(says["value"].argmax(-1)[:29], values[1:30])


@pytest.mark.parametrize("make", [classic, pytest.param(improviser, marks=slow)])
def test_a_solo_depends_on_its_own_seed_alone(make):
    soloist = shared_soloist(make)
    together = soloist.takes(BLUES, [5, 6, 7])
    assert together[1] == soloist.improvise(BLUES, 6)
    assert together[0] != together[1]


@pytest.mark.parametrize("make", [classic, improviser])
@pytest.mark.parametrize("choruses", [1, 3])
def test_a_solo_fills_its_chart_and_stays_in_range(make, choruses):
    chart = BLUES.repeat(choruses)
    for solo in shared_soloist(make).takes(chart, range(8), SamplingConfig(low=55, high=75)):
        assert solo.chart == chart
        assert solo.notes[-1].end <= chart.ticks
        assert all(55 <= note.pitch <= 75 for note in solo.notes)
        assert encode(solo)  # monophonic and in order, or Solo would have refused it


def test_long_charts_take_several_calls_of_the_graph():
    solo = shared_soloist(classic).improvise(BLUES.repeat(10), 0)
    assert len(solo.notes) > 128
    assert solo.notes[-1].onset > 0.9 * solo.chart.ticks


def test_a_primer_is_played_as_it_stands_and_steers_what_follows():
    primer = Solo((Note(24, 12, 60), Note(48, 20, 67), Note(90, 6, 65)), BLUES)
    soloist = shared_soloist()
    solo = soloist.improvise(BLUES, 2, primer=primer)
    played = [(note.onset, note.duration, note.pitch) for note in solo.notes[:3]]
    assert played[0] == (24, 12, 60)
    assert played[1][::2] == (48, 67)
    assert encode(solo)[: len(encode(primer))] == encode(primer)
    other = Solo((*primer.notes[:2], Note(90, 6, 80)), BLUES)
    assert soloist.improvise(BLUES, 2, primer=other).notes[4:] != solo.notes[4:]


def test_a_primer_without_notes_or_past_the_end_is_refused():
    soloist = shared_soloist()
    with pytest.raises(SoloError, match="without notes"):
        soloist.improvise(BLUES, primer=Solo((), BLUES))
    long = BLUES.repeat(2)
    with pytest.raises(SoloError, match="reaches past"):
        soloist.improvise(BLUES, primer=Solo((Note(1200, 12, 60),), long))


def test_the_improviser_hears_nothing_of_the_key_but_its_register():
    layers = improviser()
    kernel = layers.get_weights()["embed_0/kernel"]
    begin = 5 * (INTERVALS + 1) + 3 * DURATIONS + 1 + 13 + 13
    kernel[begin : begin + REGISTERS + 1] = 0  # the register, coming in
    layers.weights["embed_0/kernel"].assign(kernel)
    example = layers.example(value_sequence(scale_solo()))
    graph = training_graph(layers)
    plain = likelihoods(graph, [example])[0]
    for interval in (-5, 1, 6):
        moved = likelihoods(graph, [transpose_example(example, interval)])[0]
        # all but the first note, which is counted from a fixed pitch
        np.testing.assert_allclose(
            moved.total[moved.counted], plain.total[plain.counted], atol=1e-3
        )
    layers.weights["pitch_head_0/register"].assign(np.linspace(-1, 1, REGISTERS))
    moved = likelihoods(graph, [transpose_example(example, 6)])[0]
    plain = likelihoods(graph, [example])[0]
    assert np.abs(moved.pitch - plain.pitch).max() > 0.01


def test_a_chord_changes_what_is_likely():
    layers, graph = shared_training()
    rows = chart_table(Chart.of_chords([["Cmaj7"]]))
    other = rows.copy()
    other[:, ChartColumn.ROOT] = 6
    sequence = value_sequence(scale_solo(chart=Chart.of_chords([["Cmaj7"]])))
    example = layers.example(sequence)
    changed = {**along(example), "rows": other[sequence.clock]}
    first, second = (
        graph.predict_on_batch({k: v[None] for k, v in inputs.items()})["pitch"]
        for inputs in (along(example), changed)
    )
    assert np.abs(first - second).max() > 1e-3


def test_likelihoods_do_not_depend_on_the_batch_they_are_computed_in():
    layers, graph = shared_training()
    examples = [
        layers.example(sequence).part(0, 20 + 17 * n) for n, sequence in enumerate(sequences())
    ]
    together = likelihoods(graph, examples)
    for example, one in zip(examples, together, strict=True):
        alone = likelihoods(graph, [example])[0]
        np.testing.assert_allclose(one.total, alone.total, atol=1e-4)
        assert np.isnan(one.note_pitch).tolist() == (~one.notes).tolist()


def test_classic_likelihoods_split_into_pitch_and_time():
    layers, graph = shared_training(classic)
    example = layers.example(value_sequence(scale_solo()))
    found = likelihoods(graph, [example], layers.judge)[0]
    logits = graph.predict_on_batch({"value": example.inputs["value"][None]})["value"][0]
    log = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    expected = -np.take_along_axis(log, example.targets["value"][:, None], 1)[:, 0]
    np.testing.assert_allclose(found.total, expected, atol=1e-5)
    assert (found.pitch >= 0).all()
    assert (found.time >= 0).all()
    assert (found.note_pitch[found.notes] <= found.pitch[found.notes] + 1e-9).all()


def test_forced_rests_and_values_that_the_classic_vocabulary_lacks():
    primer = Solo((Note(0, 13, 60), Note(50, 12, 71)), BLUES)
    solo = shared_soloist(classic).improvise(BLUES, 0, primer=primer)
    assert encode(solo)[:3] == ((60, 13), (REST, 37), (71, 12))
    assert joint_values(value_sequence(solo))[0].duration == 13


def test_the_pitch_of_a_note_is_judged_among_notes_alone():
    """Its likelihood, given that a note comes, is a softmax without the rest."""
    layers, graph = shared_training()
    example = layers.example(value_sequence(scale_solo()))
    found = likelihoods(graph, [example])[0]
    logits = outputs_along(graph, along(example))["pitch"][:, 0]
    sounding = np.exp(logits[:, :REST].astype(np.float64))
    share = sounding / sounding.sum(axis=-1, keepdims=True)
    played = example.targets["pitch"][example.notes]
    expected = -np.log(np.take_along_axis(share[example.notes], played[:, None], 1)[:, 0])
    np.testing.assert_allclose(found.note_pitch[found.notes], expected, atol=1e-4)
    assert (found.note_pitch[found.notes] < found.pitch[found.notes]).all()


def test_the_classic_note_pitch_is_judged_among_notes_alone():
    (layers, graph), vocabulary = shared_training(classic), ninety_values()
    example = layers.example(value_sequence(scale_solo()))
    found = likelihoods(graph, [example], layers.judge)[0]
    logits = graph.predict_on_batch({"value": example.inputs["value"][None]})["value"][0]
    share = np.exp(logits.astype(np.float64))
    degrees = vocabulary.table[:, 0]
    notes = share[:, degrees < 12].sum(axis=-1)
    same = np.array([
        row[degrees == degrees[value]].sum()
        for row, value in zip(share, example.targets["value"], strict=True)
    ])  # fmt: skip
    expected = -np.log(same / notes)
    np.testing.assert_allclose(found.note_pitch[found.notes], expected[found.notes], atol=1e-4)

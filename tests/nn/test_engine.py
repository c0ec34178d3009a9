"""The light engine plays what the inference graph plays: same seed, same bytes."""

from dataclasses import replace

import numpy as np
import pytest
from platforms import slow
from small_models import (
    BLUES,
    classic,
    improviser,
    lick_ngrams_of_walks,
    ninety_values,
    outspoken,
    scale_solo,
    shared_pair,
)

from jazzgen.config import SamplingConfig
from jazzgen.errors import ModelError
from jazzgen.improviser import Improviser
from jazzgen.io.midi.write import write_solo
from jazzgen.music.chart import Chart
from jazzgen.nn.folder import ModelFiles
from jazzgen.nn.keras_engine.lick_ngrams import Licks
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine

PERFORMERS = ("Ann", "Ben")
WALTZ = Chart.of_chords([["Cm7"], ["N.C."], ["F7", "Bb7"], ["Ebmaj7"]], title="A Waltz")


def both(layers):
    """The same model run by each engine."""
    return Improviser(layers), Improviser(LightEngine(files_of(layers)))


def with_licks(layers):
    layers.licks = Licks(lick_ngrams_of_walks())
    return layers


MODELS = {
    "an ensemble": lambda: outspoken(improviser(members=2, performers=PERFORMERS)),
    "stacked gru": lambda: outspoken(improviser(cell="gru", layers=2)),
    "basic rnn, no encoder": lambda: outspoken(improviser(cell="rnn", encoder=0)),
    "classic": lambda: classic(units=16),
    "classic, two gru": lambda: classic(cell="gru", layers=2, units=16),
}

WHOLE = SamplingConfig(temperature=1.0, top_p=1.0, min_p=0.0, licks=0.0, breath=0.0, silence=0.0)
NARROW = SamplingConfig(temperature=0.7, top_k=5, min_p=0.2, low=55, high=70, time_temperature=1.3)
GREEDY = SamplingConfig(temperature=0.0)
BIASED = SamplingConfig(density=0.6, register=-0.8, licks=2.0, breath=2.0, silence=1.0)


@pytest.mark.parametrize(
    ("name", "sampling", "chart"),
    [
        ("an ensemble", NARROW, WALTZ),
        ("stacked gru", BIASED, BLUES),
        pytest.param("basic rnn, no encoder", WHOLE, WALTZ, marks=slow),
        ("basic rnn, no encoder", GREEDY, WALTZ),
        ("classic, two gru", NARROW, WALTZ),
    ],
)
def test_both_engines_play_the_same_notes(name, sampling, chart):
    graph, light = both(MODELS[name]())
    assert light.takes(chart, range(6), sampling) == graph.takes(chart, range(6), sampling)


@pytest.fixture(scope="module", params=["one lstm", "classic"])
def engines(request):
    if request.param == "one lstm":
        pair = shared_pair(rests=1, performers=PERFORMERS)
        return pair["keras"], pair["light"]
    return both(MODELS[request.param]())


def test_twenty_seeds_give_the_same_bytes(engines, tmp_path):
    files = [tmp_path / "graph.mid", tmp_path / "light.mid"]
    for solos in zip(*(one.takes(BLUES, range(20)) for one in engines), strict=True):
        first, second = (
            write_solo(solo, file).read_bytes() for solo, file in zip(solos, files, strict=True)
        )
        assert first == second


def test_they_differ_from_seed_to_seed(engines):
    _, light = engines
    assert len({take.notes for take in light.takes(BLUES, range(6))}) > 1


def test_a_take_does_not_depend_on_the_others(engines):
    _, light = engines
    takes = light.takes(BLUES, [3, 4, 5])
    assert light.improvise(BLUES, 4) == takes[1]


def test_both_go_on_from_a_primer(engines):
    primer = scale_solo()
    primer = primer.with_notes(primer.notes[:9])
    graph, light = engines
    assert light.improvise(BLUES, 2, primer=primer) == graph.improvise(BLUES, 2, primer=primer)


def test_both_find_solos_as_likely(engines):
    graph, light = engines
    solos = [*light.takes(BLUES, [1, 2]), scale_solo(3)]
    np.testing.assert_allclose(light.bits_per_note(solos), graph.bits_per_note(solos), rtol=1e-5)


def test_a_solo_of_one_note_is_not_judged(engines):
    _, light = engines
    one = scale_solo()
    assert light.bits_per_note([one.with_notes(one.notes[:1])]) == [np.inf]


def damaged(change):
    files = files_of(improviser())
    tensors = dict(files.tensors)
    change(tensors)
    return replace(files, tensors=tensors)


def narrower(tensors):
    tensors["embed_0/kernel"] = tensors["embed_0/kernel"][:, 1:]


def not_finite(tensors):
    tensors["cell_0_0/bias"] = np.full_like(tensors["cell_0_0/bias"], np.nan)


def doubles(tensors):
    tensors["norm_0/beta"] = tensors["norm_0/beta"].astype(np.float64)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (narrower, r"weights embed_0/kernel: expected .* of shape \(\d+, \d+\), got float32 of"),
        (not_finite, "weights cell_0_0/bias: not every number is finite"),
        (doubles, "weights norm_0/beta: expected float32 or float16 .*, got float64"),
        (lambda tensors: tensors.pop("norm_0/beta"), "do not fit the architecture: norm_0/beta"),
    ],
)
def test_weights_that_do_not_fit_are_refused(change, message):
    with pytest.raises(ModelError, match=message):
        LightEngine(damaged(change))


def test_a_classic_model_needs_its_vocabulary():
    files = files_of(classic())
    with pytest.raises(ModelError, match="vocabulary"):
        LightEngine(ModelFiles(config=files.config, tensors=files.tensors))


def test_half_precision_is_read_as_it_stands():
    halves = files_of(outspoken(improviser()), half=True)
    whole = {name: value.astype(np.float32) for name, value in halves.tensors.items()}
    solos = [
        Improviser(LightEngine(files)).improvise(BLUES)
        for files in (halves, replace(halves, tensors=whole))
    ]
    assert solos[0] == solos[1]


def test_what_has_ninety_values_draws_from_them():
    _, light = both(classic(ninety_values()))
    durations = {duration for _, _, duration in ninety_values().values}
    solo = light.improvise(BLUES, 5)
    assert {note.duration for note in solo.notes[:-1]} <= durations

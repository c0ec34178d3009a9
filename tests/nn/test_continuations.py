"""How likely values are after those of a line: the same for both engines, and for whole solos."""

import math
from dataclasses import replace

import numpy as np
import pytest
from small_models import BLUES, classic, scale_solo, shared_pair

from jazzgen.config import SamplingConfig
from jazzgen.encoding.performance import Column, given_values
from jazzgen.encoding.values import REST
from jazzgen.improviser import Improviser
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.soloists import Soloist

VALUES = given_values(scale_solo(2), 0, BLUES.ticks)
SOLOISTS = [Soloist(performer=name) for name in ("Ann", "Ben", "")]


@pytest.fixture(scope="module", params=["improviser", "classic"])
def engines(request):
    """The same model run by each engine."""
    if request.param == "improviser":
        pair = shared_pair(rests=4, performers=("Ann", "Ben"), edition=4)
        return [pair["keras"], pair["light"]]
    layers = classic()
    return [Improviser(layers), Improviser(LightEngine(files_of(layers)))]


def player(model, length=20, sampling=None):
    """A player of three lines with the same first values, one for each soloist it knows."""
    known = SOLOISTS if model.performers else [Soloist()] * 3
    return model.engine.player(
        model.task(BLUES, [1, 2, 3], sampling, known, opening=VALUES[:length])
    )


def continuations(begin=20):
    """What is given and what follows: of different lengths, and once nothing at all."""
    given = [VALUES[begin : begin + 4], VALUES[begin : begin + 9], VALUES[:0]]
    following = [VALUES[begin + 6 : begin + 16], VALUES[begin : begin + 3], VALUES[5:8]]
    return [*given, VALUES[:2]], [*following, VALUES[:0]]


@pytest.mark.parametrize("length", [0, 20])
def test_both_engines_find_continuations_as_likely(engines, length):
    given, following = continuations(length)
    graph, light = (
        player(model, length).likelihood(given, following, [2, 0, 1, 0]) for model in engines
    )
    np.testing.assert_allclose(light, graph, rtol=1e-5, atol=1e-4)
    assert (light[:3] < -1).all()
    assert light[3] == 0


def test_lines_stay_as_they_are(engines):
    _, model = engines
    asked, silent = player(model), player(model)
    before = asked.values.copy()
    first = asked.likelihood(*continuations(), [0, 1, 2, 0])
    assert (asked.values == before).all()
    assert (asked.likelihood(*continuations(), [0, 1, 2, 0]) == first).all()
    assert (asked.play(900) == silent.play(900)).all()


def test_it_is_the_model_s_own_whatever_the_settings(engines):
    _, model = engines
    narrow = SamplingConfig(temperature=0.3, low=70, high=84, breath=1.0, avoid=3.0, density=1.0)
    plain, other = (
        player(model, sampling=sampling).likelihood(*continuations(), [0, 1, 2, 0])
        for sampling in (None, narrow)
    )
    assert (plain == other).all()


def test_by_default_each_line_is_continued_once(engines):
    _, model = engines
    given, following = ([one[0]] * 3 for one in continuations())
    each = player(model).likelihood(given, following)
    alone = [player(model).likelihood(given[:1], following[:1], [line])[0] for line in range(3)]
    np.testing.assert_allclose(each, alone, rtol=1e-6)
    # The soloists find the same values more or less likely.
    assert len({round(one, 3) for one in each}) == (3 if model.performers else 1)


def test_the_values_after_the_first_are_as_likely_as_the_solo(engines):
    files = files_of(engines[0].layers)
    # A line adapts less while it is played, and returns more: this model does neither.
    files = replace(files, config=replace(files.config, edition=3))
    model = Improviser(LightEngine(files))
    sounding = np.flatnonzero(VALUES[:, Column.PITCH] != REST)
    alone = model.engine.player(model.task(BLUES, [0], SamplingConfig(returns=0)))
    [found] = alone.likelihood([VALUES[:1]], [VALUES[1 : sounding[-1] + 1]])
    bits = model.bits_per_note([scale_solo(2)])[0]
    assert -found / math.log(2) / (len(sounding) - 1) == pytest.approx(bits, rel=1e-4)

"""What a player may ask of a line: its range, its breath, its register, its density.

Shown on the light engine; `test_constraints` shows that the other obeys alike.
"""

from functools import cache
from itertools import groupby

import numpy as np
import pytest
from small_models import (
    BLUES,
    classic,
    improviser,
    light,
    ninety_values,
    sounding_values,
)

from jazzgen.config import SamplingConfig
from jazzgen.encoding.sequence import EMPTY_HISTORY, START_PITCH
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import JointValue, JointVocabulary
from jazzgen.music.timing import EIGHTH
from jazzgen.nn.constraint_rules import Edges
from jazzgen.nn.engine import NO_CONDITIONS, Task
from jazzgen.nn.keras_engine.shared_layers import StepInput

CHART = BLUES.repeat(2)  # 120 quarters per minute: a second is 48 ticks


@pytest.fixture(scope="module", params=["classic", "improviser"])
def soloist(request):
    """One who rests now and then."""
    if request.param == "classic":
        return light(classic())
    layers = improviser()
    bias = layers.weights["pitch_head_0/project/bias"]
    bias.assign(np.eye(bias.shape[0], dtype=np.float32)[-1] * 3)
    return light(layers)


@cache
def unresting(preset):
    """A soloist who would rest no more than once in a while."""
    if preset == "improviser":
        return light(improviser(rests=False))
    layers = classic()
    rests = ninety_values().table[:, 0] > 11
    layers.weights["values/bias"].assign(np.where(rests, -50.0, 0.0).astype(np.float32))
    return light(layers)


def play(soloist, seeds=range(12), chart=CHART, **sampling):
    """Values of several lines, each of shape (T, 4)."""
    given = SamplingConfig(**sampling)
    values = soloist.engine.play(soloist.task(chart, list(seeds), given))
    return [line[line[:, 1] > 0] for line in values]


@pytest.mark.parametrize(("low", "high"), [(28, 43), (84, 108), (60, 71)])
@pytest.mark.parametrize("breath", [0.0, 1.0])
def test_nothing_is_played_outside_the_range_from_the_first_note_on(soloist, low, high, breath):
    for line in play(soloist, low=low, high=high, breath=breath):
        pitches = line[line[:, 0] != REST, 0]
        assert len(pitches) > 3
        assert low <= pitches.min() <= pitches.max() <= high


@pytest.mark.parametrize(
    ("low", "high", "own", "expected"),
    [
        (28, 43, None, 43), (84, 108, None, 84), (46, 82, None, 65), (28, 43, (84, 108), 43),
        (None, None, (84, 108), 84), (None, None, (28, 43), 43), (None, None, None, 65),
    ],
)  # fmt: skip
def test_the_first_interval_is_counted_from_within_the_range(low, high, own, expected):
    task = Task(
        chart=BLUES,
        seeds=[0],
        sampling=SamplingConfig(low=low, high=high),
        conditions=[NO_CONDITIONS],
        compasses=[own],
        end=BLUES.ticks,
    )
    assert (START_PITCH, task.starts) == (65, [expected])
    history = np.array([EMPTY_HISTORY, EMPTY_HISTORY], np.int32)
    history[1, 0] = 50  # somebody has played: count from there
    now = StepInput(history, *[None] * (len(StepInput._fields) - 1))._replace(
        start=np.array(task.starts * 2)
    )
    assert np.asarray(now.last).tolist() == [expected, 50]


def phrases(line):
    """Durations of each phrase's notes."""
    return [
        [duration for _, duration, *_ in notes]
        for resting, notes in groupby(line.tolist(), lambda value: value[0] == REST)
        if not resting
    ]


@pytest.mark.parametrize("preset", ["classic", "improviser"])
@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_no_note_begins_once_the_breath_is_spent(preset, seconds):
    soloist = unresting(preset)
    breath = round(seconds * 48)
    for line in play(soloist, breath=seconds):
        assert line[:, 1].sum() == CHART.ticks
        found = phrases(line)
        assert len(found) > 3
        assert all(sum(phrase[:-1]) < breath for phrase in found)
        # all but those of a line that would end in a rest went on as long as they could
        assert all(sum(phrase) >= breath for phrase in found[:-1])
    assert all(sum(phrases(line)[0]) > 10 * breath for line in play(soloist, breath=0))


def pauses(line):
    """Ticks of each silence, and how far from the chart's end it ends."""
    clock, found = 0, []
    for resting, values in groupby(line.tolist(), lambda value: value[0] == REST):
        ticks = sum(value[1] for value in values)
        clock += ticks
        if resting:
            found.append((ticks, CHART.ticks - clock))
    return found


@pytest.mark.parametrize("beats", [4])
def test_after_a_long_silence_it_comes_in_again(beats):
    layers = improviser()
    bias = layers.weights["pitch_head_0/project/bias"]
    bias.assign(np.eye(bias.shape[0], dtype=np.float32)[-1] * 8)
    soloist = light(layers)
    for line in play(soloist, silence=beats):
        begun = [ticks for ticks, left in pauses(line) if left > 24 * beats]
        assert len(begun) > 2
        assert max(begun) < 24 * beats + 96  # the last rest began before it was too long
    silent = [ticks for line in play(soloist, silence=0) for ticks, _ in pauses(line)]
    assert max(silent) > 24 * beats + 96


def test_breath_is_counted_in_seconds():
    soloist = unresting("improviser")
    slow = CHART.__class__(CHART.bars, tempo=60.0)
    for line in play(soloist, chart=slow, breath=2.0):
        assert all(sum(phrase) >= 48 for phrase in phrases(line)[:-1])
        assert all(sum(phrase[:-1]) < 48 for phrase in phrases(line))


def test_a_breath_takes_an_eighth_or_more(soloist):
    def shortest(**sampling):
        lines = play(soloist, **sampling)
        return min(line[:-1][line[:-1, 0] == REST, 1].min(initial=99) for line in lines)

    assert shortest(breath=0) < EIGHTH
    assert EIGHTH <= shortest(breath=1.0) < 99


def short_rests():
    values = tuple(sorted([*sounding_values().values, JointValue(12, 0, 6)]))
    return JointVocabulary(values, tuple(int(value.degree < 12) for value in values))


@pytest.mark.parametrize("values", [sounding_values, short_rests])
def test_a_vocabulary_without_a_rest_to_breathe_in_plays_on_within_its_range(values):
    soloist = light(classic(values()))
    for line in play(soloist, low=60, high=75, breath=1.0):
        pitches = line[line[:, 0] != REST, 0]
        assert len(pitches) > 20
        assert 60 <= pitches.min() <= pitches.max() <= 75


def test_register_and_density_lean_the_way_they_say():
    soloist = light(improviser())
    lines = {lean: play(soloist, range(8), register=lean, density=lean) for lean in (-1.0, 1.0)}
    pitch = {
        lean: np.mean([line[line[:, 0] != REST, 0].mean() for line in found])
        for lean, found in lines.items()
    }
    notes = {
        lean: np.mean([(line[:, 0] != REST).sum() for line in found])
        for lean, found in lines.items()
    }
    assert pitch[-1] + 8 < pitch[1]
    assert pitch[-1] >= 46
    assert pitch[1] <= 82
    assert 1.5 * notes[-1] < notes[1]


def test_the_ends_of_a_range_are_rarer():
    rule = Edges()
    wide = rule.limits(SamplingConfig(edges=0.5, low=50, high=70), 120)
    weights = rule.pitch_weights(None, wide)
    inward = [weights[pitch] for pitch in (50, 51, 52, 53, 60)]
    assert inward == pytest.approx(np.exp([-1.5, -1.0, -0.5, 0, 0]))
    assert [weights[pitch] for pitch in (70, 69, 68, 67)] == pytest.approx(inward[:4])
    assert weights[REST] == 1
    assert rule.limits(SamplingConfig(edges=0), 120) is None

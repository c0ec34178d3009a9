"""Players: in whatever pieces a line is played, branched and rewound, it is the same line."""

from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from platforms import slow
from small_models import BLUES, classic, pair_of, shared_pair, short_chunks

from jazzgen.config import SamplingConfig
from jazzgen.encoding.cache import CONTEXTS, CacheMemory
from jazzgen.encoding.repeat_features import MEMORY, RepeatMemory, intervals
from jazzgen.encoding.values import REST
from jazzgen.improviser import load
from jazzgen.nn.player import Noise
from jazzgen.nn.sizes import DRAWS
from jazzgen.rnn.cell import Cell
from jazzgen.rnn.cells import LSTMCell

CHUNK = 16
"""Steps of the graph at a time."""
CHART = BLUES.repeat(2)
END = CHART.ticks
BARS = len(CHART.bars)
MODELS = {
    "improviser": lambda: shared_pair(rests=4, performers=("Ann", "Ben"), edition=4),
    "classic": lambda: pair_of(classic(units=16, cell="gru")),
}
ENGINES = ("light", "keras")
OTHER = SamplingConfig(
    temperature=0.5, breath=1.5, silence=2, register=1, density=0.5, low=58, high=76
)


@pytest.fixture(scope="module", autouse=True)
def several_calls():
    """Let the graph be called several times for a line."""
    with short_chunks(CHUNK):
        yield


GRAPHS = ("improviser", "keras")


@pytest.fixture(scope="module", params=[(name, engine) for name in MODELS for engine in ENGINES],
                ids=" on ".join)  # fmt: skip
def soloist(request):
    """A small model on one of the engines."""
    return soloist_of(*request.param)


QUICK = pytest.mark.parametrize(
    "soloist",
    [
        pytest.param((name, engine), marks=[slow] if (name, engine) == GRAPHS else [])
        for name in MODELS for engine in ENGINES
    ],
    ids=" on ".join, indirect=True, scope="module",
)  # fmt: skip
"""The same, without the one that takes seconds to make a graph for other settings."""


@cache
def soloist_of(name, engine):
    return pair(name)[engine]


@cache
def pair(name):
    return MODELS[name]()


@pytest.fixture
def light():
    """A small improviser on the light engine."""
    return soloist_of("improviser", "light")


def opened(soloist, seeds=(3,), **given):
    """A player, and what is played at once by its task."""
    task = soloist.task(CHART, list(seeds), **given)
    whole = soloist.engine.play(task) if given else whole_of(soloist, seeds)
    return soloist.engine.player(task), whole


@cache
def whole_of(soloist, seeds):
    """What is played at once with nothing given, which many tests compare with."""
    return soloist.engine.play(soloist.task(CHART, list(seeds)))


def line_of(values):
    """The values of one line, without the rests of no duration behind its end."""
    return [value for value in values.tolist() if value[1]]


def phrase(length=7):
    """Values that somebody else plays."""
    pitches = [60, 64, REST, 67, 65, 62, REST][:length]
    return np.array([(pitch, 9 + 3 * n, 0, 0, 0, 0) for n, pitch in enumerate(pitches)], np.int32)


def test_it_goes_past_one_chunk(soloist):
    assert len(line_of(opened(soloist)[1][0])) > CHUNK + 20


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(1, END), max_size=6))
def test_pieces_of_any_sizes_are_the_whole(soloist, ticks):
    player, whole = opened(soloist, (3, 4))
    pieces = [[], []]
    for until in (*sorted(ticks), END):
        for piece, values in zip(pieces, player.play(until), strict=True):
            piece += line_of(values)
        assert all(clock >= until for clock in player.clocks)
    assert pieces == [line_of(values) for values in whole]
    np.testing.assert_array_equal(player.values[:, : whole.shape[1]], whole)
    assert player.clocks == [END, END]


def test_what_is_heard_is_an_opening(soloist):
    _, whole = opened(soloist, (3, 4), opening=phrase())
    player, _ = opened(soloist, (3, 4))
    for value in phrase():
        player.hear(value[None])
    player.play(200)
    player.play(END)
    np.testing.assert_array_equal(player.values, whole)


def test_what_is_heard_after_long_playing_is_an_opening(soloist):
    player, _ = opened(soloist)
    player.play(CHART.bar_starts[17])
    player.hear(phrase())
    given = player.values[0]
    assert len(given) > CHUNK
    player.play(END)
    _, whole = opened(soloist, opening=given)
    np.testing.assert_array_equal(player.values, whole)


def test_a_branch_leaves_the_original_alone_and_is_a_fresh_run(soloist):
    player, whole = opened(soloist)
    player.play(CHART.bar_starts[5])
    before = player.values[0]
    tries = player.branch([5, 6, 3])
    tries.play(CHART.bar_starts[9])
    tries.hear(phrase())
    np.testing.assert_array_equal(player.values[0], before)
    kept = player.branch([5, 6, 3])
    kept.play(END)
    for seed, values in zip((5, 6), kept.values, strict=False):
        _, fresh = opened(soloist, (seed,), opening=before)
        assert line_of(values) == line_of(fresh[0])
    assert line_of(kept.values[2]) == line_of(whole[0])
    alone = kept.branch(lines=[1])
    assert line_of(alone.values[0]) == line_of(kept.values[1]) != line_of(whole[0])
    player.play(END)
    np.testing.assert_array_equal(player.values, whole)


@QUICK
def test_a_branch_may_be_drawn_otherwise(soloist):
    player, whole = opened(soloist)
    player.play(400)
    begun = player.values[0]
    branch = player.branch(sampling=OTHER)
    branch.play(END)
    task = soloist.task(CHART, [3], OTHER, opening=begun)
    np.testing.assert_array_equal(branch.values, soloist.engine.play(task))
    new = [pitch for pitch, *_ in line_of(branch.values[0])[len(begun) :]]
    assert all(58 <= pitch <= 76 or pitch == REST for pitch in new)
    player.play(END)
    np.testing.assert_array_equal(player.values, whole)


@QUICK
def test_a_branch_may_have_rules_that_were_not_asked_for_before(soloist):
    free = SamplingConfig(breath=0, silence=0)
    player = soloist.engine.player(soloist.task(CHART, [3, 4], free))
    # A phrase so long that the rules look at notes which a chunk of the graph has left behind.
    player.hear(np.array([(60 + n % 12, 12, 0, 0, 0, 0) for n in range(4 * CHUNK + 2)], np.int32))
    player.play(min(player.clocks) + 1)
    begun = line_of(player.values[0])
    assert all(pitch != REST for pitch, *_ in begun)
    branch = player.branch(lines=[0], sampling=OTHER)
    branch.play(END)
    task = soloist.task(CHART, [3], OTHER, opening=np.array(begun, np.int32))
    np.testing.assert_array_equal(branch.values, soloist.engine.play(task))
    assert branch.values[0, len(begun), 0] == REST, "out of breath"
    back = branch.branch(sampling=free)
    back.rewind(5)
    back.play(END)
    player.rewind(5)
    player.play(END)
    assert line_of(back.values[0]) == line_of(player.values[0]) != line_of(branch.values[0])


def test_as_many_seeds_as_lines(light):
    player, _ = opened(light, (1, 2))
    with pytest.raises(ValueError, match="3 seeds for 2 lines"):
        player.branch([1, 2, 3])


@pytest.mark.parametrize("bar", [0, 8, BARS])
def test_a_player_is_rewound_to_a_bar(soloist, bar):
    player, whole = opened(soloist, (3, 4))
    fresh, _ = opened(soloist, (3, 4))
    fresh.play(CHART.bar_starts[bar])
    player.play(END)
    for _ in range(2):
        player.rewind(bar)
        assert player.clocks == fresh.clocks
        np.testing.assert_array_equal(player.values, fresh.values)
        player.play(END)
        np.testing.assert_array_equal(player.values, whole)
    player.rewind(bar)
    for one in (player, fresh):
        one.hear(phrase())
        one.play(END)
    np.testing.assert_array_equal(player.values, fresh.values)


def test_a_bar_that_was_not_reached_cannot_be_rewound_to(soloist):
    player, _ = opened(soloist)
    player.play(96)
    with pytest.raises(ValueError, match="bar 20: a line ends at tick"):
        player.rewind(20)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, END))
def test_a_line_is_cut_at_a_tick(soloist, tick):
    player, whole = opened(soloist)
    whole = line_of(whole[0])
    player.play(END)
    player.cut(tick)
    expected, clock = [], 0
    for pitch, duration, *how in whole:
        if clock < tick:
            expected.append([pitch, min(duration, tick - clock), *how])
        clock += duration
    assert line_of(player.values[0]) == expected
    assert player.clocks == [tick]
    begun = player.values[0]
    player.play(END)
    np.testing.assert_array_equal(player.values, opened(soloist, opening=begun)[1])


def test_a_player_that_keeps_no_marks_is_rewound_and_cut_too(light):
    task = light.task(CHART, [3, 4])
    player, other = light.engine.player(task), light.engine.player(task, rewinds=False)
    for one in (player, other):
        one.play(END)
        one.rewind(15)
        one.cut(CHART.bar_starts[15] - 20)
    np.testing.assert_array_equal(player.values, other.values)


def test_both_engines_play_the_same_after_all_of_it():
    ends = []
    for engine in ENGINES:
        player, _ = opened(soloist_of("improviser", engine))
        player.play(500)
        player.cut(450)
        player.hear(phrase())
        player = player.branch([9])
        player.play(1500)
        player.rewind(6)
        player.play(END)
        ends.append(player.values)
    np.testing.assert_array_equal(*ends)


@pytest.mark.parametrize("name", ["improviser", "small"])
def test_shipped_models_play_in_pieces(name):
    soloist = load(name)
    task = soloist.task(BLUES.repeat(2), [7])
    player, whole = soloist.engine.player(task), soloist.engine.play(task)
    for until in (1, 50, 384, 385, 1000):
        player.play(until)
    player.rewind(4)
    player.play(END)
    np.testing.assert_array_equal(player.values, whole)


def counted(monkeypatch, kind=LSTMCell):
    """A list that grows with every step of a cell."""
    steps, enter = [], kind.enter

    def step(self: Cell, sums, states):
        steps.append(len(sums))
        return enter(self, sums, states)

    monkeypatch.setattr(kind, "enter", step)
    return steps


@pytest.mark.parametrize("bars", [16, 400])
def test_four_bars_more_cost_their_own_steps(light, monkeypatch, bars):
    """The work is the new values × the cells: no earlier value is processed again."""
    chart = BLUES.repeat(34)
    player = light.engine.player(light.task(chart, [1]))
    player.play(chart.bar_starts[bars])
    branch = player.branch([2])
    steps = counted(monkeypatch)
    played = branch.play(chart.bar_starts[bars + 4])
    cells = light.engine.config.members * light.engine.config.layers
    assert len(steps) == cells * len(line_of(played[0])) > 0
    steps.clear()
    branch.rewind(bars + 1)
    assert not steps
    branch.cut(chart.bar_starts[bars] + 50)
    assert len(steps) <= cells * 96


def test_what_is_kept_of_a_line_is_bounded():
    """Contexts and onsets that are too old to be looked back at are dropped."""
    repeats, cache = RepeatMemory(), CacheMemory()
    rng = np.random.default_rng(0)
    sizes = []
    for count in range(5 * MEMORY):
        step = int(rng.integers(-12, 13))
        repeats.add(step, int(rng.integers(1, 97)))
        cache.add(step)
        if count % MEMORY == MEMORY - 2:
            sizes.append((max(map(len, repeats._next_steps)), len(cache._counts)))
    # Repeats are found by their intervals, and by these at a pitch.
    assert max(onsets for onsets, _ in sizes) < 2 * 2 * MEMORY
    assert max(contexts for _, contexts in sizes) <= len(CONTEXTS) * MEMORY


def test_memories_are_made_again_from_what_they_look_back_over(light):
    """After more values than that, and what is kept of a rewound line is what it had been."""
    chart = BLUES.repeat(20)
    rng = np.random.default_rng(0)
    given = np.stack([
        rng.integers(55, 70, 2000), rng.integers(6, 14, 2000), *np.zeros((4, 2000), int),
    ], axis=1).astype(np.int32)  # fmt: skip
    given[rng.random(2000) < 0.1, 0] = REST
    given = given[np.cumsum(given[:, 1]) < chart.ticks - 96]
    assert len(given) > MEMORY + 500
    player = light.engine.player(light.task(chart, [1], opening=given))
    player.play(chart.ticks)
    player.rewind(200)
    line = player.lines[0]
    assert len(line.played) > MEMORY + 500
    repeats, cache = RepeatMemory(), CacheMemory()
    pitch, duration = zip(*[value[:2] for value in line.played], strict=True)
    for step, lasting in zip(intervals(pitch), duration, strict=True):
        repeats.add(step, lasting)
        cache.add(step)
    for _ in range(60):
        assert line.repeats.features == repeats.features
        assert line.cache.expect() == cache.expect()
        one = (int(rng.integers(-3, 4)), int(rng.integers(6, 14)))
        for memory in (repeats, line.repeats):
            memory.add(*one)
        for memory in (cache, line.cache):
            memory.add(one[0])


def test_noise_can_be_asked_for_at_any_step():
    streams = [
        np.random.default_rng(seed).random((5 * CHUNK, width), dtype=np.float32)
        for seed, width in ((11, 4), ([11, 1], DRAWS - 4))
    ]
    whole = np.concatenate(streams, axis=1).tolist()
    noise = Noise(11)
    for step in (0, 5, 4 * CHUNK + 3, CHUNK - 1, CHUNK, 2, 5 * CHUNK - 1):
        assert noise.at(step) == whole[step]

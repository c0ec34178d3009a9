"""What a line plays depends on its seed alone, however many lines are played beside it."""

import numpy as np
import pytest
from platforms import slow
from small_models import BLUES, shared_pair

import jazzgen
from jazzgen.config import SamplingConfig
from jazzgen.encoding.lick_ngrams import LICK_COLUMNS, STEPS
from jazzgen.improviser import load
from jazzgen.nn.numpy_engine.rows import RowCells
from jazzgen.nn.numpy_engine.sampling import LightSampler
from jazzgen.nn.soloists import Soloist
from jazzgen.rnn.cells import make_cell

TAKES = (2, 3, 6)


@pytest.mark.parametrize("name", ["improviser", "classic"])
@pytest.mark.parametrize("title", ["blues", "bossa"])
def test_a_take_is_the_solo_of_its_seed(name, title):
    soloist, chart = load(name), jazzgen.chart(title)
    draws = 2 if (name, title) == ("improviser", "blues") else 1
    alone = [soloist.improvise(chart, seed, draws=draws) for seed in range(max(TAKES))]
    for takes in TAKES:
        assert soloist.takes(chart, range(takes), draws=draws) == alone[:takes]


COMPASSES = ((36, 50), (70, 96), (49, 80), (60, 72), None)


@pytest.mark.parametrize(
    ("engine", "settings"),
    [
        ("light", {}), ("light", {"register": -0.8}), ("light", {"low": 55, "high": 70}),
        ("light", {"temperature": 1.5, "top_p": 1}),
        pytest.param("keras", {}, marks=slow),
        ("keras", {"register": -0.8, "low": 55, "high": 70}),
    ],
)  # fmt: skip
def test_lines_of_different_compasses_are_played_as_if_alone(engine, settings):
    soloist = shared_pair(rests=1, performers=("Ann", "Ben"))[engine]
    sampling = SamplingConfig(**settings)
    soloists = [
        Soloist(performer=("Ann", "Ben")[n % 2], played_like="trumpet", compass=compass)
        for n, compass in enumerate(COMPASSES)
    ]
    seeds = range(len(soloists))
    together = soloist.play(BLUES, seeds, soloists, sampling)
    for seed, one, solo in zip(seeds, soloists, together, strict=True):
        assert soloist.play(BLUES, [seed], [one], sampling) == [solo]
        low, high = sampling.compass(one.compass)
        assert solo.notes
        assert all(low <= note.pitch <= high for note in solo.notes)
    branched = soloist.engine.player(soloist.task(BLUES, seeds, sampling, soloists)).branch(
        lines=[3, 0]
    )
    branched.play(BLUES.ticks)
    alone = soloist.engine.play(soloist.task(BLUES, [3], sampling, [soloists[3]]))[0]
    np.testing.assert_array_equal(branched.values[0, : len(alone)], alone)


def numbers(*shape):
    return np.random.default_rng(3).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_cells_step_alike_among_any_number(kind):
    cells = [make_cell(kind, size, 96, [size]) for size in (40, 96)]
    step = RowCells(cells).step
    x = numbers(17, 40)
    states = tuple(numbers(17, 96) for cell in cells for _ in range(cell.state_count))
    outputs, after = step(x, states)
    for row in range(17):
        here = slice(row, row + 1)
        alone = x[here], [state[here] for state in states]
        output, own = step(alone[0], tuple(alone[1]))
        np.testing.assert_array_equal(output[0], outputs[row])
        for state, expected in zip(own, after, strict=True):
            np.testing.assert_array_equal(state[0], expected[row])


@pytest.mark.parametrize("settings", [{}, {"temperature": 0.8}, {"top_p": 0.6, "licks": 2.0}])
def test_a_pitch_is_drawn_alike_among_any_number(settings):
    rng, lines = np.random.default_rng(4), 60
    sampler = LightSampler(SamplingConfig(**settings), 40, 90)
    shares = rng.dirichlet(np.full(52, 0.3), lines).astype(np.float32)
    licks = np.zeros((lines, LICK_COLUMNS), np.float32)
    licks[:, :STEPS] = rng.dirichlet(np.full(STEPS, 0.1), lines)
    licks[:, STEPS] = rng.integers(0, 5, lines)
    last = rng.integers(45, 85, lines)

    def drawn(uniform, here):
        given = shares[here, :51].copy(), shares[here, 51:].copy()
        return sampler.pitch(*given, [*map(float, uniform)], last[here], licks[here])

    def border(line):
        """The two neighbouring numbers between which a line's class becomes that of 0.5."""
        here, below, above = slice(line, line + 1), np.float32(0), np.float32(0.5)
        wanted = drawn([above], here)
        while np.nextafter(below, above) < above:
            between = (below + above) / np.float32(2)
            below, above = (
                (below, between) if drawn([between], here) >= wanted else (between, above)
            )
        return below, above

    for uniform in np.transpose([border(line) for line in range(lines)]):
        alone = [drawn([one], slice(n, n + 1))[0] for n, one in enumerate(uniform)]
        np.testing.assert_array_equal(drawn(uniform, slice(None)), alone)

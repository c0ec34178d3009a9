"""Beats are divided as transcribers divide them."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.transcription.subdivision import SUBDIVISIONS, assign, subdivide

rising = st.lists(
    st.floats(-0.1, 0.99), min_size=1, max_size=5, unique=True
).map(sorted)  # fmt: skip


@given(rising, st.sampled_from([d for d in SUBDIVISIONS if 5 <= d <= 10]))
def test_the_parts_are_those_of_the_least_squares(phases, division):
    together = assign(np.array([phases, phases]), np.array([16, division]))
    found = together[1]
    assert all(b > a for a, b in pairwise(found))

    def left(slots):
        return sum(
            (phase - slot / division) ** 2 for phase, slot in zip(phases, slots, strict=True)
        )

    least = min(map(left, combinations(range(division), len(phases))))
    assert left(found) == pytest.approx(least, abs=1e-12)


@pytest.mark.parametrize(
    ("phases", "ticks"),
    [
        ([0.02], [0]),
        ([0.55], [12]),
        ([0.03, 0.58], [0, 12]),
        ([0.02, 0.36, 0.68], [0, 8, 16]),
        ([0.01, 0.27, 0.52, 0.77], [0, 6, 12, 18]),
        ([0.0, 0.17, 0.34, 0.5, 0.68, 0.84], [0, 4, 8, 12, 16, 20]),
        ([0.51, 0.76], [12, 18]),
        ([0.04, 0.78], [0, 18]),
    ],
)
def test_what_a_transcriber_would_write(phases, ticks):
    assert subdivide(np.array([phases]), np.array([0.4])).tolist() == [ticks]


@given(st.lists(st.floats(0, 0.999), min_size=1, max_size=24, unique=True).map(sorted),
       st.floats(0.15, 2.0))  # fmt: skip
def test_every_note_has_a_tick_of_its_own(phases, seconds):
    [ticks] = subdivide(np.array([phases]), np.array([seconds])).tolist()
    assert len(set(ticks)) == len(phases)
    assert ticks == sorted(ticks)
    assert ticks[0] >= 0
    assert ticks[-1] < 24


def test_beats_do_not_depend_on_their_neighbours():
    phases = np.array([[0.03, 0.58], [0.1, 0.7], [0.0, 0.5]])
    seconds = np.array([0.3, 0.4, 0.5])
    alone = [subdivide(phases[n : n + 1], seconds[n : n + 1])[0].tolist() for n in range(3)]
    assert subdivide(phases, seconds).tolist() == alone

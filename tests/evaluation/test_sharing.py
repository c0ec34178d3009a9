"""Shared runs: compared with an exhaustive search, and on lines with planted copies."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_lines import random_line

from jazzgen.evaluation.metrics import SoloSet
from jazzgen.evaluation.rows import row_values
from jazzgen.evaluation.sharing import match, match_solos

lines = st.lists(st.lists(st.integers(0, 2), max_size=12), min_size=1, max_size=5)


def brute_force(line, sources, tune, source_tunes, length):
    """Return how many windows of a line occur in a source over another tune."""
    others = [s for s, t in zip(sources, source_tunes, strict=True) if t != tune]
    windows = {tuple(s[k : k + length]) for s in others for k in range(len(s) - length + 1)}
    return sum(tuple(line[k : k + length]) in windows for k in range(len(line) - length + 1))


@settings(max_examples=60, deadline=None)
@given(lines, lines, st.data())
def test_it_finds_what_a_search_finds(ours, theirs, data):
    tunes = data.draw(st.lists(st.integers(-1, 2), min_size=len(ours), max_size=len(ours)))
    source_tunes = data.draw(st.lists(st.integers(0, 2), min_size=len(theirs),
                                      max_size=len(theirs)))  # fmt: skip
    arrays = [[np.array(line, dtype=np.int64) for line in side] for side in (ours, theirs)]
    for line, tune, found in zip(ours, tunes, match(*arrays, tunes, source_tunes), strict=True):
        counts = {n: brute_force(line, theirs, tune, source_tunes, n)
                  for n in range(1, len(line) + 1)}  # fmt: skip
        assert found.length == max((n for n, count in counts.items() if count), default=0)
        assert found.shares == {n: count / (len(line) - n + 1) for n, count in counts.items()}
        if found.length:
            run = line[found.start : found.start + found.length]
            source = theirs[found.source]
            assert source[found.source_start : found.source_start + found.length] == run
            assert source_tunes[found.source] != tune


def test_a_transposed_copy_is_a_copy_and_one_in_other_rhythm_is_so_in_intervals_only():
    line = random_line(1)
    copy = replace(line.transpose(3), title="Another")
    slow = replace(line, title="Another", notes=tuple(
        replace(note, onset=2 * note.onset) for note in line.notes[: len(line.notes) // 2]
    ))  # fmt: skip
    steps = len(line.notes) - 1
    assert match_solos([copy], [line], "interval")[0].length == steps
    assert match_solos([copy], [line], "rhythm")[0].length == steps
    assert match_solos([slow], [line], "interval")[0].length == len(slow.notes) - 1
    assert match_solos([slow], [line], "rhythm")[0].length < len(slow.notes) // 2


def test_a_solo_is_not_compared_with_its_own_tune_unless_asked():
    line = random_line(1)
    assert match_solos([line], [line], "interval")[0].length == 0
    assert match_solos([line], [line], "interval", own_tune=True)[0].length == len(line.notes) - 1


def test_an_untitled_solo_is_its_own_tune():
    one, two = (replace(random_line(seed), title="") for seed in (1, 1))
    assert match_solos([replace(one, source="a")], [replace(two, source="b")], "interval")[0].length


def test_each_solo_has_one_value():
    solos = [random_line(seed) for seed in range(4)]
    rows = row_values(SoloSet(solos, solos))
    assert {len(rows[name]) for name in rows if "shared" in name} == {4}
    assert (rows["interval_run"] >= 2).all()
    assert (rows["interval_shared_3"] >= rows["interval_shared_4"]).all()
    assert (rows["rhythm_shared_3"] <= rows["interval_shared_3"]).all()


def test_a_solo_too_short_for_an_n_gram_has_no_share_of_it():
    line = random_line(1)
    short = line.with_notes(line.notes[:4])
    rows = row_values(SoloSet([replace(short, title="Short")], [line]))
    assert rows["interval_run"] == pytest.approx(3)
    assert rows["interval_shared_3"] == pytest.approx(1)
    assert not len(rows["interval_shared_4"])

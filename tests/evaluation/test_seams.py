"""What tells the seams of regenerated bars from people's bar lines."""

import numpy as np
import pytest

from jazzgen.encoding.seam_intervals import interval_class
from jazzgen.evaluation.listener import Panel
from jazzgen.evaluation.seams import FEATURES, Seam, count_intervals, seam_features, tell_seams
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["Dm7"], ["G7"], ["Cmaj7"], ["C6"]] * 4)
QUICK = Panel(folds=3, repeats=1, trees=20)


def test_a_bar_line_by_hand():
    solo = Solo((Note(48, 12, 60), Note(72, 9, 64), Note(100, 8, 62), Note(120, 12, 67)), CHART)
    found = dict(zip(FEATURES, seam_features(solo, 96), strict=True))
    assert found == {
        "interval": -2, "size": 2, "interval before": 4, "interval after": 5, "size before": 4,
        "size after": 5, "rest": 19, "time between onsets": 28, "onset after": 4,
        "onset before": 24, "on a beat": False, "on an eighth": False, "contour before": -1,
        "contour after": -1,
    }  # fmt: skip


def test_less_than_an_eighth_of_silence_is_no_rest():
    solo = Solo((Note(48, 12, 60), Note(72, 13, 64), Note(96, 8, 64), Note(120, 12, 60)), CHART)
    found = dict(zip(FEATURES, seam_features(solo, 96), strict=True))
    assert (found["rest"], found["on a beat"], found["contour before"]) == (0, True, 0)


@pytest.mark.parametrize("tick", [0, 12, 13, 96 * 15, 300])
def test_where_too_few_notes_are_around(tick):
    few = Solo((Note(0, 12, 60), Note(12, 12, 62), Note(500, 12, 62), Note(600, 12, 62)), CHART)
    assert seam_features(few, tick) is None


def test_intervals_across_bar_lines_are_counted():
    solo = Solo(tuple(Note(48 * n, 12, 60 + [0, 1, 30, 31][n % 4]) for n in range(8)), CHART)
    counts = count_intervals([solo, solo])
    # Bar lines at ticks 96 and 288 (29 semitones up), and at 192 (31 down).
    assert sum(counts) == 6
    assert (counts[interval_class(20)], counts[interval_class(-20)]) == (4, 2)


def walks(step, number):
    """Solos in eighths, which step by a semitone, and otherwise across bar lines."""
    rng, seams = np.random.default_rng(number), []
    for tune in range(12):
        pitches = [60]
        for n in range(1, 60):
            size = step if n % 8 == 0 else 1
            pitches.append(pitches[-1] + size * (1 if pitches[-1] < 60 else -1))
        notes = [Note(12 * n, int(rng.integers(6, 12)), one) for n, one in enumerate(pitches)]
        solo = Solo(tuple(notes), CHART)
        seams += [Seam(solo=solo, tick=96 * bar, tune=str(tune)) for bar in range(1, 6)]
    return seams


def test_wide_steps_are_told_and_equal_ones_are_not():
    assert tell_seams(walks(7, 0), walks(1, 1), panel=QUICK) > 0.95
    assert tell_seams(walks(1, 0), walks(1, 1), panel=QUICK) == pytest.approx(0.5, abs=0.15)

"""Filling a gap in a solo so that the notes behind it follow from the new ones.

A model plays from left to right: in a gap it has heard what comes before, and nothing of what
comes after. So several candidates are drawn, and the one is kept after which the notes that stay
are likeliest, as in importance resampling (Rubin 1988), but always with the greatest weight.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.config.sampling import FILL_DRAWS
from jazzgen.encoding.gap import Gap
from jazzgen.encoding.performance import Column
from jazzgen.encoding.seam_intervals import interval_likelihood
from jazzgen.encoding.values import REST
from jazzgen.music.solo import Solo
from jazzgen.nn.draws import draw_seeds
from jazzgen.nn.engine import Engine, Task

__all__ = ["fill_gap"]

Rows = NDArray[np.int32]

HORIZON = 16
"""The number of values behind a gap whose likelihood decides: about two bars."""
SEAM_WEIGHT = 1.0
"""How much the likelihood of the steps across the seams counts, beside that of what follows.

Among `HORIZON` values the step across the seam hardly decides. Without a weight of its own, 0, a
classifier tells seams from people's bar lines a little better, and with a greater one, 2, no worse:
then new notes step across the seam a little too smoothly."""
NEARLY = 1e-3
"""The difference in nats below which candidates count as equal: the engines round differently."""


def fill_gap(engine: Engine, gap: Gap, task: Task, draws: int = FILL_DRAWS) -> list[Solo]:
    """Return a solo with new notes in its gap, once for each line of a task.

    Args:
        engine: The engine of the model.
        gap: The gap; seamless if there is more than one candidate (see `Gap.of_bars`).
        task: The task of playing over the solo's chart, from the gap's `opening` on.
        draws: The number of candidates for each line. With 1, what follows is not heard.
    """
    if draws == 1 or not gap.after:  # where nothing follows, there is nothing to choose by
        return [gap.filled(values) for values in engine.play(replace(task, end=gap.end))]
    reader = engine.player(task, rewinds=False)
    lines = [line for line in range(len(task.seeds)) for _ in range(draws)]
    drawn = reader.branch([one for seed in task.seeds for one in draw_seeds(seed, draws)], lines)
    drawn.play(gap.end)
    new = [gap.new_values(values) for values in drawn.values[:, len(task.opening) :]]
    following = gap.following(HORIZON)
    notes = [_to_last_note(values) for values in new]
    # The silence up to the first note that stays is part of what follows.
    after = [
        np.concatenate([values[end:], gap.heard_after(values, following)])
        for values, end in zip(new, notes, strict=True)
    ]
    before = [values[:end] for values, end in zip(new, notes, strict=True)]
    scores = reader.likelihood(before, after, lines)
    scores += SEAM_WEIGHT * np.array([_steps(gap, values) for values in new])
    return [
        gap.replaced(new[line * draws + _best(own)])
        for line, own in enumerate(scores.reshape(-1, draws))
    ]


def _to_last_note(values: Rows) -> int:
    """The number of values up to the last note."""
    sounding = np.flatnonzero(values[:, Column.PITCH] != REST)
    return int(sounding[-1]) + 1 if len(sounding) else 0


def _steps(gap: Gap, values: Rows) -> float:
    """How likely people step as new values do across the seams: the mean of both logarithms.

    The solo may begin or end with the gap, which then has one seam or none.
    """
    new = [pitch for pitch in values[:, Column.PITCH].tolist() if pitch != REST]
    last, first = [note.pitch for note in gap.before[-1:]], [note.pitch for note in gap.after[:1]]
    # Across silence there is one step, from the last note before the gap to the first behind it.
    pairs = [*zip(last, new[:1] or first, strict=False), *zip(new[-1:], first, strict=False)]
    likely = [interval_likelihood(*pair) for pair in pairs]
    return sum(likely) / max(len(likely), 1)


def _best(scores: NDArray[np.float64]) -> int:
    """The first of the candidates that are as good as the best."""
    return int(np.flatnonzero(scores >= scores.max() - NEARLY)[0])

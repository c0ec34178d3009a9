"""The cheapest way through a sequence of choices: the Viterbi algorithm.

A bass line and a chain of piano voicings are the same problem. At each step one of several
pitches (or voicings) is chosen. Each choice has a cost of its own, and so has each move from one
choice to the next. The sequence with the least total cost is played.

Trying all sequences would take K^N sums for N steps of K choices. But the best way to reach a
choice does not depend on what comes after it, so one way to each choice is enough to remember:
N·K² sums (Viterbi, "Error Bounds for Convolutional Codes", 1967; Bellman's principle of
optimality).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["cheapest_path"]


def cheapest_path(
    costs: Sequence[NDArray[np.float64]], moves: Sequence[NDArray[np.float64]]
) -> list[int]:
    """Return the index of the choice to take at each step.

    >>> stay, go = np.array([[0.0, 5.0], [5.0, 0.0]]), np.zeros((2, 2))
    >>> cheapest_path([np.array([1.0, 0.0]), np.array([0.0, 3.0])], [stay])
    [0, 0]
    >>> cheapest_path([np.array([1.0, 0.0]), np.array([0.0, 3.0])], [go])
    [1, 0]

    Args:
        costs: For each of the N steps, what each of its choices costs, shape (K,); K may differ
            from step to step.
        moves: For each step but the last, what the moves from its choices to those of the next
            step cost, shape (K, K of the next step).
    """
    if not costs:
        return []
    best = costs[0]  # (K,), the least total with which each choice can be reached
    came_from: list[NDArray[np.intp]] = []
    for own, move in zip(costs[1:], moves, strict=True):
        totals = best[:, None] + move  # (K, K of the next step)
        came_from.append(totals.argmin(axis=0))
        best = totals.min(axis=0) + own
    # Only now is it known which of the ends is the cheapest: the path is read off backwards.
    choice = int(best.argmin())
    path = [choice]
    for earlier in reversed(came_from):
        choice = int(earlier[choice])
        path.append(choice)
    return path[::-1]

"""Temperature, `top_k`, `top_p` and `min_p`: how probabilities are reshaped before a draw.

Cutting off unlikely classes has two forms, one for arrays and one for a single line in Python's own
numbers (see `sampling`), which must agree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["TINY", "cool", "cut", "threshold"]

Floats = NDArray[Any]

TINY = np.float32(1e-37)
"""The least divisor, so that 0 / 0 is 0; a float32 holds it at full precision."""


def cool(shares: Floats, temperature: float, top_k: int) -> Floats:
    """Apply a temperature, and set all but the `top_k` likeliest classes to 0.

    Args:
        shares: Probabilities, shape (B, V).
        temperature: More than 0; 1 leaves them as they are.
        top_k: How many classes are kept; 0 for all.

    Returns:
        Shape (B, V), not normalised; `shares` itself if nothing changes.
    """
    if temperature != 1:
        # p^(1/T) is the softmax of logits / T, but for a factor. The likeliest class is scaled to
        # 1 first: at a low temperature the powers of all of them might be too small for a float.
        likeliest = np.maximum(np.maximum.reduce(shares, axis=1, keepdims=True), TINY)
        shares = (shares / likeliest) ** shares.dtype.type(1 / temperature)
    if top_k and top_k < shares.shape[1]:
        least = np.partition(shares, -top_k, axis=1)[:, -top_k, None]
        shares = np.where(shares >= least, shares, shares.dtype.type(0))
    return shares


def threshold(shares: list[float], top_p: float, min_p: float) -> tuple[float, float]:
    """Return the threshold below which `top_p` and `min_p` cut classes off: `cut` for one line.

    Args:
        shares: Probabilities of the classes; they need not add up to 1.
        top_p: See `Sampler`.
        min_p: See `Sampler`.

    Returns:
        The least probability that is kept, and the sum of all that are kept.
    """
    falling, total = sorted(shares, reverse=True), sum(shares)
    least = falling[0]
    bar, reached, kept = least * min_p, top_p * total, 0.0
    for share in falling:
        # The class that crosses `top_p` is kept, so that there is always one, and so are classes
        # as likely as the last one.
        if (kept >= reached and share < least and top_p < 1) or share < bar:
            break
        kept += share
        least = share
    return least, kept


def cut(shares: Floats, top_p: float, min_p: float) -> None:
    """Set to 0, in place, the classes that `top_p` and `min_p` exclude.

    Args:
        shares: Probabilities, which add up to 1 along the last axis, shape (…, V).
        top_p: See `Sampler`.
        min_p: See `Sampler`.
    """
    if top_p >= 1 and not min_p:
        return
    falling = np.negative(shares)  # negated, since NumPy sorts upwards only
    falling.sort(axis=-1)
    least: Floats = np.zeros(1, shares.dtype)
    if top_p < 1:
        # The probability of all likelier classes together: the class that crosses `top_p` is kept,
        # so that there is always one.
        before = falling - np.add.accumulate(falling, axis=-1)
        # The least probability that is kept is the largest negated one; -2 is less than any.
        reached = np.where(before < shares.dtype.type(top_p), falling, shares.dtype.type(-2))
        least = -np.maximum.reduce(reached, axis=-1, keepdims=True)
    if min_p:
        likely = falling[..., :1] * shares.dtype.type(-min_p)
        least = np.maximum(least, likely)
    shares *= shares >= least

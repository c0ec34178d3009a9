"""Place features in the inference graph: what `encoding.place_features` computes, for a batch.

They are read from the memories of `repeat_features`: where a value began follows from the
durations of those after it.
"""

from __future__ import annotations

import numpy as np
from keras import ops

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.place_features import FOLLOWED, NOWHERE, PLACE_COLUMNS
from jazzgen.encoding.repeat_features import REST_TOKEN
from jazzgen.encoding.values import NO_PITCH
from jazzgen.nn.keras_engine.lookup import look_up
from jazzgen.nn.keras_engine.repeat_features import NOTHING, interval_class
from jazzgen.nn.tensor import Tensor

__all__ = ["recall_places"]


def recall_places(memory: Tensor, clock: Tensor, last: Tensor, row: Tensor) -> Tensor:
    """Return the columns of all earlier places.

    Args:
        memory: The lines' memories, float32, shape (B, MEMORY, 2).
        clock: The tick at which each line ends, int32, shape (B,).
        last: The pitch of each line's last note, or `NO_PITCH`, int32, shape (B,).
        row: The row of the chart table at the clock, int32, shape (B, CHART_COLUMNS).

    Returns:
        For each place the columns of `PlaceColumn`, int32, shape (B, PLACE_COLUMNS).
    """
    memory = ops.cast(memory, "int32")
    interval, duration = memory[..., 0], memory[..., 1]
    played = interval > int(NOTHING)
    # Sums over the values from each to the newest one tell where it began and how it sounded.
    onset = clock[:, None] - _from_here(ops.where(played, duration, 0))
    note = ops.logical_and(played, ops.not_equal(interval, REST_TOKEN))
    leap = ops.where(note, interval, 0)
    # The last pitch minus all intervals after a note is the pitch of that note.
    pitch = ops.where(note, last[:, None] - _from_here(leap) + leap, NO_PITCH)
    values = ops.stack([interval, duration, onset, pitch], axis=-1)  # (B, MEMORY, 4)
    back = row[:, ChartColumn.BACK : ChartColumn.GROUP]  # (B, P)
    place = clock[:, None] - back
    size = memory.shape[1]
    unplayed = ops.logical_not(played)
    before = ops.logical_or(unplayed[:, None], onset[:, None] < place[..., None])  # (B, P, MEMORY)
    index = ops.sum(ops.cast(before, "int32"), axis=-1)  # of the first value from each place on
    oldest = ops.sum(ops.cast(unplayed, "int32"), axis=-1)
    found = look_up(values, ops.minimum(index, size - 1))  # (B, P, 4)
    known = ops.logical_and(ops.logical_and(back > 0, place >= 0), index < size)
    wait = found[..., 2] - place
    # The values before each place and those before now, the newest first, (B, P, FOLLOWED, 4).
    ages = np.arange(1, FOLLOWED + 1, dtype=np.int32)
    earlier = index[..., None] - ages
    places = back.shape[-1]
    then = look_up(values, ops.reshape(ops.maximum(earlier, 0), (-1, places * FOLLOWED)))
    then = ops.reshape(then, (-1, places, FOLLOWED, 4))
    now = ops.flip(values[:, size - FOLLOWED :], 1)[:, None]
    same = ops.logical_and(
        ops.equal(then[..., 0], now[..., 0]), ops.equal(then[..., 1], now[..., 1])
    )
    same = ops.logical_and(same, earlier >= oldest[:, None, None])
    # The values up to the first that differs. A running product would say the same, but ONNX has
    # no such operation.
    differing = ops.cumsum(ops.cast(ops.logical_not(same), "int32"), axis=-1)
    followed = ops.sum(ops.cast(ops.equal(differing, 0), "int32"), axis=-1)
    columns = [
        interval_class(found[..., 0]),
        found[..., 1],
        wait,
        found[..., 3],
        ops.where(ops.equal(wait, 0), followed, 0),
    ]
    told = ops.where(known[..., None], ops.stack(columns, axis=-1), np.array(NOWHERE, np.int32))
    return ops.reshape(told, (-1, PLACE_COLUMNS))


def _from_here(numbers: Tensor) -> Tensor:
    """The sums of the numbers from each to the last, (B, MEMORY)."""
    return ops.flip(ops.cumsum(ops.flip(numbers, 1), axis=1), 1)

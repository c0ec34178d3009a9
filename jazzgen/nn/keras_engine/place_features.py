"""Place features in the inference graph: what `encoding.place_features` computes, for a batch.

They are read from the memories of `repeat_features`: where a value began follows from the
durations of those after it.
"""

from __future__ import annotations

from keras import ops

from jazzgen.encoding.chart_table import PLACES, ChartColumn
from jazzgen.encoding.place_features import FOLLOWED, NOWHERE
from jazzgen.encoding.repeat_features import REST_TOKEN
from jazzgen.encoding.values import NO_PITCH
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
    duration = ops.where(played, duration, 0)
    # Sums over the values from each to the newest one.
    onset = clock[:, None] - ops.flip(ops.cumsum(ops.flip(duration, 1), axis=1), 1)
    note = ops.logical_and(played, ops.not_equal(interval, REST_TOKEN))
    leap = ops.where(note, interval, 0)
    # The last pitch minus all intervals after a note is the pitch of that note.
    pitch = last[:, None] - (ops.flip(ops.cumsum(ops.flip(leap, 1), axis=1), 1) - leap)
    pitch = ops.where(note, pitch, NO_PITCH)
    values = ops.stack([interval, duration, onset, pitch], axis=-1)  # (B, MEMORY, 4)
    return ops.concatenate(
        [
            _recall(values, played, clock, row[:, ChartColumn.BACK + place])
            for place in range(PLACES)
        ],
        axis=-1,
    )


def _recall(values: Tensor, played: Tensor, clock: Tensor, back: Tensor) -> Tensor:
    """The columns of one place, int32, shape (B, 5).

    Args:
        values: Interval, duration, onset and pitch of each remembered value, int32, shape
            (B, MEMORY, 4).
        played: Which of them exist, bool, shape (B, MEMORY).
        clock: The tick at which each line ends, shape (B,).
        back: The ticks from the place to it, 0 for no such place, shape (B,).
    """
    batch, size, _ = ops.shape(values)
    place = clock - back
    before = ops.logical_or(ops.logical_not(played), values[..., 2] < place[:, None])
    index = ops.sum(ops.cast(before, "int32"), axis=1)  # (B,): of the first value from there on
    rows, first = ops.reshape(values, (-1, 4)), ops.arange(batch, dtype="int32") * size
    found = ops.take(rows, first + ops.minimum(index, size - 1), axis=0)  # (B, 4)
    oldest = ops.sum(ops.cast(ops.logical_not(played), "int32"), axis=1)
    known = ops.logical_and(ops.logical_and(back > 0, place >= 0), index < size)
    wait = found[:, 2] - place
    followed = ops.cast(ops.logical_and(known, ops.equal(wait, 0)), "int32")
    total = ops.zeros_like(followed)
    for age in range(1, FOLLOWED + 1):
        then = ops.take(rows, first + ops.maximum(index - age, 0), axis=0)
        now = values[:, size - age]
        same = ops.logical_and(ops.equal(then[:, 0], now[:, 0]), ops.equal(then[:, 1], now[:, 1]))
        followed = ops.where(ops.logical_and(same, index - age >= oldest), followed, 0)
        total = total + followed
    columns = [interval_class(found[:, 0]), found[:, 1], wait, found[:, 3], total]
    return ops.stack(
        [ops.where(known, one, none) for one, none in zip(columns, NOWHERE, strict=True)], axis=-1
    )

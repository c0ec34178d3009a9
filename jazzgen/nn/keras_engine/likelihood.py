"""The likelihood of a solo under a model, step by step, with teacher forcing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from jazzgen.datasets.windows import Batch, stack
from jazzgen.encoding.examples import Example
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import REST_DEGREE, JointVocabulary
from jazzgen.nn.adaptation import adapt_solo
from jazzgen.nn.tensor import Tensor

__all__ = [
    "Judge",
    "Judged",
    "Likelihood",
    "bits_of",
    "bits_per_note",
    "factored",
    "joint",
    "likelihoods",
    "measured_bits",
    "measured_costs",
    "mixture",
    "network_bits_per_note",
]

Floats = NDArray[np.float64]

BATCH = 8
"""The number of solos in a batch; solos of similar length share one, to save padding."""
STEPS = 128
"""Where a graph is compiled for each size, solos are padded to a multiple of these values."""


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """Negative log-likelihoods of one solo's steps, in nats, each of shape (T,).

    Args:
        pitch: That of the pitch or rest.
        time: That of the duration, given the pitch.
        note_pitch: That of the pitch, given that it is a note; NaN at a rest.
        pitch_right: Whether the likeliest pitch is the one that was played (notes only).
        time_right: Whether the likeliest duration is the one that was played.
        counted: Whether a step counts in measures.
        notes: Whether a step is a note.
        network: That of the value without adaptation: what the network alone expects of it.
        name: The solo's name, for messages.
    """

    pitch: Floats
    time: Floats
    note_pitch: Floats
    pitch_right: NDArray[np.bool_]
    time_right: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    notes: NDArray[np.bool_]
    network: Floats
    name: str = ""

    @property
    def total(self) -> Floats:
        """The negative log-likelihood of the value: pitch and duration together."""
        return self.pitch + self.time


class Judged(NamedTuple):
    """The first fields of `Likelihood`, of a solo with padding behind it, each of shape (T,).

    `network` is None where nothing adapts: it is the sum of `pitch` and `time` then.
    """

    pitch: Floats
    time: Floats
    note_pitch: Floats
    pitch_right: NDArray[np.bool_]
    time_right: NDArray[np.bool_]
    network: Floats | None = None


Judge = Callable[[dict[str, Tensor], Batch], Iterator[Judged]]


def bits_per_note(likelihoods: Sequence[Likelihood]) -> float:
    """Return the cost in bits of all counted steps, divided by the number of counted notes."""
    return bits_of(map(_nats_and_notes, likelihoods))


def network_bits_per_note(likelihoods: Sequence[Likelihood]) -> float:
    """Return the same without adaptation: what the network alone expects of the steps."""
    return bits_of(
        (float(one.network[one.counted].sum()), int((one.counted & one.notes).sum()))
        for one in likelihoods
    )


def measured_bits(
    graph: keras.Model,
    examples: Sequence[Example],
    judge: Judge | None = None,
) -> float:
    """Return the `bits_per_note` of `likelihoods`, without keeping them all in memory.

    Args:
        graph: A training graph.
        examples: The solos.
        judge: See `likelihoods`.
    """
    return bits_of(measured_costs(graph, examples, judge))


def measured_costs(
    graph: keras.Model,
    examples: Sequence[Example],
    judge: Judge | None = None,
) -> list[tuple[float, int]]:
    """Return for each solo the cost of its counted steps in nats, and its counted notes.

    Args:
        graph: A training graph.
        examples: The solos.
        judge: See `likelihoods`.
    """
    found = {number: _nats_and_notes(one) for number, one in _judged(graph, examples, judge)}
    return [found[number] for number in range(len(examples))]


def _nats_and_notes(one: Likelihood) -> tuple[float, int]:
    return float(one.total[one.counted].sum()), int((one.counted & one.notes).sum())


def bits_of(solos: Iterable[tuple[float, int]]) -> float:
    """Return bits per note, from the cost of each solo in nats and its notes."""
    costs = list(solos)
    notes = sum(counted for _, counted in costs)
    return sum(nats for nats, _ in costs) / max(notes, 1) / math.log(2)


def likelihoods(
    graph: keras.Model,
    examples: Sequence[Example],
    judge: Judge | None = None,
    batch_size: int = BATCH,
) -> list[Likelihood]:
    """Return the likelihood of whole solos under a training graph, teacher-forced.

    Args:
        graph: A training graph.
        examples: The solos, in the form of the graph's preset.
        judge: A function that computes the likelihoods from the graph's outputs, usually the
            model's `SharedLayers.judge`; by default `factored`.
        batch_size: The number of solos in a batch.

    Returns:
        The likelihood of each example, in their order.
    """
    found = dict(_judged(graph, examples, judge, batch_size))
    return [found[index] for index in range(len(examples))]


def _judged(
    graph: keras.Model,
    examples: Sequence[Example],
    judge: Judge | None,
    batch_size: int = BATCH,
) -> Iterator[tuple[int, Likelihood]]:
    """Indices and likelihoods of solos, the shortest first."""
    order = sorted(range(len(examples)), key=lambda index: len(examples[index]))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        solos = [examples[index] for index in chosen]
        # At least one step, since no graph accepts an empty time axis.
        batch = stack(solos, max(len(solos[-1]), 1))
        if keras.backend.backend() != "tensorflow":  # compiled anew for each size: have few
            batch = stack(solos, -(-len(batch.weights[0]) // STEPS) * STEPS).filled(batch_size)
        outputs = graph.predict_on_batch(batch.inputs)
        rows = (judge or factored)(outputs, batch)
        # Rows that fill up a batch stand behind those of the solos.
        for index, row, solo in zip(chosen, rows, solos, strict=False):
            yield index, _cut(row, solo)


def _cut(row: Judged, example: Example) -> Likelihood:
    """A solo's likelihood without the padding behind it."""
    size = len(example)
    return Likelihood(
        pitch=row.pitch[:size],
        time=row.time[:size],
        note_pitch=row.note_pitch[:size],
        pitch_right=row.pitch_right[:size],
        time_right=row.time_right[:size],
        counted=example.counted,
        notes=example.notes,
        network=(row.pitch + row.time if row.network is None else row.network)[:size],
        name=example.name,
    )


def factored(outputs: dict[str, Tensor], batch: Batch, adapts: float = 0) -> Iterator[Judged]:
    """Judge the pitch, then the duration given the pitch (the improviser).

    Args:
        outputs: The training graph's logits, with an axis for the members of the ensemble:
            `pitch`, shape (B, T, M, 129), and `duration`, shape (B, T, M, 96).
        batch: The solos.
        adapts: How far what is expected adapts to each solo: the part of a whole step that its
            biases take (see `nn.adaptation`).
    """
    pitch_target, time_target = batch.targets["pitch"], batch.targets["duration"]
    for row, pitch in enumerate(pitch_target):
        log_pitch = mixture(outputs["pitch"][row])  # (T, 129)
        log_time = mixture(outputs["duration"][row])  # (T, 96)
        network = -_pick(log_pitch, pitch) - _pick(log_time, time_target[row])
        if adapts:
            log_pitch, log_time = (
                np.log(np.maximum(shares, 1e-300))
                for shares in adapt_solo(
                    np.exp(log_pitch), np.exp(log_time), batch.inputs["history"][row],
                    batch.inputs["rows"][row], (pitch, time_target[row] + 1), adapts,
                )
            )  # fmt: skip
        nll = -_pick(log_pitch, pitch)
        # ln(1 - p(rest)), with p(rest) kept below 1: else a sure rest gives minus infinity.
        is_note = np.log1p(-np.exp(np.minimum(log_pitch[:, REST], -1e-12)))
        yield Judged(
            nll,
            -_pick(log_time, time_target[row]),
            np.where(pitch == REST, np.nan, nll + is_note),
            log_pitch[:, :REST].argmax(-1) == pitch,
            log_time.argmax(-1) == time_target[row],
            network,
        )


def joint(
    outputs: dict[str, Tensor], batch: Batch, vocabulary: JointVocabulary
) -> Iterator[Judged]:
    """Judge joint values (the classic preset): the pitch of each, then its duration.

    Values with the same degree and octave have the same pitch, so the probability of a pitch is
    the sum of theirs.

    Args:
        outputs: The training graph's logits: `value`, shape (B, T, V).
        batch: The solos.
        vocabulary: The values.
    """
    pitches, pitch_of = np.unique(vocabulary.table[:, :2], axis=0, return_inverse=True)
    member = np.eye(len(pitches))[pitch_of]  # (V, pitches): 1 for a value of that pitch
    sounding = pitches[:, 0] != REST_DEGREE
    for row, value in enumerate(batch.targets["value"]):
        log_value = _log_softmax(outputs["value"][row])  # (T, V)
        share = np.maximum(np.exp(log_value) @ member, 1e-300)  # (T, pitches)
        pitch = pitch_of[value]
        nll = -np.log(_pick(share, pitch))
        is_note = np.log(np.maximum(share[:, sounding].sum(-1), 1e-300))
        within = np.where(pitch_of[None] == pitch[:, None], log_value, -np.inf)
        yield Judged(
            nll,
            -_pick(log_value, value) - nll,
            np.where(sounding[pitch], nll + is_note, np.nan),
            np.where(sounding, share, -1).argmax(-1) == pitch,
            within.argmax(-1) == value,
        )


def _log_softmax(logits: Tensor) -> Floats:
    logits = np.asarray(logits, dtype=np.float64)
    logits = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))  # type: ignore[no-any-return]


def mixture(logits: Tensor) -> Floats:
    """Return logarithms of the mean of the members' distributions, (T, M, V) → (T, V)."""
    mean: Floats = np.exp(_log_softmax(logits)).mean(axis=1)
    return np.log(np.maximum(mean, 1e-300))


def _pick(table: Floats, index: NDArray[np.integer[Any]]) -> Floats:
    return np.take_along_axis(table, index[:, None], axis=-1)[:, 0]

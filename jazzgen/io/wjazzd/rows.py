"""The rows of the Weimar Jazz Database, every value of them checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

from jazzgen.errors import SoloError

__all__ = ["BeatRow", "NoteRow", "SoloRows", "text_of"]

LONGEST = 1e6
"""Seconds: no recording reaches so far."""


class BeatRow(NamedTuple):
    """One beat: its time in seconds, its place, and what changes on it."""

    onset: float
    bar: int
    beat: int
    signature: str
    chord: str
    form: str
    chorus: int


class NoteRow(NamedTuple):
    """One note: times in seconds, its place in bar, beat and tatum, loudness in dB or None."""

    onset: float
    pitch: int
    duration: float
    bar: int
    beat: int
    division: int
    tatum: int
    loudness: float | None


@dataclass(frozen=True)
class SoloRows:
    """What the database says of one solo, values as they stand there.

    `beats` and `notes` check each value when they are asked for, so that one
    broken solo does not stand in the way of the others.
    """

    name: str
    info: Mapping[str, Any]
    _beats: list[tuple[Any, ...]]
    _notes: list[tuple[Any, ...]]
    _phrases: list[tuple[Any, ...]]

    def text(self, column: str) -> str:
        """Return a text of solo_info, nothing where it holds none."""
        return text_of(self.info[column])

    @property
    def tempo(self) -> float | None:
        """Average beats per minute, or None where that is not given.

        Raises:
            SoloError: Not a number above 0.
        """
        value = self.info["avgtempo"]
        if value in (None, ""):
            return None
        if not _is_number(value) or value <= 0:
            raise SoloError(f"avgtempo is {value!r}; expected beats per minute")
        return float(value)

    def beats(self) -> list[BeatRow]:
        """Return the beats in order.

        Raises:
            SoloError: There are none, or a value is broken.
        """
        if not self._beats:
            raise SoloError("no beats")
        return [_beat(row) for row in self._beats]

    def notes(self) -> list[NoteRow]:
        """Return the notes in order.

        Raises:
            SoloError: There are none, or a value is broken.
        """
        if not self._notes:
            raise SoloError("no notes")
        return [_note(row) for row in self._notes]

    def phrases(self) -> list[int]:
        """Return the indices of the notes that begin a phrase.

        Raises:
            SoloError: A phrase begins at no note of the solo.
        """
        starts = sorted({start for (start,) in self._phrases}, key=str)
        for start in starts:
            if not isinstance(start, int) or not 0 <= start < len(self._notes):
                raise SoloError(f"a phrase begins at note {start!r} of {len(self._notes)}")
        return sorted(starts)


def _beat(row: tuple[Any, ...]) -> BeatRow:
    beatid, onset, bar, beat, signature, chord, form, chorus = row
    where = f"beat row {beatid}"
    return BeatRow(
        _seconds(onset, where, "onset"), _whole(bar, where, "bar"),
        _whole(beat, where, "beat", least=1), text_of(signature), text_of(chord), text_of(form),
        0 if chorus in (None, "") else _whole(chorus, where, "chorus_id"),
    )  # fmt: skip


def _note(row: tuple[Any, ...]) -> NoteRow:
    eventid, onset, pitch, duration, bar, beat, division, tatum, loudness = row
    where = f"melody row {eventid}"
    note = NoteRow(
        _seconds(onset, where, "onset"), _whole(pitch, where, "pitch", least=0),
        _seconds(duration, where, "duration", least=0), _whole(bar, where, "bar"),
        _whole(beat, where, "beat", least=1), _whole(division, where, "division", least=1),
        _whole(tatum, where, "tatum", least=1),
        float(loudness) if _is_number(loudness) else None,
    )  # fmt: skip
    if note.tatum > note.division:
        raise SoloError(f"{where}: tatum {tatum} of {division}")
    if note.pitch > 127:
        raise SoloError(f"{where}: pitch is {pitch!r}; expected 0 to 127")
    return note


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and isfinite(value)


def _seconds(value: Any, where: str, column: str, least: float = -LONGEST) -> float:
    if not _is_number(value) or not least <= value <= LONGEST:
        raise SoloError(f"{where}: {column} is {value!r}; expected seconds")
    return float(value)


def _whole(value: Any, where: str, column: str, least: int | None = None) -> int:
    if not _is_number(value) or value != int(value) or (least is not None and value < least):
        floor = "" if least is None else f" of {least} or more"
        raise SoloError(f"{where}: {column} is {value!r}; expected a whole number{floor}")
    return int(value)


def text_of(value: Any) -> str:
    """Return a text as it stands in a column, nothing for NULL."""
    return "" if value is None else str(value).strip()

"""The rows of the Weimar Jazz Database, with a check of each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

from jazzgen.errors import SoloError

__all__ = ["BeatRow", "NoteRow", "SoloRows", "text_of"]

LONGEST = 1e6
"""The largest time in a recording, in seconds."""


class BeatRow(NamedTuple):
    """A beat: its time in seconds, its bar and number, and what changes on it."""

    onset: float
    bar: int
    beat: int
    signature: str
    chord: str
    form: str
    chorus: int


class NoteRow(NamedTuple):
    """A note: times in seconds, its bar, beat and tatum, and its loudness in dB or None."""

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
    """The rows of one solo, with the values as they are in the database.

    `beats` and `notes` check each value when they are called, so that one faulty solo does not
    prevent the others from being read.
    """

    name: str
    info: Mapping[str, Any]
    _beats: list[tuple[Any, ...]]
    _notes: list[tuple[Any, ...]]
    _phrases: list[tuple[Any, ...]]

    def text(self, column: str) -> str:
        """Return a text of the table solo_info, "" if it is empty."""
        return text_of(self.info[column])

    @property
    def tempo(self) -> float | None:
        """Average beats per minute, or None if the database has none.

        Raises:
            SoloError: The value is not a positive number.
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
            SoloError: There are none, or a value is invalid.
        """
        if not self._beats:
            raise SoloError("no beats")
        return [_beat(row) for row in self._beats]

    def notes(self) -> list[NoteRow]:
        """Return the notes in order.

        Raises:
            SoloError: There are none, or a value is invalid.
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
        onset=_seconds(onset, where, "onset"),
        bar=_whole(bar, where, "bar"),
        beat=_whole(beat, where, "beat", least=1),
        signature=text_of(signature),
        chord=text_of(chord),
        form=text_of(form),
        chorus=0 if chorus in (None, "") else _whole(chorus, where, "chorus_id"),
    )


def _note(row: tuple[Any, ...]) -> NoteRow:
    eventid, onset, pitch, duration, bar, beat, division, tatum, loudness = row
    where = f"melody row {eventid}"
    note = NoteRow(
        onset=_seconds(onset, where, "onset"),
        pitch=_whole(pitch, where, "pitch", least=0),
        duration=_seconds(duration, where, "duration", least=0),
        bar=_whole(bar, where, "bar"),
        beat=_whole(beat, where, "beat", least=1),
        division=_whole(division, where, "division", least=1),
        tatum=_whole(tatum, where, "tatum", least=1),
        loudness=float(loudness) if _is_number(loudness) else None,
    )
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
        floor = "" if least is None else f" of at least {least}"
        raise SoloError(f"{where}: {column} is {value!r}; expected a whole number{floor}")
    return int(value)


def text_of(value: Any) -> str:
    """Return the text of a value in a column, "" for NULL."""
    return "" if value is None else str(value).strip()

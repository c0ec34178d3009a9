"""Notes and solos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite

from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.outlets import Outlets
from jazzgen.runtime.arguments import check_fields, checked
from jazzgen.runtime.wording import counted, well_formed

__all__ = ["UNNAMED", "Note", "Solo"]

UNNAMED = "solo"
"""The name of a solo that has neither a source nor a title."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note of a solo.

    Args:
        onset: Where it is written, in ticks after the chart's beginning.
        duration: Its written length in ticks, at least 1.
        pitch: MIDI pitch, 0 to 127.
        velocity: MIDI velocity, 1 to 127.
        deviation: How much later than written it is played, in ticks; negative if earlier.
    """

    onset: int
    duration: int
    pitch: int
    velocity: int = 80
    deviation: float = 0.0

    @property
    def end(self) -> int:
        """The tick at which the note ends."""
        return self.onset + self.duration

    @property
    def is_valid(self) -> bool:
        """Whether every value is in its range."""
        try:
            return (
                self.onset >= 0
                and self.duration >= 1
                and 0 <= self.pitch <= 127
                and 1 <= self.velocity <= 127
                and isfinite(self.deviation)
            )
        except TypeError:  # one of them is no number
            return False


@dataclass(frozen=True, repr=False)
class Solo(Outlets):
    """A monophonic line over a chart.

    Args:
        notes: The notes by onset; none overlaps the next.
        chart: What it is played over, choruses unfolded.
        title: The name of the tune.
        performer: The name of the player.
        source: Where it comes from: the name of a file, or a key of a database.
        phrase_starts: The indices of the notes that begin a phrase, ascending; empty where
            nobody has marked the phrases.
        instrument: The name of the instrument (see `music.instrument`); empty if unknown.
        style: The name of the style of jazz, such as "bebop"; empty if unknown.

    Raises:
        SoloError: A note is out of range or out of order, overlaps the next one, or ends
            after the chart; or a phrase begins at an index that no note has.
    """

    notes: tuple[Note, ...]
    chart: Chart
    title: str = ""
    performer: str = ""
    source: str = ""
    phrase_starts: tuple[int, ...] = ()
    instrument: str = ""
    style: str = ""

    def __post_init__(self) -> None:
        check_fields(self, SoloError)
        object.__setattr__(self, "title", well_formed(self.title))
        object.__setattr__(self, "performer", well_formed(self.performer))
        end = 0
        for number, note in enumerate(self.notes, 1):
            if not note.is_valid:
                raise SoloError(f"{self.name}: note {number} is out of range: {note}")
            if note.onset < end:
                raise SoloError(
                    f"{self.name}: note {number} begins at tick {note.onset}, before "
                    f"tick {end} where the one before it ends"
                )
            end = note.end
        if end > self.chart.ticks:
            raise SoloError(
                f"{self.name}: the last note ends at tick {end}, after the chart's "
                f"{self.chart.ticks} ticks"
            )
        self._check_phrases()

    def _check_phrases(self) -> None:
        for start in self.phrase_starts:
            if not isinstance(start, int) or not 0 <= start < len(self.notes):
                raise SoloError(
                    f"{self.name}: a phrase begins at note index {start!r}; expected "
                    f"an index of its {len(self.notes)} notes"
                )
        if any(a >= b for a, b in pairwise(self.phrase_starts)):
            raise SoloError(f"{self.name}: phrases out of order: {self.phrase_starts}")

    @property
    def name(self) -> str:
        """The name of this solo in messages: its source, or else its title."""
        return self.source or self.title or UNNAMED

    @property
    def full_title(self) -> str:
        """The title with that of the chart beside it, such as "Good Blues, on Autumn Leaves"."""
        return self.title + self.on_chart if self.title else self.chart.title

    @property
    def on_chart(self) -> str:
        """What follows the title in the full one: "" where the chart has no title of its own."""
        return on_chart(self.chart.title) if self.title != self.chart.title else ""

    @property
    def tune(self) -> str:
        """The title, or else the name: solos on one tune stay together when data are split."""
        return self.title or self.name

    def __repr__(self) -> str:
        """Return its title and its size: a solo has hundreds of notes."""
        notes = counted(len(self.notes), "note")
        return f"<Solo {self.name!r}: {notes} over {self.chart.summary}>"

    @checked
    def transpose(self, semitones: int) -> Solo:
        """Return the solo and its chart transposed by semitones.

        Raises:
            SoloError: A note would leave MIDI's range of 0 to 127, or it is no whole number.
        """
        notes = tuple(replace(note, pitch=note.pitch + semitones) for note in self.notes)
        return replace(self, notes=notes, chart=self.chart.transpose(semitones))

    @checked
    def with_notes(self, notes: Sequence[Note]) -> Solo:
        """Return the solo with other notes.

        Its phrases are kept if there are as many notes as before. Otherwise they are dropped,
        since their indices would point at other notes.
        """
        phrases = self.phrase_starts if len(notes) == len(self.notes) else ()
        return replace(self, notes=tuple(notes), phrase_starts=phrases)


def on_chart(title: str) -> str:
    """Return what follows the title of a solo on a chart in its full title.

    Args:
        title: The chart's title; "" if it has none.
    """
    return f", on {title}" if title else ""

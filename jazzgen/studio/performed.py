"""A take as it sounds: notes of all parts and bars, in seconds from the beginning."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from jazzgen.music.part import DRUM_CHANNEL
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.render.midi import midi_of
from jazzgen.render.session import SessionTrack, session_of

if TYPE_CHECKING:
    from jazzgen.music.chart import Chart
    from jazzgen.music.chord import ChordSymbol
    from jazzgen.music.solo import Solo
    from jazzgen.render.playback import Playback

__all__ = ["Performance", "chord_json"]

SOLO = "solo"


class Performance:
    """A solo with its band as MIDI has it, with swing, time feel and changes of tempo.

    Args:
        solo: The solo.
        playback: How it is played, and by whom.
    """

    def __init__(self, solo: Solo, playback: Playback) -> None:
        self.solo = solo
        self.session = session_of(midi_of(solo, playback), solo.name)
        self._clock = _Clock(self.session.tempi)

    def seconds(self, tick: float) -> float:
        """Return when a tick of the chart sounds, in seconds."""
        return self._clock.seconds(tick / TICKS_PER_QUARTER)

    def tick(self, seconds: float) -> float:
        """Return the tick of the chart that sounds after some seconds."""
        return self._clock.quarters(seconds) * TICKS_PER_QUARTER

    @property
    def length(self) -> float:
        """The seconds from the beginning to the end of the last bar."""
        return self._clock.seconds(self.session.end)

    def solo_notes(self) -> list[list[float]]:
        """Return the notes of the solo, as `parts` has them."""
        has_solo = bool(self.solo.notes)
        return self._notes(self.session.tracks[0]) if has_solo else []

    def parts(self) -> list[dict[str, Any]]:
        """Return each part: its name, its kind, its General MIDI program and its notes.

        A note is a list: onset and duration in seconds, pitch and velocity.
        """
        tracks = list(self.session.tracks)
        found = []
        if not self.solo.notes:
            found.append({"name": SOLO, "kind": SOLO, "program": 0, "notes": []})
        for number, track in enumerate(tracks):
            is_solo = number == 0 and bool(self.solo.notes)
            found.append(
                {
                    "name": SOLO if is_solo else track.name.lower(),
                    "kind": SOLO if is_solo else _kind(track),
                    "program": track.program,
                    "notes": self._notes(track),
                }
            )
        return found

    def _notes(self, track: SessionTrack) -> list[list[float]]:
        notes = []
        for note in sorted(track.notes, key=lambda one: one.start):
            onset = self._clock.seconds(note.start)
            end = self._clock.seconds(note.start + note.duration)
            notes.append([round(onset, 4), round(end - onset, 4), note.pitch, note.velocity])
        return notes

    def bars(self) -> list[dict[str, Any]]:
        """Return each bar: its number, beginning, length, chorus, place in the form and chords."""
        chart = self.solo.chart
        return [
            {
                "number": index + 1,
                "start": round(self.seconds(start), 4),
                "length": round(self.seconds(end) - self.seconds(start), 4),
                "beats": chart.bars[index].meter.beats,
                "meter": str(chart.bars[index].meter),
                "section": chart.bars[index].section,
                **_place(chart, index),
                "chords": [
                    {"start": round(self.seconds(start + onset), 4), **chord_json(chord)}
                    for onset, chord in chart.bars[index].chords
                ],
            }
            for index, (start, end) in enumerate(pairwise(chart.bar_starts))
        ]


class _Clock:
    """From quarter notes to seconds and back.

    Args:
        tempi: Quarter notes per minute by quarter note, the first at 0.
    """

    def __init__(self, tempi: Sequence[tuple[float, float]]) -> None:
        self._starts = [start for start, _ in tempi]
        self._tempi = [tempo for _, tempo in tempi]
        lengths = [
            (end - start) * 60 / tempo
            for (start, end), tempo in zip(pairwise(self._starts), self._tempi, strict=False)
        ]
        self._seconds = [0.0, *accumulate(lengths)]

    def seconds(self, quarters: float) -> float:
        """Return the seconds after some quarter notes."""
        index = max(bisect_right(self._starts, quarters) - 1, 0)
        return self._seconds[index] + (quarters - self._starts[index]) * 60 / self._tempi[index]

    def quarters(self, seconds: float) -> float:
        """Return the quarter notes after some seconds."""
        index = max(bisect_right(self._seconds, seconds) - 1, 0)
        return self._starts[index] + (seconds - self._seconds[index]) * self._tempi[index] / 60


def _kind(track: SessionTrack) -> str:
    if track.channel == DRUM_CHANNEL:
        return "drums"
    return "bass" if "bass" in track.name.lower() else "piano"


def _place(chart: Chart, index: int) -> dict[str, int | None]:
    """Return the chorus of a bar, from 1, and its place in the form, from 0; None around them."""
    chorus = bisect_right(chart.chorus_starts, index)
    if chorus == 0:
        return {"chorus": None, "form": None, "written": None}
    starts = chart.chorus_starts
    form = index - starts[chorus - 1]
    # The choruses have one length; what follows the last one is the ending.
    length = starts[1] - starts[0] if len(starts) > 1 else _until_ending(chart) - starts[0]
    if form >= length:
        return {"chorus": None, "form": None, "written": None}
    return {"chorus": chorus, "form": form, "written": form}


def _until_ending(chart: Chart) -> int:
    from jazzgen.band.bar_plan import ENDING

    labels = [bar.section for bar in chart.bars]
    return labels.index(ENDING) if ENDING in labels else len(labels)


def chord_json(chord: ChordSymbol) -> dict[str, Any]:
    """Return a chord as JSON: its symbol, its tones and its scale as pitch classes."""
    return {
        "symbol": str(chord),
        "tones": sorted(chord.chord_tones),
        "scale": sorted(chord.scale),
    }

"""The Weimar Jazz Database: transcribed solos from its SQLite file, note for note.

Pfleiderer, Frieler, Abeßer, Zaddach and Burkhart (eds.), *Inside the Jazzomat: New
Perspectives for Jazz Research*, Schott 2017; the database is under the ODbL 1.0.

How a solo is read:

- **Onset**: a note's metrical onset follows from bar, beat, division and tatum. It falls on a tick
  for each division of 24; other onsets (one in twenty) are rounded to the nearest tick. No note is
  dropped: if a beat has more notes than ticks, they are spread over the nearest ticks, one on
  each. Of 180,883 notes 23 move away from their nearest tick, all in two beats of two solos, by at
  most 4 ticks.
- **Deviation**: the real onset minus the metrical one, in ticks with two decimals. Real time is
  converted by the real times of the beats, so onset + deviation is what was played, however the
  onset was rounded or moved.
- **Duration**: the real duration in ticks, rounded; at least one, and at most up to the next onset.
- **Velocity**: `loud_med`, the median level of the note in dB, relative to the median level of the
  solo's notes, which becomes velocity 80. Velocity grows as the square root of the amplitude
  (Dannenberg, "The Interpretation of MIDI Velocity", ICMC 2006), so 6 dB are a factor of 1.41. It
  is limited to 20 to 127. A note without a level, or with one below 0 dB (the recording is silent
  there), has 80.
- **Chart**: chords, signatures, form and choruses are those of the beats; a chorus or a part of the
  form that begins within a bar begins with that bar here.
- **Instrument** and **style**: those of `solo_info`, as `music.instrument` names the former.
- **Feel**: from `rhythmfeel` (`FEELS`). If it swings, or is empty, the feel is waltz in 3/4, ballad
  in the tempo class SLOW, and otherwise swing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from math import floor
from pathlib import Path
from statistics import median
from typing import Literal

from jazzgen.errors import ConfigError, DatasetError, InputError, SoloError
from jazzgen.io.wjazzd.database import read_rows
from jazzgen.io.wjazzd.grid import Grid
from jazzgen.io.wjazzd.rows import BeatRow, NoteRow, SoloRows
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.instrument import find_instrument
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter, check_tempo

__all__ = ["read_collection", "read_wjazzd", "solo_of_rows"]

FEELS = {"LATIN": "bossa", "FUNK": "straight"}
MINOR_MODES = ("min", "dor", "phr", "aeo", "loc")
LEVEL, SOFTEST, LOUDEST = 80, 20, 127
"""The velocity of a note of median loudness, and the smallest and the largest velocity."""
DECIBELS_PER_TENFOLD = 40
"""The difference in dB that makes ten times the velocity, the square root of the amplitude."""


def read_collection(
    path: str | Path,
    names: Collection[str] | None = None,
    on_solo: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[str, Solo | InputError]]:
    """Read the solos of the database as `read_wjazzd` does, but at least one.

    Args:
        path: See `read_wjazzd`.
        names: See `read_wjazzd`.
        on_solo: See `read_wjazzd`.

    Raises:
        DatasetError: See `read_wjazzd`; or the database has no solo of those names.
    """
    found = False
    for named in read_wjazzd(path, names, on_solo):
        found = True
        yield named
    if not found:
        raise DatasetError(f"{path}: a database without solos of the names asked for")


def read_wjazzd(
    path: str | Path,
    names: Collection[str] | None = None,
    on_solo: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[str, Solo | InputError]]:
    """Read the solos of the database.

    Args:
        path: The SQLite file.
        names: The names of the solos, `transcription_info.filename_sv` without `_FINAL.sv`; by
            default all. Unknown names are ignored.
        on_solo: Called after each solo with the number of solos read and the number of all.

    Yields:
        The name of each solo in the order of the database, and the solo or the error for which it
        cannot be used; the other solos are read all the same.

    Raises:
        DatasetError: The file is missing, not this database, or damaged.
    """
    found = read_rows(path, names)
    for number, rows in enumerate(found, 1):
        outcome: Solo | InputError
        try:
            outcome = solo_of_rows(rows)
        except InputError as error:
            outcome = SoloError(f"{path}: {rows.name}: {error}")
        if on_solo:
            on_solo(number, len(found))
        yield rows.name, outcome


def solo_of_rows(rows: SoloRows) -> Solo:
    """Make a solo from its rows.

    Raises:
        InputError: A value is invalid in a solo or a chart; the message does not name the solo.
    """
    beats, played = rows.beats(), rows.notes()
    tempo = check_tempo(rows.tempo or _tempo(beats), "tempo")
    grid = Grid(beats, played, rows.text("signature"), tempo)
    notes, order = _notes(played, grid)
    grid.extend(notes[-1].end)
    starts = set(rows.phrases())
    return Solo(
        notes,
        _chart(rows, beats, grid, tempo),
        rows.text("title"),
        rows.text("performer"),
        rows.name,
        tuple(index for index, row in enumerate(order) if row in starts),
        _instrument(rows.text("instrument")),
        _style(rows.text("style")),
    )


def _instrument(code: str) -> str:
    """Return the name of an instrument; "ts-c", a tenor in C, is a tenor. Unknown ones have none.

    >>> _instrument("ts-c"), _instrument("kazoo")
    ('tenor saxophone', '')
    """
    try:
        return find_instrument(code.partition("-")[0]).name if code else ""
    except ConfigError:
        return ""


def _style(code: str) -> str:
    """Return the name of a style, as musicians write it.

    >>> _style("POSTBOP"), _style("SWING")
    ('post-bop', 'swing')
    """
    return {"HARDBOP": "hard bop", "POSTBOP": "post-bop"}.get(code, code.lower())


def _tempo(beats: Sequence[BeatRow]) -> float:
    """Return beats per minute from the times of the beats."""
    if len(beats) < 2:
        return 120.0
    return 60 * (len(beats) - 1) / (beats[-1].onset - beats[0].onset)


def _notes(played: Sequence[NoteRow], grid: Grid) -> tuple[tuple[Note, ...], list[int]]:
    """Return the notes by onset, and the indices of their rows."""
    exact = [grid.onset(note) for note in played]
    order = sorted(range(len(played)), key=lambda i: (exact[i], played[i].onset))
    onsets = _one_per_tick([exact[i] for i in order])
    began = grid.real(note.onset for note in played)
    ended = grid.real(note.onset + note.duration for note in played)
    velocities = _velocities([note.loudness for note in played])
    notes = []
    for onset, limit, i in zip(onsets, [*onsets[1:], None], order, strict=True):
        duration = max(1, round(float(ended[i] - began[i])))
        if limit is not None:
            duration = min(duration, limit - onset)
        deviation = round(float(began[i]) - onset, 2) + 0.0  # no negative zero
        notes.append(Note(onset, duration, played[i].pitch, velocities[i], deviation))
    return tuple(notes), order


def _one_per_tick(onsets: Sequence[Fraction]) -> list[int]:
    """Return the ticks nearest to some onsets, each tick at most once.

    The tick of a note minus the note's index must not decrease. Under that condition least
    squares are isotonic regression: the means of pools of neighbours. So a crowd of notes spreads
    to both sides, and all other notes stay on their nearest ticks.

    >>> _one_per_tick([Fraction(0), Fraction(1, 3), Fraction(5, 3), Fraction(7, 2)])
    [0, 1, 2, 4]

    Args:
        onsets: Exact onsets in ticks, in ascending order.
    """
    pools: list[tuple[Fraction, int]] = []  # the sum and the number of the values of each pool
    for number, onset in enumerate(onsets):
        total, count = onset - number, 1
        while pools and pools[-1][0] * count > total * pools[-1][1]:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    # No note may begin before the chart.
    levels = [
        max(0, floor(total / count + Fraction(1, 2)))
        for total, count in pools
        for _ in range(count)
    ]
    return [level + number for number, level in enumerate(levels)]


def _velocities(levels: Sequence[float | None]) -> list[int]:
    """Return the velocities for levels in dB (see the description of this module)."""
    audible = [level for level in levels if level is not None and level > 0]
    if not audible:
        return [LEVEL] * len(levels)
    middle = median(audible)
    return [LEVEL if level is None or level <= 0 else _velocity(level - middle) for level in levels]


def _velocity(decibels: float) -> int:
    """Return the velocity of a note that is louder than the median note by some decibels.

    >>> [_velocity(level) for level in (-6, 0, 6, 60)]
    [57, 80, 113, 127]
    """
    # Bounded before the power as well, so that an invalid level cannot overflow.
    bounded = max(-60.0, min(60.0, decibels))
    return max(SOFTEST, min(LOUDEST, round(LEVEL * 10 ** (bounded / DECIBELS_PER_TENFOLD))))


def _chart(rows: SoloRows, beats: Sequence[BeatRow], grid: Grid, tempo: float) -> Chart:
    main = Counter(grid.meters).most_common(1)[0][0]
    return Chart(
        _bars(beats, grid),
        rows.text("title"),
        _key(rows.text("key")),
        tempo * 4 / main.denominator,
        _feel(rows.text("rhythmfeel"), rows.text("tempoclass"), main),
        _chorus_starts(beats, grid),
    )


def _bars(beats: Sequence[BeatRow], grid: Grid) -> tuple[Bar, ...]:
    chords: list[list[PlacedChord]] = [[] for _ in grid.meters]
    sections = [""] * len(grid.meters)
    sounding: ChordSymbol | None = None
    for beat in beats:
        index = beat.bar - grid.first
        sections[index] = beat.form or sections[index]
        chord = ChordSymbol.parse(beat.chord) if beat.chord else sounding
        if chord is not None and chord != sounding:
            chords[index].append(PlacedChord(grid.in_bar(beat.bar, beat.beat), chord))
            sounding = chord
    return tuple(
        Bar(tuple(placed), meter, section)
        for placed, meter, section in zip(chords, grid.meters, sections, strict=True)
    )


def _chorus_starts(beats: Sequence[BeatRow], grid: Grid) -> tuple[int, ...]:
    """Return the bars in which a new chorus begins; chorus 0 comes before the first one."""
    starts: dict[int, None] = {}
    latest = 0
    for beat in beats:
        if beat.chorus > latest:
            starts[beat.bar - grid.first] = None
            latest = beat.chorus
    return tuple(starts) or (0,)


def _key(text: str) -> Key:
    """Return the key of a text such as `Bb-maj`, `G-dor` or `C-blues`; C major if it has none."""
    match = re.fullmatch(r"([A-G][b#]?)(?:-(\w*))?", text)
    if match is None:
        return Key()
    mode: Literal["major", "minor"] = "major"
    if (match[2] or "").lower().startswith(MINOR_MODES):
        mode = "minor"
    return Key(match[1], mode)


def _feel(rhythm: str, tempo_class: str, meter: Meter) -> str:
    named = FEELS.get(re.split(r"\W", rhythm.upper())[0])
    if named:
        return named
    if (meter.numerator, meter.denominator) == (3, 4):
        return "waltz"
    return "ballad" if tempo_class.upper() == "SLOW" else "swing"

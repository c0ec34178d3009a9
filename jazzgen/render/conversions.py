"""A solo as an object of other libraries: music21, pretty_midi and pandas."""

from __future__ import annotations

import io
from typing import Any

from jazzgen.io.musicxml.solo import solo_to_musicxml, trade_to_musicxml
from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.music.trade import Trade
from jazzgen.notation.spelling import octave_of, spell_note
from jazzgen.render.midi import midi_of
from jazzgen.render.playback import Playback
from jazzgen.runtime.extras import needing

__all__ = ["to_music21", "to_pandas", "to_pretty_midi"]


def to_music21(music: Solo | Trade) -> Any:
    """Return a solo as a `music21.stream.Score`, in concert pitch.

    Args:
        music: The solo, or the solos of soloists who trade: each has a part.

    Raises:
        MissingPackageError: `music21` is not installed.
    """
    with needing("to_music21 needs"):
        from music21 import converter
    if isinstance(music, Trade):
        content = trade_to_musicxml(music, (None,) * len(music.solos))
    else:
        content = solo_to_musicxml(music)
    return converter.parseData(content.decode("utf-8"), format="musicxml")


def to_pretty_midi(music: Solo | Trade, **playback: Any) -> Any:
    """Return a solo as a `pretty_midi.PrettyMIDI`: what `save` writes as MIDI.

    Args:
        music: The solo, or the solos of soloists who trade.
        playback: How it is played (see `Playback`).

    Raises:
        ConfigError: A setting of the playback is out of range.
        MissingPackageError: `pretty_midi` is not installed.
    """
    with needing("to_pretty_midi needs"):
        import pretty_midi
    return pretty_midi.PrettyMIDI(io.BytesIO(midi_of(music, Playback(**playback))))


def to_pandas(music: Solo | Trade) -> Any:
    """Return the notes of a solo as a `pandas.DataFrame`.

    Args:
        music: The solo, or the solos of soloists who trade.

    Returns:
        A row a note, by onset: `soloist` (from 1), `bar` and `beat` (from 1, as written),
        `onset`, `duration` and `deviation` in quarter notes, `pitch`, `name`, `velocity`,
        `chord` and `starts_phrase`.

    Raises:
        MissingPackageError: `pandas` is not installed.
    """
    with needing("to_pandas needs"):
        import pandas
    solos = music.solos if isinstance(music, Trade) else (music,)
    rows = [row for number, solo in enumerate(solos, 1) for row in _rows(solo, number)]
    rows.sort(key=lambda row: float(row["onset"]))
    return pandas.DataFrame(rows, columns=COLUMNS)


COLUMNS = ["soloist", "bar", "beat", "onset", "duration", "deviation", "pitch", "name", "velocity",
           "chord", "starts_phrase"]  # fmt: skip


def _rows(solo: Solo, soloist: int) -> list[dict[str, Any]]:
    chart, starts = solo.chart, set(solo.phrase_starts)
    rows = []
    following = [note.pitch for note in solo.notes[1:]] + [None]
    for index, (note, next_pitch) in enumerate(zip(solo.notes, following, strict=True)):
        bar, chord = chart.bar_at(note.onset), chart.chord_at(note.onset)
        name = spell_note(note.pitch, chord, chart.key, next_pitch)
        rows.append(
            {
                "soloist": soloist,
                "bar": bar + 1,
                "beat": 1 + (note.onset - chart.bar_starts[bar]) / chart.bars[bar].meter.beat_ticks,
                "onset": note.onset / TICKS_PER_QUARTER,
                "duration": note.duration / TICKS_PER_QUARTER,
                "deviation": note.deviation / TICKS_PER_QUARTER,
                "pitch": note.pitch,
                "name": f"{name}{octave_of(note.pitch, name)}",
                "velocity": note.velocity,
                "chord": str(chord),
                "starts_phrase": index in starts,
            }
        )
    return rows

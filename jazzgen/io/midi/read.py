"""Read MIDI files as scores: what they say, nothing rounded.

`line` takes a solo's notes from a score, `chart` its bars and chords.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from jazzgen.errors import ChartError, MidiError
from jazzgen.io.midi.events import MidiEvents, read_events
from jazzgen.io.midi.markers import Texts, read_texts
from jazzgen.io.midi.melody_on_drums import with_melodies
from jazzgen.io.midi.own_texts import SOFTWARE
from jazzgen.io.midi.part import MidiPart
from jazzgen.io.midi.parts import parts_of, track_name, written_name
from jazzgen.io.midi.pickup import with_full_pickup
from jazzgen.io.midi.score import MidiScore, Timed, seconds_at
from jazzgen.io.midi.strays import without_strays
from jazzgen.io.midi.tempo import nearest_tempo, tempo_of
from jazzgen.io.midi.track import Event, MidiTrack
from jazzgen.music.pitch import Key
from jazzgen.music.solo import on_chart
from jazzgen.music.timing import MAX_TEMPO, MIN_TEMPO, Meter, check_tempo
from jazzgen.runtime.wording import tidy

__all__ = ["read_midi", "read_pieces"]

LONGEST = 24 * 3600
"""The longest duration of a file, in seconds."""
KARAOKE_TITLE = "@T"
PLACEHOLDER = re.compile(
    r"untitled(\s+\d+)?|(tempo|conductor|control|master)(\s+track)?|track\s*\d+|sequence\s*\d*"
    r"|new (song|project)(\s+\d+)?",
    re.IGNORECASE,
)
"""Names that programs give the first track of a piece without a title."""
"""The beginning of a text with the title of a karaoke file; the singer's name may follow in another
one."""
LONGEST_TAIL = 8
"""Quarter notes after the last note that belong to the piece if the file ends with them."""


def read_midi(path: str | Path) -> MidiScore:
    """Read a Standard MIDI File that holds one piece.

    Args:
        path: The file.

    Returns:
        Its parts, markers, tempi and meters, in ticks of the file.

    Raises:
        MidiError: The file cannot be used: missing, no MIDI file, damaged,
            truncated, without notes, of several pieces, longer than a day, or with a
            meter out of range or a tempo of zero.
    """
    pieces = read_pieces(path)
    if len(pieces) > 1:
        raise MidiError(f"{path}: holds {len(pieces)} pieces (format 2); expected one")
    return pieces[0]


def read_pieces(path: str | Path) -> tuple[MidiScore, ...]:
    """Read the pieces of a Standard MIDI File: one, or in format 2 one a track.

    Args:
        path: The file.

    Returns:
        The pieces that have notes, at least one.

    Raises:
        MidiError: See `read_midi`.
    """
    events = read_events(path)
    alone = [(track,) for track in events.tracks] if events.are_pieces else [events.tracks]
    try:
        scores = [_score(str(path), events, tracks) for tracks in alone]
    except MidiError as error:
        raise MidiError(f"{path}: {error}") from None
    except ChartError as error:
        raise MidiError(f"{path}: {error}") from error
    pieces = tuple(score for score in scores if score.parts)
    if not pieces:
        raise MidiError(f"{path}: has no notes")
    return pieces


def _score(source: str, events: MidiEvents, tracks: Sequence[MidiTrack]) -> MidiScore:
    merged = [event for track in tracks for event in track.metas]
    keys = [Key.parse(event.message.key) for event in merged if _is(event, "key_signature")]
    texts = read_texts(tracks, events.ppq, keys[0] if keys else None)
    ours = texts.properties.get("software") == SOFTWARE
    parts = parts_of(tracks, ppq=events.ppq, by_channel=events.format == 0, join=not ours)
    warnings = [*events.warnings, *texts.warnings]
    if not ours:
        parts = with_melodies(without_strays(parts, events.ppq, warnings), warnings)
    tempos = _tempos(merged, warnings) if events.metrical else ()
    end = max((track.end for track in tracks), default=0)
    if not ours:
        end = _without_tail(end, parts, texts, events.ppq)
    if (seconds := float(seconds_at(end, events.ppq, tempos))) > LONGEST:
        raise MidiError(f"lasts {seconds / 3600:,.0f} hours; expected at most {LONGEST // 3600}")
    score = MidiScore(
        source=source,
        ppq=events.ppq,
        end=end,
        parts=parts,
        title=_title(events.format, tracks, parts, texts),
        key=keys[0] if keys else None,
        tempos=tempos,
        meters=tuple(timed for timed in _meters(merged) if timed.tick < end or not timed.tick),
        chords=tuple(chord for chord in texts.chords if chord.tick <= end),
        sections=tuple(section for section in texts.sections if section.tick <= end),
        choruses=tuple(tick for tick in texts.choruses if tick <= end),
        others=tuple(texts.others),
        properties=texts.properties,
        metrical=events.metrical,
        warnings=tuple(warnings),
    )
    return score if ours else with_full_pickup(score)


def _is(event: Event, kind: str) -> bool:
    return bool(event.message.type == kind)


def _title(
    kind: int, tracks: Sequence[MidiTrack], parts: tuple[MidiPart, ...], texts: Texts
) -> str:
    """Return the title of a piece.

    It is that of a karaoke file, or else the name of the first track, unless a part plays on it
    and the name is the part's.

    Args:
        kind: The format of the file.
        tracks: Its tracks.
        parts: Its parts.
        texts: Its texts.
    """
    said = (message for track in tracks for _, message in track.metas if message.type == "text")
    karaoke = (message.text[2:] for message in said if message.text.startswith(KARAOKE_TITLE))
    if title := tidy(next(karaoke, "")):
        return title
    names_a_part = kind == 1 and any(part.track == 0 for part in parts)
    if names_a_part or not tracks:
        return ""
    if texts.properties.get("software") != SOFTWARE:
        name = track_name(tracks[0])
        return "" if PLACEHOLDER.fullmatch(name) else name
    # The files of jazzgen have the title of the chart beside that of the solo.
    return written_name(tracks[0]).removesuffix(on_chart(texts.properties.get("tune", "")))


def _without_tail(end: int, parts: Sequence[MidiPart], texts: Texts, ppq: int) -> int:
    """Return the end of a piece, without a long tail in which nothing sounds.

    Programs let a track end long after the music, for instance where the last click of a mouse
    was, or with an event that switches something off.

    Args:
        end: The tick of the file's last event.
        parts: Its parts.
        texts: Its texts; a chord or a section may begin after the last note.
        ppq: File ticks per quarter note.
    """
    last = max((max(note.end for note in part.notes) for part in parts), default=end)
    tail = LONGEST_TAIL * ppq
    if end - last <= tail:
        return end
    return max([last, *(tick for tick, _ in texts.chords if tick - last <= tail)])


def _tempos(events: Iterable[Event], warnings: list[str]) -> tuple[Timed[float], ...]:
    """Return the tempi by tick; one that no chart can have is told, and kept for its time.

    Raises:
        ChartError: All are quicker than any music.
    """
    tempos = [
        Timed(event.tick, tempo_of(event.message.tempo))
        for event in events
        if _is(event, "set_tempo")
    ]
    strange = [tempo for _, tempo in tempos if not MIN_TEMPO <= tempo <= MAX_TEMPO]
    if strange and min(tempo for _, tempo in tempos) > MAX_TEMPO:
        check_tempo(strange[0])
    if strange:
        warnings.append(
            f"a tempo of {strange[0]:g} quarter notes per minute is written as "
            f"{nearest_tempo(strange[0]):g}"
        )
    return tuple(sorted(tempos, key=lambda timed: timed.tick))


def _meters(events: Iterable[Event]) -> tuple[Timed[Meter], ...]:
    meters = [
        Timed(event.tick, Meter(event.message.numerator, event.message.denominator))
        for event in events
        if _is(event, "time_signature")
    ]
    return tuple(sorted(meters, key=lambda timed: timed.tick))

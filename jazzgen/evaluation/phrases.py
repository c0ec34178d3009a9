"""Phrases: where a soloist breathes.

A new phrase begins where the silence between the end of one note and the onset
of the next is at least `PHRASE_GAP` ticks, just under a beat. Of the rules that
were tried on the phrases which the Weimar Jazz Database's transcribers marked
(gaps from half a beat to two beats, gaps joined with inter-onset intervals),
this one finds them best (precision .85, recall .85) and gives phrases as long
as theirs: 18.0 notes and 9.3 beats on average, where they have 18.1 and 9.4.
"""

from __future__ import annotations

from jazzgen.music.solo import Note, Solo

__all__ = ["PHRASE_GAP", "gaps", "phrases"]

PHRASE_GAP = 22


def gaps(solo: Solo) -> list[int]:
    """Return the silence after each note but the last, in ticks."""
    return [after.onset - note.end for note, after in zip(solo.notes, solo.notes[1:], strict=False)]


def phrases(solo: Solo) -> list[tuple[Note, ...]]:
    """Return the notes of a solo, phrase by phrase.

    >>> from jazzgen.music.chart import Chart
    >>> chart = Chart.of_chords([["C6"]])
    >>> notes = (Note(0, 12, 60), Note(12, 12, 62), Note(48, 12, 64))
    >>> [len(phrase) for phrase in phrases(Solo(notes, chart))]
    [2, 1]
    """
    starts = [0, *(k for k, gap in enumerate(gaps(solo), 1) if gap >= PHRASE_GAP)]
    ends = [*starts[1:], len(solo.notes)]
    return [solo.notes[a:b] for a, b in zip(starts, ends, strict=True) if a < b]

"""Note names for the notes of a line: how a copyist spells them.

What the chord holds is spelled as the chord spells it: the third of E7 is G#, the flat
ninth of G7 A flat, the flat seventh of C7 B flat. Other notes of its scale are spelled
from its root too. A note outside the scale that goes up by a semitone is raised, any other
lowered (Kurt Stone, "Music Notation in the Twentieth Century", 1980, on chromatic lines).
No note has two accidentals, and E#, B#, Cb and Fb stand only where the chord itself or the
key has them.
"""

from __future__ import annotations

from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_quality import SEMITONES
from jazzgen.music.pitch import Key, parse_pitch_class, prefers_flats, spell

__all__ = ["spell_note"]

LETTERS = "CDEFGAB"
NATURAL = dict(zip(LETTERS, (0, 2, 4, 5, 7, 9, 11), strict=True))
SIGNS = {-1: "b", 0: "", 1: "#"}
RARE = ("E#", "B#", "Cb", "Fb")
# Steps of the letter above the root's, by semitones, where the chord does not say.
STEPS = {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4, 8: 5, 9: 5, 10: 6, 11: 6}


def spell_note(pitch: int, chord: ChordSymbol, key: Key, following: int | None = None) -> str:
    """Return a note's name without its octave.

    >>> e7, key = ChordSymbol.parse("E7"), Key("C")
    >>> spell_note(68, e7, key), spell_note(66, ChordSymbol.parse("Ebm7"), key)
    ('G#', 'Gb')
    >>> spell_note(61, ChordSymbol.parse("Cmaj7"), key, 62)
    'C#'

    Args:
        pitch: MIDI pitch.
        chord: What sounds.
        key: The key.
        following: The next pitch of the line, if there is one.
    """
    pitch_class = pitch % 12
    if chord.root is None or chord.root_pc is None:
        return _plain(pitch_class, key, pitch, following)
    interval = (pitch_class - chord.root_pc) % 12
    step = _step(chord, interval)
    if step is None:
        return _plain(pitch_class, key, pitch, following)
    name = _named(chord.root, step, pitch_class)
    chordal = pitch_class in chord.chord_tones
    if name is None or (name in RARE and not chordal and name not in key.signature):
        return _plain(pitch_class, key, pitch, following)
    return name


def octave_of(pitch: int, name: str) -> int:
    """Return the octave in which a pitch of this name is written: that of its letter.

    >>> octave_of(59, "Cb"), octave_of(60, "C"), octave_of(60, "B#")
    (4, 4, 3)
    """
    accidental = name.count("#") - name.count("b")
    return (pitch - accidental) // 12 - 1


def _step(chord: ChordSymbol, interval: int) -> int | None:
    """Return how many letters above the root a note lies, if the chord or its scale has it."""
    degrees = chord.degrees.degrees if chord.degrees else frozenset()
    for degree in sorted(degrees, key=lambda name: int(name.strip("b#"))):
        if SEMITONES[degree] % 12 == interval:
            return (int(degree.strip("b#")) - 1) % 7
    in_scale = ((chord.root_pc or 0) + interval) % 12 in chord.scale
    return STEPS[interval] if in_scale else None


def _named(root: str, step: int, pitch_class: int) -> str | None:
    """Return the name with a letter so far above a root's; None if it needs two accidentals."""
    letter = LETTERS[(LETTERS.index(root[0]) + step) % 7]
    accidental = (pitch_class - NATURAL[letter] + 6) % 12 - 6
    return letter + SIGNS[accidental] if accidental in SIGNS else None


def _plain(pitch_class: int, key: Key, pitch: int, following: int | None) -> str:
    """Return the name of a note that the chord does not explain."""
    diatonic = {parse_pitch_class(name): name for name in key.signature}
    if pitch_class in diatonic:
        return diatonic[pitch_class]
    if following is not None and 0 < abs(following - pitch) <= 2:
        return spell(pitch_class, flats=following < pitch)
    return spell(pitch_class, prefers_flats(key))

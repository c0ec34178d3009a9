"""Note names for the notes of a line: how a copyist spells them.

1. A note of the chord or its chord-scale is spelled from the root: the third of E7 is G#, the
   flat seventh of C7 is B flat. (A sharp ninth that goes down by step is written as the minor
   third that it sounds like.)
2. Any other note that is in the key keeps its name in the key signature, if the chord's root is
   in the key too.
3. A chromatic note that moves on by a semitone is spelled after its direction: raised if it goes
   up, lowered if it goes down (Kurt Stone, "Music Notation in the Twentieth Century", 1980, on
   chromatic lines).
4. A chromatic note that leaps away is spelled from the root: the flat ninth of A7 is B flat, also
   in D. The tritone is a sharp eleventh, over minor chords a flat fifth.

No note has a double accidental. E#, B#, Cb and Fb are written only if the chord or the key has
them.
"""

from __future__ import annotations

from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_quality import SEMITONES
from jazzgen.music.pitch import Key, parse_pitch_class, prefers_flats, spell

__all__ = ["octave_of", "spell_note"]

LETTERS = "CDEFGAB"
NATURAL = dict(zip(LETTERS, (0, 2, 4, 5, 7, 9, 11), strict=True))
SIGNS = {-1: "b", 0: "", 1: "#"}
RARE = ("E#", "B#", "Cb", "Fb")
# Letters above the root's, by semitones above the root, for notes that the chord does not name.
STEPS = {0: 0, 1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4, 8: 5, 9: 5, 10: 6, 11: 6}
TRITONE, FIFTH = 6, 4
DIMINISHED = "dim"
MINOR = ("min", "minmaj", "hdim", "dim")


def spell_note(pitch: int, chord: ChordSymbol, key: Key, following: int | None = None) -> str:
    """Return a note's name without its octave.

    >>> e7, key = ChordSymbol.parse("E7"), Key("C")
    >>> spell_note(68, e7, key), spell_note(66, ChordSymbol.parse("Ebm7"), key)
    ('G#', 'Gb')
    >>> spell_note(61, ChordSymbol.parse("Cmaj7"), key, 62)
    'C#'

    Args:
        pitch: MIDI pitch.
        chord: The chord that sounds.
        key: The key of the tune.
        following: The next MIDI pitch of the line, or None after its last note.
    """
    pitch_class = pitch % 12
    motion = 0 if following is None else following - pitch
    name = _above_root(pitch_class, chord, key, motion)
    return name or _plain(pitch_class, key, motion)


def octave_of(pitch: int, name: str) -> int:
    """Return the octave in which a pitch is written: that of its letter, not of its sound.

    >>> octave_of(59, "Cb"), octave_of(60, "C"), octave_of(60, "B#")
    (4, 4, 3)

    Args:
        pitch: MIDI pitch.
        name: Its name without an octave, as `spell_note` returns it.
    """
    accidental = name.count("#") - name.count("b")
    return (pitch - accidental) // 12 - 1


def _above_root(pitch_class: int, chord: ChordSymbol, key: Key, motion: int) -> str | None:
    """Return the name of a note that is spelled from the chord's root; None for another note."""
    if chord.root is None or chord.root_pc is None:
        return None
    if (
        chord.family == DIMINISHED
        and chord.root not in key.signature
        and pitch_class in _diatonic(key)
    ):
        return None
    outside = pitch_class not in chord.scale | chord.chord_tones | chord.tensions
    diatonic = chord.root in key.signature and pitch_class in _diatonic(key)
    if outside and (abs(motion) == 1 or diatonic):
        return None
    step = _step(chord, (pitch_class - chord.root_pc) % 12, motion)
    name = _named(chord.root, step, pitch_class)
    called_for = pitch_class in chord.chord_tones or name in key.signature
    return name if called_for or name not in RARE else None


def _step(chord: ChordSymbol, interval: int, motion: int) -> int:
    """Return the number of letters from the root up to a note."""
    degrees = chord.degrees.degrees if chord.degrees else frozenset()
    for degree in sorted(degrees, key=lambda name: int(name.strip("b#"))):
        falls = degree == "#9" and motion in (-1, -2)
        if SEMITONES[degree] % 12 == interval and not falls:
            return (int(degree.strip("b#")) - 1) % 7
    return FIFTH if interval == TRITONE and chord.family in MINOR else STEPS[interval]


def _named(root: str, step: int, pitch_class: int) -> str | None:
    """Return the name with a given distance of letters from a root.

    None if it would need a double accidental.
    """
    letter = LETTERS[(LETTERS.index(root[0]) + step) % 7]
    accidental = (pitch_class - NATURAL[letter] + 6) % 12 - 6
    return letter + SIGNS[accidental] if accidental in SIGNS else None


def _diatonic(key: Key) -> dict[int, str]:
    """Return the names of the notes in the key, by pitch class."""
    return {parse_pitch_class(name): name for name in key.signature}


def _plain(pitch_class: int, key: Key, motion: int) -> str:
    """Return the name of a note that is not spelled from the chord's root."""
    diatonic = _diatonic(key)
    if pitch_class in diatonic:
        return diatonic[pitch_class]
    return spell(pitch_class, motion < 0 if abs(motion) in (1, 2) else prefers_flats(key))

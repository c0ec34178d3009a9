"""Pitch classes, note names and keys.

MIDI pitch 60 is C4. Pitch class 0 is C.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from jazzgen.errors import ChartError
from jazzgen.music.meant_keys import meant_key
from jazzgen.runtime.arguments import check_fields, checked

__all__ = [
    "Key",
    "move_name",
    "note_above",
    "parse_pitch",
    "parse_pitch_class",
    "pitch_name",
    "prefers_flats",
    "spell",
    "transpose_name",
]

FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "b": -1, "#": 1, "bb": -2, "##": 2}
LETTER_NAMES = "CDEFGAB"
UNICODE_ACCIDENTALS = str.maketrans({"♭": "b", "♯": "#"})

# The spellings that jazz charts prefer: Db and Gb major, but C# and F# minor.
MAJOR_FIFTHS = (0, -5, 2, -3, 4, -1, -6, 1, -4, 3, -2, 5)
"""Sharps (positive) or flats (negative) of a major key, by the pitch class of its tonic."""
MINOR_FIFTHS = (-3, 4, -1, -6, 1, -4, 3, -2, 5, 0, -5, 2)
"""Sharps (positive) or flats (negative) of a minor key, by the pitch class of its tonic."""


def parse_pitch_class(name: str) -> int:
    """Return the pitch class of a note name.

    >>> parse_pitch_class("Bb"), parse_pitch_class("E#")
    (10, 5)

    Raises:
        ChartError: The text is not a note name.
    """
    match = re.fullmatch(r"([A-G])(b{0,2}|#{0,2})", name.translate(UNICODE_ACCIDENTALS))
    if match is None:
        raise ChartError(f"{name[:24]!r} is not a note name: expected something like Bb or F#")
    return (LETTERS[match[1]] + ACCIDENTALS[match[2]]) % 12


def spell(pitch_class: int, flats: bool = True) -> str:
    """Return the name of a pitch class.

    Args:
        pitch_class: The pitch class; other numbers are taken modulo 12.
        flats: Whether black keys are spelled with flats, not with sharps.
    """
    return (FLAT_NAMES if flats else SHARP_NAMES)[pitch_class % 12]


def transpose_name(name: str, semitones: int, flats: bool | None = None) -> str:
    """Return a note name transposed by semitones.

    Args:
        name: A note name such as `"Bb"`.
        semitones: The distance upwards; negative for downwards.
        flats: Whether the result is spelled with flats (True) or sharps (False); by default
            with sharps if `name` has one, and otherwise with flats.
    """
    if semitones % 12 == 0 and flats is None:
        return name
    return spell(parse_pitch_class(name) + semitones, "#" not in name if flats is None else flats)


def parse_pitch(name: str) -> int:
    """Return the MIDI pitch of a note name with its octave, or of a number.

    >>> parse_pitch("C4"), parse_pitch("Bb3"), parse_pitch("61")
    (60, 58, 61)

    Raises:
        ChartError: The text is not a pitch, or the pitch is outside of 0 to 127.
    """
    if re.fullmatch(r"\d{1,3}", name.strip()):
        pitch = int(name)
    else:
        match = re.fullmatch(r"\s*([A-Ga-g])([b#♭♯]{0,2})(-?\d)\s*", name)
        if match is None:
            raise ChartError(
                f"{name!r} is not a pitch: expected something like Bb3 or a MIDI number"
            )
        accidental = ACCIDENTALS.get(match[2].translate(UNICODE_ACCIDENTALS))
        if accidental is None:
            raise ChartError(
                f"{name!r} is not a pitch: expected something like Bb3 or a MIDI number"
            )
        pitch = LETTERS[match[1].upper()] + accidental + 12 * (int(match[3]) + 1)
    if not 0 <= pitch <= 127:
        raise ChartError(f"{name!r} is MIDI pitch {pitch}: expected 0 to 127")
    return pitch


def pitch_name(pitch: int, flats: bool = True) -> str:
    """Return the name of a MIDI pitch with its octave.

    >>> pitch_name(58)
    'Bb3'

    Args:
        pitch: MIDI pitch.
        flats: Whether black keys are spelled with flats, not with sharps.
    """
    return f"{spell(pitch, flats)}{pitch // 12 - 1}"


@dataclass(frozen=True)
class Key:
    """A key.

    Args:
        tonic: The name of its tonic, such as "Bb"; C# major and Db major are two keys.
        mode: "major" or "minor".

    Raises:
        ChartError: The tonic is no note name, or the mode neither major nor minor.
    """

    tonic: str = "C"
    mode: Literal["major", "minor"] = "major"

    def __post_init__(self) -> None:
        check_fields(self, ChartError)
        parse_pitch_class(self.tonic)
        if self.mode not in ("major", "minor"):
            raise ChartError(f"mode {self.mode!r}: expected major or minor")

    @classmethod
    @checked
    def parse(cls, text: str) -> Key:
        """Read `"Bb"`, `"Fmin"`, `"C#m"`, `"G minor"` or `"A-maj"`.

        Raises:
            ChartError: The text is not a key.
        """
        match = re.fullmatch(
            r"\s*([A-Ga-g])(bb?|##?|)(-?)[\s-]*(.*?)\s*", text.translate(UNICODE_ACCIDENTALS)
        )
        modes = {
            "": "major",
            "maj": "major",
            "major": "major",
            "m": "minor",
            "min": "minor",
            "minor": "minor",
        }
        suffix = match[4] if match else ""
        if match and match[3] and not suffix:  # G- is G minor, G-dur is not
            suffix = "m"
        mode = modes.get(suffix if suffix == "M" else suffix.lower())
        if match is None or (mode is None and suffix != "M"):
            meant = meant_key(text)
            hint = f" (did you mean {meant}?)" if meant else ""
            raise ChartError(
                f"{text[:24]!r} is not a key{hint}: expected something like Bb or F minor"
            )
        return cls(match[1].upper() + match[2], "minor" if mode == "minor" else "major")

    def __str__(self) -> str:
        return self.tonic + ("m" if self.mode == "minor" else "")

    @property
    def pitch_class(self) -> int:
        """The tonic's pitch class."""
        return parse_pitch_class(self.tonic)

    @property
    def signature(self) -> frozenset[str]:
        """The names of the seven notes of the key's scale, as its signature spells them."""
        order = "FCGDAEB" if self.fifths >= 0 else "BEADGCF"
        sign = "#" if self.fifths >= 0 else "b"
        altered = order[: abs(self.fifths)]
        return frozenset(note + sign if note in altered else note for note in order)

    @property
    def fifths(self) -> int:
        """The number of sharps (positive) or flats (negative) in the signature, -7 to 7."""
        base = (MAJOR_FIFTHS if self.mode == "major" else MINOR_FIFTHS)[self.pitch_class]
        # The table has one spelling for each pitch class. The other one, C# major for Db major,
        # lies twelve fifths away.
        if base <= -5 and "#" in self.tonic:
            return base + 12
        if base >= 5 and "b" in self.tonic:
            return base - 12
        return base

    @property
    def relative(self) -> Key:
        """The key of the other mode with the same signature, such as A minor for C major."""
        letter = LETTER_NAMES[(LETTER_NAMES.index(self.tonic[0]) + self._relative_steps) % 7]
        tonic = next(name for name in self.signature if name[0] == letter)
        return Key(tonic, "major" if self.mode == "minor" else "minor")

    @property
    def _relative_steps(self) -> int:
        return 2 if self.mode == "minor" else -2

    def transpose(self, semitones: int) -> Key:
        """Return the key transposed by semitones, in its usual spelling."""
        if semitones % 12 == 0:
            return self
        pitch_class = (self.pitch_class + semitones) % 12
        table = MAJOR_FIFTHS if self.mode == "major" else MINOR_FIFTHS
        return Key(spell(pitch_class, table[pitch_class] <= 0), self.mode)


def prefers_flats(key: Key) -> bool:
    """Return whether notes that are not in the key are spelled with flats."""
    return key.fifths <= 0


def note_above(name: str, steps: int, semitones: int) -> str | None:
    """Return the name of a note above another one; None if it needs more than two accidentals.

    >>> note_above("C", 2, 3), note_above("F#", 4, 7)
    ('Eb', 'C#')

    Args:
        name: The name of the lower note.
        steps: The letters from the one to the other, such as 2 for a third.
        semitones: The distance upwards.
    """
    letter = LETTER_NAMES[(LETTER_NAMES.index(name[0]) + steps) % 7]
    accidental = (parse_pitch_class(name) + semitones - LETTERS[letter] + 6) % 12 - 6
    return next((letter + sign for sign, by in ACCIDENTALS.items() if by == accidental), None)


def move_name(name: str, old: Key, new: Key) -> str:
    """Return the name of a note after its tune has been moved to another key.

    Its scale degree is kept: a raised fourth stays a raised fourth. Only where that would give
    a name that charts avoid is it respelled: a double accidental, or E#, B#, Cb or Fb where the
    signature does not have them.

    >>> move_name("F#", Key("C"), Key("Bb")), move_name("G#", Key("A", "minor"), Key("G", "minor"))
    ('E', 'F#')

    Args:
        name: The name in the old key.
        old: The old key.
        new: The new key, of the same mode.
    """
    steps = LETTER_NAMES.index(new.tonic[0]) - LETTER_NAMES.index(old.tonic[0])
    letter = LETTER_NAMES[(LETTER_NAMES.index(name[0]) + steps) % 7]
    pitch_class = (parse_pitch_class(name) + new.pitch_class - old.pitch_class) % 12
    accidental = (pitch_class - LETTERS[letter] + 6) % 12 - 6  # the smallest one, -6 to 5
    if abs(accidental) <= 1:
        moved = letter + {-1: "b", 0: "", 1: "#"}[accidental]
        if moved in FLAT_NAMES or moved in SHARP_NAMES or moved in new.signature:
            return moved
    return spell(pitch_class, prefers_flats(new))

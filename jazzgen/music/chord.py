"""Chord symbols: read in the many ways in which jazz musicians write them, written in one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache, total_ordering

from jazzgen.errors import ChordError
from jazzgen.music.chord_quality import SEMITONES, Quality
from jazzgen.music.chord_reader import parse_quality
from jazzgen.music.chord_scale import chord_scale
from jazzgen.music.chord_signs import plain_signs
from jazzgen.music.pitch import parse_pitch_class, transpose_name
from jazzgen.runtime.arguments import checked

__all__ = ["FAMILIES", "NO_CHORD", "ChordSymbol", "avoid_tones", "is_chord", "means_no_chord"]

FAMILIES = ("maj", "min", "dom", "hdim", "dim", "aug", "sus", "minmaj", "none")
"""The names of the families of chords; models number chords by this order."""

MAX_CHARACTERS = 64
"""The largest number of characters of a symbol; no symbol in use comes near it."""

SYMBOL = re.compile(r"([A-G](?:bb?|##?)?)(.*?)(?:\s*/\s*([A-G](?:bb?|##?)?))?", re.DOTALL)
# A bracket that begins a chord, not a word of the quality such as (Add9).
ALTERNATE = re.compile(r"\(\s*(?=[A-GN])(?!(?i:add|alt|aug|dim|dom|no\s*\d))")
NO_CHORD_WORDS = ("nc", "nochord", "n/c")


@total_ordering
@dataclass(frozen=True)
class ChordSymbol:
    """A chord symbol: root, quality and bass.

    Symbols with the same meaning are equal: the quality is changed to its canonical spelling,
    and a bass that is the root is dropped. C# and Db are two different roots.

    Args:
        root: The name of the root, or None for no chord.
        quality: What follows the root (see `chord_reader`), in any spelling.
        bass: The name of the bass note, or None if the root is the bass.

    Raises:
        ChordError: The root, the quality or the bass cannot be read.

    >>> ChordSymbol.parse("C-7") == ChordSymbol.parse("Cmin7") == ChordSymbol("C", "m7")
    True
    """

    root: str | None
    quality: str = ""
    bass: str | None = None

    def __post_init__(self) -> None:
        if self.root is None:
            if self.quality or self.bass:
                raise ChordError(f"no chord, but quality {self.quality!r} and bass {self.bass!r}")
            return
        for note in (self.root, self.bass):
            if note is not None and not re.fullmatch(r"[A-G](bb?|##?)?", note):
                raise ChordError(f"{note!r} is not a note name: expected something like Bb or F#")
        object.__setattr__(self, "quality", str(parse_quality(self.quality)))
        if self.bass is not None and self.bass_pc == self.root_pc:
            object.__setattr__(self, "bass", None)

    @classmethod
    @checked
    def parse(cls, text: str) -> ChordSymbol:
        """Read a chord symbol.

        An alternate in brackets, as in `C6(Am7)`, is checked and left out. A chord that stands
        in brackets by itself is that chord.

        >>> [str(ChordSymbol.parse(text)) for text in ("BbΔ", "C-7/Bb", "G79b", "N.C.")]
        ['Bbmaj7', 'Cm7/Bb', 'G7b9', 'N.C.']

        Args:
            text: The symbol; its accidentals may be those of Unicode.

        Raises:
            ChordError: The text is not a chord symbol.
        """
        if len(text) > MAX_CHARACTERS:
            raise ChordError(f"{text[:24] + '…'!r} is not a chord symbol: {len(text)} characters")
        return _parse(text)

    def __str__(self) -> str:
        if self.root is None:
            return "N.C."
        return self.root + self.quality + (f"/{self.bass}" if self.bass else "")

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, ChordSymbol):
            return NotImplemented
        return self._sort_key < other._sort_key

    @property
    def _sort_key(self) -> tuple[str, str, str]:
        return self.root or "", self.quality, self.bass or ""

    @cached_property
    def degrees(self) -> Quality | None:
        """The quality, as a set of degrees; None for no chord."""
        return None if self.root is None else parse_quality(self.quality)

    @cached_property
    def root_pc(self) -> int | None:
        """The pitch class of the root; None for no chord."""
        return None if self.root is None else parse_pitch_class(self.root)

    @cached_property
    def bass_pc(self) -> int | None:
        """The pitch class of the bass; None for no chord."""
        return self.root_pc if self.bass is None else parse_pitch_class(self.bass)

    @cached_property
    def chord_tones(self) -> frozenset[int]:
        """The pitch classes of root, third (or 4), fifth and seventh (or 6), without tensions."""
        return self._absolute(self.degrees.chord_tones if self.degrees else ())

    @cached_property
    def guide_tones(self) -> frozenset[int]:
        """The pitch classes of third and seventh (or 6); in a sus chord, of 4 and seventh."""
        return self._absolute(self.degrees.guide_tones if self.degrees else ())

    @cached_property
    def tensions(self) -> frozenset[int]:
        """The pitch classes of the ninths, elevenths and thirteenths that the symbol names."""
        names = self.degrees.tensions if self.degrees else ()
        return self._absolute(SEMITONES[name] for name in names) - self.chord_tones

    @cached_property
    def scale(self) -> frozenset[int]:
        """The pitch classes of the chord-scale (see `chord_scale`); empty for no chord."""
        if self.degrees is None or self.root_pc is None or self.bass_pc is None:
            return frozenset()
        bass = None if self.bass is None else (self.bass_pc - self.root_pc) % 12
        return self._absolute(chord_scale(self.degrees, bass))

    @cached_property
    def family(self) -> str:
        """One of `FAMILIES`."""
        return self.degrees.family if self.degrees else "none"

    @cached_property
    def tones_mask(self) -> int:
        """The chord tones as a mask of twelve bits; bit n is n semitones above the root."""
        return sum(1 << tone for tone in self.degrees.chord_tones) if self.degrees else 0

    def _absolute(self, semitones: Iterable[int]) -> frozenset[int]:
        root = self.root_pc or 0
        return frozenset((root + semitone) % 12 for semitone in semitones)

    def transpose(self, semitones: int, flats: bool | None = None) -> ChordSymbol:
        """Return the chord transposed by semitones.

        Args:
            semitones: The distance upwards; negative for downwards.
            flats: Whether root and bass are spelled with flats (True) or sharps (False). By
                default a name with a sharp gives one with sharps, any other one with flats, and
                a transposition by octaves changes no spelling.
        """
        if self.root is None or (semitones % 12 == 0 and flats is None):
            return self
        return ChordSymbol(
            transpose_name(self.root, semitones, flats),
            self.quality,
            None if self.bass is None else transpose_name(self.bass, semitones, flats),
        )


DOMINANT = 1 << 4 | 1 << 10
"""Major third and minor seventh, as a mask of semitones above the root."""
COLORS = 1 << 1 | 1 << 8
"""Flat ninth and flat thirteenth, which color a dominant seventh."""


def avoid_tones(tones: int) -> int:
    """Return the avoid notes over a chord, as a mask of twelve bits like `ChordSymbol.tones_mask`.

    An avoid note lies a semitone above a chord tone and is no chord tone itself; the flat ninth and
    flat thirteenth of a dominant seventh are colors and do not count.

    >>> avoid_tones(ChordSymbol.parse("Cmaj7").tones_mask) == 1 << 1 | 1 << 5 | 1 << 8
    True

    Args:
        tones: The chord tones as a mask; 0 for no chord, which has nothing to avoid.
    """
    above = (tones << 1 | tones >> 11) & 0xFFF
    avoided = above & ~tones
    return avoided & ~COLORS if tones & DOMINANT == DOMINANT else avoided


NO_CHORD = ChordSymbol(None)


def means_no_chord(text: str) -> bool:
    """Return whether a text is "N.C." in one of its spellings."""
    return re.sub(r"[.\s]", "", text).lower() in NO_CHORD_WORDS


def is_chord(text: str) -> bool:
    """Return whether a text is a chord symbol, and well written."""
    try:
        ChordSymbol.parse(text)
    except ChordError:
        return False
    return True


@lru_cache(maxsize=8192)
def _parse(text: str) -> ChordSymbol:
    symbol = plain_signs(text).strip()
    if not symbol:
        raise ChordError(f"{text!r} is not a chord symbol: it is empty")
    first, alternate = _split_alternate(symbol)
    try:
        if alternate is not None:
            _single(alternate)
        return _single(first if first else alternate or "")
    except ChordError as error:
        raise ChordError(f"{text!r} is not a chord symbol: {error}") from None


def _split_alternate(symbol: str) -> tuple[str, str | None]:
    """Return the chord and the alternate in brackets after it, if there is one."""
    match = ALTERNATE.search(symbol)
    if match is None:
        return symbol, None
    if not symbol.endswith(")"):
        return symbol, None  # an error, which the reader of the quality explains
    return symbol[: match.start()].strip(), symbol[match.end() : -1].strip()


def _single(symbol: str) -> ChordSymbol:
    if means_no_chord(symbol):
        return NO_CHORD
    match = SYMBOL.fullmatch(symbol)
    if match is None:
        raise ChordError("expected a root from A to G, as in Bbmaj7 or F#m7")
    return ChordSymbol(match[1], match[2], match[3])

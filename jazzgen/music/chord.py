"""Chord symbols: read as jazz musicians write them, written one way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache, total_ordering

from jazzgen.errors import ChordError
from jazzgen.music.chord_quality import SEMITONES, Quality
from jazzgen.music.chord_reader import parse_quality
from jazzgen.music.chord_scale import chord_scale
from jazzgen.music.pitch import parse_pitch_class, transpose_name

__all__ = ["FAMILIES", "NO_CHORD", "ChordSymbol"]

FAMILIES = ("maj", "min", "dom", "hdim", "dim", "aug", "sus", "minmaj", "none")

# Longer than any symbol that somebody means.
MAX_CHARACTERS = 64

ACCIDENTALS = str.maketrans({"♭": "b", "♯": "#", "𝄫": "bb", "𝄪": "##"})
SYMBOL = re.compile(r"([A-G](?:bb?|##?)?)(.*?)(?:\s*/\s*([A-G](?:bb?|##?)?))?", re.DOTALL)
# A bracket that holds a chord, not the word of a quality such as (Add9).
ALTERNATE = re.compile(r"\(\s*(?=[A-GN])(?!(?i:add|alt|aug|dim|dom|no\s*\d))")
NO_CHORD_WORDS = ("nc", "nochord", "n/c")


@total_ordering
@dataclass(frozen=True)
class ChordSymbol:
    """A chord symbol: root, quality and bass.

    Equal meaning gives equal symbols: the quality is brought into its one
    canonical spelling, a bass that is the root is dropped. C# and Db are two
    different roots.

    Args:
        root: Note name, or None for no chord.
        quality: What follows the root (see `chord_reader`).
        bass: Note name of the bass where it is not the root.

    Raises:
        ChordError: Root, quality or bass cannot be read.

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
                raise ChordError(f"{note!r} is no note name: expected something like Bb or F#")
        object.__setattr__(self, "quality", str(parse_quality(self.quality)))
        if self.bass is not None and self.bass_pc == self.root_pc:
            object.__setattr__(self, "bass", None)

    @classmethod
    def parse(cls, text: str) -> ChordSymbol:
        """Read a chord symbol.

        An alternate in brackets, as in `C6(Am7)`, has to be readable and is left
        out; a chord that is all in brackets is that chord.

        >>> [str(ChordSymbol.parse(text)) for text in ("BbΔ", "C-7/Bb", "G79b", "N.C.")]
        ['Bbmaj7', 'Cm7/Bb', 'G7b9', 'N.C.']

        Args:
            text: The symbol. Unicode accidentals are understood.

        Raises:
            ChordError: It is not a chord symbol; the message names it.
        """
        if len(text) > MAX_CHARACTERS:
            raise ChordError(f"{text[:24] + '…'!r} is no chord symbol: {len(text)} characters")
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
        """The quality taken apart; None for no chord."""
        return None if self.root is None else parse_quality(self.quality)

    @cached_property
    def root_pc(self) -> int | None:
        """Pitch class of the root; None for no chord."""
        return None if self.root is None else parse_pitch_class(self.root)

    @cached_property
    def bass_pc(self) -> int | None:
        """Pitch class of the lowest note; None for no chord."""
        return self.root_pc if self.bass is None else parse_pitch_class(self.bass)

    @cached_property
    def chord_tones(self) -> frozenset[int]:
        """Pitch classes of root, 3 (or 4), 5, 7 (or 6). Tensions are not among them."""
        return self._absolute(self.degrees.chord_tones if self.degrees else ())

    @cached_property
    def guide_tones(self) -> frozenset[int]:
        """Pitch classes of 3 and 7 (or 6), of 4 and 7 in a sus chord."""
        return self._absolute(self.degrees.guide_tones if self.degrees else ())

    @cached_property
    def tensions(self) -> frozenset[int]:
        """Pitch classes of the 9, 11 and 13 that the symbol names, altered or not."""
        names = self.degrees.tensions if self.degrees else ()
        return self._absolute(SEMITONES[name] for name in names) - self.chord_tones

    @cached_property
    def scale(self) -> frozenset[int]:
        """Pitch classes of the chord-scale (see `chord_scale`); none for no chord."""
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
        """The chord tones as twelve bits, bit 0 the root; 0 for no chord."""
        return sum(1 << tone for tone in self.degrees.chord_tones) if self.degrees else 0

    def _absolute(self, semitones: Iterable[int]) -> frozenset[int]:
        root = self.root_pc or 0
        return frozenset((root + semitone) % 12 for semitone in semitones)

    def transpose(self, semitones: int, flats: bool | None = None) -> ChordSymbol:
        """Return the chord moved by semitones.

        Args:
            semitones: How far up (or down, if negative).
            flats: Spell with flats or sharps; by default as each note is
                spelled, and with flats where it is a white key. Whole octaves
                then leave the spelling as it is.
        """
        if self.root is None or (semitones % 12 == 0 and flats is None):
            return self
        return ChordSymbol(
            transpose_name(self.root, semitones, flats),
            self.quality,
            None if self.bass is None else transpose_name(self.bass, semitones, flats),
        )


NO_CHORD = ChordSymbol(None)


@lru_cache(maxsize=8192)
def _parse(text: str) -> ChordSymbol:
    symbol = text.strip().translate(ACCIDENTALS)
    if not symbol:
        raise ChordError(f"{text!r} is no chord symbol: it is empty")
    first, alternate = _split_alternate(symbol)
    try:
        if alternate is not None:
            _single(alternate)
        return _single(first if first else alternate or "")
    except ChordError as error:
        raise ChordError(f"{text!r} is no chord symbol: {error}") from None


def _split_alternate(symbol: str) -> tuple[str, str | None]:
    """Return the chord and the alternate in brackets after it, if there is one."""
    match = ALTERNATE.search(symbol)
    if match is None:
        return symbol, None
    if not symbol.endswith(")"):
        return symbol, None  # the quality's reader will say what is wrong
    return symbol[: match.start()].strip(), symbol[match.end() : -1].strip()


def _single(symbol: str) -> ChordSymbol:
    if re.sub(r"[.\s]", "", symbol).lower() in NO_CHORD_WORDS:
        return NO_CHORD
    match = SYMBOL.fullmatch(symbol)
    if match is None:
        raise ChordError("expected a root from A to G, as in Bbmaj7 or F#m7")
    return ChordSymbol(match[1], match[2], match[3])

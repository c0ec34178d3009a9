"""Chord symbols in MusicXML: `<harmony>` elements from them; `harmony_reader` reads them back.

Source: MusicXML 4.0, W3C Music Notation Community Group, elements `harmony`, `kind`,
`degree`. A kind stands for a set of degrees; what a chord has beside it is added, what it
lacks subtracted, what it has otherwise altered. The alteration of an added degree counts
from the dominant chord's scale, so that a plain 7 is a minor seventh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_quality import SEMITONES
from jazzgen.music.chord_reader import parse_quality

__all__ = ["ALTERED", "ALTERED_FIFTHS", "KIND_NAMES", "NO_CHORD_KIND", "harmony_element"]

NO_CHORD_KIND, OTHER_KIND = "none", "other"
SIGNS = {"b": "♭", "#": "♯"}
KIND_NAMES = {
    "major": "", "minor": "m", "augmented": "aug", "diminished": "dim", "dominant": "7",
    "major-seventh": "maj7", "minor-seventh": "m7", "diminished-seventh": "dim7",
    "augmented-seventh": "7#5", "half-diminished": "m7b5", "major-minor": "mMaj7",
    "major-sixth": "6", "minor-sixth": "m6", "dominant-ninth": "9", "major-ninth": "maj9",
    "minor-ninth": "m9", "dominant-11th": "11", "major-11th": "maj11", "minor-11th": "m11",
    "dominant-13th": "13", "major-13th": "maj13", "minor-13th": "m13", "suspended-second": "sus2",
    "suspended-fourth": "sus", "power": "5",
}  # fmt: skip
"""The quality in a chord symbol of each kind of MusicXML."""
PLAIN = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 10, 9: 2, 11: 5, 13: 9}
"""Semitones of each unaltered degree, those of the Mixolydian scale."""
ALTERED = parse_quality("7alt").degrees
ALTERED_FIFTHS = parse_quality("7b5#5b9#9").degrees
"""The altered chord as other programs write it: with two fifths for #11 and b13."""


def harmony_element(chord: ChordSymbol) -> Element:
    """Return the `<harmony>` element of a chord, which prints as jazzgen spells the chord.

    Programs print the text of the kind and append the degrees, some of them even those that are
    not to be printed. So degrees are named only where they complete the text, as in 7(b9); any
    other chord without a kind of its own is of the kind "other" and known by its text.
    """
    harmony = Element("harmony")
    if chord.root is None or chord.degrees is None:
        SubElement(harmony, "function")  # the schema requires a root or a function
        SubElement(harmony, "kind", {"text": "N.C."}).text = NO_CHORD_KIND
        return harmony
    kind, own = _nearest_kind(chord.degrees.degrees)
    changes = list(_changes(own, chord.degrees.degrees))
    text = chord.quality
    if changes and _completes(kind, changes) and chord.degrees.degrees != ALTERED_FIFTHS:
        text = KIND_NAMES[kind]
    elif changes:
        kind, changes = OTHER_KIND, []
    _note(harmony, "root", chord.root)
    SubElement(harmony, "kind", {"text": _with_signs(text)} if text else {}).text = kind
    if chord.bass is not None:
        _note(harmony, "bass", chord.bass)
    for value, alter, how in changes:
        degree = SubElement(harmony, "degree")
        SubElement(degree, "degree-value").text = str(value)
        SubElement(degree, "degree-alter").text = str(alter)
        SubElement(degree, "degree-type").text = how
    return harmony


def _completes(kind: str, changes: Sequence[tuple[int, int, str]]) -> bool:
    """Return whether degrees print well after the text of a kind: (b9), but not (add#11)."""
    dominant = kind.startswith("dominant") or kind == "augmented-seventh"
    return dominant and all(
        how == "alter" or (value == 9 and alter and how == "add") for value, alter, how in changes
    )


def _with_signs(text: str) -> str:
    """Return the text of a quality with its accidentals as signs."""
    return re.sub(r"[b#](?=\d)", lambda sign: SIGNS[sign[0]], text)


def _note(harmony: Element, what: str, name: str) -> None:
    element = SubElement(harmony, what)
    SubElement(element, f"{what}-step").text = name[0]
    if len(name) > 1:
        alter = name.count("#") - name.count("b")
        SubElement(element, f"{what}-alter").text = str(alter)


@lru_cache(maxsize=64)
def _degrees(kind: str) -> frozenset[str]:
    return parse_quality(KIND_NAMES[kind]).degrees


@lru_cache(maxsize=512)
def _nearest_kind(degrees: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Return the kind that differs least from a chord, and its degrees."""
    kind = min(KIND_NAMES, key=lambda name: len(list(_changes(_degrees(name), degrees))))
    return kind, _degrees(kind)


def _changes(own: frozenset[str], wanted: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    """Yield value, alteration and type of each degree by which a chord differs from its kind."""
    missing = sorted(own - wanted, key=_order)
    extra = sorted(wanted - own, key=_order)
    for name in missing:
        replacement = next((one for one in extra if _value(one) == _value(name)), None)
        if replacement is None:
            yield _value(name), 0, "subtract"
        else:
            extra.remove(replacement)
            yield _value(name), SEMITONES[replacement] - SEMITONES[name], "alter"
    for name in extra:
        yield _value(name), SEMITONES[name] - PLAIN[_value(name)], "add"


def _value(name: str) -> int:
    return int(name.strip("b#"))


def _order(name: str) -> tuple[int, int]:
    return _value(name), SEMITONES[name]

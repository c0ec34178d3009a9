"""Chord symbols in MusicXML: chords from `<harmony>` elements, and what was repaired in them.

Source: MusicXML 4.0, W3C Music Notation Community Group (see `harmony`). Programs write many
elements that the standard does not have or means otherwise. What is printed above the staff, the
text of a kind, decides where the degrees say less.
"""

from __future__ import annotations

from functools import lru_cache
from xml.etree.ElementTree import Element

from jazzgen.errors import ChordError
from jazzgen.io.musicxml.harmony import ALTERED, ALTERED_FIFTHS, KIND_NAMES, NO_CHORD_KIND
from jazzgen.io.musicxml.rare_harmony import bass_of_inversion, numeral_of
from jazzgen.music.chord import MAX_CHARACTERS, NO_CHORD, ChordSymbol, means_no_chord
from jazzgen.music.chord_degrees import degree_at, normalised
from jazzgen.music.chord_quality import SEMITONES, Quality
from jazzgen.music.chord_reader import parse_quality
from jazzgen.music.chord_repair import ReadSymbol, read_symbol
from jazzgen.music.pitch import Key

__all__ = ["chord_of", "read_harmony"]

OTHER_KINDS = {
    "dominant-seventh": "7", "minor-major": "mMaj7", "minor-major-seventh": "mMaj7",
    "half-diminished-seventh": "m7b5", "suspended": "sus", "augmented-dominant": "7#5",
    "major-augmented": "maj7#5", "diminished-major": "dimMaj7", "minor-69": "m69",
    "major-69": "69", "German": "7", "French": "7b5", "Italian": "7no5", "Tristan": "m7b5",
    "pedal": "5",
}  # fmt: skip
"""The qualities of kinds that are rare or not of the standard."""
UNNAMED_KINDS = ("other", "")
"""Kinds that leave the chord to their text."""
DOMINANT = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 10}
"""The semitones of each unaltered degree in an octave: those of a dominant chord's scale."""
DIMINISHED = frozenset({"b3", "b5"})


def chord_of(harmony: Element) -> ChordSymbol:
    """Return the chord of a `<harmony>` element.

    Args:
        harmony: The element, with names without a namespace.

    Raises:
        ChordError: It has no root, or something in it had to be repaired.
    """
    chord, remark = read_harmony(harmony)
    if chord is None or remark:
        raise ChordError(remark)
    return chord


def read_harmony(harmony: Element, key: Key | None = None) -> ReadSymbol:
    """Read a `<harmony>` element, or what can be read of it.

    Args:
        harmony: The element, with names without a namespace.
        key: The key in which Roman numerals are read; None if it is not known.
    """
    kind = harmony.find("kind")
    name = (kind.text or "").strip() if kind is not None else ""
    text = (kind.get("text") or "").strip() if kind is not None else ""
    if name == NO_CHORD_KIND or means_no_chord(text):
        return ReadSymbol(NO_CHORD)
    root, remarks = _note_name(harmony, "root")
    if root is None:
        return _without_root(harmony, name, text, key, remarks)
    bass, repaired = _note_name(harmony, "bass")
    remarks += repaired
    degrees, repaired = _degrees(harmony, root, name, text)
    remarks += repaired
    if bass is None:
        bass = bass_of_inversion(root, degrees, harmony.findtext("inversion") or "")
    return ReadSymbol(ChordSymbol(root, str(Quality(degrees)), bass), "; ".join(remarks))


def _without_root(
    harmony: Element, name: str, text: str, key: Key | None, remarks: list[str]
) -> ReadSymbol:
    """Return the chord of an element without a root: a Roman numeral, or one in its text.

    Args:
        harmony: The element.
        name: Its kind.
        text: The text of its kind.
        key: The key in which Roman numerals are read; None if it is not known.
        remarks: What was found about its root.
    """
    numeral = (harmony.findtext("function") or "").strip()
    printed = harmony.find("numeral")
    if printed is not None:
        numeral = numeral_of(printed)
    for symbol in (numeral + KIND_NAMES.get(name, ""), numeral, text):
        chord, remark = read_symbol(symbol, key) if symbol else ReadSymbol(None)
        if chord is not None:
            return ReadSymbol(chord, remark)
    remarks = remarks or ["a chord symbol without a root"]
    return ReadSymbol(None, f"{remarks[0]}; the chord before it is held")


def _note_name(harmony: Element, what: str) -> tuple[str | None, list[str]]:
    """Return the note name of the root or the bass, None if there is none, and remarks.

    Args:
        harmony: The element.
        what: "root" or "bass".
    """
    step = (harmony.findtext(f"{what}/{what}-step") or "").strip()
    if not step:
        return None, []
    written = (harmony.findtext(f"{what}/{what}-alter") or "0").strip()
    letter = {"H": "B"}.get(step.upper(), step.upper())
    if letter not in tuple("ABCDEFG"):
        return None, [f"a chord symbol with the {what} {step[:8]!r}"]
    alter = _number(written)
    if alter is None or abs(alter) > 2:
        return letter, [f"the {what} {letter} altered by {written[:8]!r} is read as {letter}"]
    name = letter + ("#" if alter > 0 else "b") * abs(alter)
    return name, [] if step == letter else [f"the {what} {step[:8]!r} is read as {name}"]


def _number(text: str) -> int | None:
    """Return a whole number of at most two digits; None if the text is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if abs(number) < 100 else None


def _degrees(harmony: Element, root: str, name: str, text: str) -> tuple[frozenset[str], list[str]]:
    """Return the degrees of a chord, and remarks.

    Args:
        harmony: The element.
        root: The name of its root.
        name: Its kind.
        text: The text of its kind.
    """
    own, remarks = _of_kind(root, name, text)
    degrees, listed = set(own), harmony.findall("degree")
    for degree in listed:
        if (remark := _change(degrees, degree)) is not None:
            remarks.append(remark)
    found = normalised(degrees)
    if listed and found == normalised(set(ALTERED_FIFTHS)):
        return ALTERED, remarks
    # A chord with a 13 and a fourth for its third has a 9 as well, whether it is listed or not.
    if listed and {"4", "b7", "13"} <= found and not found & {"b9", "9", "#9"}:
        found |= {"9"}
    return _printed(found, text), remarks


def _of_kind(root: str, name: str, text: str) -> tuple[frozenset[str], list[str]]:
    """Return the degrees of a kind without its `<degree>` elements, and remarks."""
    quality = KIND_NAMES.get(name, OTHER_KINDS.get(name))
    if quality is not None:
        return _of_quality(quality), []
    if name not in UNNAMED_KINDS and not text:
        return _of_quality(""), [f"the kind {name[:24]!r} is not known: read as {root}"]
    # Some programs repeat the root in the text.
    chord, remark = read_symbol(text if _has_root(text, root) else root + text)
    if chord is not None and chord.root != root:  # the text "b9" after a C
        chord, remark = read_symbol(f"{root} {text}")
    if chord is None or chord.degrees is None or chord.root != root:
        return _of_quality(""), [remark.partition(";")[0] + f": read as {root}"]
    return chord.degrees.degrees, [remark] if remark else []


def _has_root(text: str, root: str) -> bool:
    try:
        return text.startswith(root) and ChordSymbol.parse(text).root == root
    except ChordError:
        return False


@lru_cache(maxsize=64)
def _of_quality(quality: str) -> frozenset[str]:
    return parse_quality(quality).degrees


def _printed(degrees: frozenset[str], text: str) -> frozenset[str]:
    """Return the degrees that the printed text has, if it says more than the element's degrees.

    Args:
        degrees: The degrees of the element.
        text: The text of its kind, as it is printed behind the root.
    """
    if not text or len(text) > MAX_CHARACTERS:
        return degrees
    try:
        printed = parse_quality(text).degrees
    except ChordError:
        return degrees
    missing = degrees - printed
    if printed & {"4", "2"}:
        missing -= {"3"}
    return printed if missing <= {"5"} else degrees


def _change(degrees: set[str], element: Element) -> str | None:
    """Apply a `<degree>` to a set of degrees; return a remark if it has to be left out.

    Args:
        degrees: The degrees, which are changed.
        element: The element.
    """
    value = _number(element.findtext("degree-value") or "")
    alter = _number(element.findtext("degree-alter") or "0")
    how = (element.findtext("degree-type") or "add").strip()
    if value is None or alter is None or not 1 <= value <= 15:
        written = element.findtext("degree-value") or ""
        return f"a degree {written.strip()[:8]!r} of a chord is left out"
    same = sorted((name for name in degrees if _same(name, value)), key=SEMITONES.__getitem__)
    if how == "subtract":
        degrees.difference_update(same)
    elif how == "alter" and same:
        degrees.remove(same[0])
        degrees.add(degree_at(value, SEMITONES[same[0]] + alter))
    else:
        degrees.add(degree_at(value, _added(value, alter, degrees)))
    return None


def _same(name: str, value: int) -> bool:
    """Return whether a degree has a number."""
    return int(name.strip("b#")) == value


def _added(value: int, alter: int, degrees: set[str]) -> int:
    """Return the semitones of an added degree.

    Args:
        value: Its number.
        alter: Its alteration.
        degrees: The degrees before it.
    """
    number = (value - 1) % 7 + 1
    if number == 7 and alter == -1 and not degrees >= DIMINISHED:
        return DOMINANT[7]  # a lowered seventh as everybody but the standard counts it
    return DOMINANT[number] + alter

"""The notation of a take as a page shows it: systems that follow each other without a break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from jazzgen.errors import ConfigError
from jazzgen.music.instrument import find_instrument, is_instrument
from jazzgen.render.engraving import PAGE_WIDTH, check_engraving, engrave
from jazzgen.studio.fields import field_of
from jazzgen.studio.take import KeptTake
from jazzgen.studio.writing import semitones_of

__all__ = ["notation"]

NARROWEST, WIDEST = 700, 2 * PAGE_WIDTH
"""The smallest and the largest width of a system, in tenths of a millimeter."""
SCREEN = {
    "pageHeight": 3200,  # as long as a page stays quick to draw
    "adjustPageHeight": True,
    "justifyVertically": False,
    "header": "none",
    "pageMarginLeft": 75,  # labels of sections reach beyond the line
    "pageMarginRight": 30,
    "pageMarginTop": 20,
    "pageMarginBottom": 20,
}
"""Verovio's options for a window: nothing is left empty, and the page itself has the title."""


def notation(take: KeptTake, request: Mapping[str, Any]) -> list[str]:
    """Return the notation of a take as SVG, in pieces that are shown one below the other.

    The group of a note has the id `n` with its index in the solo; the later parts of a tied one
    have `n5-2` and so on. Groups of the class `measure` come in the order of the take's bars.

    Args:
        take: The take.
        request: "transpose", the semitones by which it is written higher than it sounds, by
            default as the instrument is; "shift", the semitones by which it sounds higher than the
            take; "clef", which is "treble" or "bass"; "width", that of a system in tenths of a
            millimeter, by default four bars on A4.

    Raises:
        MissingPackageError: Verovio is not installed.
        ConfigError: The width is out of range.
    """
    from jazzgen.io.musicxml.solo import solo_to_musicxml

    check_engraving()
    width: int = field_of(request, "width", int, PAGE_WIDTH)
    if not NARROWEST <= width <= WIDEST:
        raise ConfigError(f"width {width}: expected {NARROWEST} to {WIDEST}")
    name = take.instrument if is_instrument(take.instrument) else "piano"
    asked: dict[str, Any] = {}
    if request.get("transpose") is not None:
        asked["transposition"] = semitones_of(request)
    if request.get("clef") is not None:
        asked["bass_clef"] = field_of(request, "clef", str) == "bass"
        asked["reads_both"] = False
    solo = take.solo().transpose(semitones_of(request, "shift"))
    score = solo_to_musicxml(solo, replace(find_instrument(name), **asked))
    breaks = "line" if width == PAGE_WIDTH else "auto"
    return engrave(_with_ids(score), {**SCREEN, "pageWidth": width, "breaks": breaks})


def _with_ids(score: bytes) -> bytes:
    """Return a score of one part whose notes say which note of the solo they are."""
    root = ElementTree.fromstring(score)  # noqa: S314 - it was written here
    index, pieces = -1, Counter[int]()
    for note in root.iter("note"):
        if note.find("pitch") is None:
            continue
        if not any(tie.get("type") == "stop" for tie in note.findall("tie")):
            index += 1
        pieces[index] += 1
        later = f"-{pieces[index]}" if pieces[index] > 1 else ""
        note.set("id", f"n{index}{later}")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written

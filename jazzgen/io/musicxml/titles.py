"""The titles of a MusicXML score: that of the music, and that of the tune it is played on."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from jazzgen.music.solo import on_chart
from jazzgen.runtime.wording import tidy

__all__ = ["TUNE", "Titles", "titles_of"]

TUNE = "tune"
"""The name of the miscellaneous field with the title of a solo's chart."""
PLACEHOLDER = re.compile(
    r"(untitled( score)?( \d+)?|title|music21 fragment|score|new score|\d+"
    r"|.*\.(mxl|xml|musicxml|mscz|mscx|mid|midi|sib|musx?|gpx?|kar))?",
    re.IGNORECASE,
)
"""What programs write where there is no title, such as the name of the file."""
MAX_CREDITS = 200
"""The number of credits that are looked through."""


class Titles(NamedTuple):
    """The titles of a score.

    Args:
        music: The title of what is written, such as a solo.
        tune: The title of its chart.
    """

    music: str
    tune: str


def titles_of(root: Element) -> Titles:
    """Return the titles of a score, "" where it has none.

    Many programs print the title above the music and write it nowhere else.

    Args:
        root: The score.
    """
    named = (root.findtext("work/work-title"), root.findtext("movement-title"))
    music = next(filter(None, map(_title, named)), "")
    music = music if music and not _stands_for_one(music) else _printed(root) or music
    for field in root.iterfind("identification/miscellaneous/miscellaneous-field"):
        if field.get("name") == TUNE and (tune := _title(field.text)):
            return Titles(music.removesuffix(on_chart(tune)), tune)
    return Titles(music, music)


def _title(text: str | None) -> str:
    return tidy(" ".join((text or "").split()))


def _stands_for_one(title: str) -> bool:
    """Return whether a title is what programs write where there is none."""
    return PLACEHOLDER.fullmatch(title) is not None


def _printed(root: Element) -> str:
    """Return the title that is printed: a credit that says so, or else the largest of page 1."""
    largest, size = "", 0.0
    for credit in root.findall("credit")[:MAX_CREDITS]:
        words = credit.find("credit-words")
        # Programs part a title where its type changes.
        text = _title("".join("".join(part.itertext()) for part in credit.findall("credit-words")))
        kind = (credit.findtext("credit-type") or "").strip().lower()
        if not text or words is None or credit.get("page", "1") != "1" or _stands_for_one(text):
            continue
        if kind == "title":
            return text
        points = _points(words.get("font-size", ""))
        if not kind and points > size:
            largest, size = text, points
    return largest


def _points(text: str) -> float:
    """Return a font size in points; that of small text if it is not given."""
    return float(text) if re.fullmatch(r"\d{1,3}(\.\d{1,4})?", text) else 1.0

"""The header of chart text: title, key, meter, tempo, feel and choruses.

A file by hand has more lines of that form than chart text knows, and says more in them: `Style:
Medium Bossa`, `Tempo: quarter = 140`, `Key: G dorian`. A reader that is not strict takes what it
understands and tells what it passes over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jazzgen.errors import ChartError
from jazzgen.io.said_key import read_key
from jazzgen.music.chart import TempoChange
from jazzgen.music.pitch import Key
from jazzgen.music.styles import find_feel, style_of
from jazzgen.music.timing import FOUR_FOUR, MAX_TEMPO, MIN_TEMPO, Meter, check_tempo

__all__ = ["FIELDS", "HEADER", "Header", "is_header_name"]

HEADER = re.compile(r"\s*([A-Za-z]{1,20})\s*:(?!\|)(.*)")
ALIASES = {
    "time": "meter", "timesignature": "meter", "bpm": "tempo", "name": "title", "song": "title",
    "tune": "title", "tonality": "key", "style": "feel", "rhythm": "feel", "groove": "feel",
}  # fmt: skip
"""Other names of what a header says."""
OF_THE_TUNE = frozenset({
    "composer", "author", "artist", "arranger", "album", "year", "date", "copyright", "source",
    "notes", "comment", "comments", "url", "by", "lyrics", "lyricist", "music", "words", "form",
    "subtitle", "genre", "capo", "tuning", "transcribed", "page",
})  # fmt: skip
"""Names in headers for what a chart does not hold."""
NUMBER = re.compile(r"(?<!\d)\d{2,3}(?:\.\d{1,4})?(?![\d/])")
FRACTION = re.compile(r"(?<!\d)\d{1,2}\s*/\s*\d{1,2}(?!\d)")
METERS = {"c": "4/4", "common": "4/4", "common time": "4/4", "cut": "2/2", "cut time": "2/2"}


@dataclass
class Header:
    """What has been read of a header.

    Args:
        source: The name of the text in messages.
        strict: Whether what is not well written is refused.
        fields: What it says: arguments of a chart, and its first meter.
        remarks: What was guessed or passed over.
        style: What the chart calls its style, if that is no feel of ours.
        form: The order of its sections, such as AABA.
    """

    source: str
    strict: bool
    fields: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    style: str = ""
    form: str = ""

    def take(self, name: str, value: str, number: int, *, late: bool) -> None:
        """Read a line.

        Args:
            name: The name before the colon, in small letters.
            value: What follows the colon.
            number: The number of the line, from 1.
            late: Whether there has been a bar.

        Raises:
            ChartError: It cannot be read, and this reader is strict.
        """
        where = f"line {number}"
        if self.strict:
            self._take_strictly(name, value, f"{self.source}: {where}", late)
            return
        name = ALIASES.get(name, name)
        known = "chorus_starts" if name == "choruses" else name
        if name == "form":
            self.form = value
        if name in OF_THE_TUNE:
            return
        if name not in FIELDS or late or known in self.fields:
            self.remarks.append(f"{where}: {name}: passed over")
            return
        try:
            self.fields.update(MEANT.get(name, _exactly(name))(self, value, where))
        except ChartError as error:
            self.remarks.append(f"{where}: {error}; passed over")

    def _take_strictly(self, name: str, value: str, where: str, late: bool) -> None:
        if name not in FIELDS:
            raise ChartError(f"{where}: {name!r}: expected one of {', '.join(FIELDS)}")
        if late:
            raise ChartError(f"{where}: {name!r} after the first bar: expected before it")
        if name in self.fields or (name == "choruses" and "chorus_starts" in self.fields):
            raise ChartError(f"{where}: {name!r} is given twice")
        try:
            self.fields.update(FIELDS[name](value))
        except ChartError as error:
            raise ChartError(f"{where}: {error}") from None

    def settle_style(self) -> None:
        """Give the chart the feel that its style asks for, and the usual tempo if it has none."""
        if self.style:
            feel, tempo = style_of(self.style, self.fields.get("meter", FOUR_FOUR))
            self.fields["feel"] = feel
            self.fields.setdefault("tempo", tempo)


def _tempo(value: str) -> dict[str, Any]:
    first, *later = [part.strip() for part in value.split(",")]
    changes = []
    for part in later:
        match = re.fullmatch(r"(.+?)\s*@\s*(\d{1,9})", part)
        if match is None:
            raise ChartError(f"tempo {part[:24]!r}: expected something like 152@3072")
        changes.append(TempoChange(int(match[2]), _bpm(match[1])))
    return {"tempo": _bpm(first), "tempo_changes": tuple(changes)}


def _bpm(text: str) -> float:
    if not re.fullmatch(r"\d{1,4}(\.\d{1,20})?(\s*bpm)?", text):
        raise ChartError(f"tempo {text[:24]!r}: expected quarter notes per minute, such as 140")
    return check_tempo(float(text.removesuffix("bpm")))


def _feel(value: str) -> dict[str, Any]:
    return {"feel": find_feel(value.lower()).name}


def _choruses(value: str) -> dict[str, Any]:
    if not re.fullmatch(r"\d{1,5}([\s,]+\d{1,5})*", value):
        raise ChartError(f"choruses {value[:24]!r}: expected bar numbers such as 1, 33")
    return {"chorus_starts": tuple(int(bar) - 1 for bar in re.split(r"[\s,]+", value))}


FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "title": lambda value: {"title": " ".join(value.split())},
    "key": lambda value: {"key": Key.parse(value)},
    "meter": lambda value: {"meter": Meter.parse(value)},
    "tempo": _tempo,
    "feel": _feel,
    "choruses": _choruses,
}


def is_header_name(name: str) -> bool:
    """Return whether lines of headers begin with a name, though it may say nothing here."""
    return name.lower() in FIELDS or name.lower() in ALIASES or name.lower() in OF_THE_TUNE


def _exactly(name: str) -> Callable[[Header, str, str], dict[str, Any]]:
    return lambda _, value, __: FIELDS[name](value)


def _meant_key(header: Header, value: str, where: str) -> dict[str, Any]:
    key, remark = read_key(value)
    if remark and value:
        header.remarks.append(f"{where}: {remark}")
    return {"key": key} if key else {}


def _meant_meter(_: Header, value: str, __: str) -> dict[str, Any]:
    found = FRACTION.search(value)
    return {"meter": Meter.parse(found[0] if found else METERS.get(value.lower(), value))}


def _meant_tempo(header: Header, value: str, where: str) -> dict[str, Any]:
    try:
        return _tempo(value)
    except ChartError:
        found = NUMBER.search(value)
        if found is None or not MIN_TEMPO <= float(found[0]) <= MAX_TEMPO:
            raise
    header.remarks.append(f"{where}: tempo {value[:24]!r} is read as {found[0]}")
    return {"tempo": float(found[0])}


def _meant_feel(header: Header, value: str, _: str) -> dict[str, Any]:
    try:
        return _feel(value)
    except ChartError:
        header.style = value
        return {}


MEANT: dict[str, Callable[[Header, str, str], dict[str, Any]]] = {
    "key": _meant_key,
    "meter": _meant_meter,
    "tempo": _meant_tempo,
    "feel": _meant_feel,
}
"""How fields are read that need not be well written."""

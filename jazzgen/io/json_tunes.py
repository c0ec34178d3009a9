"""Tunes in JSON as other programs write them, put in the form that `chart_json` reads.

    {"songs": [{"name": "A Tune", "time": "3/4", "chords": ["Am7", ["D7", "G7"]]}]}
    -> [{"Title": "A Tune", "TimeSignature": "3/4",
         "Sections": [{"MainSegment": {"Chords": "Am7|D7,G7"}}]}]

A tune may have another name for each of its fields, one list of bars for all of it, and bars as
lists of chords or of objects with chords; tunes may stand by title, or in a field of an object.
Chords that say for how many beats they sound are put into bars.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise

__all__ = ["json_of", "usual_tunes"]

Json = object
"""A value in JSON."""
NAMES = {
    "Title": ("title", "name", "song", "tune", "songtitle"),
    "Key": ("key", "tonality", "keysignature"),
    "TimeSignature": ("timesignature", "time", "meter", "metre"),
    "Rhythm": ("rhythm", "style", "feel", "groove", "genre"),
    "Tempo": ("tempo", "bpm"),
}
"""The names of a tune's fields by ours: letters alone, in small ones."""
CONTENT = (
    "sections", "chords", "changes", "progression", "chordprogression", "measures", "bars", "chart",
    "music", "mainsegment", "content",
)  # fmt: skip
"""The names of what holds the chords of a tune or of a section, the likeliest first."""
LISTS = ("songs", "tunes", "charts", "standards", "playlist", "data", "items", "leadsheets")
"""The names of what holds tunes."""
SYMBOLS = ("chord", "symbol", "name", "value", "label")
"""The names of a chord's symbol in an object."""
BEATS = ("beats", "numbeats", "beatcount", "durationinbeats")
"""The names of how many beats a chord sounds."""
MOST_BEATS, MOST_BARS = 32, 2_000
"""The largest number of beats of a bar, and of bars of a section."""
LABELS = ("label", "name", "section", "title", "id")
TRAILING_COMMA = re.compile(r",(?=\s*[\]}])")
DEPTH = 6
"""How deep chords may lie in lists and objects."""


def json_of(text: str) -> Json:
    """Return what JSON holds, also where it has a value on each line or commas behind the last one.

    Raises:
        ValueError: It is no JSON.
        RecursionError: It is too deep.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines):
            return [json.loads(line) for line in lines]
        if TRAILING_COMMA.search(text) is None:
            raise error
        return json.loads(TRAILING_COMMA.sub("", text))


def usual_tunes(found: Json) -> list[Json]:
    """Return tunes in the form that `chart_json` reads; what is no tune stays as it is.

    Args:
        found: What the JSON holds.
    """
    return [_tune(one) for one in _listed(found)]


def _listed(found: Json) -> list[Json]:
    if isinstance(found, list):
        return found
    if not isinstance(found, Mapping):
        return [found]
    fields = _fields(found)
    if any(name in fields for name in CONTENT):
        return [found]
    held = next((fields[name] for name in LISTS if isinstance(fields.get(name), list)), None)
    if isinstance(held, list):
        return held
    tunes = [(title, tune) for title, tune in found.items() if isinstance(tune, Mapping)]
    if len(tunes) == len(found) and tunes:  # tunes by their titles
        return [{"Title": title, **tune} for title, tune in tunes]
    return [found]


def _fields(tune: Mapping[str, Json]) -> dict[str, Json]:
    """Return the fields of an object by their names in small letters."""
    return {re.sub(r"[^a-z]", "", str(name).lower()): value for name, value in tune.items()}


def _tune(tune: Json) -> Json:
    if not isinstance(tune, Mapping):
        return tune
    fields = _fields(tune)
    usual: dict[str, Json] = {}
    for ours, names in NAMES.items():
        value = next((fields[name] for name in names if fields.get(name) is not None), None)
        if value is not None:
            usual[ours] = _text(value)
    sections = fields.get("sections")
    if isinstance(sections, Mapping):
        sections = [{"Label": name, "MainSegment": part} for name, part in sections.items()]
    if not isinstance(sections, list):
        whole = next((fields[name] for name in CONTENT if fields.get(name)), None)
        sections = [] if whole is None else [{"MainSegment": whole}]
    beats = re.match(r"(\d{1,2})/", str(usual.get("TimeSignature", "")))
    meter = int(beats[1]) if beats else 4
    return {**usual, "Sections": [_section(_barred(part, meter)) for part in sections if part]}


def _barred(part: Json, meter: int, depth: int = 0) -> Json:
    """Return a section in bars if its chords say how many beats they last.

    Args:
        part: The section.
        meter: The number of beats of a bar.
        depth: How deep it lies.
    """
    if isinstance(part, Mapping) and depth < DEPTH:
        return {name: _barred(value, meter, depth + 1) for name, value in part.items()}
    if not isinstance(part, list) or not part or not 0 < meter <= MOST_BEATS:
        return part
    lengths = [_beats(chord) for chord in part]
    if not all(lengths) or sum(lengths) > MOST_BARS * meter:
        return part
    each = [chord for chord, beats in zip(part, lengths, strict=True) for _ in range(beats)]
    bars = [each[start : start + meter] for start in range(0, len(each), meter)]
    return [[bar[0]] if all(chord is bar[0] for chord in bar) else _by_beat(bar) for bar in bars]


def _by_beat(bar: list[Json]) -> list[Json]:
    """Return a bar in which a chord that goes on for a beat is a slash there."""
    return [bar[0], *("/" if chord is before else chord for before, chord in pairwise(bar))]


def _beats(chord: Json) -> int:
    """Return for how many beats a chord sounds by its own word; 0 if it does not say it."""
    fields = _fields(chord) if isinstance(chord, Mapping) else {}
    value = str(next((fields[name] for name in BEATS if name in fields), ""))
    if not any(name in fields for name in SYMBOLS) or not re.fullmatch(r"\d{1,3}(\.0+)?", value):
        return 0
    return int(float(value))


def _text(value: Json) -> str:
    if isinstance(value, list):  # a meter as [3, 4]
        return "/".join(map(str, value))
    if isinstance(value, Mapping):  # {"beats": 3, "beat_type": 4}
        return "/".join(map(str, value.values()))
    text = str(value)
    return f"{text[0]}/{text[1]}" if re.fullmatch(r"[2-9][248]", text) else text


def _section(section: Json) -> dict[str, Json]:
    """Return a section in the usual form."""
    fields = _fields(section) if isinstance(section, Mapping) else {"mainsegment": section}
    usual: dict[str, Json] = {"MainSegment": {"Chords": _chords(fields)}}
    label = next((fields[name] for name in LABELS if isinstance(fields.get(name), str)), "")
    if label:
        usual["Label"] = label
    endings = fields.get("endings")
    if isinstance(endings, Mapping):
        endings = list(endings.values())
    if isinstance(endings, list):
        usual["Endings"] = [{"Chords": _chords({"content": one})} for one in endings]
    usual["Repeats"] = _repeats(fields.get("repeats", fields.get("repeat", 0)))
    return usual


def _repeats(value: Json) -> Json:
    """Return a number of repeats as a whole one, where it is written as a text or a truth."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,3}\s*", value):
        return int(value)
    if isinstance(value, (bool, float)) and value in range(100):
        return int(value)
    return value or 0


def _chords(fields: Mapping[str, Json], depth: int = 0) -> Json:
    """Return the chords of a segment: bars between bar lines, chords between commas."""
    held = next((fields[name] for name in reversed(CONTENT) if name in fields), None)
    if isinstance(held, Mapping) and depth < DEPTH:
        return _chords(_fields(held), depth + 1)
    if isinstance(held, list):
        return "|".join(_bar(bar, depth) for bar in held)
    if not isinstance(held, str):
        return held
    text = " ".join(held.split())
    # Bar lines at both ends hold bars; one alone is the line of a bar in which a chord goes on.
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "|" else text


def _bar(bar: Json, depth: int) -> str:
    """Return the chords of a bar between commas."""
    if isinstance(bar, Mapping) and depth < DEPTH:
        fields = _fields(bar)
        if not any(name in fields for name in CONTENT):
            return next((str(fields[name]) for name in SYMBOLS if name in fields), "")
        inner = _chords(fields, depth + 1)
        return inner.replace("|", ",") if isinstance(inner, str) else ""
    if isinstance(bar, list) and depth < DEPTH:
        return ",".join(_bar(chord, depth + 1) for chord in bar)
    return bar if isinstance(bar, str) else ""

"""The chart that `--chart` names: its key, and what there is to say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jazzgen.cli.output import naming, printable, say
from jazzgen.errors import ChartError, ConfigError

if TYPE_CHECKING:
    from jazzgen.io.chart_reading import ChartReading
    from jazzgen.music.chart import Chart

__all__ = ["KEY", "STRICT", "TRANSPOSE", "ChartKey", "accepted", "find_accepted"]

STRICT = "Refuse a chart in which something had to be repaired or guessed, such as a chord symbol."
"""The help of `--strict`."""
KEY = (
    "The key, such as Eb or Cm: a chart that names its key is transposed to it; the chords of one "
    "that names none are taken to be in it."
)
"""The help of `--key`."""
TRANSPOSE = "Transpose the chart by semitones, such as 3 or -2, or to a key, such as Eb."
"""The help of `--transpose`."""
SHOWN = 40
"""The largest number of characters of a chart's name in a message."""
SEMITONES = re.compile(r"[+-]?\d{1,2}")
MAX_SEMITONES = 24
"""The largest number of semitones by which a chart is transposed."""


@dataclass(frozen=True, kw_only=True)
class ChartKey:
    """What a user says about the key of a chart.

    Args:
        key: The text of `--key`, or None.
        transpose: The text of `--transpose`, or None.
        strict: Whether a chart in which something was repaired is refused.
    """

    key: str | None = None
    transpose: str | None = None
    strict: bool = False


def find_accepted(text: str, name: str, asked: ChartKey) -> Chart:
    """Return the chart that a text names, in the key that was asked for.

    Args:
        text: A name, a file or changes (see `library.find_chart`).
        name: What messages call it.
        asked: The key.

    Raises:
        InputError: There is no such chart, it cannot be read or is refused, or there is no such
            key.
    """
    from jazzgen.library import find_reading
    from jazzgen.music.pitch import Key

    key = None
    if asked.key is not None:
        with naming("--key"):
            key = Key.parse(asked.key)
    return accepted(find_reading(text, name, key), f"{name} {text}", asked)


def accepted(reading: ChartReading, name: str, asked: ChartKey) -> Chart:
    """Return the chart of a reading in the key that was asked for, and say what was done.

    Args:
        reading: The chart as it was read.
        name: What messages call it.
        asked: The key, and whether a chart in which something was repaired is refused.

    Raises:
        ChartError: It cannot be read, or is refused.
        ConfigError: The key cannot be read, or is of the other mode.
    """
    chart = reading.required()
    # Changes are known by their beginning, files by their end.
    if len(name) > SHOWN:
        name = name[:SHOWN] + "…" if "|" in name else "…" + name[-SHOWN:]
    if asked.strict and reading.warnings:
        raise ChartError(printable(f"{name}: {reading.warnings[0]} (refused because of --strict)"))
    for warning in reading.warnings:
        say(printable(f"{name}: {warning}"))
    return _in_key(chart, name, reading.says_key, asked)


def _in_key(chart: Chart, name: str, says_key: bool, asked: ChartKey) -> Chart:
    """Return a chart in the key that was asked for.

    Args:
        chart: The chart.
        name: What messages call it.
        says_key: Whether the chart names its key itself.
        asked: The key.
    """
    from jazzgen.music.pitch import Key

    found = chart
    if asked.key is not None:
        with naming("--key"):
            key = Key.parse(asked.key)
            found = chart.in_key(key) if says_key else replace(chart, key=key)
        if says_key and asked.transpose is not None:
            raise ConfigError("--key and --transpose: both transpose this chart; leave out one")
        if not says_key:
            say(printable(f"{name}: names no key; its chords are taken to be in {key}"))
    if asked.transpose is not None:
        with naming("--transpose"):
            found = transposed(found, asked.transpose)
    if found.key != chart.key and (says_key or asked.transpose is not None):
        said = chart.key if says_key or asked.key is None else asked.key
        say(printable(f"{name}: transposed from {said} to {found.key}"))
    return found


def transposed(chart: Chart, text: str) -> Chart:
    """Return a chart transposed as `--transpose` says.

    Args:
        chart: The chart.
        text: Semitones, or a key; without "m" it is of the chart's own mode.

    Raises:
        ChartError: The text is neither, or a key of the other mode.
    """
    from jazzgen.music.pitch import Key

    text = text.strip()
    if SEMITONES.fullmatch(text):
        if abs(int(text)) > MAX_SEMITONES:
            raise ChartError(f"{text} semitones: expected at most {MAX_SEMITONES}")
        return chart.transpose(int(text))
    key = Key.parse(text)
    if re.fullmatch(r"[A-Ga-g][b#\u266d\u266f]?", text):
        key = Key(key.tonic, chart.key.mode)
    return chart.in_key(key)

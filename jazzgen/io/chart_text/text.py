"""Chart text: a chord chart as a musician types it.

    title: Example
    key: Bb
    tempo: 140
    feel: swing

    # twelve bars
    [A] | Bb7 | Eb7 | Bb7 | % |
    |: Cm7 F7 | Bbmaj7 / / G7 |1 Cm7 | F7 :|2 Bb6 | N.C. |

A bar is written between two bar lines; the beginning and the end of a line count as bar lines.
One line is enough: `"| Dm7 | G7 | Cmaj7 | % |"`.

- **Chords** are separated by spaces or commas and share the beats (see `beats`, also for slashes
  and `@`). In an empty bar the chord before it continues; `%` repeats the bar before, `%%` the
  two bars before.
- `[A]` before a bar names the section that begins with it; `(3/4)` changes the meter of this bar
  and all that follow.
- **Repeats**: `|: … :|`, `:|x3` or `:| 3x` for three times; endings `|1 … :|2 … |`,
  also written `|1. …`, `[1. …` and `|1,2 …`. `:|` without a `|:` repeats from the beginning.
- **Jumps**: `D.C. al Fine` with `Fine`, `D.S. al Coda` with `Segno`, `To Coda` and `Coda`, in or
  between bars.
- **Header**, before the first bar: `title`, `key` (`Bb`, `F minor`), `meter`, `tempo` in quarter
  notes per minute (`140`; later tempi at ticks of the chart: `140, 152@3072`), `feel`, and
  `choruses`: the numbers of the bars that begin a chorus, counted from 1 in the order in which
  bars are played. Without `key`, the key is estimated from the chords (see
  `music.key_estimation`).
- A line that begins with `#` is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from jazzgen.errors import ChartError
from jazzgen.io.chart_reading import ChartReading
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.chart_text.beats import write_chords
from jazzgen.io.chart_text.header import HEADER, Header
from jazzgen.io.chart_text.jump_signs import played
from jazzgen.io.chart_text.lines import read_bars
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.pitch import Key
from jazzgen.music.timing import FOUR_FOUR
from jazzgen.runtime.ownership import SIGNATURE

__all__ = [
    "chart_bytes",
    "format_chart",
    "looks_like_chart",
    "parse_chart",
    "read_chart",
    "read_charts",
]

MAX_BYTES = 1_000_000
"""The size of a file of chart text in bytes."""
BARS_PER_LINE = 4


def parse_chart(text: str, source: str = "chart") -> Chart:
    """Read chart text.

    >>> chart = parse_chart("| Dm7 | G7 | Cmaj7 | % |")
    >>> str(chart.key), len(chart.bars), str(chart.chord_at(96))
    ('C', 4, 'G7')

    Args:
        text: The text (see the description of this module).
        source: What messages call it, usually the file's name.

    Returns:
        The chart, with repeats unfolded.

    Raises:
        ChartError: The text cannot be read. The message names the source and the
            bar, counted from 1 as the bars are written.
    """
    return _read(text, source, strict=True).required()


def read_chart(text: str, source: str = "chart", key: Key | None = None) -> ChartReading:
    """Read chart text in which chord symbols may be mistyped.

    Args:
        text: The text (see the description of this module).
        source: What messages call it, usually the file's name.
        key: The key in which Roman numerals are read if the text names none.

    Returns:
        The chart, with a warning for each symbol that was repaired or passed over.

    Raises:
        ChartError: See `parse_chart`; or most symbols are no chords.
    """
    return _read(text, source, strict=False, key=key)


def _read(text: str, source: str, strict: bool, key: Key | None = None) -> ChartReading:
    header, lines = _split(text, source, strict, key)
    fields = header.fields
    symbols = ChartSymbols(fields.get("key", key), strict=strict)
    written = read_bars(lines, fields.pop("meter", FOUR_FOUR), source, symbols)
    if not written:
        raise ChartError(f"{source}: no bars: expected something like '| Dm7 | G7 | Cmaj7 |'")
    try:
        symbols.check()
        bars, doubts = played(written, strict=strict)
        says_key = "key" in fields
        if not says_key:
            from jazzgen.music.key_estimation import guess_key

            fields["key"] = guess_key(bars)
        warnings = (*header.remarks, *symbols.warnings, *doubts)
        return ChartReading.of(Chart(bars, **fields), warnings, says_key=says_key)
    except ChartError as error:
        raise ChartError(f"{source}: {error}") from None


def _split(text: str, source: str, strict: bool, key: Key | None) -> tuple[Header, list[str]]:
    """Return the header and the lines of bars.

    Args:
        text: The chart text.
        source: Its name in messages.
        strict: Whether names that a header does not have are refused.
        key: The key if the header names none; None if it is not known.
    """
    header = Header(source, strict)
    lines = [
        (number, line)
        for number, line in enumerate(re.split(r"\r\n?|\n", text.removeprefix("\ufeff")), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not strict:
        from jazzgen.io.chart_text.as_typed import split_typed

        return header, split_typed(lines, header, key, barred="|" in text)
    bars: list[str] = []
    for number, line in lines:
        if found := HEADER.fullmatch(line):
            header.take(found[1].lower(), found[2].strip(), number, late=bool(bars))
        else:
            bars.append(line)
    return header, bars


def looks_like_chart(content: bytes) -> bool:
    """Return whether a file looks like chart text: it has bar lines, and no other beginning.

    A file that begins with a section, `[A]`, might be JSON; its name decides.
    """
    from jazzgen.io.decoding import beginning

    text = beginning(content, MAX_BYTES).lstrip()
    return "|" in text and not text.startswith(("<", "[", "{"))


def read_charts(content: bytes, source: str) -> tuple[ChartReading, ...]:
    """Read the chart of a file of chart text (see `read_chart`).

    Args:
        content: The bytes of the file.
        source: The file's name in messages.

    Raises:
        ChartError: The file is no text, too long, or no chart.
    """
    from jazzgen.io.decoding import decode

    text = decode(content, source)
    if len(content) > MAX_BYTES:
        raise ChartError(f"{source}: more than {MAX_BYTES:,} bytes is too long for a chart text")
    return (read_chart(text, source),)


def chart_bytes(chart: Chart) -> bytes:
    """Return a chart as a file of chart text, which says in a comment what has written it."""
    return f"{format_chart(chart)}\n{SIGNATURE}\n".encode()


def format_chart(chart: Chart, *, says_key: bool = True) -> str:
    """Return a chart as text that `parse_chart` reads back to an equal chart.

    Line breaks in the title and in section labels become spaces, and so do brackets and bar lines
    in labels.

    Args:
        chart: The chart.
        says_key: Whether the text names the key; without it, the key is guessed from the chords.

    Returns:
        The text, which ends with a newline.
    """
    return "\n".join([*_header(chart, says_key), "", *_lines(chart.bars)]) + "\n"


def _header(chart: Chart, says_key: bool) -> Iterator[str]:
    title = " ".join(chart.title.split())
    if title:
        yield f"title: {title}"
    if says_key:
        yield f"key: {chart.key}"
    yield f"meter: {chart.bars[0].meter}"
    later = "".join(f", {_number(tempo)}@{tick}" for tick, tempo in chart.tempo_changes)
    yield f"tempo: {_number(chart.tempo)}{later}"
    yield f"feel: {chart.feel}"
    if chart.chorus_starts != (0,):
        yield "choruses: " + ", ".join(str(start + 1) for start in chart.chorus_starts)


def _number(tempo: float) -> str:
    return repr(float(tempo)).removesuffix(".0")


def _lines(bars: Iterable[Bar]) -> Iterator[str]:
    """Yield lines of four bars; a section or a change of meter begins a new line."""
    line: list[str] = []
    previous: Bar | None = None
    for bar in bars:
        label = " ".join(re.sub(r"[\[\]|]", " ", bar.section).split())
        meter_changes = previous is not None and bar.meter != previous.meter
        signs = (f"[{label}] " if label else "") + (f"({bar.meter}) " if meter_changes else "")
        if line and (signs or len(line) == BARS_PER_LINE):
            yield "".join(line) + "|"
            line = []
        same = previous is not None and bar.chords == previous.chords and not signs
        chords = "%" if same and bar.chords else write_chords(bar.chords, bar.meter)
        line.append(f"{signs}| {chords} " if chords else f"{signs}| ")
        previous = bar
    yield "".join(line) + "|"

"""Chord sheets: ChordPro files, and words with chords above them.

    {title: A Song}                        A Song
    {key: G}                               Key: G
    {start_of_verse}
    [G]Some [Em]words to [C]sing           [Verse]
    {end_of_verse}                         G     Em       C
                                           Some  words to sing

A sheet has no beats. Where there are bar lines, as in a grid, they hold; elsewhere each chord is
one bar, and a warning says so. Source of the directives: ChordPro 6, "Directives".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from jazzgen.errors import ChartError
from jazzgen.io.chart_reading import ChartReading, bounded_readings
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.chart_text.jump_signs import is_sign, played
from jazzgen.io.chart_text.lines import read_bars
from jazzgen.io.chart_text.number_charts import in_letters
from jazzgen.io.chart_text.usual import is_section
from jazzgen.io.chord_sheet.chord_lines import (
    inline_chords,
    is_chord_line,
    is_tab,
    without_label,
    without_words,
)
from jazzgen.io.chord_sheet.reader import FIELD, KNOWN, SECTION, SheetReader, directives
from jazzgen.io.decoding import beginning, decode
from jazzgen.music.chart import Chart
from jazzgen.music.chord import is_chord
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.styles import style_of

__all__ = ["looks_like_sheet", "read_charts", "read_sheet"]

SNIFFED = 20_000
"""The number of bytes by which a sheet is recognised."""
MAX_LINES = 20_000
NEW_SONG = ("new_song", "ns")


def looks_like_sheet(content: bytes) -> bool:
    """Return whether a file is a chord sheet: directives, or chords together with words."""
    lines = beginning(content, SNIFFED).splitlines()
    if any(name in KNOWN for line in lines for name, _ in directives(line)[0]):
        return True
    if _is_chart_text(lines):
        return False
    chords = sum(_has_chords(without_label(line)[1]) for line in lines)
    inline = sum(bool(_words_with_chords(line)) for line in lines)
    words = sum(_is_words(line) for line in lines)
    has_bars = any("|" in line and not is_tab(line) for line in lines)
    return inline > 1 or (chords > 0 and (words > 0 or not has_bars))


def _is_chart_text(lines: Sequence[str]) -> bool:
    """Return whether lines are chart text: bars, with words above them but hardly any below."""
    barred = [number for number, line in enumerate(lines) if "|" in line and not is_tab(line)]
    if not barred or any(_words_with_chords(line) for line in lines):
        return False
    others = [line for number, line in enumerate(lines) if number not in set(barred)]
    below = sum(_is_words(line) and not is_section(line) for line in lines[barred[0] :])
    # A chord alone above the bars is the key, a letter the name of a section.
    is_above = {line for line in lines[: barred[0]] if len(line.split()) == 1}
    chords = [line for line in others if is_chord_line(line) and not is_section(line)]
    return below <= max(1, len(barred) // 2) and all(line in is_above for line in chords)


def _has_chords(line: str) -> bool:
    return is_chord_line(line) or bool(without_words(line)[0])


def _words_with_chords(line: str) -> list[str]:
    """Return the chords in brackets in a line that has words too."""
    rest = re.sub(r"\[[^\[\]]*\]", "", line)
    found = inline_chords(line) if "|" not in line and re.search(r"[A-Za-z]{2}", rest) else []
    return found if found and all(map(is_chord, found)) else []


def _is_words(line: str) -> bool:
    """Return whether a line is one of words to sing, or the name of a section."""
    if "|" in line or line.lstrip().startswith(("#", "<", "{", '"')):
        return False
    if is_sign(line):
        return False
    if SECTION.fullmatch(line):
        return True
    if _has_chords(line):
        return False
    return len(re.findall(r"[A-Za-z']{2,}", line)) > 1 and not re.match(r"\s*\w+\s*:", line)


def read_charts(content: bytes, source: str) -> tuple[ChartReading, ...]:
    """Read the charts of a chord sheet, which may hold several songs.

    Args:
        content: The bytes of the file.
        source: The file's name, for messages.

    Raises:
        ChartError: See `read_sheet`; or the file is no text.
    """
    songs = list(_songs(decode(content, source), source))
    if len(songs) == 1:
        return (read_sheet(songs[0], source),)
    read = (_reading(song, f"{source}: song {number}") for number, song in enumerate(songs, 1))
    return tuple(bounded_readings(read, source))


def _songs(text: str, source: str) -> Iterator[str]:
    """Yield the texts of the songs, each without the directive that begins it."""
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise ChartError(f"{source}: more than {MAX_LINES:,} lines")
    song: list[str] = []
    for line in lines:
        if any(name in NEW_SONG for name, _ in directives(line)[0]):
            if any(map(str.strip, song)):
                yield "\n".join(song)
            song = []
        song.append(line)
    yield "\n".join(song)


def _reading(text: str, source: str) -> ChartReading:
    try:
        return read_sheet(text, source)
    except ChartError as error:
        return ChartReading(title=_read(text).title, error=error)


def _read(text: str, remarks: Iterable[str] = ()) -> SheetReader:
    """Read a song.

    Args:
        text: The song.
        remarks: What has been guessed about it.
    """
    lines = text.splitlines()
    sheet = SheetReader(is_chordpro=any(directives(line)[0] for line in lines))
    sheet.repairs += remarks
    for line in lines:
        sheet.take(line)
    bars = [
        (number, line)
        for number, line in enumerate(lines)
        if not directives(line)[0] and not FIELD.match(line)
    ]
    guessed: list[str] = []
    letters = in_letters(bars, sheet.key, guessed)
    if letters == bars:
        return sheet
    return _read("\n".join(dict([*enumerate(lines), *letters]).values()), guessed)


def read_sheet(text: str, source: str = "chart") -> ChartReading:
    """Read the chords of a chord sheet with one song.

    Args:
        text: The text of the file.
        source: The file's name, for messages.

    Raises:
        ChartError: It has no chords, or bars that cannot be read.
    """
    sheet = _read(text)
    symbols = ChartSymbols(sheet.key)
    written = read_bars(sheet.lines(), sheet.first_meter, source, symbols)
    if not written:
        raise ChartError(f"{source}: no chords")
    try:
        symbols.check()
        bars, doubts = played(written)
        key = sheet.key or guess_key(bars)
        feel, _ = style_of(sheet.style, bars[0].meter)
        chart = Chart(bars, sheet.title, key, sheet.tempo, feel).transpose(sheet.up)
    except ChartError as error:
        raise ChartError(f"{source}: {error}") from None
    warnings = (*sheet.warnings(), *symbols.warnings, *doubts)
    return ChartReading.of(chart, warnings, says_key=sheet.key is not None)

"""Chart text as people type it, taken apart into a header and lines of bars.

What stands above the bars without a name, sections before a colon, numbers for chords and a form
such as AABA become what chart text has for them. Charts that jazzgen has written need none of this,
so `text` loads this module only for others.
"""

from __future__ import annotations

import re

from jazzgen.io.chart_text.form import in_form
from jazzgen.io.chart_text.free_header import is_above, said_above
from jazzgen.io.chart_text.header import HEADER, Header, is_header_name
from jazzgen.io.chart_text.number_charts import in_letters
from jazzgen.io.chart_text.usual import usual_lines
from jazzgen.music.chord import is_chord
from jazzgen.music.pitch import Key

__all__ = ["split_typed"]


def split_typed(
    lines: list[tuple[int, str]], header: Header, key: Key | None, *, barred: bool
) -> list[str]:
    """Return the lines of bars, and put into the header what the others say.

    Args:
        lines: The lines that are neither empty nor comments, with their numbers.
        header: The header, still empty.
        key: The key if the header names none; None if it is not known.
        barred: Whether the text has bar lines.
    """
    bars: list[tuple[int, str]] = []
    above = barred
    for number, line in lines:
        line = line.replace("**", "") if above else line  # bold type in Markdown
        found = HEADER.fullmatch(line)
        above = above and "|" not in line
        if found is None and above and is_above(line):
            for name, value in said_above(line, has_title="title" in header.fields):
                header.take(name, value, number, late=False)
        elif found is None or _is_labelled(found[1], found[2]):
            bars.append((number, line))
        else:
            header.take(found[1].lower(), found[2].strip(), number, late=bool(bars))
    header.settle_style()
    bars = in_letters(bars, header.fields.get("key", key), header.remarks)
    return in_form(list(usual_lines(bars, header.remarks)), header.form)


def _is_labelled(name: str, value: str) -> bool:
    """Return whether a line that looks like one of a header is one of bars with a section's name.

    Args:
        name: The name before the colon.
        value: What follows the colon.
    """
    if is_header_name(name):
        return False
    words = [word for word in value.split() if re.search(r"\w", word)]
    return "|" in value or (bool(words) and all(map(is_chord, words)))

"""Sheet music: pages of a MusicXML score, engraved by Verovio.

Verovio (https://www.verovio.org) is a library that needs no other program. It lays out a score
on pages and gives each as SVG. The same score gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from jazzgen.errors import ConfigError
from jazzgen.runtime.extras import require
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["PAGE_HEIGHT", "PAGE_WIDTH", "check_engraving", "engrave", "stacked"]

PAGE_WIDTH, PAGE_HEIGHT = 2100, 2970
"""The size of a page in tenths of a millimeter: A4."""
MARGIN, LOWER_MARGIN = 120, 140
"""The margins of a page, in tenths of a millimeter."""
OPTIONS = {
    "pageWidth": PAGE_WIDTH,
    "pageHeight": PAGE_HEIGHT,
    "pageMarginLeft": MARGIN,
    "pageMarginRight": MARGIN,
    "pageMarginTop": MARGIN,
    "pageMarginBottom": LOWER_MARGIN,
    "breaks": "line",  # lines as the score has them; pages as they fit
    "font": "Leland",
    "footer": "none",
    "header": "auto",
    "scale": 100,
    "unit": 8,
    "spacingSystem": 4,
    "measureMinWidth": 26,
    "justifyVertically": True,
    "xmlIdSeed": 1,
    "svgViewBox": False,
    "svgRemoveXlink": True,
}
"""Verovio's options (https://book.verovio.org/toolkit-reference/toolkit-options.html)."""
USUAL: Mapping[str, object] = {}
LEFT_OVER = 3
"""The largest number of lines that a last page should not be turned for."""
TIGHTER: tuple[dict[str, object], ...] = (
    {"spacingSystem": 2},
    {"spacingSystem": 2, "unit": 7.5},
    {"spacingSystem": 1, "unit": 7.1},
)
"""Verovio's options for smaller pages, tried in turn where a few lines would be left over."""
TITLE = 1.7
"""The size of the title, in sizes of the other texts at the head of a page."""
RAISED = 0.25
"""By how much the title is raised off the line below it, in sizes of the other texts."""
LETTER = 0.46
"""The mean width of a letter, in its size."""
HEAD = re.compile(
    r'(class="pgHead.*?y=")(-?[0-9]+)'
    r'(" text-anchor="middle".*?font-size=")([1-9][0-9]*)px">([^<]*)',
    re.DOTALL,
)
"""The first text in the middle of a page's head, with its base line and its size."""
LETTER_LEFT = '<rehearsal halign="left">'
"""What a rehearsal letter begins with."""
FIRST_CHORUS = re.compile(
    r'<direction placement="above">\s*<direction-type>\s*<words>Chorus 1</words>\s*'
    r"</direction-type>\s*</direction>\s*"
)
"""The words that name the first chorus."""


def check_engraving() -> None:
    """Check, before long work begins, that sheet music can be engraved later.

    Raises:
        MissingPackageError: Verovio is not installed.
    """
    require("sheet music needs", "verovio")


def engrave(score: bytes, options: Mapping[str, object] = USUAL) -> list[str]:
    """Return the pages of a score as SVG.

    Args:
        score: The bytes of an uncompressed MusicXML file.
        options: Verovio's options that differ from `OPTIONS`.

    Raises:
        MissingPackageError: Verovio is not installed.
        ConfigError: Verovio cannot read the score.
    """
    check_engraving()
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    # Verovio knows its fonts in the thread alone that has imported it.
    toolkit.setResourcePath(str(Path(verovio.__file__).parent / "data"))
    text = _with_letter_aside(_without_first_chorus(score.decode("utf-8")))

    def laid_out(more: Mapping[str, object]) -> list[str]:
        toolkit.setOptions({**OPTIONS, **more, **options})
        if not toolkit.loadData(text):
            raise ConfigError("sheet music: Verovio cannot read this score")
        return [toolkit.renderToSVG(page) for page in range(1, toolkit.getPageCount() + 1)]

    first, *others = _without_left_over_lines(laid_out)
    return [_with_large_title(first), *others]


def _without_left_over_lines(laid_out: Callable[[Mapping[str, object]], list[str]]) -> list[str]:
    """Return pages, laid out more tightly if that saves a last page with a few lines.

    Args:
        laid_out: Gives the pages for some of Verovio's options.
    """
    pages = laid_out({})
    if len(pages) > 1 and pages[-1].count('class="system"') <= LEFT_OVER:
        for more in TIGHTER:
            fewer = laid_out(more)
            if len(fewer) < len(pages):
                return fewer
    return pages


def _without_first_chorus(score: str) -> str:
    """Return a score that does not name the first chorus if that is where it begins.

    Verovio sets chord symbols above all words, which lifts those of the first line off its staff.
    """
    found = FIRST_CHORUS.search(score)
    if found is None or "</measure>" in score[: found.start()]:
        return score
    return score[: found.start()] + score[found.end() :]


def _with_letter_aside(score: str) -> str:
    """Return a score whose first measure has its rehearsal letter farther left.

    Behind a clef, a key and a meter there is little room up to the first chord symbol, which the
    letter would touch.
    """
    before, mark, after = score.partition(LETTER_LEFT)
    return score if "</measure>" in before else before + mark.replace("left", "right") + after


def _with_large_title(page: str) -> str:
    """Return a page whose title is larger than the other texts at its head.

    Verovio gives all of them one size, whatever the score says. A long title is as large as its
    line is wide.
    """

    def enlarged(found: re.Match[str]) -> str:
        before, y, between, size, title = found.groups()
        usual = int(size)
        widest = 10 * (PAGE_WIDTH - 2 * MARGIN) / (LETTER * max(len(title), 1))
        size = round(max(usual, min(TITLE * usual, widest)))
        return f'{before}{round(int(y) - RAISED * usual)}{between}{size}px">{title}'

    return HEAD.sub(enlarged, page, count=1)


def stacked(pages: list[str]) -> str:
    """Return pages as one SVG, one below the other.

    Args:
        pages: The pages, each an SVG of its own.
    """
    height = PAGE_HEIGHT * len(pages)
    inner = "\n".join(
        re.sub(r"<svg\b", f'<svg y="{PAGE_HEIGHT * number}"', page, count=1)
        for number, page in enumerate(pages)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PAGE_WIDTH / 10:g}mm" '
        f'height="{height / 10:g}mm" viewBox="0 0 {PAGE_WIDTH} {height}">\n'
        f"<metadata>{PROGRAM}</metadata>\n"
        f'<rect width="100%" height="100%" fill="white"/>\n{inner}\n</svg>\n'
    )

"""Jumps in chart text: `D.C. al Fine`, `Fine`, `To Coda`, `Coda`, `Segno`, in words or signs.

They may stand in a bar, between bars, or in angle brackets. A jump, a fine and "To Coda" belong to
the bar that ends there, a coda and a segno to the bar that begins there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jazzgen.errors import ChartError
from jazzgen.io.ireal.staff_text import NO_TEXT, StaffText, read_staff_text
from jazzgen.music.chart import Bar
from jazzgen.music.repeats import WrittenBar, unfold

__all__ = ["SignedBar", "is_sign", "played", "split_signs"]

GOAL = (
    r"(?:\s*(?:al?|alla|to)\s*(?:the\s+)?(?:coda|fine|⊕|𝄌|\d\w{0,2}\.?\s*(?:ending|end|volta)\.?))?"
)
SIGNS = re.compile(
    rf"""<(?P<text>[^<>]{{1,60}})>
      | (?P<words>(?<![\w.])\(?(?:
          (?:d\.\s?[cs]\.?|(?-i:D[CS])(?![\w]))(?![a-rt-z\d]){GOAL}
        | da\s?capo\b{GOAL} | dal\s?segno\b{GOAL}
        | to\s{{1,4}}coda\b(?:\s{{0,2}}[𝄌⊕])? | fine\b | coda\b | segno\b | [𝄋𝄌⊕]
        )\)?(?![\w]))""",
    re.VERBOSE | re.IGNORECASE,
)


CODA_SIGNS = "𝄌⊕"


@dataclass
class SignedBar(WrittenBar):
    """A bar as it is written, with the words for jumps that stand at it.

    Args:
        said: What the words say.
        closes: Whether a section ends after it.
    """

    said: StaffText = NO_TEXT
    closes: bool = False


def is_sign(line: str) -> bool:
    """Return whether a line has words for jumps and nothing else."""
    rest, said = split_signs(line)
    return said != NO_TEXT and not rest


def split_signs(text: str) -> tuple[str, StaffText]:
    """Return the text between two bar lines without the words for jumps, and what those say.

    Args:
        text: The text.
    """
    said = NO_TEXT
    for found in SIGNS.finditer(text):
        words = (found["text"] or found["words"]).strip("()")
        read = read_staff_text("Coda" if words in CODA_SIGNS else words.rstrip(CODA_SIGNS))
        if read.coda and text[: found.start()].strip(
            " [("
        ):  # behind a chord: where to leave for it
            read = replace(read, coda=False, to_coda=True)
        said = said.joined(read)
    return (SIGNS.sub(" ", text).strip() if said != NO_TEXT else text), said


def played(
    written: Sequence[SignedBar], *, strict: bool = False
) -> tuple[tuple[Bar, ...], list[str]]:
    """Return the bars in the order in which they are played, and what the words leave open.

    Args:
        written: The bars as they are written.
        strict: Whether repeats that do not fit together are refused.

    Raises:
        ChartError: Repeats do not fit together, or there are too many bars.
    """
    faults: list[str] = []
    if not any(bar.said.jump for bar in written):
        try:
            return unfold(written), []
        except ChartError as error:
            if strict:
                raise
            faults.append(f"{error}; read as players would")
    from jazzgen.music.jumps import JumpBar, playing_order

    order = playing_order(
        [
            JumpBar(
                opens=bar.opens,
                ending=bar.ending,
                times=bar.times,
                closes=bar.closes,
                segno=bar.said.segno,
                to_coda=bar.said.to_coda,
                coda_before=bar.said.coda,
                fine=bar.said.fine,
                jump=bar.said.jump,
            )
            for bar in written
        ]
    )
    bars = tuple(written[number].bar for number in order.bars)
    return bars, [*faults, *(f"bar {number + 1}: {doubt}" for number, doubt in order.doubts)]

"""The signs of an iReal Pro progression.

| sign | meaning |
|---|---|
| `|` `[` `]` `{` `}` `Z` | bar lines: single, double, beginning and end of a repeat, final |
| `T44` `T34` `T12` | meter; `T12` is 12/8 |
| `*A` `*i` | a section |
| `N1` `N2` `N0` | an ending |
| `x` `r` | a repetition of the bar before, or of the two bars before |
| `n` `p` | no chord; one more beat of the chord before |
| `W/C` | the chord before, over another bass |
| `S` `Q` | segno, coda |
| `<D.C. al Coda>` | a text above the staff (see `staff_text`) |
| `( … )` `s` `l` `Y` `,` `U` `f` | ignored: alternative chords, sizes, spaces, fermata |

Source: iReal Pro, "Custom Chord Chart Protocol". People who write links by hand, and programs, use
more spellings of chords than the app does; those are read too, unless a reader is strict.
"""

from __future__ import annotations

import re

__all__ = ["match_at", "odd_at"]

QUALITY = r"(?:sus|add|alt|dim|maj|min|aug|[-^+ohmMb\#\d])*"
# A bracket that begins with a root is an alternative chord. The letters n, p, r, s and x are signs.
ANY_QUALITY = r"""(?:sus|(?i:add|alt|dim|maj|min|aug|omit|dom)|(?i:no)\ ?\d|[-^+ohmMb\#\d♭♯øØ∆Δ△°º]
  |/(?=[-+b\#]?\d)|\((?!\s*(?:[A-GNW]|n(?!o)))[^()|]{1,20}\))*"""
BASS = r"/[A-G][b\#]?"
ANY_BASS = r"/(?:[A-G](?:bb?|\#{1,2}|[♭♯])?|[a-g](?:b|\#)?(?![a-z]))"


def _pattern(quality: str, bass: str, meter: str, more: str = "") -> re.Pattern[str]:
    """Return the pattern of a sign.

    Args:
        quality: The pattern of what follows the root of a chord.
        bass: The pattern of a bass note.
        meter: The pattern of a meter's digits.
        more: Patterns of more signs, which come first.
    """
    return re.compile(
        rf"""{more}
        (?P<comment><[^>]*>)
        | (?P<alternate>\([^()]*\))
        | \*(?P<section>[A-Za-z])
        | T(?P<meter>{meter})
        | N(?P<ending>\d)
        | (?P<line>[|\[\]{{}}Z])
        | (?P<chord>(?:[A-G][b\#]?(?:\*[^*]{{0,30}}\*|{quality})|W)(?:{bass})?)
        | (?P<sign>[xrnpSQUf])
        | (?P<space>\ )
        | (?P<nothing>[slY,\s])
        """,
        re.VERBOSE,
    )


TOKEN = _pattern(QUALITY, BASS, r"\d\d")
ANY_TOKEN = _pattern(
    ANY_QUALITY,
    ANY_BASS,
    r"\d{1,3}",
    rf"""(?P<silence>N\.?\ ?C\b\.?) | (?P<bass>{ANY_BASS}) | (?P<quote>["'`_]) |""",
)
ODD = re.compile(r"<[^|\[\]{}<]{0,200}|.[^\s|\[\]{}<>(),*A-Z]{0,23}", re.DOTALL)
"""What is no sign: a text that is not closed, a word, or a character."""


def match_at(text: str, index: int, *, strict: bool) -> re.Match[str] | None:
    """Return the sign at a position; None if there is none.

    Args:
        text: The progression.
        index: The position.
        strict: Whether only what the app itself writes is a sign.
    """
    return (TOKEN if strict else ANY_TOKEN).match(text, index)


def odd_at(text: str, index: int) -> str:
    """Return what stands at a position that has no sign: a word or a character.

    Args:
        text: The progression.
        index: The position.
    """
    found = ODD.match(text, index)
    return found[0] if found else text[index]

"""The tokens of chord qualities: words, signs and numbers, in all spellings in use.

`chord_reader` gives them their meaning.
"""

from __future__ import annotations

import re

from jazzgen.music.chord_signs import plain_signs

__all__ = ["is_balanced", "plain_quality", "token_at"]

TOKEN = re.compile(
    r"""(?P<gap>[\s(),]|/(?![35]$)(?=[-+\d#b mMj^])|(?<=[A-Za-z])\.)
      | (?i:no|omit)\s*(?P<omit>(?:13|11|[135679])(?i:rd|th|st)?(?:\s*[,/]\s*[35](?!\d))*)
      | (?i:add)\s*(?P<add>[b#]?(?:1[0-5]|[2-9]))(?!\d)
      | (?i:add)\s*(?P<addmaj>(?i:maj7))
      | (?P<sus>(?i:suspended|sus))\s*(?P<susdegree>2/?4|4/?2|[24]?)
      | (?P<alt>(?i:altered|alt))
      | (?P<half>(?i:half)[-\s]?(?i:diminished|dim)|h(?:dim)?|ø)
      | (?P<dim>(?i:diminished|dim)|[o°0])
      | (?P<dom>(?i:dominant|dom))(?=\s*\d)
      | (?P<aug>(?i:augmented|aug))
      | (?P<delta>[Δ^])
      | (?P<maj>(?i:major|maj|ma(?!ug|dd)|mj)|M(?![iI])|[jJ])
      | (?P<min>(?i:minor|min|mi)|m)
      | (?P<sign>[b#+-]|(?i:flat|sharp)\s*)(?P<degree>1[0134]|[245679])
      | (?P<plus>\+)
      | (?P<minus>-)
      | (?P<stack>7(?:9[b#]?)?(?:11\#?)?(?:13b?)?|69?11\#(?!\d))
      | (?P<number>11|13|[24569])""",
    re.VERBOSE,
)
"""A token; the group that matched says which kind it is."""
BARE_SIGN = re.compile(r"(?P<plus>\+)|(?P<minus>-)")
"""A sign for itself: "augmented" or "minor"."""
BRACKETS = str.maketrans("[]{}", "()()")
NATURAL_SEVENTH = re.compile(r"(?<!^)♮\s*7")
"""The seventh of a minor chord, raised: Cm(♮7). The sign after a root belongs to the root."""
NINTH_ALONE = re.compile(r"^(m(?:in?)?|-|)/(?=9(?!\d))")
"""The beginning of a triad with a ninth behind a slash: C/9, Am/9."""
EMPTY_GAP = re.compile(r"\(\s*[,)/]|[,/]\s*(?:[,)/]|$)|^\s*,")
"""A bracket or a separator with nothing after or before it."""


def plain_quality(text: str) -> str:
    """Return a quality in plain letters, digits and signs.

    Args:
        text: The quality.
    """
    plain = NATURAL_SEVENTH.sub("maj7", plain_signs(text).strip()).replace("♮", "")
    return NINTH_ALONE.sub(r"\1add", plain.translate(BRACKETS))


def token_at(text: str, position: int, *, numbered: bool, minor: bool) -> re.Match[str] | None:
    """Return the token at a position, or None if there is none.

    `+` and `-` alter the number after them only if there is a number before them: C-7 is a minor
    seventh chord, but C7-9 has a flat ninth. A 5 can be altered at once, as in C+5.

    Args:
        text: The quality (see `plain_quality`).
        position: The index of the token's first character.
        numbered: Whether the quality has a number before the token.
        minor: Whether it has been found to be minor.
    """
    match = TOKEN.match(text, position)
    if match and match["sign"] and match["sign"] in "+-" and match["degree"] != "5":
        minor_major = match[0] == "+7" and minor
        if not (numbered and match["degree"] != "7") and not minor_major:
            return BARE_SIGN.match(text, position)
    return match


def is_balanced(text: str) -> bool:
    """Return whether brackets are closed and not nested, and none of the parts is empty."""
    if EMPTY_GAP.search(text):
        return False
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if not 0 <= depth <= 1:
            return False
    return depth == 0

"""Words that musicians write for jumps, fine, coda, segno and numbers of times.

A text above the staff is one of these signs only if it says so as a whole word: "Verse and
Chorus" holds a "d C" and is no da capo, and "2x only" says who plays, not how often.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Jump", "is_coda", "is_fine", "is_segno", "is_to_coda", "read_jump", "read_times"]


@dataclass(frozen=True, kw_only=True)
class Jump:
    """A jump back, such as "D.S. al Coda".

    Args:
        text: Its name in messages.
        to_segno: Whether it leads to the segno; otherwise to the beginning.
        target: "coda" or "fine", if it names one of them, or "".
        ending: The number of the ending that it names; 0 for none.
        repeats: Whether repeats are played again after it.
    """

    text: str
    to_segno: bool = False
    target: str = ""
    ending: int = 0
    repeats: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it says no more than where it leads back to."""
        return not (self.target or self.ending or self.repeats)


BACK = re.compile(
    r"""
    (?<![\w./])
    (?: d\s?\.\s?(?P<dotted>[cs])(?![a-rt-z])   # D.C., D. S., D.C.al Coda, but not "D.Cole"
      | da\s*(?P<capo>capo)\b | dal?\s*(?P<segno>segno)\b | d(?:al)?\s?\.?\s?(?P<sign>𝄋)
      | (?-i:D(?P<upper>[CS]))(?:\b|(?=al\b)) | d\s?(?P<bare>[cs])\b\.?(?=\s*(?:al|to)\b) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""The beginning of a jump. Without dots it is in capitals, or leads on: "dc al fine"."""
NEXT_CHORUS = re.compile(
    r"\W*(?:for\b|on\s+cue|until\b|till\b|ad\s+lib|(?:and|&|then)\s+fade)", re.IGNORECASE
)
"""What follows a jump that only begins the next chorus, as in "D.C. for solos"."""
NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
"""The endings that words name; the last one is -1."""
ENDING = re.compile(
    r"""
    \b(?:al?|alla|to|take)\s+(?:the\s+)?
    (?: (?P<before>\d|first|second|third|fourth|last)(?:st|nd|rd|th|\.|°|ª|º|a|da)?\s*
        (?:end(?:ing)?|ed|volta|time\s+bar)\b
      | (?:end(?:ing)?|volta)\.?\s*(?P<after>\d)
      | (?P<alone>[1-4](?=st|nd|rd|th)|first|second|third|fourth)(?:st|nd|rd|th)?(?=\W*$) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
CODA = re.compile(
    r"(?:\b|(?<=D[CS]))(?:al?|alla|la|to|e|then)\W*(?:the\s+)?(?:coda\b|⊕|𝄌)|[⊕𝄌]", re.IGNORECASE
)
FINE = re.compile(
    r"(?:\b|(?<=D[CS]))(?:al?|alla|to)\s*(?:the\s+)?(?:fine|end)\b(?!\w|\.?\s*\d)", re.IGNORECASE
)
REPEATS = re.compile(
    r"\b(?:with|w|take|play|incl\w*|con|observ\w*)\b\W*(?:all\s+|the\s+)*"
    r"(?:rep(?:eat|etizion|lic|rise|s)?\w*|rpts?)\b",
    re.IGNORECASE,
)
NOT_AGAIN = re.compile(r"\b(?:no|without|w/o|senza|sans)\b", re.IGNORECASE)
ROUND = (
    r"(?:on\s+)?(?:the\s+)?(?:last|final|first|second|third|\d(?:st|nd|rd|th)?)\s*"
    r"(?:x|times?|pass|chorus)\b"
)
"""The pass on which something is played: "last x", "2nd time"."""
IS_FINE = re.compile(
    rf"\W*(?:{ROUND}\W*)?(?:fine|fin|the\s+end|end)\b\W*(?:\(.*\)|{ROUND}.*|last\s+.*|on\s+.*|after\s+.*)?",
    re.IGNORECASE,
)
IS_TO_CODA = re.compile(
    rf"\W*(?:{ROUND}\W*)?(?:al?|to)\s+(?:the\s+)?(?:coda|⊕|𝄌)\W*(?:\d\b(?!\s*x))?\W*"
    rf"(?:\(.*\)|{ROUND}.*|last\s+.*|on\s+.*)?",
    re.IGNORECASE,
)
CODA_SIGN = re.compile(r"(?<![^\s(])[Øø⨁⌖](?![^\s)])")
"""What stands for the sign of a coda on keyboards and in fonts without it."""
IS_CODA = re.compile(r"\W*coda\W*\d?\W*(?:\(.*\))?", re.IGNORECASE)
IS_SEGNO = re.compile(r"\W*(?:segno\W*|𝄋)", re.IGNORECASE)
COUNTS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "twice": 2,
    "thrice": 3,
}  # fmt: skip
TIMES = re.compile(
    r"(?<![\w.,/])(?:(?P<before>\d{1,3})\s?(?:x(?:['’]?s)?|×|times)|(?:x|×)\s?(?P<after>\d{1,3})"
    r"|(?P<word>two|three|four|five|six|seven|eight)\s+times|play(?:ed)?\s+(?P<adverb>twice|thrice))"
    r"(?!\w)",
    re.IGNORECASE,
)
NOT_TIMES = re.compile(
    r"\b(?:only|tacet|last|first|second|third|1st|2nd|3rd|on|until|till|after|from)\b",
    re.IGNORECASE,
)
"""Words that turn a number of times into one of the times: "2x only", "last 2x"."""


def _plain(text: str) -> str:
    """Return a text with single blanks and one sign for the coda, however it is typed."""
    return " ".join(CODA_SIGN.sub("⊕", text).split())


def read_jump(text: str) -> Jump | None:
    """Return the jump that a text stands for; None for any other text.

    >>> read_jump("After solos, D.S. al Coda")
    Jump(text='D.S. al Coda', to_segno=True, target='coda', ending=0, repeats=False)
    >>> read_jump("Verse and Chorus")

    Args:
        text: The text above a staff.
    """
    words = _plain(text)
    back = BACK.search(words)
    if back is None:
        return None
    rest = words[back.start() :]
    letter = back["dotted"] or back["upper"] or back["bare"] or ""
    to_segno = bool(back["segno"] or back["sign"]) or letter.lower() == "s"
    named = ENDING.search(rest)
    ending = 0
    if named:
        number = named["before"] or named["after"] or named["alone"]
        ending = int(number) if number.isdecimal() else NUMBERS[number.lower()]
    target = "coda" if CODA.search(rest) else "fine" if FINE.search(rest) else ""
    if not target and not ending and NEXT_CHORUS.match(words, back.end()):
        return None
    repeats = bool(REPEATS.search(rest)) and not NOT_AGAIN.search(rest)
    return Jump(
        text=rest[:40],
        to_segno=to_segno,
        target="" if ending else target,
        ending=ending,
        repeats=repeats,
    )


def is_fine(text: str) -> bool:
    """Return whether a text marks the end after a jump, such as "Fine" or "(Fine)"."""
    return IS_FINE.fullmatch(_plain(text)) is not None


def is_to_coda(text: str) -> bool:
    """Return whether a text says that the player leaves for the coda."""
    return IS_TO_CODA.fullmatch(_plain(text)) is not None


def is_coda(text: str) -> bool:
    """Return whether a text is the title of the coda."""
    return IS_CODA.fullmatch(_plain(text)) is not None


def is_segno(text: str) -> bool:
    """Return whether a text stands for the sign to which a dal segno leads."""
    return IS_SEGNO.fullmatch(_plain(text)) is not None


def read_times(text: str) -> int | None:
    """Return how often a repeat is played by a text such as "3x", "x3" or "Play 4 times".

    Args:
        text: The text above a staff; None is returned where it tells no number of times.
    """
    found = TIMES.search(text)
    if found is None or NOT_TIMES.search(text):
        return None
    if word := found["word"] or found["adverb"]:
        return COUNTS[word.lower()]
    return int(found["before"] or found["after"])

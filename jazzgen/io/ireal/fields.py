"""The songs in the body of an iReal Pro link: their fields, and their progressions unscrambled.

A song of a plain link has six fields: title, composer, style, key, "n" and progression. One of a
scrambled link has ten: title, composer, an empty one, style, key, transposition, progression, the
player's style, tempo and number of choruses. People leave fields out, and a title may hold the sign
that separates them, so that songs are found by their progressions. A scrambled progression begins
with a certain word, the characters of its blocks of 50 are rearranged, and three short texts
replace frequent ones. Songs of a playlist are joined by `===`, and its name comes last.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["SCRAMBLED", "IRealSong", "is_finished", "scramble", "songs_of_body"]

SCRAMBLED = "1r34LbKcu7"
"""The beginning of a scrambled progression."""
BLOCK = 50
"""The number of characters that are rearranged at a time."""
SHORT = (("Kcl", "| x"), ("LZ", " |"), ("XyQ", "   "))
"""Short texts in scrambled progressions, and what they mean."""
SONGS = re.compile(r"={3,}")
"""The separator of songs."""
BAR_LINES = ("Z", "]", "}", "|", "U")
"""The symbols of bar lines that can end a song."""
TRAILING = "Yxn," + string.whitespace
"""Characters that may follow the last bar line."""
PROGRESSION = re.compile(r"\s*(?:[*\[{<(|SNQsl]|T\d\d|[A-G][b#\-^+ohs\d /|,]).*[|\]}Z]", re.DOTALL)
"""A plain progression: it begins with a sign or a chord, and has a bar line."""
KEY = re.compile(r"[A-G][b#]?(?:-|m(?:in(?:or)?)?)?")
PLAIN_FIELDS, SCRAMBLED_FIELDS = 6, 7
"""The number of fields of a song up to its progression."""
LEAST_FIELDS = 3
"""The number of fields before a progression that a song has at least: title, style and key."""


@dataclass(frozen=True)
class IRealSong:
    """A song as iReal Pro has it.

    Args:
        title: Its title.
        style: Its style, such as "Medium Swing".
        key: Its key, such as "Bb" or "A-".
        progression: Its bars, unscrambled.
        tempo: Quarter notes per minute, or 0 if the song has no tempo.
        is_whole: Whether the song is complete; the link may break off in its last one.
        is_plain: Whether its progression is not scrambled, so that what is there can be read.
        fault: Why the song cannot be read, or "".
    """

    title: str
    style: str
    key: str
    progression: str
    tempo: int = 0
    is_whole: bool = True
    is_plain: bool = False
    fault: str = ""


def songs_of_body(body: str, scheme: str) -> Iterator[IRealSong]:
    """Yield the songs of a link, also those that have a fault.

    Args:
        body: What follows the scheme of the link, decoded.
        scheme: "irealb" or "irealbook", in small letters.
    """
    is_plain = scheme == "irealbook" or body.split("=", PLAIN_FIELDS)[4:5] == ["n"]
    songs = _plain_songs if is_plain and SCRAMBLED not in body else _scrambled_songs
    yield from songs(body)


def _scrambled_songs(body: str) -> Iterator[IRealSong]:
    """Yield songs whose progression is scrambled; a text without one is the playlist's name."""
    for text in _split(body):
        fields = text.split("=")
        index = next((n for n, field in enumerate(fields) if field.startswith(SCRAMBLED)), None)
        if index is None:
            named = list(filter(str.strip, fields))
            if len(named) > 1:
                yield _cut_off(named[0])
            continue
        head = _head(fields[:index], SCRAMBLED_FIELDS)
        if head is None:
            yield _cut_off(next(filter(str.strip, fields)))
            continue
        after = list(filter(str.strip, fields[index + 1 :]))
        words = [field.strip() for field in after if len(field) < 6]
        numbers = [int(word) for word in words if word.isdecimal()]
        tempo = numbers[-2] if len(numbers) > 1 else 0
        progression = _readable(fields[index][len(SCRAMBLED) :])
        yield IRealSong(*head, progression, tempo, is_whole=bool(after))


def _split(body: str) -> list[str]:
    """Return the songs of a playlist, its name last.

    A song with empty fields holds the separator too, so only a piece with a progression ends one.
    """
    songs: list[list[str]] = []
    is_complete = True
    for piece in SONGS.split(body):
        if is_complete:
            songs.append([])
        songs[-1].append(piece)
        is_complete = SCRAMBLED in piece
    return ["===".join(pieces) for pieces in songs]


def _plain_songs(body: str) -> Iterator[IRealSong]:
    """Yield songs whose progression is written plainly."""
    fields = body.split("=")
    is_regular = all(field.strip() == "n" for field in fields[PLAIN_FIELDS - 2 :: PLAIN_FIELDS])
    ends = _regular_ends(fields) if is_regular else _found_ends(fields) or _regular_ends(fields)
    first = 0
    for end in ends:
        head = _head(fields[first:end], PLAIN_FIELDS)
        if head is not None:
            yield IRealSong(*head, fields[end], is_whole=False, is_plain=True)
        else:
            yield _cut_off(fields[first])
        first = end + 1
    rest = list(filter(str.strip, fields[first:]))
    if not first or len(rest) > 1:
        yield _cut_off(rest[0] if rest else "")


def _regular_ends(fields: Sequence[str]) -> Sequence[int]:
    """Return the indices of progressions where each song has all its fields."""
    return range(PLAIN_FIELDS - 1, len(fields), PLAIN_FIELDS)


def _found_ends(fields: Sequence[str]) -> Sequence[int]:
    """Return the indices of progressions by their signs, at least three fields from each other."""
    ends: list[int] = []
    for index, field in enumerate(fields):
        if index - (ends[-1] if ends else -1) > LEAST_FIELDS and PROGRESSION.match(field):
            ends.append(index)
    return ends


def _head(fields: Sequence[str], usual: int) -> tuple[str, str, str] | None:
    """Return title, style and key from the fields before a progression; None if there are too few.

    They are counted from the key, since a title may hold the sign that separates fields.

    Args:
        fields: The fields; the composer may be missing.
        usual: The number of fields of a song up to its progression.
    """
    blank = next((n for n, field in enumerate(fields) if field.strip()), len(fields))
    # Fields of blanks before a title separate songs; a song without a title has all its fields.
    fields = fields[min(blank, max(0, len(fields) + 1 - usual)) :]
    last = range(len(fields) - 1, max(1, len(fields) - 4), -1)
    keys = [index for index in last if KEY.fullmatch(fields[index].strip())]
    # Behind the key stands a transposition, an "n" or nothing.
    at_end = int(bool(fields) and (not fields[-1].strip() or _is_setting(fields[-1])))
    key = next(iter(keys), max(0, len(fields) - 1 - at_end))
    *others, style = fields[:key] or [""]
    if not list(filter(str.strip, others)) and key < 3:
        return None
    # A scrambled song has an empty field before its style.
    composers = 2 if len(others) > 2 and not others[-1].strip() else 1
    title = "=".join(others[:-composers]) if len(others) > composers else "".join(others[:1])
    return title, style, fields[key]


def _is_setting(field: str) -> bool:
    """Return whether a field between a key and a progression is no key: "n" or a transposition."""
    return field.strip() == "n" or field.strip().lstrip("-").isdigit()


def _cut_off(title: str) -> IRealSong:
    """Return a song of which the link has too little."""
    known = f" ({title[:60]})" if (title := " ".join(title.split())) else ""
    fault = f"the iReal Pro link breaks off{known}: expected title, composer, style, key and "
    return IRealSong(title, "", "", "", fault=f"{fault}progression")


def is_finished(progression: str) -> bool:
    """Return whether a progression ends with a bar line, apart from comments and the like."""
    text = progression.rstrip(TRAILING)
    while text.endswith(">") and (comment := text.find("<", text.rfind(">", 0, -1) + 1)) >= 0:
        text = text[:comment].rstrip(TRAILING)
    return text.endswith(BAR_LINES)


def _readable(scrambled: str) -> str:
    text = scramble(scrambled)
    for short, long in SHORT:
        text = text.replace(short, long)
    return text


def scramble(text: str) -> str:
    """Rearrange the characters of each block of 50; doing it twice restores the text.

    In each block the first five characters are swapped with the last five, mirrored about its
    middle, and so are the eleventh to the twenty-fourth. A block that is followed by fewer than
    two characters stays as it is.
    """
    blocks = [text[start : start + BLOCK] for start in range(0, len(text), BLOCK)]
    turned = max(0, (len(text) - 2) // BLOCK)
    return "".join([*map(_turned, blocks[:turned]), *blocks[turned:]])


def _turned(block: str) -> str:
    turned = list(block)
    for index in (*range(5), *range(10, 24)):
        mirror = BLOCK - 1 - index
        turned[index], turned[mirror] = block[mirror], block[index]
    return "".join(turned)

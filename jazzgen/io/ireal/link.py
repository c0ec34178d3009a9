"""iReal Pro links: the songs in them, their progressions readable.

A link is `irealbook://` with six fields per song, or `irealb://` with scrambled progressions: a
progression begins with a certain word, the characters of its blocks of 50 are rearranged, and
three short texts replace frequent ones. Songs of a playlist are joined by `===`, and its name
comes last. Links may be percent-encoded, and part of an HTML page or a text.
Source for the plain form: iReal Pro, "Custom Chord Chart Protocol".
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from urllib.parse import unquote

from jazzgen.errors import ChartError
from jazzgen.io.ireal.scheme import LINK
from jazzgen.runtime.wording import tidy

__all__ = ["LIMITS", "IRealSong", "LinkLimits", "scramble", "songs_of"]


@dataclass(frozen=True, kw_only=True)
class LinkLimits:
    """How large links may be.

    Args:
        characters: Characters of a text with links.
        songs: Songs in all its links.
        progression: Characters of a song's progression: fifty for each of its up to 2,000 bars.
    """

    characters: int = 10_000_000
    songs: int = 10_000
    progression: int = 100_000


LIMITS = LinkLimits()
SCRAMBLED = "1r34LbKcu7"
"""The beginning of a scrambled progression."""
BLOCK = 50
"""The number of characters that are rearranged at a time."""
SHORT = (("Kcl", "| x"), ("LZ", " |"), ("XyQ", "   "))
"""Short texts in scrambled progressions, and what they mean."""
QUOTED = re.compile(r"""=\s*(["'])\s*(irealb(?:ook)?)://(.*?)\1""", re.DOTALL | re.IGNORECASE)
"""A link as the value of an attribute."""
PLAIN_FIELDS = 6
SONGS = re.compile(r"={3,}")
"""The separator of songs."""
BAR_LINES = ("Z", "]", "}", "|", "U")
"""The symbols of bar lines that can end a song."""
TRAILING = "Yxn," + string.whitespace
"""Characters that may follow the last bar line."""


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
        fault: Why the song cannot be read, or "".
    """

    title: str
    style: str
    key: str
    progression: str
    tempo: int = 0
    is_whole: bool = True
    fault: str = ""


def songs_of(text: str, source: str, limits: LinkLimits = LIMITS) -> tuple[IRealSong, ...]:
    """Return the songs of every link in a text, also those that have a fault.

    Args:
        text: A link, or a page with links.
        source: What messages call it.
        limits: How large it may be.

    Raises:
        ChartError: There is no link, no song in it, or more than the limits allow.
    """
    if len(text) > limits.characters:
        raise ChartError(f"{source}: more than {limits.characters:,} characters")
    found = chain.from_iterable(_songs(*link) for link in _links(text))
    songs = tuple(islice(found, limits.songs + 1))  # songs beyond the limit are never unscrambled
    if len(songs) > limits.songs:
        raise ChartError(f"{source}: more than {limits.songs:,} songs")
    if not songs:
        raise ChartError(
            f"{source}: no song in the iReal Pro link: expected irealb:// or irealbook:// and what "
            "the app exports"
        )
    return tuple(_checked(song, limits) for song in songs)


def _links(text: str) -> list[tuple[str, str]]:
    """Return the scheme of each link in a text, and what follows it."""
    quoted = [(link[2], html.unescape(link[3])) for link in QUOTED.finditer(text)]
    if quoted:  # in an attribute of a page, blanks and apostrophes need not be encoded
        return quoted
    page = html.unescape(text) if "&" in text else text
    # A link on its own may contain spaces and quotation marks that are not encoded.
    alone = re.match(r"\s*(irealb(?:ook)?)://(.*)", page, re.DOTALL | re.IGNORECASE)
    links = [alone] if alone and "href=" not in page else LINK.finditer(page)
    return [(link[1], link[2]) for link in links]


def _songs(scheme: str, body: str) -> Iterator[IRealSong]:
    songs = _plain_songs if scheme.lower() == "irealbook" else _scrambled_songs
    yield from songs(unquote(body.strip()))


def _checked(song: IRealSong, limits: LinkLimits) -> IRealSong:
    """Return a song with trimmed fields, and without a progression that is too long."""
    song = replace(
        song,
        title=tidy(" ".join(song.title.split())),
        style=song.style.strip(),
        key=song.key.strip(),
        is_whole=song.is_whole or _is_finished(song.progression),
    )
    if len(song.progression) <= limits.progression:
        return song
    fault = f"a progression of more than {limits.progression:,} characters"
    return replace(song, progression="", fault=f"{song.title[:60] or 'a song'}: {fault}")


def _is_finished(progression: str) -> bool:
    """Return whether a progression ends with a bar line, apart from comments and the like."""
    text = progression.rstrip(TRAILING)
    while text.endswith(">") and (comment := text.find("<", text.rfind(">", 0, -1) + 1)) >= 0:
        text = text[:comment].rstrip(TRAILING)
    return text.endswith(BAR_LINES)


def _plain_songs(body: str) -> Iterator[IRealSong]:
    """Yield songs of six fields: title, composer, style, key, "n", progression."""
    fields = body.split("=")
    whole = len(fields) // PLAIN_FIELDS
    for number in range(whole):
        first = PLAIN_FIELDS * number
        title, _, style, key, _, progression = fields[first : first + PLAIN_FIELDS]
        yield IRealSong(title, style, key, progression, is_whole=False)
    if not whole or len(fields) % PLAIN_FIELDS > 1:
        yield _cut_off(fields[PLAIN_FIELDS * whole] if fields else "")


def _scrambled_songs(body: str) -> Iterator[IRealSong]:
    """Yield songs whose progression is scrambled; a text without one is the playlist's name."""
    for text in _split(body):
        fields = [field for field in text.split("=") if field.strip()]
        index = next((n for n, field in enumerate(fields) if field.startswith(SCRAMBLED)), None)
        if index is None:
            if len(fields) > 1:
                yield _cut_off(fields[0])
            continue
        # After the key there may be a number, the transposition; the composer may be missing.
        before = fields[:index]
        if before and before[-1].strip().lstrip("-").isdigit():
            before.pop()
        if len(before) < 3:
            yield _cut_off(fields[0])
            continue
        title, style, key = before[0], before[-2], before[-1]
        after = fields[index + 1 :]
        words = [field.strip() for field in after if len(field) < 6]
        numbers = [int(word) for word in words if word.isdecimal()]
        tempo = numbers[-2] if len(numbers) > 1 else 0
        progression = _readable(fields[index][len(SCRAMBLED) :])
        yield IRealSong(title, style, key, progression, tempo, is_whole=bool(after))


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
    return ["=".join(pieces) for pieces in songs]


def _cut_off(title: str) -> IRealSong:
    """Return a song of which the link has too little."""
    known = f" ({title[:60]})" if (title := " ".join(title.split())) else ""
    fault = f"the iReal Pro link breaks off{known}: expected title, composer, style, key and "
    return IRealSong(title, "", "", "", fault=f"{fault}progression")


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

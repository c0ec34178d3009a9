"""iReal Pro links: the songs in them, their progressions readable.

A link is `irealbook://` with six fields a song, or `irealb://`, where the progression is
scrambled: it begins with a word that says so, its blocks of 50 characters are turned about,
and three short texts stand for usual ones. Songs of a playlist are joined by `===`, and its
name stands last. Links may be percent-encoded, and stand in an HTML page or a text.
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

__all__ = ["IRealSong", "scramble", "songs_of"]

MAX_CHARACTERS, MAX_SONGS = 10_000_000, 10_000
MAX_PROGRESSION = 100_000
"""Characters of a song: fifty for each of the 2,000 bars that it may have."""
SCRAMBLED = "1r34LbKcu7"
BLOCK = 50
SHORT = (("Kcl", "| x"), ("LZ", " |"), ("XyQ", "   "))
PLAIN_FIELDS = 6
SONGS = re.compile(r"={3,}")
BAR_LINES = ("Z", "]", "}", "|", "U")
BEHIND = "Yxn," + string.whitespace
"""What may follow the last bar line."""


@dataclass(frozen=True)
class IRealSong:
    """A song as iReal Pro has it.

    Args:
        title: Its title.
        style: Such as "Medium Swing".
        key: Such as "Bb" or "A-".
        progression: The bars, readable.
        tempo: Quarter notes per minute, or 0 where it does not say.
        is_whole: Whether the link does not break off in this song.
    """

    title: str
    style: str
    key: str
    progression: str
    tempo: int = 0
    is_whole: bool = True


def songs_of(text: str, source: str) -> tuple[IRealSong, ...]:
    """Return the songs of every link in a text.

    Args:
        text: A link, or a page with links.
        source: What to name in messages.

    Raises:
        ChartError: There is no link, no song in it, or more than there can be.
    """
    if len(text) > MAX_CHARACTERS:
        raise ChartError(f"{source}: more than {MAX_CHARACTERS:,} characters")
    page = html.unescape(text) if "&" in text else text
    # A link that stands alone may hold blanks and quotation marks that nobody has encoded.
    alone = re.match(r"\s*(irealb(?:ook)?)://(.*)", page, re.DOTALL | re.IGNORECASE)
    links = [alone] if alone and "href=" not in page else list(LINK.finditer(page))
    found = chain.from_iterable(_songs(link, source) for link in links)
    songs = tuple(islice(found, MAX_SONGS + 1))
    if len(songs) > MAX_SONGS:
        raise ChartError(f"{source}: more than {MAX_SONGS:,} songs")
    if not songs:
        raise ChartError(f"{source}: no song in the iReal Pro link: expected irealb:// or "
                         "irealbook:// and what the app exports")  # fmt: skip
    return songs


def _songs(link: re.Match[str], source: str) -> Iterator[IRealSong]:
    body = unquote(link[2].strip())
    yield from (_plain_songs if link[1].lower() == "irealbook" else _scrambled_songs)(body, source)


def _checked(song: IRealSong, source: str) -> IRealSong:
    """Return a song with its fields in one line, if it is of a size that can be."""
    title = " ".join(song.title.split())
    if len(song.progression) > MAX_PROGRESSION:
        raise ChartError(f"{source}: {title[:60] or 'a song'}: a progression of more than "
                         f"{MAX_PROGRESSION:,} characters")  # fmt: skip
    whole = song.is_whole or _is_finished(song.progression)
    return replace(
        song, title=title, style=song.style.strip(), key=song.key.strip(), is_whole=whole
    )


def _is_finished(progression: str) -> bool:
    """Return whether a progression ends with a bar line, or what may follow the last one."""
    text = progression.rstrip()
    if text.endswith(">") and (comment := text.find("<", text.rfind(">", 0, -1) + 1)) >= 0:
        text = text[:comment]
    return text.rstrip(BEHIND).endswith(BAR_LINES)


def _plain_songs(body: str, source: str) -> Iterator[IRealSong]:
    """Yield songs of six fields: title, composer, style, key, "n", progression."""
    fields = body.split("=")
    whole = len(fields) // PLAIN_FIELDS
    if not whole or len(fields) % PLAIN_FIELDS > 1:
        raise _cut_off(source, fields[PLAIN_FIELDS * whole] if fields else "")
    for number in range(whole):
        title, _, style, key, _, progression = (
            fields[PLAIN_FIELDS * number : PLAIN_FIELDS * (number + 1)]
        )  # fmt: skip
        yield _checked(IRealSong(title, style, key, progression, is_whole=False), source)


def _scrambled_songs(body: str, source: str) -> Iterator[IRealSong]:
    """Yield songs whose progression is scrambled; what holds none is a playlist's name."""
    for text in _split(body):
        fields = [field for field in text.split("=") if field.strip()]
        place = next((n for n, field in enumerate(fields) if field.startswith(SCRAMBLED)), None)
        if place is None:
            if len(fields) > 1:
                raise _cut_off(source, fields[0])
            continue
        # A number after the key says how far it is transposed; a composer may be missing.
        before = fields[:place]
        if before and before[-1].strip().lstrip("-").isdigit():
            before.pop()
        if len(before) < 3:
            raise _cut_off(source, fields[0])
        title, style, key = before[0], before[-2], before[-1]
        after = fields[place + 1 :]
        words = [field.strip() for field in after if len(field) < 6]
        numbers = [int(word) for word in words if word.isdecimal()]
        tempo = numbers[-2] if len(numbers) > 1 else 0
        progression = _readable(fields[place][len(SCRAMBLED) :])
        song = IRealSong(title, style, key, progression, tempo, is_whole=bool(after))
        yield _checked(song, source)


def _split(body: str) -> list[str]:
    """Return the songs of a playlist, its name last; a song may have empty fields itself."""
    songs: list[list[str]] = []
    is_complete = True
    for piece in SONGS.split(body):
        if is_complete:
            songs.append([])
        songs[-1].append(piece)
        is_complete = SCRAMBLED in piece
    return ["=".join(pieces) for pieces in songs]


def _cut_off(source: str, title: str) -> ChartError:
    title = " ".join(title.split())
    song = f" ({title[:60]})" if title else ""
    return ChartError(f"{source}: the iReal Pro link breaks off{song}: expected title, composer, "
                      "style, key and progression")  # fmt: skip


def _readable(scrambled: str) -> str:
    text = scramble(scrambled)
    for short, long in SHORT:
        text = text.replace(short, long)
    return text


def scramble(text: str) -> str:
    """Turn the blocks of 50 characters about; twice gives the same text.

    In each block the first five characters change places with the last five in reverse,
    and the eleventh to twenty-fourth with those that lie as far from its end. A block with
    fewer than two characters after it stays as it is.
    """
    blocks = [text[start : start + BLOCK] for start in range(0, len(text), BLOCK)]
    turned = max(0, (len(text) - 2) // BLOCK)
    return "".join([*map(_turned, blocks[:turned]), *blocks[turned:]])


def _turned(block: str) -> str:
    turned = list(block)
    for place in (*range(5), *range(10, 24)):
        mirror = BLOCK - 1 - place
        turned[place], turned[mirror] = block[mirror], block[place]
    return "".join(turned)

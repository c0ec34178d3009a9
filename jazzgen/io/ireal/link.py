"""iReal Pro links: the songs of every link in a page or a text.

A link begins with `irealbook://` or `irealb://` (see `fields` for what follows). It may be
percent-encoded, stand in an HTML page or a text, and be broken into lines there.
Source for the plain form: iReal Pro, "Custom Chord Chart Protocol".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from urllib.parse import unquote

from jazzgen.errors import ChartError
from jazzgen.io.ireal.fields import IRealSong, is_finished, songs_of_body
from jazzgen.io.ireal.scheme import LINK
from jazzgen.runtime.wording import tidy

__all__ = ["LIMITS", "LinkLimits", "songs_of"]


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
QUOTED = re.compile(r"""=\s*(["'])\s*(irealb(?:ook)?)://(.*?)\1""", re.DOTALL | re.IGNORECASE)
"""A link as the value of an attribute."""
ENCODED = re.compile(r"\S{0,400}?%(?:3[Dd]|20)")
"""The beginning of a link in which blanks or the ends of fields are percent-encoded."""
END = re.compile(r"[\"<>\s]")
"""The end of a line of a link that is percent-encoded."""
GOES_ON = re.compile(r"[^\s\"<>]*%[0-9A-Fa-f]{2}[^\s\"<>]*")
"""A line on which such a link goes on, as mail programs break it."""


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
    if "href=" in page:
        return [(link[1], link[2]) for link in LINK.finditer(page)]
    links = list(LINK.finditer(page))
    ends = [*(link.start() for link in links[1:]), len(page)] if links else []
    return [
        (link[1], _alone(page[link.start(2) : end], page[max(0, link.start() - 1) : link.start()]))
        for link, end in zip(links, ends, strict=True)
    ]


def _alone(body: str, before: str) -> str:
    """Return what belongs to a link in a text.

    A link that is not encoded may contain blanks and quotation marks, and ends with the text.

    Args:
        body: What follows its scheme, up to the next link.
        before: The character before the link, or "".
    """
    if before == "'":
        body = body.partition("'")[0]
    if not ENCODED.match(body):
        return body.partition('"')[0] if before == '"' else body
    first, *others = body.splitlines()
    end = END.search(first)
    if end:
        return first[: end.start()]
    parts = [first]
    for line in others:
        if not GOES_ON.fullmatch(line):
            break
        parts.append(line)
    # Mails that are "quoted-printable" mark the end of a broken line.
    return "".join(part.removesuffix("=") for part in parts)


def _songs(scheme: str, body: str) -> Iterator[IRealSong]:
    yield from songs_of_body(_decoded(body.strip()), scheme.lower())


def _decoded(body: str) -> str:
    """Return the body of a link without its percent-encoding."""
    try:
        text = unquote(body, errors="strict")
    except UnicodeDecodeError:
        text = unquote(body, encoding="cp1252", errors="replace")
    if "=" not in text and "%3D" in text.upper():  # encoded twice
        text = unquote(text)
    return text if " " in text or "=" not in text else text.replace("+", " ")


def _checked(song: IRealSong, limits: LinkLimits) -> IRealSong:
    """Return a song with trimmed fields, and without a progression that is too long."""
    song = replace(
        song,
        title=tidy(" ".join(song.title.split())),
        style=song.style.strip(),
        key=song.key.strip(),
        is_whole=song.is_whole or is_finished(song.progression),
    )
    if len(song.progression) <= limits.progression:
        return song
    fault = f"a progression of more than {limits.progression:,} characters"
    return replace(song, progression="", fault=f"{song.title[:60] or 'a song'}: {fault}")

"""Files that people take for music or charts by mistake: what they are, by their first bytes."""

from __future__ import annotations

import re

__all__ = ["other_kind"]

KINDS = (
    (b"fLaC", "a FLAC file"),
    (b"ID3", "an MP3 file"),
    (b"\xff\xfb", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "a NumPy array"),
)
"""The first bytes of kinds of files, and what a message calls them."""
RIFF, WAVE = b"RIFF", b"WAVE"
ABC = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|%[^\r\n]*[\r\n])*X:\s*\d[^|]{0,4000}?[\r\n]K:")
"""The beginning of a tune in ABC notation: its number, and its key before the first bar line."""


def other_kind(content: bytes) -> str:
    """Return what a file is that holds neither a solo nor a chart; "" if it is not known.

    >>> other_kind(b"%PDF-1.7"), other_kind(b"RIFF....WAVEfmt "), other_kind(b"| Dm7 | G7 |")
    ('a PDF', 'a WAV file', '')

    Args:
        content: Its first bytes, 12 at least.
    """
    if content[:4] == RIFF and content[8:12] == WAVE:
        return "a WAV file"
    if ABC.match(content[:5000]):
        return "a tune in ABC notation"
    return next((name for start, name in KINDS if content.startswith(start)), "")

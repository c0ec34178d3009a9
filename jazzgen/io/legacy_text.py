"""Texts of unknown encoding, such as those of MIDI files, which do not say it.

UTF-8 is known by its form and UTF-16 by its mark or its zeros. Other texts are what their letters
make sense in: two bytes a letter in East Asia, Cyrillic letters in words, else Windows-1252.
"""

from __future__ import annotations

import re
from contextlib import suppress

__all__ = ["UTF_16", "decoded", "without_mark"]

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, in which some programs export."""
KANA, CJK, HANGUL = "\u3041-\u30ff", "\u3005\u4e00-\u9fff", "\uac00-\ud7a3"
MARKS = "\u2010-\u303f\uff01-\uff60\uffa0-\U0010ffff"
"""Punctuation and the like beside these letters; narrow kana are signs of a wrong guess."""
BESIDE = re.compile(rf"[A-Za-z][{KANA}{CJK}{HANGUL}]|[{KANA}{CJK}{HANGUL}][A-Za-z]")
"""Letters of two worlds side by side, as hardly any title has them."""
RUSSIAN = re.compile(r"(?:[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+)(?:-[А-ЯЁа-яё]+)?")
FEW, SOME = 2, 3
"""The number of letters by which an encoding is known: where they tell more, and less."""


def without_mark(content: bytes) -> str | None:
    """Return how UTF-16 without a mark is encoded: its plain letters have a zero byte each.

    Args:
        content: A text, or the beginning of one.
    """
    pairs = len(content) // 2
    if pairs and len(content) == 2 * pairs:
        for name, zeros, letters in (
            ("utf-16-le", content[1::2], content[::2]),
            ("utf-16-be", content[::2], content[1::2]),
        ):
            if zeros.count(0) * 4 >= 3 * pairs and not letters.count(0):
                return name
    return None


def decoded(content: bytes) -> str:
    """Return a text.

    >>> decoded("Été".encode("cp1252")), decoded("枯葉".encode("shift_jis"))
    ('Été', '枯葉')

    Args:
        content: Its bytes, in any encoding.
    """
    if content.isascii() and 0 not in content:
        return content.decode("ascii")
    if name := "utf-16" if content.startswith(UTF_16) else without_mark(content):
        return content.decode(name, "replace")
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    if text := _russian(content) or _east_asian(content):
        return text
    with suppress(UnicodeDecodeError):
        return content.decode("cp1252")
    return content.decode("latin-1")


def _russian(content: bytes) -> str | None:
    """Return a text in Windows-1251, None if it is hardly one."""
    with suppress(UnicodeDecodeError):
        text = content.decode("cp1251")
        words = [
            word for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", text) if not word.isascii()
        ]
        plain = all(letter.isascii() or letter.isalpha() or letter in "«»–—…№“”" for letter in text)
        if plain and words and all(map(RUSSIAN.fullmatch, words)):
            # A word of few letters may be one of the West: "Été".
            together = max(re.findall(r"[^\x00-\x7f]+", text), key=len)
            return text if len(together) > SOME else None
    return None


def _east_asian(content: bytes) -> str | None:
    """Return a text in one of the encodings of East Asia, None if it is hardly one."""
    for name, letters, others, least in (
        ("cp932", KANA + CJK, "", FEW),
        ("euc_jp", KANA, CJK, 1),
        ("euc_kr", HANGUL, "", SOME),
        ("gbk", CJK, "", SOME),
        ("big5", CJK, "", SOME),
    ):
        with suppress(UnicodeDecodeError):
            text = content.decode(name)
            if (
                len(re.findall(f"[{letters}]", text)) >= least
                and re.fullmatch(f"[\0-\x7f{MARKS}{letters}{others}]*", text)
                and not BESIDE.search(text)
            ):
                return text
    return None

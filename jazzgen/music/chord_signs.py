"""The signs of chord symbols, and the many characters that look like them.

Charts are typed, copied from pages and exported by notation programs: their flats, triangles and
raised numbers are characters of many alphabets and fonts.
"""

from __future__ import annotations

import unicodedata

__all__ = ["plain_signs"]

LOOK_ALIKES = str.maketrans({
    **dict.fromkeys("♭\ue260\ued60", "b"), **dict.fromkeys("♯\ue262\ued62", "#"),
    **dict.fromkeys("𝄫\ue264\ued64", "bb"), **dict.fromkeys("𝄪\ue263\ued63", "##"),
    **dict.fromkeys("\ue261\ued61", "♮"),
    **dict.fromkeys("∆△▵\ue873", "Δ"), **dict.fromkeys("ºᐤ˚\ue870", "°"),
    **dict.fromkeys("Ø∅⌀ϕφΦ\ue871", "ø"), **dict.fromkeys("–−‑—‐\ue874", "-"), "\ue872": "+",
    "⁄": "/", "½": "half",
    **dict(zip("АВСЕНМм", "ABCEHMm", strict=True)),
})  # fmt: skip
"""Look-alikes, and the signs they stand for: of other fonts (by SMuFL), of Cyrillic keyboards."""


def plain_signs(text: str) -> str:
    """Return a chord symbol in plain letters, digits and signs.

    >>> plain_signs("F♯ᵐ⁷⁽♭⁵⁾"), plain_signs("Ｃ△７")
    ('F#m7(b5)', 'CΔ7')

    Args:
        text: The symbol, or a part of it.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(LOOK_ALIKES))
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return text.translate(LOOK_ALIKES)

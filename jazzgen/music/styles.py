"""What charts call their styles: a feel of ours and a tempo for each."""

from __future__ import annotations

from collections.abc import Iterable

from jazzgen.music.timing import Meter

__all__ = ["FEEL_WORDS", "feel_of_words", "style_of"]

FEEL_WORDS = {
    "swing": "Swing", "ballad": "Ballad", "waltz": "Jazz waltz", "bossa": "Bossa nova",
    "straight": "Straight eighths",
}  # fmt: skip
"""What our feels are called on a lead sheet."""

# The first whose words all occur in the name decides.
STYLES = (
    ("ballad", "ballad", 62.0),
    ("waltz", "waltz", 150.0),
    ("bossa", "bossa", 130.0),
    ("samba", "bossa", 200.0),
    ("slow bossa", "bossa", 100.0),
    ("slow swing", "swing", 84.0),
    ("up tempo", "swing", 250.0),
    ("medium up", "swing", 185.0),
    ("medium swing", "swing", 140.0),
    ("double time", "swing", 240.0),
    ("gypsy", "swing", 200.0),
    ("swing", "swing", 140.0),
    ("shuffle", "swing", 120.0),
    ("5/4", "swing", 160.0),
    ("calypso", "straight", 180.0),
    ("latin", "straight", 170.0),
    ("afro", "straight", 150.0),
    ("even", "straight", 130.0),
    ("straight", "straight", 130.0),
    ("funk", "straight", 105.0),
    ("rock", "straight", 120.0),
    ("pop", "straight", 110.0),
    ("soul", "straight", 90.0),
    ("r&b", "straight", 90.0),
    ("reggae", "straight", 80.0),
)
USUAL = ("swing", 140.0)


def feel_of_words(words: Iterable[str], meter: Meter) -> str:
    """Return the feel that the words on a lead sheet ask for, ours before anybody's."""
    said = list(words)
    for feel, name in FEEL_WORDS.items():
        if name in said:
            return feel
    return style_of(" ".join(said), meter)[0]


def style_of(name: str, meter: Meter) -> tuple[str, float]:
    """Return the feel and the usual tempo of a style.

    A swing in three is a waltz; a style that nobody knows is a medium swing.

    >>> style_of("Up Tempo Swing", Meter(4, 4)), style_of("Medium Swing", Meter(3, 4))
    (('swing', 250.0), ('waltz', 140.0))

    Args:
        name: What the chart says.
        meter: The meter of its first bar.
    """
    words = " ".join(name.casefold().replace("-", " ").split())
    feel, tempo = next(((f, t) for word, f, t in STYLES if word in words), USUAL)
    if feel == "swing" and (meter.numerator, meter.denominator) in ((3, 4), (6, 4)):
        feel = "waltz"
    return feel, tempo

"""Numbers in MusicXML: durations, divisions of a quarter note, meters and transpositions."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError
from jazzgen.music.timing import Meter

__all__ = ["divisions_of", "fraction_of", "meter_of", "sounds_above"]

MAX_METER = 40
"""The largest number of characters in the numerator or the denominator of a meter, which may be a
sum such as 3+2+2."""
SHORTEST = 16
"""The shortest unit of a meter here; a bar of 4/32 is one of 2/16."""

DECIMAL = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})", re.ASCII)
"""A number in MusicXML. Sums of decimal fractions stay short; those of 1/3, 1/5, 1/7 would not."""


def sounds_above(measure: Element, before: int, where: str) -> int:
    """Return the semitones by which a part sounds higher than written, without octaves."""
    chromatic = measure.findtext("attributes/transpose/chromatic")
    return before if chromatic is None else int(fraction_of(chromatic, where)) % 12


def divisions_of(measure: Element, before: Fraction, where: str) -> Fraction:
    """Return the divisions of a quarter note in a measure.

    Args:
        measure: The measure.
        before: The divisions before it, which go on if it names none.
        where: The names of file and measure in messages.

    Raises:
        ChartError: They are no number above 0.
    """
    text = measure.findtext("attributes/divisions")
    divisions = before if text is None else fraction_of(text, where)
    if divisions <= 0:
        raise ChartError(f"{where}: {divisions} divisions of a quarter note")
    return divisions


def meter_of(measure: Element, before: Meter, where: str) -> Meter:
    """Return the meter of a measure.

    Args:
        measure: The measure.
        before: The meter before it, which goes on if it names none.
        where: The names of file and measure in messages.

    Raises:
        ChartError: There is no such meter.
    """
    beats, unit = (measure.findtext(f"attributes/time/{name}") for name in ("beats", "beat-type"))
    if beats is None or unit is None:
        return before
    try:
        if max(len(beats), len(unit)) > MAX_METER:
            raise ValueError
        number, value = sum(int(part) for part in beats.split("+")), int(unit)
        if value == 1:  # the same bar in halves
            number, value = 2 * number, 2
        while value > SHORTEST and number % 2 == 0:
            number, value = number // 2, value // 2
        return Meter(number, value)
    except ValueError:
        raise ChartError(f"{where}: no meter: {beats[:16]!r} over {unit[:16]!r}") from None
    except ChartError as error:
        raise ChartError(f"{where}: {error}") from None


def fraction_of(text: str, where: str) -> Fraction:
    """Return the number that a text of a score stands for.

    Raises:
        ChartError: It is no number, or one with too many digits.
    """
    number = _decimal(text.strip()[:40])
    if number is None:
        raise ChartError(f"{where}: {text.strip()[:20]!r} where a number is due")
    return number


@lru_cache(maxsize=1024)
def _decimal(text: str) -> Fraction | None:
    return Fraction(text) if DECIMAL.fullmatch(text) else None

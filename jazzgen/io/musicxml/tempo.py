"""The tempo of a MusicXML direction: what it plays, or else what it prints.

Source: MusicXML 4.0, W3C Music Notation Community Group, elements `sound` and `metronome`.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from jazzgen.music.timing import MAX_TEMPO, MIN_TEMPO

__all__ = ["tempo_of"]

UNITS = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
"""The quarter notes of each note value."""
NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,6})?")


def tempo_of(direction: Element) -> float | None:
    """Return the tempo of a `<direction>` or a `<sound>` in quarter notes per minute, if any.

    Args:
        direction: The element.
    """
    sound = direction if direction.tag == "sound" else direction.find("sound")
    if sound is not None and (tempo := _in_range(sound.get("tempo", ""))) is not None:
        return tempo
    mark = direction.find("direction-type/metronome")
    number = NUMBER.search(mark.findtext("per-minute") or "") if mark is not None else None
    if mark is None or number is None:
        return None
    unit = UNITS.get((mark.findtext("beat-unit") or "").strip(), 0.0)
    return _in_range(str(float(number[0]) * unit * (2 - 0.5 ** len(mark.findall("beat-unit-dot")))))


def _in_range(text: str) -> float | None:
    try:
        tempo = float(text)
    except ValueError:
        return None
    return tempo if MIN_TEMPO <= tempo <= MAX_TEMPO else None

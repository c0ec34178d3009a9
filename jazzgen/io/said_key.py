"""The key that a chart names: as it is written, as it is meant, or none."""

from __future__ import annotations

from jazzgen.errors import ChartError
from jazzgen.music.meant_keys import meant_key
from jazzgen.music.pitch import Key

__all__ = ["read_key"]


def read_key(text: str) -> tuple[Key | None, str]:
    """Return the key that a text names, or None, and a remark if that is not what it says.

    >>> read_key("G-")[0], read_key("H moll")
    (Key(tonic='G', mode='minor'), (Key(tonic='B', mode='minor'), "key 'H moll' is read as Bm"))

    Args:
        text: What the chart says about its key.
    """
    shown = repr(text[:24])
    try:
        return Key.parse(text), ""
    except ChartError:
        meant = meant_key(text)
    if not meant:
        return None, f"{shown} is not a key: the key is guessed from the chords"
    key = Key.parse(meant)
    return key, f"key {shown} is read as {key}"

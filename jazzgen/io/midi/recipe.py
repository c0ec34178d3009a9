"""What determines the music of a file that jazzgen has generated, kept in the file as a text event.

It is JSON: the model and its hash, the seed and the options. Neither the engine nor a path is in
it, so that the same music has the same bytes wherever it is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jazzgen.errors import MidiError
from jazzgen.io.midi.written import variable_length

__all__ = ["credit_of", "recipe_of", "with_recipe"]

MARK = "recipe: "
FIRST_TRACK = 14
"""The byte at which the first track of a file begins that jazzgen has written."""
TEXT = b"\x00\xff\x01"


def with_recipe(content: bytes, recipe: Mapping[str, Any]) -> bytes:
    """Return a MIDI file that jazzgen has written with a recipe in its first track.

    Args:
        content: The bytes of the file.
        recipe: What determines its music; can be written as JSON.
    """
    text = (MARK + json.dumps(recipe, sort_keys=True, ensure_ascii=False)).encode()
    event = TEXT + variable_length(len(text)) + text
    start = FIRST_TRACK + 8
    length = int.from_bytes(content[FIRST_TRACK + 4 : start]) + len(event)
    head = content[: FIRST_TRACK + 4] + length.to_bytes(4)
    return head + event + content[start:]


def credit_of(recipe: Mapping[str, Any]) -> str:
    """Return who a solo is by, for the head of a page: the model, its seed and whom it is like.

    Args:
        recipe: How it was made.
    """
    performer = recipe.get("like")
    like = f", like {performer}" if isinstance(performer, str) and performer else ""
    return f"jazzgen ({recipe.get('model')}, seed {recipe.get('seed')}){like}"[:80]


def recipe_of(content: bytes, source: str) -> dict[str, Any]:
    """Return the recipe of a MIDI file.

    Args:
        content: The bytes of the file.
        source: What messages call it.

    Raises:
        MidiError: The file is damaged, or holds no recipe.
    """
    from jazzgen.io.midi.events import parse_events  # who writes a file reads none

    for track in parse_events(content, source).tracks:
        for event in track.metas:
            if event.message.type == "text" and event.message.text.startswith(MARK):
                try:
                    found = json.loads(event.message.text[len(MARK) :])
                except ValueError:
                    continue
                if isinstance(found, dict):
                    return found
    raise MidiError(
        f"{source}: does not say how it was made; only what `jazzgen generate` has written as MIDI "
        "does"
    )

"""jazzgen: learns to improvise from jazz solos, and writes solos that open in a DAW.

A chart holds chords; a chord holds the notes that fit it:

>>> import jazzgen
>>> blues = jazzgen.chart("blues")
>>> len(blues.bars), str(blues.key)
(12, 'F')
>>> str(blues.chord_at(0)), sorted(blues.chord_at(0).chord_tones)
('F7', [0, 3, 5, 9])

A model plays over a chart; its solo is saved as MIDI, sound or notation:

    solo = jazzgen.load().improvise("| Dm7 | G7 |", choruses=4, tempo=140, key="Bb", seed=7)
    solo.save("solo.mid")

What is named here loads when it is first used; the import itself loads no
TensorFlow. Settings and errors have more names in `jazzgen.config` and
`jazzgen.errors`.
"""

from __future__ import annotations

from importlib import import_module

from jazzgen.music.feel_sources import feels_from as _feels_from
from jazzgen.music.notebook_html import register_html as _register_html
from jazzgen.music.outlets import register_outlets as _register_outlets

TYPE_CHECKING = False  # `typing` would be most of what this import loads
if TYPE_CHECKING:
    from typing import Any

    from jazzgen.config import SamplingConfig
    from jazzgen.errors import JazzgenError
    from jazzgen.improviser import Improviser, load
    from jazzgen.library import find_chart as chart
    from jazzgen.music.chart import Chart
    from jazzgen.music.chord import ChordSymbol
    from jazzgen.music.pitch import Key
    from jazzgen.music.solo import Note, Solo
    from jazzgen.music.timing import Meter
    from jazzgen.render.saving import save
    from jazzgen.transcription.read import read

__all__ = [
    "Chart",
    "ChordSymbol",
    "Improviser",
    "JazzgenError",
    "Key",
    "Meter",
    "Note",
    "SamplingConfig",
    "Solo",
    "__version__",
    "chart",
    "load",
    "read",
    "save",
]

__version__ = "0.1.0"

_PLACES = {
    "Chart": "jazzgen.music.chart:Chart",
    "ChordSymbol": "jazzgen.music.chord:ChordSymbol",
    "Improviser": "jazzgen.improviser:Improviser",
    "JazzgenError": "jazzgen.errors:JazzgenError",
    "Key": "jazzgen.music.pitch:Key",
    "Meter": "jazzgen.music.timing:Meter",
    "Note": "jazzgen.music.solo:Note",
    "SamplingConfig": "jazzgen.config:SamplingConfig",
    "Solo": "jazzgen.music.solo:Solo",
    "chart": "jazzgen.library:find_chart",
    "load": "jazzgen.improviser:load",
    "read": "jazzgen.transcription.read:read",
    "save": "jazzgen.render.saving:save",
}
"""Where each name is defined, as `module:name` (PEP 562 loads it when it is asked for)."""

_register_html("jazzgen.render.notebook:solo_html")  # how a solo shows itself in a notebook
_register_outlets(
    save="jazzgen.render.saving:save",
    to_music21="jazzgen.render.conversions:to_music21",
    to_pretty_midi="jazzgen.render.conversions:to_pretty_midi",
    to_pandas="jazzgen.render.conversions:to_pandas",
)
_feels_from("jazzgen.band.repertoire")  # the styles that come with the program

if not TYPE_CHECKING:  # a type checker shall see the names above and no others

    def __getattr__(name: str) -> Any:
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, _, attribute = _PLACES[name].partition(":")
        value = globals()[name] = getattr(import_module(module), attribute)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})

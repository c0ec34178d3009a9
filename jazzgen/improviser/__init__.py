"""The main entry point: load a model, and improvise over a chart.

import jazzgen
solo = jazzgen.load().improvise("blues", seed=7, choruses=2, temperature=0.9)
solo.save("solo.mid")
"""

from __future__ import annotations

from jazzgen.improviser.facade import Improviser, list_performers, load
from jazzgen.improviser.model import DEFAULT_MODEL

__all__ = [
    "DEFAULT_MODEL",
    "Improviser",
    "list_performers",
    "load",
]

"""The performers that a model can play like: found by name, or drawn by a seed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from jazzgen.encoding.chart_table import chart_table
from jazzgen.errors import ModelError
from jazzgen.music.chart import Chart

__all__ = ["Performers"]

SUGGESTIONS, SIMILAR = 3, 0.5
"""The number of names that a message suggests, and how similar they must be, 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Performers:
    """The performers whose solos a model was trained on.

    Args:
        names: Their names, sorted.
        counts: The number of solos of each; empty if they were not counted.
        model: The name of the model, for messages.
    """

    names: tuple[str, ...]
    counts: Sequence[int] = ()
    model: str = ""

    def number(self, name: str) -> int:
        """Return the number that stands for a performer in the model's input.

        Args:
            name: A name, in upper or lower case; empty for nobody in particular.

        Returns:
            The number, from 1; 0 for nobody in particular.

        Raises:
            ModelError: The model does not know the performer; the message suggests others.
        """
        if not name:
            return 0
        by_name = {known.casefold(): n for n, known in enumerate(self.names, 1)}
        if name.casefold() in by_name:
            return by_name[name.casefold()]
        if not self.names:
            raise ModelError(f"{self.model or 'the model'}: knows no performers by name")
        raise ModelError(
            f"performer {name!r}: the model does not know that one; nearest: "
            f"{', '.join(self._nearest(name))}"
        )

    def _nearest(self, name: str) -> Sequence[str]:
        # Many people remember only a surname.
        surnames: dict[str, list[str]] = {}
        for known in self.names:
            surnames.setdefault(known.split()[-1], []).append(known)
        near = get_close_matches(name, [*self.names, *surnames], SUGGESTIONS, SIMILAR)
        found = dict.fromkeys(known for one in near for known in surnames.get(one, [one]))
        return list(found) or self.names[:SUGGESTIONS]

    def draw(self, chart: Chart, seed: int) -> str:
        """Draw a performer whom a solo over a chart is to imitate.

        Soloists differ more from each other than the solos of one of them do, and the average of
        all sounds like nobody. So each solo imitates one of them, drawn in proportion to their
        numbers of training solos. The draw depends on the chart too, so a seed does not stand
        for the same performer everywhere.

        Args:
            chart: The chart.
            seed: The seed of the solo.

        Returns:
            The name; empty if the model knows no performers.
        """
        if not self.names:
            return ""
        counts = np.array(self.counts or [1] * len(self.names))
        rng = np.random.default_rng([seed, zlib.crc32(chart_table(chart).tobytes())])
        return str(rng.choice(self.names, p=counts / counts.sum()))

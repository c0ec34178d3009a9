"""A row of a piano roll on its picture: ticks and pitches become inches, and shapes are drawn.

It takes the place of matplotlib's axes, whose ticks, labels and limits cost more time than all
that is drawn. Shapes of one kind are drawn together, as each costs time of its own.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

__all__ = ["Box", "Panel", "Segment"]

Box = tuple[float, float, float, float]
"""Left and right in ticks, bottom and top in pitches."""
Segment = tuple[tuple[float, float], tuple[float, float]]
"""The tick and the pitch of both ends of a line."""
POINT = 1 / 72
"""A point in inches."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of a figure on which a row is drawn.

    Args:
        figure: The figure of matplotlib.
        left: Its left border, in inches from the left of the figure.
        bottom: Its lower border, in inches from the bottom of the figure.
        width: Its width in inches.
        height: Its height in inches.
        ticks: The ticks at its left and right borders.
        pitches: The pitches at its lower and upper borders.
    """

    figure: Any
    left: float
    bottom: float
    width: float
    height: float
    ticks: tuple[float, float]
    pitches: tuple[float, float]

    @cached_property
    def inches(self) -> Any:
        """What matplotlib draws inches of the figure with."""
        return self.figure.dpi_scale_trans

    def x(self, tick: float) -> float:
        """Return the place of a tick, in inches from the left of the figure."""
        first, last = self.ticks
        return self.left + self.width * (tick - first) / (last - first)

    def y(self, pitch: float) -> float:
        """Return the place of a pitch, in inches from the bottom of the figure."""
        low, high = self.pitches
        return self.bottom + self.height * (pitch - low) / (high - low)

    def boxes(self, boxes: Sequence[Box], **look: Any) -> None:
        """Draw boxes.

        Args:
            boxes: The boxes.
            look: How matplotlib's `PolyCollection` draws them.
        """
        corners = []
        for left, right, bottom, top in boxes:
            a, b, c, d = self.x(left), self.x(right), self.y(bottom), self.y(top)
            corners.append([(a, c), (a, d), (b, d), (b, c)])
        self._add("PolyCollection", corners, look)

    def lines(self, segments: Sequence[Segment], **look: Any) -> None:
        """Draw straight lines.

        Args:
            segments: The lines.
            look: How matplotlib's `LineCollection` draws them.
        """
        placed = [[(self.x(tick), self.y(pitch)) for tick, pitch in one] for one in segments]
        self._add("LineCollection", placed, look)

    def _add(self, kind: str, shapes: Sequence[Any], look: dict[str, Any]) -> None:
        if shapes:
            collection = getattr(importlib.import_module("matplotlib.collections"), kind)
            self.figure.add_artist(collection(shapes, transform=self.inches, **look))

    def text(
        self, text: str, place: tuple[float, float], off: tuple[float, float], **look: Any
    ) -> None:
        """Write a text.

        Args:
            text: The text.
            place: The tick and the pitch at which it is anchored.
            off: How far right and above of there it is written, in points.
            look: How matplotlib writes it.
        """
        self.figure.text(
            self.x(place[0]) + off[0] * POINT,
            self.y(place[1]) + off[1] * POINT,
            text,
            transform=self.inches,
            parse_math=False,
            **look,
        )

"""The charts that come with jazzgen: progressions that every jazz musician knows."""

from __future__ import annotations

from importlib.resources import files

from jazzgen.errors import ChartError
from jazzgen.formats.chart_text import parse_chart
from jazzgen.music.chart import Chart
from jazzgen.music.pitch import Key

__all__ = ["library_chart", "library_names"]

SUFFIX = ".txt"


def library_names() -> tuple[str, ...]:
    """Return the names of the charts, sorted."""
    folder = files("jazzgen.formats").joinpath("charts")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def library_chart(name: str, key: str | Key | None = None) -> Chart:
    """Return a chart of the library.

    >>> str(library_chart("blues", key="Bb").chord_at(0))
    'Bb7'

    Args:
        name: One of `library_names()`; capitals do not matter.
        key: The key to play it in; by default the one it is written in.

    Raises:
        ChartError: No such chart, or a key of the other mode.
    """
    names = {known.lower(): known for known in library_names()}
    known = names.get(name.strip().lower())
    if known is None:
        raise ChartError(f"{name!r} is no chart of the library: "
                         f"expected one of {', '.join(sorted(names.values()))}")  # fmt: skip
    file = files("jazzgen.formats").joinpath("charts", known + SUFFIX)
    chart = parse_chart(file.read_text(encoding="utf-8"), known)
    return chart if key is None else chart.in_key(key if isinstance(key, Key) else Key.parse(key))

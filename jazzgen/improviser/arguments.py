"""Arguments of an improviser: checked before anything is played, and named where they are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import index

from jazzgen.errors import ConfigError
from jazzgen.library import played_chart
from jazzgen.music.chart import Chart

__all__ = ["changes_of", "checked_seeds", "naming_argument"]


@contextmanager
def naming_argument(name: str) -> Iterator[None]:
    """Begin the message of an error with the name of the argument that is wrong.

    Args:
        name: The name of the argument.

    Raises:
        ConfigError: The body raises one.
    """
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from error


def checked_seeds(seeds: Sequence[int]) -> list[int]:
    """Return seeds if they are whole numbers that are not negative.

    Args:
        seeds: The seeds.

    Raises:
        ConfigError: They are not.
    """
    try:
        found = [index(seed) for seed in seeds]
    except TypeError as error:
        raise ConfigError(f"seeds {seeds!r}: expected whole numbers, 0 or more") from error
    if any(seed < 0 for seed in found):
        raise ConfigError(f"seed {min(found)}: expected 0 or more")
    return found


def changes_of(
    chart: Chart | str, choruses: int, tempo: float | None, key: str | None, feel: str | None
) -> Chart:
    """Return the chart that is played over (see `library.played_chart`).

    Args:
        chart: The chart, its name in the library, its file, or its text.
        choruses: The number of times through it.
        tempo: Quarter notes per minute; None for its own.
        key: The key that it is transposed to; None for its own.
        feel: How the band plays; None for as it says.

    Raises:
        ConfigError: An argument is of the wrong type.
        InputError: There is no such chart, or it cannot be played so.
    """
    kinds: dict[str, tuple[object, tuple[type, ...], str]] = {
        "chart": (chart, (Chart, str), "a chart, its name, its file or its text"),
        "choruses": (choruses, (int,), "a whole number"),
        "tempo": (tempo, (int, float, type(None)), "quarter notes per minute"),
        "key": (key, (str, type(None)), "a text such as 'Bb'"),
        "feel": (feel, (str, type(None)), "a text such as 'bossa'"),
    }
    for name, (value, types, expected) in kinds.items():
        if not isinstance(value, types):
            raise ConfigError(f"{name} {value!r}: expected {expected}")
    if choruses < 1:
        raise ConfigError(f"choruses {choruses}: expected 1 or more")
    return played_chart(chart, choruses=choruses, tempo=tempo, key=key, feel=feel)

"""Arguments of an improviser: checked before anything is played, and named where they are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import index

from jazzgen.config.sampling import DRAWS, MOST_DRAWS
from jazzgen.errors import ConfigError
from jazzgen.judging.judge import Judge
from jazzgen.library import played_chart
from jazzgen.music.chart import Chart

__all__ = ["changes_of", "check_draws", "checked_seeds", "draws_of", "naming_argument"]


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
    """Return seeds as whole numbers of Python, if there are any and none is negative.

    Args:
        seeds: The seeds.

    Raises:
        ConfigError: There is none, or one is negative.
    """
    found = [index(seed) for seed in seeds]
    if not found:
        raise ConfigError("seeds: expected one at least")
    if min(found) < 0:
        raise ConfigError(f"seed {min(found)}: expected 0 or more")
    return found


def check_draws(draws: int) -> None:
    """Check a number of draws.

    Raises:
        ConfigError: It is less than 1, or more than `MOST_DRAWS`.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise ConfigError(f"draws {draws}: expected 1 to {MOST_DRAWS}")


def draws_of(draws: int | None, judge: Judge | None) -> int:
    """Return the number of draws of each solo.

    Args:
        draws: The number that was asked for; None for `DRAWS`, or 1 without a judge.
        judge: The model's judge, or None.

    Raises:
        ConfigError: It is less than 1, or more than `MOST_DRAWS`.
    """
    if draws is None:
        return DRAWS if judge else 1
    check_draws(draws)
    return draws


def changes_of(
    chart: Chart | str, choruses: int, tempo: float | None, key: str | None, feel: str | None
) -> Chart:
    """Return the chart that is played over (see `library.played_chart`).

    Args:
        chart: The chart, its name in the library, its file, or its text.
        choruses: The number of times through it.
        tempo: Quarter notes per minute; None for its own.
        key: The key that it is played in (see `library.played_chart`); None for its own.
        feel: How the band plays; None for as it says.

    Raises:
        ConfigError: There is less than one chorus.
        InputError: There is no such chart, or it cannot be played so.
    """
    if choruses < 1:
        raise ConfigError(f"choruses {choruses}: expected 1 or more")
    return played_chart(chart, choruses=choruses, tempo=tempo, key=key, feel=feel)

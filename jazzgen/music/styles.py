"""Feels: what a chart calls its style, how fast that is usually played, and whether it swings.

This is the table that readers and writers of charts consult. Its entries come from above:
`jazzgen.band.styles` registers the five styles of the program, each of them with what the
band plays, when one is asked for; plug-ins register theirs. Newer entries are asked first,
so that a plug-in's samba wins over the bossa nova that answers to the word without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jazzgen.errors import ChartError, ConfigError
from jazzgen.music.feel_sources import load_feels
from jazzgen.music.timing import Meter, check_tempo

__all__ = [
    "DEFAULT_FEEL",
    "Feel",
    "feel_names",
    "feel_of_words",
    "find_feel",
    "register_feel",
    "style_of",
    "unregister_feel",
]

DEFAULT_FEEL = "swing"
"""The feel of a chart that does not name one."""
IN_THREE, THREES = "waltz", (Meter(3, 4), Meter(6, 4))
"""The feel that the usual one becomes in these meters."""


@dataclass(frozen=True, kw_only=True)
class Feel:
    """A style as charts know it.

    Args:
        name: Its name in chart texts, MIDI files and options: small letters, digits and
            hyphens.
        label: Its name on a lead sheet; by default its name with a capital.
        swings: Whether its off-beat eighths are played late.
        tempo: Its usual tempo, in quarter notes per minute.
        words: Other names that charts have for it, each with its usual tempo. The first
            one that occurs in what a chart says decides; name and label count too.

    Raises:
        ConfigError: A name or a word that no chart can use.
        ChartError: A tempo out of range.
    """

    name: str
    label: str = ""
    swings: bool = True
    tempo: float = 120.0
    words: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,23}", self.name):
            raise ConfigError(
                f"style {self.name[:24]!r}: expected a name of small letters, "
                "digits and hyphens, 24 at most"
            )
        object.__setattr__(self, "label", self.label or self.name.capitalize())
        for word, tempo in self.names():
            if not word:
                raise ConfigError(f"style {self.name!r}: one of its words is empty")
            check_tempo(tempo, f"style {self.name!r}: tempo of {word!r}")

    def names(self) -> Iterator[tuple[str, float]]:
        """Yield all its names as they are compared, each with its usual tempo."""
        for word, tempo in self.words.items():
            yield _plain(word), tempo
        yield _plain(self.name), self.tempo
        yield _plain(self.label), self.tempo


_feels: dict[str, Feel] = {}


def _known() -> dict[str, Feel]:
    """Return all feels by name, the oldest first."""
    load_feels()  # every time: a second thread has to wait until the first is through
    return _feels


def register_feel(feel: Feel) -> None:
    """Make a feel known to all charts.

    Raises:
        ConfigError: There is one of that name.
    """
    known = _known()
    if feel.name in known:
        raise ConfigError(f"style {feel.name!r}: there is one of that name already")
    known[feel.name] = feel


def unregister_feel(name: str) -> None:
    """Forget a feel.

    Raises:
        ConfigError: There is none of that name.
    """
    if _known().pop(name, None) is None:
        raise ConfigError(f"style {name[:24]!r}: there is none of that name")


def feel_names() -> tuple[str, ...]:
    """Return the names of all feels, the usual one first, then the newer before the older."""
    others = [name for name in reversed(_known()) if name != DEFAULT_FEEL]
    return (DEFAULT_FEEL, *others)


def find_feel(name: str) -> Feel:
    """Return a feel.

    Raises:
        ChartError: There is none of that name; the message lists those that there are.
    """
    known = _known()
    if name not in known:
        raise ChartError(f"feel {name[:24]!r}: expected one of {', '.join(feel_names())}")
    return known[name]


def feel_of_words(words: Iterable[str], meter: Meter) -> str:
    """Return the feel that the words on a lead sheet ask for, our own labels before others.

    Args:
        words: What stands above the staff, direction by direction.
        meter: The meter of its first bar.
    """
    said = list(words)
    for name in feel_names():
        if find_feel(name).label in said:
            return name
    return style_of(" ".join(said), meter)[0]


def style_of(name: str, meter: Meter) -> tuple[str, float]:
    """Return the feel and the usual tempo of a style.

    A swing in three is a waltz; a style that nobody knows is a medium swing.

    >>> style_of("Up Tempo Swing", Meter(4, 4)), style_of("Medium Swing", Meter(3, 4))
    (('swing', 250.0), ('waltz', 140.0))

    Args:
        name: What the chart says.
        meter: The meter of its first bar.
    """
    said, usual = _plain(name), find_feel(DEFAULT_FEEL)
    named = (
        (feel.name, tempo)
        for feel in reversed(_known().values())
        for word, tempo in feel.names()
        if word in said
    )
    feel, tempo = next(named, (usual.name, usual.tempo))
    return IN_THREE if feel == DEFAULT_FEEL and meter in THREES else feel, tempo


def _plain(text: str) -> str:
    """Return text as it is compared: small letters, no hyphens, single spaces."""
    return " ".join(text.casefold().replace("-", " ").split())

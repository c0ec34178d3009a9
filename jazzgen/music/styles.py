"""Feels: what charts call a style, its usual tempo, and whether it swings.

Readers and writers of charts consult this table. Its entries are registered from higher rooms:
those of the program by `jazzgen.band.repertoire`, together with what the band plays, when a feel is
first looked up; others by plug-ins. Newer entries are searched first. So once a plug-in has
registered a samba of its own, a chart that says "samba" gets that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jazzgen.errors import ChartError, ConfigError
from jazzgen.music.feel_sources import load_feels
from jazzgen.music.timing import MAX_TEMPO, MIN_TEMPO, Meter, check_tempo
from jazzgen.runtime.registry import Registry
from jazzgen.runtime.wording import did_you_mean

__all__ = [
    "DEFAULT_FEEL",
    "Feel",
    "feel_names",
    "feel_of_words",
    "find_feel",
    "learned_feel",
    "names_style",
    "register_feel",
    "style_of",
    "unregister_feel",
]

DEFAULT_FEEL = "swing"
"""The name of the feel of a chart that does not say how it is played."""
IN_PLACE = {
    Meter(3, 4): "waltz",
    Meter(6, 4): "waltz",
    Meter(5, 4): "five-four",
}
"""The names of the feels that take the default's place in some meters, by meter."""


@dataclass(frozen=True, kw_only=True)
class Feel:
    """A style as charts know it.

    Args:
        name: Its name in chart texts, MIDI files and options: lower-case letters, digits and
            hyphens.
        label: Its name on a lead sheet; by default the name with a capital letter.
        swings: Whether its off-beat eighths are played late.
        swing: The ratio of the first eighth of a beat to the second; None if it depends on the
            tempo (see `swing`).
        tempo: Its usual tempo, in quarter notes per minute.
        words: Other names that charts have for it, each with its usual tempo. A chart's style
            is this feel if one of them occurs in it, or the name or the label; the tempo is
            that of the first one that does.
        like: The name of the feel that soloists know it as, since models learn from solos of
            few feels; empty for its own.
        meters: The meters that it is played in; empty for any.
        tempi: The slowest and the fastest tempo at which it is usually played.

    Raises:
        ConfigError: The name or a word is empty, or the name has other characters.
        ChartError: A tempo is out of range.
    """

    name: str
    label: str = ""
    swings: bool = True
    tempo: float = 120.0
    words: Mapping[str, float] = field(default_factory=dict)
    swing: float | None = None
    like: str = ""
    meters: tuple[Meter, ...] = ()
    tempi: tuple[float, float] = (MIN_TEMPO, MAX_TEMPO)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,23}", self.name):
            raise ConfigError(
                f"style {self.name[:24]!r}: expected a name of lower-case letters, "
                "digits and hyphens, at most 24"
            )
        object.__setattr__(self, "label", self.label or self.name.capitalize())
        for word, tempo in self.names():
            if not word:
                raise ConfigError(f"style {self.name!r}: one of its words is empty")
            check_tempo(tempo, f"style {self.name!r}: tempo of {word!r}")

    def plays(self, meter: Meter) -> bool:
        """Return whether it is played in a meter."""
        return not self.meters or meter in self.meters

    def names(self) -> Iterator[tuple[str, float]]:
        """Yield all its names in the form in which they are compared, each with its tempo."""
        for word, tempo in self.words.items():
            yield _plain(word), tempo
        yield _plain(self.name), self.tempo
        yield _plain(self.label), self.tempo


_feels: Registry[Feel] = Registry("style")


def _known() -> Registry[Feel]:
    """Return all feels by name, the oldest first."""
    # Each time, and without a flag: a second thread must wait until the first has imported all.
    load_feels()
    return _feels


def register_feel(feel: Feel) -> Feel:
    """Add a feel that charts can have, and return it.

    Raises:
        ConfigError: Another feel has its name.
    """
    return _known().register(feel)


def unregister_feel(name: str) -> None:
    """Remove a feel.

    Raises:
        ConfigError: No feel has that name.
    """
    _known().unregister(name)


def feel_names() -> tuple[str, ...]:
    """Return the names of all feels, the default first, then from the newest to the oldest."""
    others = [name for name in reversed(tuple(_known())) if name != DEFAULT_FEEL]
    return (DEFAULT_FEEL, *others)


def find_feel(name: str) -> Feel:
    """Return the feel that has a name.

    Raises:
        ChartError: No feel has that name; the message lists all names.
    """
    known = _known()
    if name not in known:
        near = did_you_mean(name, feel_names())
        raise ChartError(f"feel {name[:24]!r}: expected one of {', '.join(feel_names())}{near}")
    return known[name]


def learned_feel(name: str) -> str:
    """Return the feel that soloists know a feel as: that which it is `like`, or itself.

    >>> learned_feel("samba"), learned_feel("bossa")
    ('bossa', 'bossa')

    Args:
        name: The name of a feel; one that nobody has registered is returned as it is.
    """
    known = _known()
    return (known[name].like or name) if name in known else name


def feel_of_words(words: Iterable[str], meter: Meter) -> str:
    """Return the name of the feel that the directions on a lead sheet ask for.

    Args:
        words: The texts above the staff, each for itself. If one of them is the label of a
            feel, as in the lead sheets that jazzgen writes, it decides.
        meter: The meter of the first bar.
    """
    said = list(words)
    for name in feel_names():
        if find_feel(name).label in said:
            return name
    return style_of(" ".join(said), meter)[0]


def style_of(name: str, meter: Meter) -> tuple[str, float]:
    """Return the feel that a style's name asks for, and its tempo in quarter notes per minute.

    Swing in three is a waltz. A feel that is not played in the meter is passed over, and an
    unknown style is played as medium swing.

    >>> style_of("Up Tempo Swing", Meter(4, 4)), style_of("Medium Swing", Meter(3, 4))
    (('up-tempo', 250.0), ('waltz', 140.0))

    Args:
        name: The name of the style, as a chart has it.
        meter: The meter of the chart's first bar.
    """
    said, usual = _plain(name), find_feel(DEFAULT_FEEL)
    named = (
        (feel.name, tempo)
        for feel in reversed(tuple(_known().values()))
        if feel.plays(meter)
        for word, tempo in feel.names()
        if word in said
    )
    feel, tempo = next(named, (usual.name, usual.tempo))
    return IN_PLACE.get(meter, feel) if feel == DEFAULT_FEEL else feel, tempo


def names_style(text: str, *, whole: bool = False) -> bool:
    """Return whether a text has the name of a style.

    >>> names_style("Medium Bossa"), names_style("Medium Bossa", whole=True), names_style("Rain")
    (True, False, False)

    Args:
        text: The text.
        whole: Whether the name is all of it.
    """
    said = _plain(text)
    names = {word for feel in _known().values() for word, _ in feel.names()}
    return said in names if whole else any(re.search(rf"\b{re.escape(one)}", said) for one in names)


def _plain(text: str) -> str:
    """Return text in the form in which it is compared: lower case, no hyphens, single spaces."""
    return " ".join(text.casefold().replace("-", " ").split())

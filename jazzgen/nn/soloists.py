"""The soloists that a model can play like: found by name, or drawn by a seed.

Soloists differ more from each other than the solos of one of them do, and the average of all
sounds like nobody. So each new solo takes a *profile* from one of the training solos: who plays,
on which instrument, in which style, and between which pitches. It is drawn from those that fit
what is asked for, and each is as likely as any other.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

import numpy as np

from jazzgen.encoding.chart_table import ChartColumn, shared_chart_table
from jazzgen.encoding.sequence import CONDITIONS, TOUCHES
from jazzgen.errors import ModelError
from jazzgen.music.chart import Chart
from jazzgen.music.instrument import INSTRUMENTS, Instrument, find_instrument
from jazzgen.music.styles import feel_names, find_feel, learned_feel
from jazzgen.nn.assets import Assets, Profile

__all__ = ["ANYBODY", "BEYOND", "Soloist", "Soloists"]

SUGGESTIONS, SIMILAR = 3, 0.5
"""The number of names that a message suggests, and how similar they must be, 0 to 1."""
FEW = 10
"""The number of names up to which a message lists them all if none is similar."""

OCTAVE = 12
BEYOND = 1
"""How many semitones a solo may go beyond a training solo, down and up: with more, none would have
as narrow a range as many of a player's do."""
HIGHEST = 127


@dataclass(frozen=True, kw_only=True)
class Soloist:
    """Whom a solo is played like.

    Args:
        performer: The name of the performer; empty for nobody in particular.
        instrument: The name of the instrument; empty if it is left open.
        played_like: The name of the instrument that the model is told: it differs from
            `instrument` if no training solo is played on that one.
        style: The name of the style; empty if it is left open.
        touch: How it is played as a whole (see `encoding.expression.touch_classes`).
        breath: How long phrases and silences are (see `encoding.plan.breath_of`); empty if they
            are left open.
        compass: The lowest and the highest pitch; None if they are left open.
        energies: The energy that is asked for in each group of four bars, 1 to 9; empty if they
            are left open.
        remark: What the user should know about the choice; empty if it is what was asked for.
    """

    performer: str = ""
    instrument: str = ""
    played_like: str = ""
    style: str = ""
    touch: tuple[int, ...] = (0,) * TOUCHES
    breath: tuple[int, ...] = ()
    compass: tuple[int, int] | None = None
    energies: tuple[int, ...] = ()
    remark: str = ""

    def within(self, low: int, high: int) -> Soloist:
        """Return the soloist with no wider a compass than a solo has, but at least an octave.

        Args:
            low: The lowest pitch of the solo.
            high: The highest pitch of the solo.
        """
        if self.compass:
            low, high = max(low, self.compass[0]), min(high, self.compass[1])
        return replace(self, compass=(low, high)) if high - low >= OCTAVE else self


ANYBODY = Soloist()
"""Nobody in particular."""


@dataclass(frozen=True, kw_only=True)
class Soloists:
    """The soloists of a model.

    Args:
        assets: What the model keeps of its training data.
        model: The name of the model, for messages.
    """

    assets: Assets
    model: str = ""

    def choose(
        self,
        chart: Chart,
        seed: int | None,
        performer: str | None = None,
        instrument: str = "",
        style: str = "",
    ) -> Soloist:
        """Return whom a solo is played like.

        Args:
            chart: The chart. The draw depends on it, so that a seed does not stand for the same
                performer everywhere.
            seed: The seed; None if nothing is to be drawn.
            performer: The name of a performer, "" for nobody in particular, None for anybody.
            instrument: The name of an instrument; empty for any.
            style: The name of a style; empty for any.

        Raises:
            ModelError: The model does not know the performer or the style.
            ConfigError: There is no such instrument.
        """
        asked = find_instrument(instrument) if instrument else None
        named = self._name(performer) if performer else performer
        style = self._style(style) if style else ""
        if not self.assets.profiles:
            return self._without_profiles(chart, seed, named, asked)
        like, remark = self._like(asked)
        if named == "" or (named is None and seed is None):
            return Soloist(
                instrument=asked.name if asked else "",
                played_like=like,
                style=style,
                compass=(asked.low, asked.high) if asked else None,
                remark=remark,
            )
        fitting, missed = self._fitting(named, like, style)
        if named and like and not remark and any(one.instrument != like for one in fitting):
            remark = f"{named} plays no {like} in the training data; played on it all the same"
        elif missed and not remark:
            wanted = [f"by {named}"] * bool(named) + [f"on the {like}"] * bool(like)
            together = " and ".join([*wanted, f"in the style {style}"])
            remark = f"no training solo is {together}; the model is asked for it all the same"
        rng = _generator(chart, seed or 0)
        profile = fitting[int(rng.integers(len(fitting)))]
        return Soloist(
            performer=profile.performer if profile.performer in self.assets.performers else "",
            instrument=asked.name if asked else profile.instrument,
            played_like=like or profile.instrument,
            style=style or profile.style,
            touch=profile.touch,
            breath=profile.breath,
            compass=_compass(profile, asked),
            remark=remark,
        )

    def conditions(self, soloist: Soloist, chart: Chart) -> tuple[int, ...]:
        """Return the numbers that tell a model a soloist and the feel of a chart.

        Args:
            soloist: The soloist.
            chart: The chart.

        Returns:
            The number of each of the `CONDITIONS`, 0 for what the model does not know, and
            the touch.

        Raises:
            ModelError: The model does not know the performer.
        """
        performer = self._name(soloist.performer) if soloist.performer else ""
        told = (performer, soloist.played_like, soloist.style, self._feel(chart))
        known = self.assets.known
        numbers = (
            known[condition].index(name) + 1 if name in known[condition] else 0
            for condition, name in zip(CONDITIONS, told, strict=True)
        )
        return (*numbers, *soloist.touch)

    def _feel(self, chart: Chart) -> str:
        """The feel that the model knows which is nearest to a chart's; empty if none is."""
        feels = self.assets.feels
        if chart.feel in feels or chart.feel not in feel_names():
            return chart.feel
        learned = learned_feel(chart.feel)
        if learned in feels:
            return learned
        return "swing" if find_feel(chart.feel).swings else "straight"

    def _without_profiles(
        self, chart: Chart, seed: int | None, performer: str | None, asked: Instrument | None
    ) -> Soloist:
        """Choose from a model of the first edition, which knows performers alone."""
        names, counts = self.assets.performers, self.assets.performer_counts
        if performer is None and seed is not None and names:
            weights = np.array(counts or [1] * len(names))
            rng = _generator(chart, seed)
            performer = str(rng.choice(names, p=weights / weights.sum()))
        compass = (asked.low, asked.high) if asked else None
        name = asked.name if asked else ""
        return Soloist(performer=performer or "", instrument=name, compass=compass)

    def _fitting(self, performer: str | None, like: str, style: str) -> tuple[list[Profile], bool]:
        """The profiles that fit best, and whether some fit only in part.

        The performer counts more than the instrument, and the instrument more than the style.
        """
        fitting, missed = list(self.assets.profiles), False
        for column, wanted in (("performer", performer), ("instrument", like), ("style", style)):
            if not wanted:
                continue
            closer = [one for one in fitting if getattr(one, column) == wanted]
            missed = missed or not closer
            fitting = closer or fitting
        return fitting, missed

    def _like(self, asked: Instrument | None) -> tuple[str, str]:
        """The instrument to tell the model, and a remark if it is not the one asked for."""
        known = self.assets.instruments
        if asked is None or not known:
            return "", ""
        if asked.name in known:
            return asked.name, ""
        like = max(known, key=lambda name: _overlap(asked, name))
        return like, (
            f"no training solo is played on the {asked.name}; played like the {like}, "
            "whose range is nearest"
        )

    def _name(self, performer: str) -> str:
        """The performer's name as the model has it."""
        return self._find("performer", performer, self.assets.performers, self._by_surname())

    def _style(self, style: str) -> str:
        """The style's name as the model has it."""
        if not self.assets.styles:
            raise ModelError(
                f"{self.model or 'the model'}: knows no styles; leave out the style, or choose "
                "another model"
            )
        return self._find("style", style, self.assets.styles, {})

    def _find(
        self, what: str, name: str, names: Sequence[str], also: Mapping[str, Sequence[str]]
    ) -> str:
        """The name among those that the model knows, whatever its capitals and hyphens."""
        by_name = {_plain(known): known for known in names}
        if _plain(name) in by_name:
            return by_name[_plain(name)]
        if not names:
            raise ModelError(f"{self.model or 'the model'}: knows no {what}s by name")
        near = get_close_matches(name, [*names, *also], SUGGESTIONS, SIMILAR)
        found = dict.fromkeys(known for one in near for known in also.get(one, [one]))
        raise ModelError(
            f"{what} {name!r}: the model does not know that one; nearest: "
            f"{', '.join(list(found) or names[: FEW if len(names) <= FEW else SUGGESTIONS])}"
        )

    def _by_surname(self) -> dict[str, list[str]]:
        # Many people remember only a surname.
        surnames: dict[str, list[str]] = {}
        for known in self.assets.performers:
            surnames.setdefault(known.split()[-1], []).append(known)
        return surnames


def _generator(chart: Chart, seed: int) -> np.random.Generator:
    """The noise of a draw, which depends on the chart too."""
    return np.random.default_rng([seed, _fingerprint(chart)])


@lru_cache(maxsize=8)
def _fingerprint(chart: Chart) -> int:
    """A number of a chart; all takes over it share one table, whose making takes its time."""
    # Only the columns that there have always been: a seed draws whom it always drew.
    return zlib.crc32(shared_chart_table(chart)[:, : ChartColumn.BACK].tobytes())


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace(" ", "")


def _compass(profile: Profile, asked: Instrument | None) -> tuple[int, int]:
    """The range of a training solo, within that of the instrument, and at least an octave.

    A player's next solo may go beyond his last, if his instrument does: by `BEYOND`.
    """
    low, high = profile.low, profile.high
    own = asked or next((one for one in INSTRUMENTS if one.name == profile.instrument), None)
    if own:
        low, high = min(low, max(low - BEYOND, own.low)), max(high, min(high + BEYOND, own.high))
    if asked:
        low, high = max(low, asked.low), min(high, asked.high)
        if high - low < OCTAVE:
            low, high = asked.low, asked.high
    wider = max(0, OCTAVE - (high - low))
    low = min(max(low - wider // 2, 0), HIGHEST - OCTAVE)
    return low, max(min(high + wider - wider // 2, HIGHEST), low + OCTAVE)


def _overlap(asked: Instrument, name: str) -> float:
    """The share of two instruments' ranges that they have in common, 0 to 1."""
    other = next((one for one in INSTRUMENTS if one.name == name), None)
    if other is None:
        return 0.0
    common = min(asked.high, other.high) - max(asked.low, other.low)
    return max(common, 0) / (max(asked.high, other.high) - min(asked.low, other.low))

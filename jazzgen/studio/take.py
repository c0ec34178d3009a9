"""A take as the studio keeps it: the settings it was asked for with, and its notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jazzgen.band.listening import Hearing
from jazzgen.cli.generate_options import full_solo
from jazzgen.cli.generate_playback import playback_of
from jazzgen.errors import ConfigError, SoloError
from jazzgen.music.solo import Note, Solo
from jazzgen.render.playback import PLAYERS, Playback
from jazzgen.studio.charts import MOST_BARS
from jazzgen.studio.fields import check_value, field_of
from jazzgen.studio.locks import Locked, locked_parts
from jazzgen.studio.rows import note_of, row_of
from jazzgen.studio.settings import Settings

if TYPE_CHECKING:
    from jazzgen.cli.generate_tasks import FullSolo

__all__ = ["MOST_BARS_PLAYED", "MOST_NOTES", "KeptTake"]

MOST_BARS_PLAYED = 4 * MOST_BARS
"""The largest number of bars of all choruses of a take."""
MOST_NOTES = 40_000
"""The largest number of notes of a take."""


@dataclass(frozen=True, kw_only=True)
class KeptTake:
    """A take: what a page needs to have it played, changed and written once more.

    Args:
        settings: The settings of the request, with the chart as text.
        seed: The seed with which it was played.
        band_seed: The seed of its band.
        program: The General MIDI program of the solo; None for that of its instrument.
        notes: Its notes, in ticks of the whole tune.
        phrase_starts: The notes that begin a phrase (see `Solo`).
        title: Its title.
        performer: Who it is played like.
        instrument: The name of its instrument.
        style: Its style.
        plan: The energy, 1 to 9, that the seed has drawn for each group of bars; empty if none.
        locked: The players of the band who do not hear this solo, but that of another take.
        changed: Whether its solo is no longer the one that its seed plays.
    """

    settings: Mapping[str, Any]
    seed: int
    band_seed: int
    program: int | None
    notes: tuple[Note, ...]
    phrase_starts: tuple[int, ...] = ()
    title: str = ""
    performer: str = ""
    instrument: str = ""
    style: str = ""
    plan: tuple[int, ...] = ()
    locked: tuple[Locked, ...] = ()
    changed: bool = False

    @cached_property
    def asked(self) -> Settings:
        """The settings, checked."""
        return Settings.of(self.settings)

    @cached_property
    def task(self) -> FullSolo:
        """What was played: the chart with what stands around its choruses."""
        tune, around = self.asked.tune, self.asked.arrangement.build()
        return full_solo(tune.build(), around, MOST_BARS_PLAYED, tune.values)

    def solo(self) -> Solo:
        """Return the solo over the whole tune."""
        chart = self.task.layout.chart
        return Solo(
            notes=self.notes,
            chart=chart,
            title=self.title,
            performer=self.performer,
            phrase_starts=self.phrase_starts,
            instrument=self.instrument,
            style=self.style,
        )

    def hearing(self) -> Hearing:
        """Return what the band hears, as far as it is not locked."""
        return replace(Hearing.of(self.solo()), energies=self.task.bar_energies)

    def playback(self, solo: Solo) -> Playback:
        """Return how solo and band are played.

        Args:
            solo: The solo, which the band hears.
        """
        mechanical = self.asked.soloist.build().mechanical
        played = playback_of(self.asked.playback, mechanical, self.band_seed)
        return replace(
            played,
            seed=self.band_seed,
            program=self.program,
            hearing=replace(Hearing.of(solo), energies=self.task.bar_energies),
            fixed=locked_parts(self.locked, solo, played.tightness),
        )

    def with_solo(self, solo: Solo) -> KeptTake:
        """Return the take with the notes of another solo."""
        changed = self.changed or solo.notes != self.notes
        return replace(self, notes=solo.notes, phrase_starts=solo.phrase_starts, changed=changed)

    def to_json(self) -> dict[str, Any]:
        """Return the take as JSON, from which `of_json` makes the same one."""
        return {
            **{one.name: getattr(self, one.name) for one in fields(self)},
            "settings": dict(self.settings),
            "notes": [row_of(note) for note in self.notes],
            "phrase_starts": list(self.phrase_starts),
            "plan": list(self.plan),
            "locked": [one.to_json() for one in self.locked],
        }

    @classmethod
    def of_json(cls, state: Mapping[str, Any]) -> KeptTake:
        """Return the take of `to_json`, which a page may have kept for long, or changed.

        Args:
            state: The JSON.

        Raises:
            InputError: Something in it cannot be.
        """
        rows = field_of(state, "notes", list)
        if len(rows) > MOST_NOTES:
            raise SoloError(f"notes: {len(rows):,}; expected at most {MOST_NOTES:,}")
        phrases = field_of(state, "phrase_starts", list, [])
        plan = field_of(state, "plan", list, [])
        others = field_of(state, "locked", list, [])
        if len(others) > len(PLAYERS):
            raise ConfigError(f"locked: expected at most {len(PLAYERS)}")
        texts = {
            name: field_of(state, name, str, "")
            for name in ("title", "performer", "instrument", "style")
        }
        return cls(
            settings=field_of(state, "settings", dict),
            seed=field_of(state, "seed", int),
            band_seed=field_of(state, "band_seed", int),
            program=field_of(state, "program", int, None),
            notes=tuple(note_of(row) for row in rows),
            phrase_starts=tuple(check_value("phrase_starts", one, int) for one in phrases),
            plan=tuple(check_value("plan", one, int) for one in plan),
            locked=tuple(Locked.of_json(one, MOST_NOTES) for one in others),
            changed=field_of(state, "changed", bool, False),
            **texts,
        )

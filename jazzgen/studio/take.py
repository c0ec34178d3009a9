"""A take as the studio keeps it: the settings it was asked for with, and its notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jazzgen.band.listening import Hearing
from jazzgen.cli.generate_options import full_solo
from jazzgen.cli.generate_playback import playback_of
from jazzgen.errors import ConfigError, SoloError
from jazzgen.music.solo import Note, Solo
from jazzgen.render.playback import Playback
from jazzgen.studio.charts import MOST_BARS
from jazzgen.studio.settings import Settings, check_value, field_of

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

    def task(self) -> FullSolo:
        """Return what was played: the chart with what stands around its choruses."""
        asked = Settings.of(self.settings)
        tune = asked.tune.build()
        return full_solo(tune, asked.arrangement.build(), MOST_BARS_PLAYED, asked.tune.values)

    def solo(self) -> Solo:
        """Return the solo over the whole tune."""
        chart = self.task().layout.chart
        return Solo(
            notes=self.notes,
            chart=chart,
            title=self.title,
            performer=self.performer,
            phrase_starts=self.phrase_starts,
            instrument=self.instrument,
            style=self.style,
        )

    def playback(self, solo: Solo) -> Playback:
        """Return how solo and band are played.

        Args:
            solo: The solo, which the band hears.
        """
        asked = Settings.of(self.settings)
        mechanical = asked.soloist.build().mechanical
        played = playback_of(asked.playback, mechanical, self.band_seed)
        energies = self.task().bar_energies
        hearing = replace(Hearing.of(solo), energies=energies)
        return replace(played, seed=self.band_seed, program=self.program, hearing=hearing)

    def with_solo(self, solo: Solo) -> KeptTake:
        """Return the take with the notes of another solo."""
        return replace(self, notes=solo.notes, phrase_starts=solo.phrase_starts)

    def to_json(self) -> dict[str, Any]:
        """Return the take as JSON, from which `of_json` makes the same one."""
        return {
            **vars(self),
            "settings": dict(self.settings),
            "notes": [
                [one.onset, one.duration, one.pitch, one.velocity, one.deviation]
                for one in self.notes
            ],
            "phrase_starts": list(self.phrase_starts),
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
        texts = {
            name: field_of(state, name, str, "")
            for name in ("title", "performer", "instrument", "style")
        }
        return cls(
            settings=field_of(state, "settings", dict),
            seed=field_of(state, "seed", int),
            band_seed=field_of(state, "band_seed", int),
            program=field_of(state, "program", int, None),
            notes=tuple(_note(row) for row in rows),
            phrase_starts=tuple(check_value("phrase_starts", one, int) for one in phrases),
            **texts,
        )


def _note(row: object) -> Note:
    values: Sequence[object] = row if isinstance(row, list) else ()
    if len(values) != len(Note.__dataclass_fields__):
        raise ConfigError("notes: expected onset, duration, pitch, velocity and deviation of each")
    onset, duration, pitch, velocity = (check_value("notes", one, int) for one in values[:4])
    return Note(onset, duration, pitch, velocity, check_value("notes", values[4], float))

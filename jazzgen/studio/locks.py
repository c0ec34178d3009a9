"""Players of the band who are locked: they play the same notes under another solo.

A band answers its soloist, so a new solo has another band, even with the same seed. A locked
player goes on hearing the solo of the take that was locked, and so plays what was played there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jazzgen.band.listening import Hearing
from jazzgen.band.trio import accompany
from jazzgen.errors import ConfigError, SoloError
from jazzgen.music.part import Part
from jazzgen.music.solo import Note, Solo
from jazzgen.render.playback import PLAYERS
from jazzgen.studio.fields import check_value, field_of
from jazzgen.studio.rows import note_of, row_of

if TYPE_CHECKING:
    from jazzgen.studio.take import KeptTake

__all__ = ["Locked", "locked", "locked_parts", "players_of", "still_locked"]


@dataclass(frozen=True, kw_only=True)
class Locked:
    """Some players, and what they hear.

    Args:
        players: Of "piano", "bass" and "drums".
        seed: The seed of their band.
        middle: The middle of their soloist's range (see `Hearing`).
        energies: The energy of each bar that was drawn for them (see `Hearing`).
        notes: The solo that they hear.
    """

    players: tuple[str, ...]
    seed: int
    middle: float
    energies: tuple[int, ...]
    notes: tuple[Note, ...]

    def parts(self, solo: Solo, tight: float) -> dict[str, Part]:
        """Return what they play, by player.

        Args:
            solo: The solo under which they play now, whose chart they follow.
            tight: How near to the grid they play.
        """
        heard = replace(solo, notes=_within(self.notes, solo.chart.ticks), phrase_starts=())
        hearing = Hearing(middle=self.middle, energies=self.energies)
        band = accompany(heard, self.seed, hearing, tight)
        return {name: one for name, one in zip(PLAYERS, band, strict=True) if name in self.players}

    def to_json(self) -> dict[str, Any]:
        """Return them as JSON, from which `of_json` makes the same ones."""
        return {
            "players": list(self.players),
            "seed": self.seed,
            "middle": self.middle,
            "energies": list(self.energies),
            "notes": [row_of(note) for note in self.notes],
        }

    @classmethod
    def of_json(cls, state: object, most: int) -> Locked:
        """Return the players of `to_json`, which a page may have kept for long, or changed.

        Args:
            state: The JSON.
            most: The largest number of notes.

        Raises:
            InputError: Something in it cannot be.
        """
        found: Mapping[str, Any] = check_value("locked", state, dict)
        rows = field_of(found, "notes", list)
        energies = field_of(found, "energies", list, [])
        if max(len(rows), len(energies)) > most:
            raise SoloError(f"notes: {len(rows):,}; expected at most {most:,}")
        notes = tuple(note_of(row) for row in rows)
        if not all(one.is_valid for one in notes):
            raise SoloError("locked: a note is out of range")
        if any(later.onset < one.end for one, later in pairwise(notes)):
            raise SoloError("locked: notes lie over each other")
        if (seed := field_of(found, "seed", int)) < 0:
            raise ConfigError("locked: the seed is negative")
        return cls(
            players=players_of(field_of(found, "players", list)),
            seed=seed,
            middle=field_of(found, "middle", float),
            energies=tuple(_energy(one) for one in energies),
            notes=notes,
        )


def _energy(value: object) -> int:
    energy: int = check_value("energies", value, int)
    if not 0 <= energy <= 9:
        raise ConfigError("energies: expected 0 to 9")
    return energy


def _within(notes: Sequence[Note], end: int) -> tuple[Note, ...]:
    return tuple(
        replace(note, duration=min(note.duration, end - note.onset))
        for note in notes
        if note.onset < end
    )


def players_of(names: Sequence[object]) -> tuple[str, ...]:
    """Return players in the order of their tracks.

    Args:
        names: Their names as a page sends them.

    Raises:
        ConfigError: There is no such player.
    """
    for name in names:
        if name not in PLAYERS:
            raise ConfigError(f"lock: expected some of {', '.join(PLAYERS)}")
    return tuple(name for name in PLAYERS if name in names)


def locked(take: KeptTake, players: Sequence[str]) -> tuple[Locked, ...]:
    """Return players of a take as they play there: they go on hearing what they hear in it.

    Args:
        take: The take.
        players: Of "piano", "bass" and "drums".
    """
    before = [
        replace(one, players=tuple(name for name in one.players if name in players))
        for one in take.locked
    ]
    held = {name for one in take.locked for name in one.players}
    free = tuple(name for name in PLAYERS if name in players and name not in held)
    if free:
        hearing = take.hearing()
        own = Locked(
            players=free,
            seed=take.band_seed,
            middle=hearing.middle,
            energies=hearing.energies,
            notes=take.notes,
        )
        before.append(own)
    return tuple(one for one in before if one.players)


def still_locked(take: KeptTake, request: Mapping[str, Any]) -> tuple[Locked, ...]:
    """Return the players who stay as they are when the solo of a take changes in places.

    Args:
        take: The take; players who are locked in it stay so.
        request: "lock", the names of further players.

    Raises:
        ConfigError: There is no such player.
    """
    asked = players_of(field_of(request, "lock", list, []))
    return locked(take, (*asked, *(name for one in take.locked for name in one.players)))


def locked_parts(players: Sequence[Locked], solo: Solo, tight: float) -> tuple[Part, ...]:
    """Return what locked players play.

    Args:
        players: The players.
        solo: The solo under which they play now.
        tight: How near to the grid they play.
    """
    return tuple(part for one in players for part in one.parts(solo, tight).values())

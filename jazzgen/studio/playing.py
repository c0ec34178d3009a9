"""What the model plays for a page: a take, some bars of one again, and what it expected."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from jazzgen.cli.generate import planned
from jazzgen.cli.generate_options import full_solo
from jazzgen.cli.generate_playback import band_of_take, playback_of
from jazzgen.cli.generate_requests import OutputRequest
from jazzgen.cli.generate_tasks import Regeneration
from jazzgen.config.sampling import FILL_DRAWS
from jazzgen.errors import ConfigError, SoloError
from jazzgen.io.chart_text.text import format_chart
from jazzgen.library import read_changes
from jazzgen.music.bar_range import BarRange
from jazzgen.music.trade import line_of
from jazzgen.render.playback import PLAYERS
from jazzgen.studio.charts import bounded
from jazzgen.studio.fields import check_value, field_of
from jazzgen.studio.locks import locked, players_of, still_locked
from jazzgen.studio.performed import Performance
from jazzgen.studio.settings import Settings
from jazzgen.studio.take import MOST_BARS_PLAYED, KeptTake

if TYPE_CHECKING:
    from jazzgen.improviser import Improviser
    from jazzgen.nn.surprise import NoteSurprise

__all__ = ["expected_json", "generated", "improviser", "rearranged", "regenerated", "take_json"]

SEEDS = 1_000_000
"""Seeds from which one is drawn where a page names none."""
SHOWN = 5
"""The number of pitches that the model expected most, as a page shows them."""


@cache
def improviser() -> Improviser:
    """Return the model that plays, which stays loaded."""
    from jazzgen.improviser import load

    return load()


def _seed(request: Mapping[str, Any]) -> int:
    seed = field_of(request, "seed", int, None)
    return SystemRandom().randrange(SEEDS) if seed is None else int(seed)


def generated(request: Mapping[str, Any]) -> KeptTake:
    """Play a take, as `jazzgen generate` does with these settings.

    Args:
        request: The settings by name; "seed", that of a single draw, as takes show it; as "band"
            the take whose band's seed is kept; and as "lock" the players who play what they play
            in that take.

    Raises:
        InputError: A setting is wrong; the message begins with its name.
    """
    seed = _seed(request)
    band = field_of(request, "band", dict, None)
    other = None if band is None else KeptTake.of_json(band)
    players = players_of(field_of(request, "lock", list, []))
    settings = {name: one for name, one in request.items() if name not in ("seed", "band", "lock")}
    [reading] = read_changes(field_of(settings, "chart", str, "blues"), "chart")[:1]
    if request.get("seed") is not None:
        settings.setdefault("draws", 1)
    settings["chart"] = format_chart(bounded(reading.required()))
    if other is not None and not players:
        settings["band_seed"] = other.band_seed
    band_seed = settings.pop("band_seed", None)
    asked = Settings.of(settings)
    who, tune = asked.soloist.build(), asked.tune.build()
    task = full_solo(tune, asked.arrangement.build(), MOST_BARS_PLAYED, asked.tune.values)
    played = playback_of(asked.playback, who.mechanical, seed)
    if band_seed is not None:
        played = replace(played, seed=check_value("band_seed", band_seed, int))
    plan = planned(asked.soloist, None, task, asked.sampling)
    output = OutputRequest(seed=seed)
    [take] = plan.takes(improviser(), output, mechanical=who.mechanical)
    solo = line_of(take.music)
    return KeptTake(
        settings=settings,
        seed=take.played_seed,
        band_seed=band_of_take(task, played, take, 1).seed,
        program=plan.program,
        notes=solo.notes,
        phrase_starts=solo.phrase_starts,
        title=solo.title,
        performer=take.soloists[0].performer,
        instrument=solo.instrument,
        style=solo.style,
        plan=take.plan.energies if take.plan else (),
        locked=locked(other, players) if other else (),
    )


def rearranged(take: KeptTake, request: Mapping[str, Any]) -> KeptTake:
    """Return a take with the same solo and another band.

    Args:
        take: The take.
        request: "lock", the players who play what they play now; "seed", that of the others.

    Raises:
        ConfigError: There is no such player, or all are locked.
    """
    players = players_of(field_of(request, "lock", list, []))
    if players == PLAYERS:
        raise ConfigError("lock: everybody is locked; unlock those who should play something new")
    return replace(take, locked=locked(take, players), band_seed=_seed(request))


def regenerated(take: KeptTake, request: Mapping[str, Any]) -> KeptTake:
    """Play some bars of a take again, and leave its other bars and its band's seed as they are.

    Args:
        take: The take.
        request: "bars", the first and the last one, from 1; "seed"; "lock" (see `generated`).

    Raises:
        InputError: There are no such bars.
    """
    first, last = (check_value("bars", one, int) for one in _pair(request))
    seed = _seed(request)
    solo, asked = take.solo(), take.asked
    bars = BarRange(first=first, last=last)
    bars.ticks(solo.chart, "bars")
    task = Regeneration(solo, bars, FILL_DRAWS, take.program)
    values = {**asked.soloist.values, "performer": take.performer}
    plan = planned(replace(asked.soloist, values=values), None, task, asked.sampling)
    mechanical = asked.soloist.build().mechanical
    [new] = plan.takes(improviser(), OutputRequest(seed=seed), mechanical=mechanical)
    changed = take.with_solo(line_of(new.music))
    return replace(changed, seed=seed, changed=True, locked=still_locked(take, request))


def _pair(request: Mapping[str, Any]) -> list[Any]:
    bars: list[Any] = field_of(request, "bars", list)
    if len(bars) != 2:
        raise SoloError("bars: expected two, the first and the last one")
    return bars


def take_json(take: KeptTake) -> dict[str, Any]:
    """Return a take as a page shows and plays it, without its id and version."""
    solo = take.solo()
    playback = take.playback(solo)
    performance = Performance(solo, playback)
    parts = performance.parts()
    [bits] = improviser().bits_per_note([solo], [take.performer]) if solo.notes else [math.inf]
    return {
        "seed": take.seed,
        "title": solo.title,
        "performer": take.performer,
        "instrument": take.instrument,
        "style": take.style,
        "chart": take.settings["chart"],
        "settings": dict(take.settings),
        "key": str(solo.chart.key),
        "feel": solo.chart.feel,
        "tempo": solo.chart.tempo,
        "tempi": [[start, tempo] for start, tempo in performance.session.tempi],
        "swing": playback.swing_of(solo).ratio,
        "length": round(performance.length, 4),
        "likelihood": -round(bits, 4) if math.isfinite(bits) else None,
        "parts": [{name: one for name, one in part.items() if name != "notes"} for part in parts],
        "notes": {part["name"]: part["notes"] for part in parts},
        "bars": performance.bars(),
        "plan": list(take.plan),
        "expected": None,
        "state": take.to_json(),
    }


def expected_json(take: KeptTake) -> list[dict[str, Any]]:
    """Return for each note of a take what the model expected there, and how surprising it is.

    Args:
        take: The take.

    Raises:
        ModelError: The model cannot tell.
    """
    return [_surprise(one) for one in improviser().surprise(take.solo())]


def _surprise(told: NoteSurprise) -> dict[str, Any]:
    return {
        "pitch": told.note.pitch,
        "top": list(told.expected[:SHOWN]),
        "shares": [round(one, 4) for one in told.shares[:SHOWN]],
        "share": round(told.share, 4),
        "rank": told.rank,
        "bits": round(told.bits, 3),
    }

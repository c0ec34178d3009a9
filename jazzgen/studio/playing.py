"""What the model plays for a page: a take, some bars of one again, and notes that were edited."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
from jazzgen.errors import ModelError, SoloError
from jazzgen.io.chart_text.text import format_chart
from jazzgen.library import read_changes
from jazzgen.music.bar_range import BarRange
from jazzgen.music.solo import Note
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.music.trade import line_of
from jazzgen.studio.performed import Performance
from jazzgen.studio.settings import Settings, check_value, field_of
from jazzgen.studio.take import MOST_BARS_PLAYED, MOST_NOTES, KeptTake

if TYPE_CHECKING:
    from jazzgen.improviser import Improviser
    from jazzgen.music.solo import Solo
    from jazzgen.nn.surprise import NoteSurprise

__all__ = ["edited", "expected_json", "generated", "improviser", "regenerated", "take_json"]

SEEDS = 1_000_000
"""Seeds from which one is drawn where a page names none."""
SAME = 0.002
"""The largest difference in seconds of two times that a page did not change."""
GRID = TICKS_PER_QUARTER // 12
"""The grid of edited notes in ticks: it has triplets and sixteenths."""
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
    """Play a take, as `jazzgen generate` does with these settings and this seed.

    Args:
        request: The settings by name; "seed"; and as "band" the take whose band's seed is kept.

    Raises:
        InputError: A setting is wrong; the message begins with its name.
    """
    seed = _seed(request)
    band = field_of(request, "band", dict, None)
    settings = {name: one for name, one in request.items() if name not in ("seed", "band")}
    [reading] = read_changes(field_of(settings, "chart", str, "blues"), "chart")[:1]
    settings["chart"] = format_chart(reading.required())
    if band is not None:
        settings["band_seed"] = KeptTake.of_json(band).band_seed
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
    )


def regenerated(take: KeptTake, request: Mapping[str, Any]) -> KeptTake:
    """Play some bars of a take again, and leave its other bars and its band's seed as they are.

    Args:
        take: The take.
        request: "bars", the first and the last one, from 1; "seed".

    Raises:
        InputError: There are no such bars.
    """
    first, last = (check_value("bars", one, int) for one in _pair(request))
    seed = _seed(request)
    solo, asked = take.solo(), Settings.of(take.settings)
    bars = BarRange(first=first, last=last)
    bars.ticks(solo.chart, "bars")
    task = Regeneration(solo, bars, FILL_DRAWS, take.program)
    values = {**asked.soloist.values, "performer": take.performer}
    plan = planned(replace(asked.soloist, values=values), None, task, asked.sampling)
    mechanical = asked.soloist.build().mechanical
    [new] = plan.takes(improviser(), OutputRequest(seed=seed), mechanical=mechanical)
    return replace(take.with_solo(line_of(new.music)), seed=seed)


def _pair(request: Mapping[str, Any]) -> list[Any]:
    bars: list[Any] = field_of(request, "bars", list)
    if len(bars) != 2:
        raise SoloError("bars: expected two, the first and the last one")
    return bars


def edited(take: KeptTake, request: Mapping[str, Any]) -> KeptTake:
    """Return a take with the notes that a page has drawn.

    Args:
        take: The take.
        request: "notes", each a list of onset and duration in seconds, pitch and velocity. A note
            that was not moved stays as it is to the tick; others come to the nearest twelfth of a
            beat, and end where the next one begins.

    Raises:
        InputError: A note cannot be.
    """
    rows: list[Any] = field_of(request, "notes", list)
    if len(rows) > MOST_NOTES:
        raise SoloError(f"notes: {len(rows):,}; expected at most {MOST_NOTES:,}")
    solo = take.solo()
    performance = Performance(solo, take.playback(solo))
    swing = take.playback(solo).swing_of(solo)
    before = {
        (note.pitch, round(row[0], 2)): (row, note)
        for row, note in zip(performance.solo_notes(), solo.notes, strict=True)
    }
    drawn: list[Note] = []
    for row in rows:
        onset, duration, pitch, velocity = _drawn(row)
        known = _unchanged(before, onset, pitch)
        if known is None:
            begin = _snapped(swing.straightened(performance.tick(onset), solo.chart))
        else:
            begin = known[1].onset
        if known and abs(known[0][1] - duration) <= SAME:
            length = known[1].duration
        else:
            end = swing.straightened(performance.tick(onset + duration), solo.chart)
            length = max(_snapped(end) - begin, GRID)
        deviation = known[1].deviation if known else 0.0
        drawn.append(Note(begin, length, pitch, velocity, deviation))
    return take.with_solo(solo.with_notes(_as_line(drawn, solo.chart.ticks)))


def _drawn(row: object) -> tuple[float, float, int, int]:
    if not isinstance(row, list) or len(row) != 4:
        raise SoloError("notes: expected onset, duration, pitch and velocity of each")
    onset, duration = (check_value("notes", one, float) for one in row[:2])
    pitch, velocity = (check_value("notes", one, int) for one in row[2:])
    if onset < 0 or duration <= 0 or not 0 <= pitch <= 127 or not 1 <= velocity <= 127:
        raise SoloError(f"notes: {row} is out of range")
    return onset, duration, pitch, velocity


def _unchanged(
    before: Mapping[tuple[int, float], tuple[list[float], Note]], onset: float, pitch: int
) -> tuple[list[float], Note] | None:
    # A rounded time may lie on either side of the rounding's edge.
    for near in (onset, onset - SAME, onset + SAME):
        known = before.get((pitch, round(near, 2)))
        if known and abs(known[0][0] - onset) <= SAME:
            return known
    return None


def _snapped(tick: float) -> int:
    return max(math.floor(tick / GRID + 0.5) * GRID, 0)


def _as_line(notes: Sequence[Note], end: int) -> list[Note]:
    """Return notes as a line: of those that begin together the last one, none over the next."""
    by_onset = {note.onset: note for note in notes if note.onset < end}
    line = [by_onset[onset] for onset in sorted(by_onset)]
    ends = [*(note.onset for note in line[1:]), end]
    return [
        replace(note, duration=min(note.duration, stop - note.onset))
        for note, stop in zip(line, ends, strict=True)
    ]


def take_json(take: KeptTake) -> dict[str, Any]:
    """Return a take as a page shows and plays it, without its id and version."""
    solo = take.solo()
    performance = Performance(solo, take.playback(solo))
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
        "swing": take.playback(solo).swing_of(solo).ratio,
        "length": round(performance.length, 4),
        "likelihood": -round(bits, 4) if math.isfinite(bits) else None,
        "parts": [{name: one for name, one in part.items() if name != "notes"} for part in parts],
        "notes": {part["name"]: part["notes"] for part in parts},
        "bars": performance.bars(),
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
    solo: Solo = take.solo()
    if not solo.notes:
        raise ModelError("the take has no notes")
    return [_surprise(one) for one in improviser().surprise(solo)]


def _surprise(told: NoteSurprise) -> dict[str, Any]:
    return {
        "pitch": told.note.pitch,
        "top": list(told.expected[:SHOWN]),
        "rank": told.rank,
        "bits": round(told.bits, 3),
    }

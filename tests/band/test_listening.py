"""What the band hears of the soloist, and how far a change in the solo reaches."""

from dataclasses import replace

import pytest
from platforms import slow
from random_tunes import random_tune

import jazzgen
from jazzgen.band.bar_plan import plan_bars
from jazzgen.band.listening import Hearing
from jazzgen.band.trio import accompany
from jazzgen.music.solo import Note, Solo

CHART = jazzgen.chart("blues").repeat(3)
CHANGED = 7
BAR = 96


def run_of_eighths(pitch=65, velocity=80, step=12, bars=range(36)):
    ticks = [bar * BAR + tick for bar in bars for tick in range(0, BAR, step)]
    return tuple(Note(tick, step - 1, pitch, velocity) for tick in ticks)


def by_bar(part, chart):
    bars = [[] for _ in chart.bars]
    for note in part.notes:
        bars[chart.bar_at(note.onset)].append(note)
    return bars


@pytest.mark.parametrize(
    "seed", [*range(5), *(pytest.param(seed, marks=slow) for seed in range(5, 12))]
)
def test_a_change_in_the_solo_changes_the_band_at_most_one_bar_away(seed):
    solo = random_tune(seed)
    chart = solo.chart
    changed = min(CHANGED, len(chart.bars) - 1)
    begin, end = chart.bar_starts[changed], chart.bar_starts[changed + 1]
    kept = [note for note in solo.notes if not begin <= note.onset < end]
    busy = [Note(tick, 1, 90, 127) for tick in range(begin, end, 3)]
    notes = sorted([*kept, *busy], key=lambda note: note.onset)
    # Notes of the band that ring on may be cut where the changed bars begin.
    other = replace(solo, notes=tuple(n for n in notes if n.end <= begin or n.onset >= begin))
    for before, after in zip(accompany(solo, seed), accompany(other, seed), strict=True):
        for number, (old, new) in enumerate(
            zip(by_bar(before, chart), by_bar(after, chart), strict=True)
        ):
            if abs(number - changed) > 1:
                assert old == new, (before.name, number)


def test_the_band_is_changed_where_the_solo_is():
    calm = Solo(run_of_eighths(55, 60, 48), CHART)
    wild = calm.with_notes(
        sorted(
            [n for n in calm.notes if n.onset // BAR != CHANGED]
            + list(run_of_eighths(84, 110, 6, [CHANGED])),
            key=lambda note: note.onset,
        )
    )
    for before, after in zip(accompany(calm), accompany(wild), strict=True):
        old, new = by_bar(before, CHART)[CHANGED], by_bar(after, CHART)[CHANGED]
        assert old != new
    levels = [
        sum(note.velocity for note in by_bar(accompany(solo)[1], CHART)[CHANGED])
        / len(by_bar(accompany(solo)[1], CHART)[CHANGED])
        for solo in (calm, wild)
    ]
    assert levels[1] > levels[0] + 5


@pytest.mark.parametrize(
    ("more", "less"),
    [({"step": 8}, {"step": 24}), ({"pitch": 80}, {"pitch": 55}), ({"velocity": 105}, {})],
)
def test_many_notes_high_notes_and_loud_notes_raise_the_energy(more, less):
    energies = [
        [bar.energy for bar in plan_bars(CHART, run_of_eighths(**how))] for how in (more, less)
    ]
    assert all(high > low for high, low in zip(*energies, strict=True))
    assert all(0 <= energy <= 1 for one in energies for energy in one)


def test_where_the_soloist_rests_the_form_alone_counts():
    plan = plan_bars(CHART, run_of_eighths(84, 110, bars=range(4)))
    assert all(bar.energy == bar.form_energy for bar in plan[5:])
    assert plan[3].energy > plan[4].energy > plan[5].energy  # the band comes down in a bar


def test_a_band_that_does_not_listen_plays_the_same_under_any_solo():
    one, other = Solo(run_of_eighths(), CHART), Solo(run_of_eighths(84, 120, 6), CHART)
    deaf = Hearing(solo=False)
    assert accompany(one, 3, deaf) == accompany(other, 3, deaf) == accompany(Solo((), CHART), 3)


def test_high_is_high_for_the_instrument():
    notes = run_of_eighths(58)
    low, high = (
        plan_bars(CHART, notes, Hearing.of(Solo(notes, CHART, instrument=name)))
        for name in ("flute", "baritone saxophone")
    )
    assert all(a.energy < b.energy for a, b in zip(low, high, strict=True))


def test_the_energy_that_the_user_draws_takes_the_form_s_place():
    plan = plan_bars(CHART, (), Hearing(energies=(9, 0, 1)))
    assert [bar.energy for bar in plan[:4]] == pytest.approx([0.95, 0.35, 0.2, 0.35])

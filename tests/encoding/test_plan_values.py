import numpy as np
import pytest

from jazzgen.encoding.chart_table import chart_table
from jazzgen.encoding.plan import PLAN_CLASSES, PlanColumn
from jazzgen.encoding.plan_values import (
    ENERGIES,
    PITCH_REACH,
    PITCH_STEP,
    PLAN_VALUES,
    VALUE_FIRSTS,
    VALUE_SIZES,
    EnergyScale,
    PlanValue,
    places_of,
    plan_of,
    plan_values,
)
from jazzgen.encoding.values import NO_PITCH
from jazzgen.music.chart import Chart


def plan(seed=0, groups=30):
    rng = np.random.default_rng(seed)
    columns = [rng.integers(1, PLAN_CLASSES[column], groups) for column in PLAN_CLASSES]
    table = np.stack([*columns, rng.integers(50, 80, groups)], axis=1).astype(np.int32)
    table[3] = 0, 7, 0, NO_PITCH
    return table


SCALE = EnergyScale.fit([plan(seed) for seed in range(9)], [8] * 9, [65.0] * 9)


def test_values_stand_for_the_plan_they_were_made_of():
    table = plan()
    values = plan_values(table, SCALE.energies(table, 8, 65.0), 65.0)
    assert values.shape == (30, len(PlanValue))
    assert (values >= 0).all()
    assert (values < VALUE_SIZES).all()
    again = plan_of(values, 65.0)
    np.testing.assert_array_equal(again[:, :-1], table[:, :-1])
    off = np.abs(again - table)[:, PlanColumn.PITCH]
    assert off.max() <= PITCH_STEP / 2
    far = plan_of(plan_values(table, np.full(30, 5), 20.0), 20.0)
    assert far[0, PlanColumn.PITCH] == 20 + PITCH_REACH * PITCH_STEP, "the reach has an end"


def test_the_vocabulary_has_a_place_for_each_value():
    assert VALUE_FIRSTS[0] == 0
    assert VALUE_FIRSTS[-1] + VALUE_SIZES[-1] == PLAN_VALUES


@pytest.mark.parametrize("column", [PlanColumn.DENSITY, PlanColumn.LOUDNESS, PlanColumn.PITCH])
def test_louder_denser_and_higher_is_more_energy(column):
    low, high = plan(), plan()
    step = 14 if column == PlanColumn.PITCH else 3
    calm = np.clip(low[:, column] - step, 1, None)
    low[:, column] = np.where(low[:, column] > 0, calm, low[:, column])
    before, after = SCALE.energies(low, 8, 65.0), SCALE.energies(high, 8, 65.0)
    assert (after >= before).all()
    assert (after > before).any()
    assert set(before.tolist()) | set(after.tolist()) <= set(range(1, ENERGIES + 1))
    assert after[3] == 1, "silence has the least energy"


def test_each_group_of_bars_has_its_place_in_the_form():
    chart = Chart.of_chords([["F7"]] * 10).repeat(3)
    places = places_of(chart_table(chart))
    assert len(places) == len(chart.groups) == 9
    assert [place.in_chorus for place in places] == [0, 1, 2] * 3
    assert [place.chorus for place in places] == [0] * 3 + [1] * 3 + [2] * 3
    assert [place.same for place in places] == [-1] * 3 + [0, 1, 2, 3, 4, 5]
    assert [place.left for place in places] == list(range(9, 0, -1))

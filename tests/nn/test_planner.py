from dataclasses import replace

import numpy as np
import pytest
from keras import ops
from small_models import BLUES

from jazzgen.encoding.chart_table import PLACES, ChartColumn, chart_table
from jazzgen.encoding.performance import Column
from jazzgen.encoding.plan import PLAN_CLASSES, BreathColumn, PlanColumn
from jazzgen.encoding.plan_measures import measured_plan
from jazzgen.encoding.plan_values import PLAN_VALUES, VALUE_FIRSTS, VALUE_SIZES, PlanValue
from jazzgen.encoding.values import NO_PITCH, REST
from jazzgen.errors import ModelError
from jazzgen.nn import planner
from jazzgen.nn.assets import Assets
from jazzgen.nn.keras_engine.planner import PlannerLayers
from jazzgen.nn.planner import (
    KEPT,
    RECALLED,
    RISING,
    Planner,
    Surroundings,
    group_context,
    plan_noise,
    planner_shapes,
    step_input,
)
from jazzgen.nn.planning import draw_plan
from jazzgen.nn.soloists import Soloist

STYLES = ("bebop", "cool")
UNITS = 12
CHART = BLUES.repeat(3)
ROWS = chart_table(CHART)
AROUND = Surroundings.of(ROWS, 1, 66.0)
GROUPS = len(CHART.groups)


def tensors(seed=0, **changes):
    rng = np.random.default_rng(seed)
    features = PlannerLayers(UNITS, len(STYLES)).context_size + len(step_input(0, 0))
    shapes = planner_shapes(UNITS, features)
    made = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    made["energy/deviation"] = np.ones(3, np.float32)
    made["recall/shares"] = np.full(PLACES, 0.05, np.float32)
    return made | changes


PLANNER = Planner(tensors(), len(STYLES))
ASSETS = Assets(styles=STYLES, planner=PLANNER)


def test_a_plan_is_drawn_value_by_value_within_its_classes():
    one, again, other = (PLANNER.draw(AROUND, seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()
    assert one.shape == (GROUPS, len(PlanValue))
    assert (one >= 0).all()
    assert (one < VALUE_SIZES).all()


def test_values_that_are_given_stay_and_change_what_is_drawn_after_them():
    free = PLANNER.draw(AROUND, 4)
    known = np.full_like(free, -1)
    known[4, PlanValue.ENERGY] = 8 if free[4, PlanValue.ENERGY] < 4 else 0
    found = PLANNER.draw(AROUND, 4, known)
    np.testing.assert_array_equal(found[:4], free[:4])
    assert found[4, PlanValue.ENERGY] == known[4, PlanValue.ENERGY]
    assert (found[4:] != free[4:]).sum() > 1
    np.testing.assert_array_equal(PLANNER.draw(AROUND, 9, free), free)


def test_neighbouring_groups_of_a_plan_share_their_noise():
    level = np.array([plan_noise(seed, 12, rising=False) for seed in range(400)])
    quantiles = np.quantile(level, [0.25, 0.5, 0.75])
    np.testing.assert_allclose(quantiles, [0.25, 0.5, 0.75], atol=0.02)
    for kind, kept in zip(PlanValue, KEPT, strict=True):
        before, after = level[:, :-1, kind].ravel(), level[:, 1:, kind].ravel()
        assert np.corrcoef(before, after)[0, 1] == pytest.approx(kept, abs=0.06)
    np.testing.assert_allclose(level[:, 0], [plan_noise(seed, 1, rising=False)[0]
                                             for seed in range(400)])  # fmt: skip


def test_the_noise_of_a_plan_rises_only_if_it_may():
    level, rising = (
        np.array([plan_noise(seed, 12, rising=rises) for seed in range(400)])
        for rises in (False, True)
    )
    for kind, rise in zip(PlanValue, RISING, strict=True):
        risen = (rising - level)[:, :, kind].mean(axis=0)
        assert (np.diff(risen) > 0).all() == (rise > 0)
    assert (PLANNER.draw(AROUND, 1, rising=False) != PLANNER.draw(AROUND, 1)).any()


def test_a_solo_whose_shape_is_asked_for_does_not_rise_by_itself(monkeypatch):
    asked = Soloist(energies=(5,) * GROUPS)
    plans = [draw_plan(ASSETS, CHART, 1, who).table.groups for who in (Soloist(), asked)]
    monkeypatch.setattr(planner, "RISING", (0.0,) * len(PlanValue))
    level = [draw_plan(ASSETS, CHART, 1, who).table.groups for who in (Soloist(), asked)]
    assert (plans[0] != level[0]).any()
    np.testing.assert_array_equal(plans[1], level[1])


def test_both_graphs_and_the_planner_in_numpy_are_one_network():
    layers = PlannerLayers(UNITS, len(STYLES))
    layers.set_weights({name: tensors()[name] for name in layers.weights})
    values = PLANNER.draw(AROUND, 4)
    uniforms = plan_noise(4, GROUPS, rising=True)
    graph, before = layers.inference_graph(), np.array([PLAN_VALUES], np.int32)
    states = [np.zeros((1, UNITS), np.float32)] * 2
    for group, place in enumerate(AROUND.places):
        drawn = graph.predict_on_batch({
            "before": before,
            "context": group_context(values, place, AROUND, len(STYLES))[None],
            "uniforms": uniforms[group : group + 1].astype(np.float32),
            "forced": np.full((1, len(PlanValue)), -1, np.int32),
            "states": states,
        })  # fmt: skip
        np.testing.assert_array_equal(drawn["values"][0], values[group], err_msg=f"group {group}")
        states, last = drawn["states"], VALUE_FIRSTS[-1] + drawn["values"][0, -1]
        before = np.array([last], np.int32)
    # The training graph, over the same values, finds what was drawn where it was drawn.
    index = (values + np.array(VALUE_FIRSTS)).ravel()
    x = np.stack([
        np.concatenate([
            step_input(last, step % len(PlanValue)),
            group_context(values, AROUND.places[step // len(PlanValue)], AROUND, len(STYLES)),
        ])
        for step, last in enumerate([PLAN_VALUES, *index[:-1].tolist()])
    ])  # fmt: skip
    logits = layers.training_graph().predict_on_batch({"x": x[None]})["values"][0]
    shares = np.cumsum(np.asarray(ops.softmax(logits, axis=-1), np.float64), axis=-1)
    found = (shares <= uniforms.reshape(-1, 1) * shares[:, -1:]).sum(axis=1)
    assert (found == index).mean() > 0.98, "but for rounding at the bounds"


def test_a_group_that_is_given_is_kept_in_the_inference_graph():
    graph = PlannerLayers(UNITS, len(STYLES)).inference_graph()
    forced = np.array([[3, -1, 2, -1, 1]], np.int32)
    drawn = graph.predict_on_batch({
        "before": np.array([PLAN_VALUES], np.int32),
        "context": np.zeros((1, PlannerLayers(UNITS, 2).context_size), np.float32),
        "uniforms": np.full((1, len(PlanValue)), 0.5, np.float32),
        "forced": forced,
        "states": [np.zeros((1, UNITS), np.float32)] * 2,
    })  # fmt: skip
    assert drawn["values"][0, [0, 2, 4]].tolist() == [3, 2, 1]
    assert (drawn["values"] < np.array(VALUE_SIZES)).all()


def test_an_idea_is_recalled_only_from_where_something_was():
    noise = np.random.default_rng(0)
    counts = np.zeros(PLACES + 1)
    first = list(CHART.bar_starts[:-1])
    back = ROWS[first, ChartColumn.BACK : ChartColumn.GROUP]
    for _ in range(200):
        recalls = PLANNER.draw_recalls(ROWS, noise)
        assert all(back[bar, recalls[bar] - 1] > 0 for bar in np.flatnonzero(recalls))
        counts += np.bincount(recalls, minlength=PLACES + 1)
    possible = (back > 0).sum(axis=0) * 200
    np.testing.assert_allclose(counts[1:] / possible, 0.05 * np.array(RECALLED), atol=0.02)


def test_a_plan_has_the_energies_that_are_asked_for():
    energies = (2, 2, 2, 9, 9, 9, 5, 5, 5)
    found = draw_plan(ASSETS, CHART, 3, Soloist(energies=energies, compass=(50, 80)))
    assert found.energies == energies
    assert draw_plan(ASSETS, CHART, 3, Soloist(compass=(50, 80))).energies != energies
    told = found.to_json()
    assert [one["bars"] for one in told][:2] == [[1, 4], [5, 8]]
    assert [one["energy"] for one in told] == list(energies)


def test_a_model_without_a_planner_plans_nothing_and_follows_no_shape():
    assert draw_plan(Assets(), CHART, 3, Soloist()) is None
    with pytest.raises(ModelError, match="follows no shape"):
        draw_plan(Assets(), CHART, 3, Soloist(energies=(5,) * GROUPS))


def test_a_plan_lies_within_the_soloists_range_and_breath():
    breath = tuple([24] * 11 + [48] * 11)
    low, high = (
        draw_plan(ASSETS, CHART, 3, Soloist(compass=compass, breath=breath))
        for compass in ((40, 60), (70, 90))
    )
    columns = [low.table.groups[:, PlanColumn.PITCH], high.table.groups[:, PlanColumn.PITCH]]
    played = columns[0] != NO_PITCH
    assert (columns[1] - columns[0])[played].tolist() == [30] * played.sum()
    assert set(low.table.breaths[:, BreathColumn.PHRASE].tolist()) == {24}
    assert set(low.table.breaths[:, BreathColumn.SILENCE].tolist()) == {48}
    assert (draw_plan(ASSETS, CHART, 3, Soloist()).table.breaths == 0).all(), "left open"


def test_the_wider_a_soloists_range_the_farther_apart_his_pitches():
    narrow, usual, wide = (
        draw_plan(ASSETS, CHART, 3, Soloist(compass=(60 - half, 60 + half))).table.groups
        for half in (8, 14, 21)
    )
    heights = [one[one[:, PlanColumn.PITCH] != NO_PITCH, PlanColumn.PITCH] for one in (usual, wide)]
    farther = np.clip(1.5**1.5 * (heights[0] - 60), -21, 21)
    np.testing.assert_allclose(heights[1] - 60, farther, atol=0.5)
    assert (narrow == usual).all(), "the planner's own, which a narrow range cuts off"
    others = [column for column in PlanColumn if column != PlanColumn.PITCH]
    assert (wide[:, others] == usual[:, others]).all()


def test_the_plan_of_what_was_given_is_what_was_given():
    played = np.zeros((64, len(Column)), np.int32)
    played[:, Column.PITCH] = np.resize([60, 62, 64, REST], 64)
    played[:, Column.DURATION] = 12  # eight bars
    found = draw_plan(ASSETS, CHART, 3, Soloist(), played)
    true = measured_plan(*played[:, :3].T, np.array([0, 384, 768, 1152]))
    for column in PLAN_CLASSES:
        assert found.table.groups[:2, column].tolist() == true[:2, column].tolist()
    wide = draw_plan(ASSETS, CHART, 3, Soloist(compass=(39, 81)), played)
    given = wide.table.groups[:2, PlanColumn.PITCH]
    assert abs(given - true[:2, PlanColumn.PITCH]).max() <= 1, "no farther from the middle"
    free = draw_plan(ASSETS, CHART, 3, Soloist(), played, free=(0, 100))
    assert free.table.groups[1].tolist() == found.table.groups[1].tolist()


@pytest.mark.parametrize(
    "changes",
    [
        {"cell/bias": np.zeros(3, np.float32)},
        {"values/bias": np.full(PLAN_VALUES, np.nan, np.float32)},
        {"more": np.zeros(3, np.float32)},
    ],
)
def test_weights_of_something_else_are_refused(changes):
    with pytest.raises(ModelError, match="planner"):
        Planner(tensors(**changes), len(STYLES))
    with pytest.raises(ModelError, match="planner"):
        Planner(tensors(), len(STYLES) + 1)
    with pytest.raises(ModelError, match="planner"):
        Planner({}, len(STYLES))


def test_the_same_chart_at_another_tempo_is_another_plan():
    fast = Surroundings.of(chart_table(replace(CHART, tempo=300)), 1, 66.0)
    assert (PLANNER.draw(fast, 4) != PLANNER.draw(AROUND, 4)).any()

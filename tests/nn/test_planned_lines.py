"""Lines that follow a plan, and hear what they played at earlier places, in both engines."""

from dataclasses import replace

import numpy as np
import pytest
from keras import ops
from small_models import BLUES, shared_pair

from jazzgen.config import SamplingConfig
from jazzgen.encoding.chart_table import ChartColumn, chart_table, chord_table, shared_chart_table
from jazzgen.encoding.place_features import place_features
from jazzgen.encoding.plan import (
    BAR_COLUMNS,
    NEAR_END,
    AheadColumn,
    HeardColumn,
    Plan,
    breath_left,
    planned_bars,
    recalled,
)
from jazzgen.encoding.plan_measures import measured_ahead
from jazzgen.encoding.sequence import HISTORY_COLUMNS, NO_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.improviser import Improviser
from jazzgen.nn.keras_engine.place_features import recall_places
from jazzgen.nn.keras_engine.repeat_features import empty_memory, store
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.numpy_engine.improviser_player import ImproviserPlayer
from jazzgen.nn.soloists import Soloist

CHART = BLUES.repeat(2)
ROWS = chart_table(CHART)
SAMPLING = SamplingConfig()


@pytest.fixture(scope="module")
def engines():
    """The same model in both engines."""
    pair = shared_pair(rests=4, performers=("Ann", "Ben"), edition=4)
    return pair["keras"].engine, pair["light"].engine


def plans(count):
    """A plan for each of so many lines."""
    found = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        groups = len(CHART.groups)
        table = [rng.integers(0, 6, groups) for _ in range(3)] + [rng.integers(50, 80, groups)]
        found.append(
            Plan(
                groups=np.stack(table, axis=1).astype(np.int32),
                recalls=rng.integers(0, 6, len(CHART.bars)).astype(np.int32),
                breaths=rng.integers(20, 300, (3 + seed, 2)).astype(np.int32),
            )
        )
    return found


def task(engine, seeds, planned=()):
    one = Improviser(engine).task(CHART, seeds, SAMPLING)
    return replace(one, plans=list(planned))


def test_both_engines_play_the_same_solos_of_a_plan(engines):
    keras, light = engines
    seeds = [3, 4, 5]
    one, other = (engine.play(task(engine, seeds, plans(3))) for engine in (keras, light))
    np.testing.assert_array_equal(one, other)
    unplanned = light.play(task(light, seeds))
    assert unplanned.shape != one.shape or (unplanned != one).any(), "the plan is not heard"


def test_a_line_s_plan_is_its_own(engines):
    _, light = engines
    planned = plans(3)
    together = light.play(task(light, [3, 4, 5], planned))
    alone = light.play(task(light, [4], [planned[1]]))[0]
    np.testing.assert_array_equal(together[1, : len(alone)], alone)
    player = light.player(task(light, [3, 4, 5], planned))
    player.play(CHART.bar_starts[4])
    branch = player.branch(lines=[1])
    branch.play(CHART.ticks)
    np.testing.assert_array_equal(branch.values[0], alone)


def test_what_was_read_and_told_before_changes_nothing(engines):
    _, light = engines
    whole = light.play(task(light, [3, 4, 5], plans(3)))
    for chart, name in ((BLUES, ""), (CHART, "Ben")):
        light.play(Improviser(light).task(chart, [3], SAMPLING, [Soloist(performer=name)]))
    again = light.play(task(light, [3, 4, 5], plans(3)))
    np.testing.assert_array_equal(again, whole)
    fresh = LightEngine(files_of(light.layers))
    np.testing.assert_array_equal(fresh.play(task(fresh, [3, 4, 5], plans(3))), whole)


def test_a_chart_is_read_once(engines):
    network, chords = engines[1].model.network, chord_table(CHART)
    shared = shared_chart_table(CHART)
    read = network.read_chart(shared, chords)
    assert network.read_chart(shared, chords) is read
    own = shared.copy()  # which somebody may change
    assert network.read_chart(own, chords) is not read
    own[:, ChartColumn.BEAT] = 0
    changed = network.read_chart(own, chords)
    assert (changed.rows == own).all()
    assert (changed.table_rows != read.table_rows).any()


@pytest.mark.parametrize("which", [0, 1])
def test_a_solo_with_a_plan_is_the_same_in_pieces(engines, which):
    engine = engines[which]
    whole = engine.play(task(engine, [6], plans(1)))
    player = engine.player(task(engine, [6], plans(1)))
    player.play(CHART.bar_starts[9])
    player.rewind(5)
    for bar in range(6, len(CHART.bars) + 1, 3):
        player.play(CHART.bar_starts[bar])
    player.play(CHART.ticks)
    np.testing.assert_array_equal(player.values, whole)


def test_a_line_hears_what_a_solo_in_training_hears(engines, monkeypatch):
    _, light = engines
    heard = []

    def listen(self, lines, clock, records, run=ImproviserPlayer._run_cells):
        heard.append(records[0][:HISTORY_COLUMNS])
        return run(self, lines, clock, records)

    monkeypatch.setattr(ImproviserPlayer, "_run_cells", listen)
    (plan,) = plans(1)
    values = light.play(task(light, [7], [plan]))[0]
    heard = np.array(heard)
    pitch, duration = values[:, 0], values[:, 1]
    rows = ROWS[np.cumsum(duration) - duration]
    places = place_features(pitch, duration, rows)
    np.testing.assert_array_equal(heard[:, HistoryColumn.PLACE : HistoryColumn.PLAN], places)
    ahead = measured_ahead(pitch, duration, rows)
    bars = planned_bars(
        plan.groups, plan.recalls[rows[:, ChartColumn.NUMBER]], rows[:, ChartColumn.GROUP]
    )
    told = heard[:, HistoryColumn.PLAN :]
    np.testing.assert_array_equal(told[:, :BAR_COLUMNS], bars)
    np.testing.assert_array_equal(
        told[:, HeardColumn.RECALLED : HeardColumn.PHRASE_LEFT],
        recalled(places, bars[:, HeardColumn.RECALL]),
    )
    number = ahead[:, AheadColumn.PHRASE]
    np.testing.assert_array_equal(heard[:, HistoryColumn.BREATH_NUMBER], number)
    for step, phrase in enumerate(number.tolist()):
        lengths = plan.breaths[min(phrase, len(plan.breaths)) - 1].tolist()
        passed = heard[step, [HistoryColumn.BREATH_TIME, HistoryColumn.SILENCE]].tolist()
        near = rows[step, ChartColumn.TO_END] < NEAR_END
        expected = breath_left(lengths, *passed) if phrase and not near else (0, 0)
        assert tuple(told[step, HeardColumn.PHRASE_LEFT :].tolist()) == expected


def test_places_in_the_graph_are_those_of_the_line():
    rng = np.random.default_rng(1)
    lines = 4
    pitch = rng.choice([60, 62, 62, 64, REST], size=(lines, 60)).astype(np.int32)
    duration = rng.choice([12, 24], size=(lines, 60)).astype(np.int32)
    pitch[0, :] = np.resize([60, 62, 64, 65], 60)
    duration[0, :] = 24
    clock = np.cumsum(duration, axis=1) - duration
    expected = np.stack([
        place_features(p, d, ROWS[c]) for p, d, c in zip(pitch, duration, clock, strict=True)
    ])  # fmt: skip
    assert (expected[..., 4::5] == 4).any(), "no line followed an earlier place"
    memory, last = empty_memory(lines, 100), np.full(lines, NO_PITCH, np.int32)
    for step in range(60):
        found = recall_places(memory, clock[:, step], last, ROWS[clock[:, step]])
        np.testing.assert_array_equal(
            ops.convert_to_numpy(found), expected[:, step], err_msg=f"value {step}"
        )
        memory = store(memory, pitch[:, step], duration[:, step], last)
        last = np.where(pitch[:, step] == REST, last, pitch[:, step])

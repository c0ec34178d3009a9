"""Sampling rules: two forms that say the same, two engines that obey, and rules of one's own."""

from collections import ChainMap
from contextlib import ExitStack
from dataclasses import field, fields, replace

import numpy as np
import pytest
from keras import ops
from small_models import BLUES, classic, improviser, shared_pair

import jazzgen
from jazzgen.config import SamplingConfig, extra_sampling_fields
from jazzgen.encoding.chart_table import ChartColumn, chart_table
from jazzgen.encoding.openings import longer
from jazzgen.encoding.plan import HeardColumn
from jazzgen.encoding.repeat_features import RepeatClass
from jazzgen.encoding.sequence import HistoryColumn, history_of
from jazzgen.encoding.values import REST
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.nn.constraint_base import Constraint, StepView
from jazzgen.nn.constraints import (
    CONSTRAINTS,
    PitchRange,
    active_constraints,
    constraints,
    register_constraint,
)
from jazzgen.nn.keras_engine.constrained import constrain_values
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.constrained import ValueConstraints
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.sizes import DURATION_CLASSES, MASKED, PITCH_CLASSES

ALL_PITCHES = np.arange(PITCH_CLASSES)


class Pentatonic(Constraint):
    """Only the pitch classes of the F minor pentatonic scale: a rule that looks at nothing."""

    name = "pentatonic"
    setting = field(default=0.0, metadata={"help": "1 to play five notes.", "min": 0, "max": 1})
    steady = True
    outside = ~np.isin(ALL_PITCHES % 12, [5, 8, 10, 0, 3]) & (ALL_PITCHES != REST)

    def pitch_logits(self, step, limits):
        return ops.where(ops.logical_and(limits > 0, self.outside), MASKED, 0.0)

    def pitch_weights(self, step, limits):
        return (~self.outside).astype(np.float32)


class RootLover(Constraint):
    """The chord's root is likelier, and lasts: a rule that looks at chart, pitch and strength."""

    name = "root_love"
    setting = field(
        default=0.0,
        metadata={"help": "How much the root is liked.", "unit": "logits", "min": 0, "max": 20},
    )

    def pitch_logits(self, step, limits):
        root = step.row[..., ChartColumn.ROOT, None]
        is_root = ops.equal(ops.mod(ops.arange(PITCH_CLASSES, dtype="int32") - root, 12), 0)
        return ops.where(ops.logical_and(is_root, ALL_PITCHES != REST), limits, 0.0)

    def pitch_weights(self, step, limits):
        is_root = ((ALL_PITCHES - step.row[ChartColumn.ROOT]) % 12 == 0) & (ALL_PITCHES != REST)
        return np.where(is_root, np.exp(limits[0]), 1).astype(np.float32)

    def duration_logits(self, step, pitch, durations, limits):
        root = ops.equal(ops.mod(pitch - step.row[..., ChartColumn.ROOT, None], 12), 0)
        root = ops.logical_and(root, ops.not_equal(pitch, REST))
        return ops.where(ops.logical_and(root, durations >= 24), limits, 0.0)

    def duration_weights(self, step, pitch, limits):
        if pitch == REST or (pitch - step.row[ChartColumn.ROOT]) % 12:
            return None
        long = np.arange(1, DURATION_CLASSES + 1) >= 24
        return np.where(long, np.exp(limits[0]), 1).astype(np.float32)


class Mute(Constraint):
    """Neither a note nor a duration: more than can be asked."""

    name = "mute"
    setting = field(default=0.0, metadata={"help": "1 for silence.", "min": 0, "max": 1})

    def pitch_logits(self, step, limits):
        return ops.where(ops.logical_and(limits > 0, ALL_PITCHES != REST), MASKED, 0.0)

    def pitch_weights(self, step, limits):
        return (ALL_PITCHES == REST).astype(np.float32)

    def duration_logits(self, step, pitch, durations, limits):
        return MASKED * limits * np.ones(len(durations), np.float32)

    def duration_weights(self, step, pitch, limits):
        return np.zeros(DURATION_CLASSES, np.float32)


BUILT_IN = constraints()
WITHOUT = dict.fromkeys(
    (
        "edges",
        "breath",
        "silence",
        "avoid",
        "enclosures",
        "recall",
        "hold",
        "flow",
        "trills",
        "resolve",
        "echo",
        "opening",
        "rhythms",
        "closing",
    ),
    0,
)
OFF = SamplingConfig(**WITHOUT)
SETTINGS = {
    "range": {"low": 55, "high": 66},
    "breath": {"breath": 1.0},
    "register": {"register": 0.7},
    "edges": {"edges": 1.5, "low": 52, "high": 68},
    "density": {"density": -0.6},
    "silence": {"silence": 0.25},
    "avoid": {"avoid": 3.0},
    "enclosures": {"enclosures": 3.0},
    "resolve": {"resolve": 3.0},
    "recall": {"recall": 4.0},
    "hold": {"hold": 3.0},
    "flow": {"flow": 3.0},
    "trills": {"trills": 3.0},
    "echo": {"echo": 3.0},
    "opening": {"opening": 4.0},
    "rhythms": {"rhythms": 3.0},
    "landing": {"landing": 4},
    "closing": {"closing": 6.0},
}
ON = {name: SamplingConfig(**{**WITHOUT, **settings}) for name, settings in SETTINGS.items()}
"""For each rule settings that switch it on, and only the range beside it."""
ASLEEP = SamplingConfig(
    register=1e-9, edges=1e-9, density=1e-9, avoid=1e-9, enclosures=1e-9, recall=1e-9, hold=1e-9,
    flow=1e-9, trills=1e-9, rhythms=1e-9, resolve=1e-9, echo=1e-9,
    opening=1e-9,
    breath=60, silence=500, landing=4,
)  # fmt: skip
"""Every built-in rule is on but for `closing`, which a landing turns off; none save the landing has
an effect: with limits of their own they are all tried in one graph."""
ENDS = ("landing", "closing")
"""The rules of how a solo ends, of which one is on at a time."""
SEEDS = {"trills": [7, 20, 25], "echo": [7, 10, 11]}
"""Seeds of solos that a rule changes, where most solos have nothing for it to do."""
MADE_UP = {"pentatonic": (Pentatonic(), 1), "root_love": (RootLover(), 3)}
EVERY = [*ON, *MADE_UP]


@pytest.fixture
def switched_on(request):
    """A rule by its name, registered if it is made up, and settings that switch it on."""
    name = request.param
    if name in ON:
        yield next(rule for rule in BUILT_IN if rule.name == name), ON[name]
        return
    rule, value = MADE_UP[name]
    with CONSTRAINTS.registered(rule):
        yield rule, SamplingConfig(**WITHOUT, extra={name: value})


every_rule = pytest.mark.parametrize("switched_on", EVERY, indirect=True)


def test_every_built_in_rule_is_among_those_tested():
    assert [rule.name for rule in BUILT_IN] == list(ON)


@pytest.fixture(scope="module")
def states():
    """Where two hundred lines may stand, as plain integers."""
    rng, table = np.random.default_rng(0), chart_table(BLUES.repeat(2))
    pitch = np.where(rng.random(200) < 0.15, REST, rng.integers(40, 90, 200)).astype(np.int32)
    pitch[100:140] = np.resize([60, 67], 40)  # a trill
    pitch[140:160] = np.arange(60, 80)  # and a chromatic run
    duration = rng.integers(1, 25, 200).astype(np.int32)
    nothing = np.zeros_like(pitch)
    history = history_of(pitch, duration, nothing, nothing, nothing)
    # half of them near the end, where the landing is
    late = np.where(rng.random(200) < 0.5, len(table) - 160, 0)
    rows = table[rng.integers(late, len(table))]
    rows[:20] = table[len(table) - 96]
    silence = np.where(history[:, HistoryColumn.RESTED] == 1, rng.integers(1, 97, 200), 0)
    # every other one recalls something
    idea = HistoryColumn.PLAN + HeardColumn.RECALL
    columns = [rng.integers(low, high, 100) for low, high in ((1, 6), (0, 51), (1, 97), (0, 3))]
    history[::2, idea : idea + 4] = np.stack(columns, axis=1)
    # every fourth one has rested, or played on, after what it has just played
    history[::4, HistoryColumn.REPEAT] = RepeatClass.REST
    history[::8, HistoryColumn.REPEAT + 6] = RepeatClass.REST
    history[:, HistoryColumn.REPEAT + 1 : HistoryColumn.PLACE : 2] = rng.integers(1, 97, (200, 4))
    history[:, HistoryColumn.PLAN + HeardColumn.PHRASE_LEFT] = rng.integers(0, 24, 200)
    # every third one began as the phrase before it did, which had a note more
    for past in history[::3]:
        for column in (HistoryColumn.OPENING, HistoryColumn.OPENING_TIMES):
            past[column + 2] = longer(int(past[column]), int(rng.integers(1, 97)))
    return [
        StepView(tuple(past), row, still)
        for past, row, still in zip(
            history.tolist(),
            rows.tolist(),
            silence.tolist(),
            strict=True,
        )
    ]


def batch_of(states):
    parts = zip(*((one.history, one.row, one.silence) for one in states), strict=True)
    return StepView(*(ops.convert_to_tensor(np.array(one, np.int32)) for one in parts))


def limits_of(rule, sampling):
    (limits,) = [own for one, own in active_constraints(sampling, 120) if one is rule]
    assert len(limits) == rule.width
    return limits


def in_full(weights, size):
    return np.stack([np.ones(size) if one is None else one for one in weights])


def shares_of(logits, batch, size):
    """What numbers to add to logits multiply shares by."""
    wide = 0.0 if logits is None else np.asarray(logits, np.float64)
    return np.exp(np.broadcast_to(wide, (batch, size)))


@every_rule
def test_both_forms_of_a_rule_say_the_same(switched_on, states):
    rule, sampling = switched_on
    limits, batch = limits_of(rule, sampling), len(states)
    rng = np.random.default_rng(1)
    pitches = np.where(rng.random(batch) < 0.3, REST, rng.integers(0, 128, batch)).astype(np.int32)
    tensors, rows = batch_of(states), np.tile(np.array(limits, np.float32), (batch, 1))
    by_pitch = in_full([rule.pitch_weights(step, limits) for step in states], PITCH_CLASSES)
    by_duration = in_full(
        [
            rule.duration_weights(step, pitch, limits)
            for step, pitch in zip(states, pitches.tolist(), strict=True)
        ],
        DURATION_CLASSES,
    )
    assert (by_pitch != 1).any() or (by_duration != 1).any()
    logits = rule.pitch_logits(tensors, ops.convert_to_tensor(rows))
    np.testing.assert_allclose(
        shares_of(logits, batch, PITCH_CLASSES), by_pitch, rtol=1e-4, atol=1e-30
    )
    logits = rule.duration_logits(
        tensors, ops.convert_to_tensor(pitches[:, None]), np.arange(1, DURATION_CLASSES + 1), rows
    )
    np.testing.assert_allclose(
        shares_of(logits, batch, DURATION_CLASSES), by_duration, rtol=1e-4, atol=1e-30
    )


@every_rule
def test_a_steady_rule_says_the_same_everywhere_and_another_does_not(switched_on, states):
    rule, sampling = switched_on
    limits = limits_of(rule, sampling)
    pitch = [rule.pitch_weights(step, limits) for step in states]
    duration = [rule.duration_weights(step, REST, limits) for step in states]
    for weights, size in ((pitch, PITCH_CLASSES), (duration, DURATION_CLASSES)):
        if rule.steady:
            assert len(np.unique(in_full(weights, size), axis=0)) == 1
    if not rule.steady:
        notes = [rule.duration_weights(step, 60, limits) for step in states]
        kinds = ((pitch, PITCH_CLASSES), (notes, DURATION_CLASSES))
        assert any(len(np.unique(in_full(*kind), axis=0)) > 1 for kind in kinds)


@every_rule
def test_both_engines_weigh_joint_values_alike(switched_on, states):
    rule, sampling = switched_on
    vocabulary = classic().vocabulary
    active = active_constraints(sampling, 120, vocabulary)
    assert (rule in [one for one, _ in active]) == rule.joint
    durations = vocabulary.table[:, 2]
    rng, shape = np.random.default_rng(2), (len(states), len(vocabulary))
    pitches = rng.integers(-30, 160, shape).astype(np.int32)
    pitches[:, vocabulary.table[:, 0] > 11] = REST
    limits = [limit for _, own in active for limit in own]
    logits = constrain_values(
        [one for one, _ in active], batch_of(states), ops.convert_to_tensor(pitches), durations,
        ops.convert_to_tensor(np.tile(np.array(limits, np.float32), (len(states), 1))),
    )  # fmt: skip
    weights = ValueConstraints([active], durations).weights(pitches, states, [0] * len(states))
    assert 0 < (weights > 0).mean() < 1
    np.testing.assert_allclose(np.exp(np.asarray(logits)), weights, rtol=1e-4, atol=1e-30)


def values(soloist, sampling, chart, seeds, players=()):
    """Values of several lines, each of shape (T, FORCED)."""
    played = soloist.engine.play(soloist.task(chart, seeds, sampling, players))
    return [line[line[:, 1] > 0].tolist() for line in played]


@pytest.fixture(scope="module")
def shipped():
    return {engine: jazzgen.load("improviser", engine) for engine in ("light", "keras")}


@pytest.mark.parametrize("name", ON)
def test_the_shipped_model_obeys_a_rule_alike_on_both_engines(name, shipped):
    asleep = replace(ASLEEP, landing=0, goes_on=True) if name in ENDS else ASLEEP
    sampling = replace(asleep, goes_on=False, **SETTINGS[name])
    off = "landing" if name == "closing" else "closing"
    assert [rule.name for rule, _ in active_constraints(sampling, 120)] == [
        rule.name for rule in BUILT_IN if rule.name != off
    ]
    chart, seeds = jazzgen.chart("ii-V-I").repeat(2), SEEDS.get(name, [2, 4, 5])
    # Players, whose phrases are planned, but any pitches: the range is among the rules.
    players = [replace(one, compass=None) for one in shipped["light"].choose_soloists(chart, seeds)]
    light = values(shipped["light"], sampling, chart, seeds, players)
    assert light == values(shipped["keras"], sampling, chart, seeds, players)
    assert light != values(shipped["light"], asleep, chart, seeds, players)


def test_the_shipped_model_obeys_rules_of_ones_own_alike_on_both_engines(shipped):
    chart, seeds = jazzgen.chart("ii-V-I").repeat(2), [1, 2, 3]
    light = {name: shipped_values(shipped["light"], [name], chart, seeds) for name in MADE_UP}
    both = shipped_values(shipped["light"], MADE_UP, chart, seeds)
    assert both == shipped_values(shipped["keras"], MADE_UP, chart, seeds)
    assert both not in light.values()


def shipped_values(soloist, names, chart, seeds):
    """Values of several lines under rules of one's own, by name."""
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(CONSTRAINTS.registered(MADE_UP[name][0]))
        extra = {name: MADE_UP[name][1] for name in names}
        return values(soloist, SamplingConfig(**WITHOUT, extra=extra), chart, seeds)


@pytest.fixture(scope="module")
def small():
    return shared_pair(rests=1, performers=("Ann", "Ben"))


@every_rule
def test_every_rule_changes_what_a_model_of_the_second_edition_plays(switched_on, small):
    rule, sampling = switched_on
    chart, seeds = jazzgen.chart("ii-V-I").repeat(4), range(48 if rule.name == "trills" else 12)
    played, plain = (values(small["light"], one, chart, seeds) for one in (sampling, OFF))
    plans = rule.name in ("recall", "hold", "flow")  # of which the second edition hears nothing
    assert (played != plain) != plans
    assert any(gate for line in played for *_, gate, _ in line)


def test_a_model_of_the_second_edition_obeys_all_rules_alike_on_both_engines(small):
    """All of them in one graph; the shipped model's graphs have one each."""
    chart, seeds = jazzgen.chart("ii-V-I").repeat(4), range(12)
    every = ChainMap(*SETTINGS.values())
    with ExitStack() as stack:
        for rule, _ in MADE_UP.values():
            stack.enter_context(CONSTRAINTS.registered(rule))
        extra = {name: value for name, (_, value) in MADE_UP.items()}
        sampling = SamplingConfig(**{**WITHOUT, **every}, extra=extra)
        assert len(active_constraints(sampling, 120)) == len(EVERY) - 1  # one of `ENDS`
        light = values(small["light"], sampling, chart, seeds)
        assert light == values(small["keras"], sampling, chart, seeds)
    assert len({tuple(map(tuple, line)) for line in light}) == len(seeds)


def pair(layers):
    return Improviser(LightEngine(files_of(layers))), Improviser(layers)


@pytest.mark.parametrize("make", [classic, improviser])
def test_rules_of_ones_own_act_in_both_engines_and_presets(make):
    light, graph = pair(make())
    with CONSTRAINTS.registered(Pentatonic()), CONSTRAINTS.registered(RootLover()):

        def played(soloist, **extra):
            return values(soloist, SamplingConfig(extra=extra), BLUES, range(6))

        both = {"pentatonic": 1, "root_love": 3}
        lines = {name: played(light, **{name: value}) for name, value in both.items()}
        plain = values(light, SamplingConfig(), BLUES, range(6))
        assert played(light, pentatonic=0, root_love=0) == plain
        if make is classic:  # the improviser's graph has obeyed both beside all others
            assert played(light, **both) == played(graph, **both)
        lines["both"] = played(light, **both)
    scale, before = {5, 8, 10, 0, 3}, share_of_roots(plain)
    for name in ("pentatonic", "both"):
        assert {pitch % 12 for pitch, _ in notes_of(lines[name])} <= scale
    assert not {pitch % 12 for pitch, _ in notes_of(plain)} <= scale
    for name in ("root_love", "both"):
        assert share_of_roots(lines[name]) > 2 * before


def notes_of(lines):
    """The pitch of each note and its degree above the chord's root."""
    roots = chart_table(BLUES)[:, ChartColumn.ROOT]
    found = []
    for line in lines:
        clock = np.cumsum([0, *[value[1] for value in line]])[:-1]
        found += [
            (one[0], (one[0] - roots[tick]) % 12)
            for one, tick in zip(line, clock, strict=True)
            if one[0] != REST
        ]
    return found


def share_of_roots(lines):
    return np.mean([degree == 0 for _, degree in notes_of(lines)])


def test_rules_that_leave_nothing_to_play_leave_a_rest_of_any_length():
    soloists = pair(improviser(encoder=0))
    with CONSTRAINTS.registered(Mute()):
        sampling = SamplingConfig(silence=0.25, extra={"mute": 1})
        light, graph = (values(one, sampling, BLUES, range(4)) for one in soloists)
    assert light == graph
    assert {pitch for line in light for pitch, *_ in line} == {REST}
    assert len({duration for line in light for _, duration, *_ in line}) > 5


def test_a_registered_rules_setting_is_told_like_a_field_of_the_configuration():
    with CONSTRAINTS.registered(MADE_UP["root_love"][0]):
        (setting,) = extra_sampling_fields().values()
        assert (setting.name, setting.type, setting.default) == ("root_love", "float", 0.0)
        assert setting.metadata["unit"] == "logits"
        assert SamplingConfig().value_of("root_love") == 0
        assert SamplingConfig(extra={"root_love": 2}).value_of("root_love") == 2
    assert extra_sampling_fields() == {}
    assert [rule.name for rule in constraints()] == list(ON)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"root_love": 21}, "root_love 21: expected 0 to 20 logits"),
        ({"root_love": float("nan")}, "root_love nan: expected 0 to 20 logits"),
        ({"root_love": "much"}, "root_love 'much': expected a number"),
        (
            {"root": 1},
            "sampling rule 'root': is unknown; expected one of root_love",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(extra, message):
    with (
        CONSTRAINTS.registered(MADE_UP["root_love"][0]),
        pytest.raises(ConfigError) as caught,
    ):
        SamplingConfig(extra=extra)
    assert str(caught.value) == message


def test_without_a_registered_rule_nothing_extra_can_be_set():
    with pytest.raises(ConfigError, match=r"rule 'swagger': is unknown; none is registered"):
        SamplingConfig(extra={"swagger": 1})
    with pytest.raises(ConfigError, match="swagger: is not a sampling setting"):
        SamplingConfig().value_of("swagger")


def declared(name, default=0.0, **metadata):
    rule = Pentatonic()
    rule.name, rule.setting = name, field(default=default, metadata=metadata)
    return rule


TOLD = {"help": "It is.", "min": 0, "max": 1}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (PitchRange(), "rule 'range': expected a setting"),
        (declared("breath", **TOLD), "rule 'breath': the name is already taken"),
        (declared("temperature", **TOLD), "setting 'temperature': the name is already taken"),
        (declared("not so", **TOLD), "rule 'not so': expected a name of letters"),
        (declared("vague", help="It is."), "setting 'vague': expected max, min in metadata"),
        (declared("wild", 3.0, **TOLD), "wild 3: expected 0 to 1"),
        (declared("empty", None, **TOLD), "empty None: expected a number"),
    ],
)
def test_a_rule_that_is_declared_badly_is_refused(rule, message):
    with pytest.raises(ConfigError, match=message):
        register_constraint(rule)
    assert (constraints(), extra_sampling_fields()) == (BUILT_IN, {})


def test_a_built_in_rule_and_a_stranger_cannot_be_unregistered():
    for name, message in ((BUILT_IN[0].name, "is built in"), ("pentatonic", "expected one of")):
        with pytest.raises(ConfigError, match=message):
            CONSTRAINTS.unregister(name)
    assert constraints() == BUILT_IN


def test_every_setting_of_sampling_tells_its_range_and_its_help():
    for one in fields(SamplingConfig):
        if one.name in ("extra", "goes_on"):
            continue
        # An arrangement decides how a solo ends: that is no option of the command line.
        assert one.name in ENDS or one.metadata["help"].endswith(".")
        assert one.metadata["min"] < one.metadata["max"]
        for value in (one.metadata["min"] - 1, one.metadata["max"] + 1):
            with pytest.raises(ConfigError, match=f"^{one.name} .*: expected .* to "):
                SamplingConfig(**{one.name: value})


def test_equal_settings_are_equal_and_keep_what_they_were_given():
    with CONSTRAINTS.registered(MADE_UP["pentatonic"][0]):
        given = {"pentatonic": 1.0}
        one, other = SamplingConfig(extra=given), SamplingConfig(extra={"pentatonic": 1.0})
        assert one == other != SamplingConfig()
        assert hash(one) == hash(other)
        given["pentatonic"] = 0.0
        assert one == other

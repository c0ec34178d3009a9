"""Features in tensors, in arrays and in plain integers say the same of every step."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops
from small_models import BLUES, scale_solo, sequences

from jazzgen.encoding.chart_table import (
    CHART_COLUMNS,
    PLACES,
    ChartColumn,
    chart_table,
    chord_table,
)
from jazzgen.encoding.expression import GATE_CLASSES, LOUDNESS_CLASSES, TIMING_CLASSES
from jazzgen.encoding.place_features import FOLLOWED
from jazzgen.encoding.plan import LEFT_CLASSES, PLAN_CLASSES, RECALLS
from jazzgen.encoding.repeat_features import REPEATS, RepeatClass
from jazzgen.encoding.sequence import (
    HISTORY_COLUMNS,
    HISTORY_PITCHES,
    NO_PITCH,
    HistoryColumn,
    value_sequence,
)
from jazzgen.nn.editions import CHORD, EDITIONS
from jazzgen.nn.engine import NO_CONDITIONS
from jazzgen.nn.feature_kind_base import ABSENT
from jazzgen.nn.feature_kinds import (
    Class,
    Count,
    Degree,
    Interval,
    Motion,
    PitchClasses,
    Timespan,
)
from jazzgen.nn.feature_table import FEW, Feature, FeatureTable
from jazzgen.nn.line_features import chart
from jazzgen.nn.numpy_engine.chart_context import split_context
from jazzgen.nn.sizes import BEATS

STEPS = 400


def random_record(rng):
    """Some history that a line may have, and some row of a chart table."""
    known = int(rng.integers(0, HISTORY_PITCHES + 1))
    pitches = [*rng.integers(0, 128, known), *[NO_PITCH] * (HISTORY_PITCHES - known)]
    echoes = [
        number
        for _ in range(REPEATS)
        for number in (rng.integers(0, RepeatClass.NONE + 1), rng.integers(0, 97))
    ]
    history = [
        *pitches, *rng.integers(0, 97, 3), rng.integers(2), *rng.integers(0, 300, 3),
        rng.choice([NO_PITCH, 40, 90]) if known else NO_PITCH,
        rng.integers(LOUDNESS_CLASSES), rng.integers(TIMING_CLASSES), rng.integers(GATE_CLASSES),
        rng.choice([0, 6, 12, 50, 700]), rng.integers(9), rng.integers(99),
        rng.integers(1 << 24), *rng.integers(1, 1 << 28, 4), *[0] * len(NO_CONDITIONS), *echoes,
        *(
            number for _ in range(PLACES)
            for number in (
                rng.integers(RepeatClass.NONE + 1), rng.integers(97), rng.integers(120),
                rng.choice([NO_PITCH, 50, 80]), rng.integers(FOLLOWED + 1),
            )
        ),
        *(
            number for _ in range(2)
            for number in (
                *(rng.integers(classes) for classes in PLAN_CLASSES.values()),
                rng.choice([NO_PITCH, 50, 80]),
            )
        ),
        rng.integers(RECALLS), rng.integers(RepeatClass.NONE + 1), rng.integers(97),
        rng.integers(120), rng.choice([NO_PITCH, 50, 80]), rng.integers(FOLLOWED + 1),
        *rng.integers(0, LEFT_CLASSES, 2),
    ]  # fmt: skip
    row = [
        rng.integers(12), rng.integers(4096), rng.integers(12), rng.integers(4096),
        rng.integers(1, 193), rng.integers(96), rng.integers(60), rng.integers(12),
        rng.integers(64), rng.integers(16), 0, rng.integers(1, 385),
        *rng.integers(0, 400, PLACES), *rng.integers(0, 40, 2),
    ]  # fmt: skip
    return [int(number) for number in history], [int(number) for number in row]


def real_records():
    sparse = scale_solo(0).with_notes(scale_solo(0).notes[::5])  # with longer rests
    for sequence in (*sequences(), value_sequence(sparse)):
        yield from zip(sequence.history.tolist(), sequence.rows.tolist(), strict=True)


def random_records():
    rng = np.random.default_rng(0)
    return [random_record(rng) for _ in range(STEPS)]


def rows_of(kind, column_values):
    """What a kind's integers say of steps, as zeros and ones."""
    found = np.zeros((len(column_values), kind.size), np.float32)
    for row, values in zip(found, column_values, strict=True):
        one = kind.integer(*values)
        if one != ABSENT:
            row[one] = 1
    return found


@pytest.fixture(scope="module", params=[real_records, random_records])
def records(request):
    found = list(request.param())
    histories, rows = (np.array(part, np.int32) for part in zip(*found, strict=True))
    return histories, rows


LINES = [edition.line for edition in EDITIONS.values()]
TABLES = [
    pytest.param(table, id=f"{name} of {number}")
    for number, edition in EDITIONS.items()
    for name, table in (
        ("line", edition.line),
        ("context", edition.context),
        ("tempo", edition.tempo),
    )
]


@pytest.mark.parametrize("table", TABLES)
def test_a_feature_is_the_same_in_integers_tensors_and_arrays(table, records):
    parts = records if table in LINES else records[1:]
    whole = np.concatenate(parts, axis=1).tolist()
    for feature in table.features:
        if isinstance(feature.kind, PitchClasses):
            continue
        alone = FeatureTable([feature], table.widths)
        values = [
            [tuple(record[c]) if isinstance(c, slice) else record[c] for c in feature.columns]
            for record in whole
        ]
        expected = rows_of(feature.kind, values)
        if len(whole) == STEPS:  # real solos need not have everything
            assert expected.any(), feature.name
        found = [alone.classes(record) for record in whole]
        assert found == [[feature.kind.integer(*one)] for one in values], feature.name
        np.testing.assert_array_equal(alone.array_classes(*parts), found, feature.name)
        np.testing.assert_array_equal(alone.array(*parts), expected, feature.name)
        tensor = np.asarray(alone.tensor(*parts))
        np.testing.assert_array_equal(tensor, expected, feature.name)


@pytest.mark.parametrize(
    "wanted",
    [lambda one: "last" in one.name, lambda one: len(one.columns) > 1, lambda _: False],
    ids=["named", "of several columns", "none"],
)
@pytest.mark.parametrize("line", LINES)
def test_a_part_of_a_table_has_the_classes_of_its_features(line, wanted, records):
    part, positions = line.part(wanted)
    chosen = [number for number, one in enumerate(line.features) if wanted(one)]
    assert part.features == tuple(line.features[number] for number in chosen)
    whole = np.concatenate(records, axis=1).tolist()[:STEPS]
    rows = np.array([*positions, line.size])  # the last one is that of absent features
    for few in (whole[:1], whole):
        found = part.ones(few)
        np.testing.assert_array_equal(rows[found], line.ones(few)[:, chosen])
    classes = part.array_classes(*records)
    np.testing.assert_array_equal(classes, line.array_classes(*records)[:, chosen])


@pytest.mark.parametrize("line", LINES)
def test_a_lines_classes_are_where_the_graphs_ones_are(records, line):
    expected, together = np.asarray(line.tensor(*records)), np.concatenate(records, axis=1).tolist()
    classes = [line.classes(record) for record in together]
    np.testing.assert_array_equal(line.ones(together), line.numbers(classes))
    few = [line.ones(together[first : first + FEW - 1]) for first in range(0, STEPS, FEW - 1)]
    np.testing.assert_array_equal(line.ones(together[:STEPS]), np.concatenate(few)[:STEPS])
    found = np.zeros((len(classes), line.size + 1), np.float32)
    np.put_along_axis(found, line.numbers(classes), 1, axis=1)
    np.testing.assert_array_equal(found[:, :-1], expected)
    assert expected.shape[1] == sum(one.kind.size for one in line.features)


KINDS = [
    Class(size=5), Class(size=5, shift=-1, closed=True), Class(size=9, unit=3, none=NO_PITCH),
    Class(size=4, unit=7, shift=2, none=40), Class(size=4, cycle=4), Class(size=3, unit=2, cycle=6),
    Count(begins=(1, 2, 4, 9)), Count(begins=(0, 3), unit=12), Interval(), Degree(), Motion(),
    Timespan(begins=(1, 3, 8), ticks=(9, 20, 12)), Timespan(begins=(2, 5), ticks=(3, 4), unit=2),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_class_of_several_records_is_that_of_each(kind):
    """Values in and far outside of what a look-up knows, of pitches and roots those there are."""
    pitched, numbers = range(NO_PITCH, 128), range(-300, 1000)
    first, second = {
        Interval: (pitched, pitched), Degree: (pitched, range(12)), Motion: (range(12), range(12)),
        Timespan: (range(-3, 1000), range(len(getattr(kind, "ticks", ())))),
    }.get(type(kind), (numbers, [0]))  # fmt: skip
    records = [[one, other] for one in first for other in second]
    columns = (0,) if second == [0] else (0, 1)
    table = FeatureTable(
        [Feature("before", Class(size=3), (1,)), Feature("it", kind, columns)], [2]
    )
    alone = np.concatenate([table.ones([record]) for record in records])
    np.testing.assert_array_equal(table.ones(records), alone)
    assert {*range(3, 3 + kind.size)} <= {*alone[:, 1].tolist()}


@pytest.mark.parametrize("context", [edition.context for edition in EDITIONS.values()])
@pytest.mark.parametrize("chart", [BLUES, BLUES.repeat(3)])
def test_places_and_harmony_are_the_graphs_context(chart, context):
    rows = chart_table(chart)
    expected = np.asarray(context.tensor(rows))
    position, position_rows = split_context(context, harmony=False)
    harmony, harmony_rows = split_context(context, harmony=True)
    positions = np.zeros((len(rows), position.size + 1), np.float32)
    np.put_along_axis(positions, position.numbers(position.array_classes(rows)), 1, axis=1)
    np.testing.assert_array_equal(positions[:, :-1], expected[:, position_rows])
    np.testing.assert_array_equal(harmony.array(rows), expected[:, harmony_rows])
    assert sorted([*position_rows, *harmony_rows]) == list(range(context.size))


def test_the_encoder_sees_the_same_chords():
    chords = chord_table(BLUES.repeat(2))
    expected = np.asarray(CHORD.tensor(chords))
    assert expected.shape == (len(chords), CHORD.size)
    np.testing.assert_array_equal(CHORD.array(chords), expected)


@given(st.lists(st.integers(0, 500), min_size=1), st.sampled_from([1, 7, 12]))
def test_counts_are_the_same(numbers, unit):
    kind = Count(begins=(1, 2, 5, 20), unit=unit)
    column = np.array(numbers, np.int32)
    expected = rows_of(kind, [(number,) for number in numbers])
    np.testing.assert_array_equal(kind.rows(np, column), expected)
    np.testing.assert_array_equal(np.asarray(kind.rows(ops, column)), expected)


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 2)), min_size=1))
def test_times_are_counts_of_units_that_depend_on_the_tempo(pairs):
    kind = Timespan(begins=(1, 2, 5), ticks=(10, 24, 90))
    number, tempo = (np.array(column, np.int32) for column in zip(*pairs, strict=True))
    expected = rows_of(kind, pairs)
    np.testing.assert_array_equal(kind.rows(np, number, tempo), expected)
    np.testing.assert_array_equal(np.asarray(kind.rows(ops, number, tempo)), expected)
    plain = Count(begins=(1, 2, 5))
    by_hand = [plain.integer(ticks // (10, 24, 90)[which]) for ticks, which in pairs]
    assert [kind.integer(*pair) for pair in pairs] == by_hand


@given(
    st.lists(st.integers(-5, 60), min_size=1),
    st.builds(
        Class,
        size=st.integers(1, 20),
        shift=st.integers(-3, 3),
        unit=st.integers(1, 5),
        cycle=st.sampled_from([0, 4]),
        none=st.sampled_from([None, -1, 3]),
        closed=st.booleans(),
    ),
)
def test_classes_are_the_same(numbers, kind):
    column = np.array(numbers, np.int32)
    expected = rows_of(kind, [(number,) for number in numbers])
    np.testing.assert_array_equal(kind.rows(np, column), expected)
    np.testing.assert_array_equal(np.asarray(kind.rows(ops, column)), expected)


LINE = EDITIONS[2].line
MADE_UP = [
    Feature("interval to the fifth last", Interval(), (HistoryColumn.LAST, HistoryColumn.LAST + 4)),
    Feature("last beat of a long bar", Class(size=1, shift=-BEATS + 1, closed=True),
            (chart(ChartColumn.BEAT),)),
    Feature("bars of eight", Class(size=8, cycle=8), (chart(ChartColumn.BAR),)),
]  # fmt: skip


def test_a_feature_that_somebody_adds_is_in_every_form(records):
    table = FeatureTable([*LINE.features, *MADE_UP], [HISTORY_COLUMNS, CHART_COLUMNS])
    assert table.size == LINE.size + 50 + 1 + 8
    found = np.asarray(table.tensor(*records))
    np.testing.assert_array_equal(found[:, : LINE.size], np.asarray(LINE.tensor(*records)))
    np.testing.assert_array_equal(found, table.array(*records))
    history, row = (part[-1].tolist() for part in records)
    classes = table.classes([*history, *row])
    before = len(LINE.features)
    assert classes[before + 2] == row[ChartColumn.BAR] % 8
    assert classes[:before] == LINE.classes([*history, *row])
    assert list(np.flatnonzero(found[-1])) == [n for n in table.numbers(classes) if n < table.size]


def test_a_column_that_no_part_holds_is_named():
    table = FeatureTable([Feature("beyond", Class(size=2), (CHART_COLUMNS,))], [CHART_COLUMNS])
    with pytest.raises(IndexError, match=f"no column {CHART_COLUMNS}"):
        table.array(chart_table(BLUES))


def test_the_table_is_read_without_keras():
    code = (
        "import sys; from jazzgen.nn import editions as t; "
        "[one.line.classes([0] * 99) for one in t.EDITIONS.values()]; "
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

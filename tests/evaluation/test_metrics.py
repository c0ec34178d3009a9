"""The registry of metrics: a made-up metric, registered as a plug-in would, is seen everywhere."""

import pytest
from commands import succeed
from random_lines import random_line

from jazzgen.datasets.dataset import write_dataset
from jazzgen.errors import ConfigError
from jazzgen.evaluation.human import HumanRow
from jazzgen.evaluation.metric_table import METRICS, register_metric
from jazzgen.evaluation.metrics import SoloMetric, SoloSet
from jazzgen.evaluation.rows import compare_with_human, mean_distance

LINES = [random_line(seed, bars=8) for seed in range(6)]


def highest(solo):
    return float(max(note.pitch for note in solo.notes))


HIGHEST = SoloMetric(
    name="highest_note",
    label="highest note",
    unit="MIDI pitch",
    text="pitch of the highest note <of all>",
    group="register",
    measure=highest,
)


@pytest.fixture
def registered():
    yield register_metric(HIGHEST)
    METRICS.unregister(HIGHEST.name)


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    return [
        write_dataset(folder / f"{name}.jsonl", LINES[half])
        for name, half in (("one", slice(3)), ("two", slice(3, 6)))
    ]


@pytest.mark.usefixtures("registered")
def test_json_and_tables_have_its_row(sets):
    arguments = "evaluate", "--no-model", sets[0], "--reference", sets[1], "--no-listener"
    row = succeed(*arguments, "--json").json["rows"]["highest_note"]
    assert row["mean"] == pytest.approx(sum(map(highest, LINES[:3])) / 3)
    assert row["reference_mean"] == pytest.approx(sum(map(highest, LINES[3:])) / 3)
    [line] = [one for one in succeed(*arguments).out.splitlines() if "highest note" in one]
    assert line.startswith("highest note, MIDI pitch  ")
    assert f"{row['mean']:.1f}" in line


@pytest.mark.usefixtures("registered")
def test_the_report_shows_it_and_says_what_it_measures(sets, tmp_path):
    report = tmp_path / "report.html"
    succeed("evaluate", "--no-model", sets[0], "--html", report)
    text = report.read_text(encoding="utf-8")
    assert "<td>highest note, MIDI pitch</td>" in text
    assert "<td>pitch of the highest note &lt;of all&gt;</td>" in text


@pytest.mark.usefixtures("registered")
def test_the_help_names_its_group():
    text = succeed("evaluate", "--help").out.replace("│", " ")
    assert f" and {HIGHEST.group}." in " ".join(text.split())


@pytest.mark.usefixtures("registered")
def test_without_a_human_reference_it_has_no_distance(sets):
    row = succeed("evaluate", "--no-model", sets[0], "--json").json["rows"]["highest_note"]
    assert row["mean"] > 0
    assert row["reference_mean"] is row["distance"] is row["overlap"] is row["ceiling"] is None
    rows = compare_with_human(SoloSet(LINES))
    without = {name: row for name, row in rows.items() if name != "highest_note"}
    assert mean_distance(rows) == mean_distance(without)


def test_it_can_bring_a_human_reference_of_its_own():
    human = HumanRow(mean=80, std=2, count=3, median=80, slices=(78.0, 80.0, 82.0))
    metric = SoloMetric(name="top", label="top", text="highest note", measure=highest, human=human)
    register_metric(metric)
    try:
        row = compare_with_human(SoloSet(LINES))["top"]
    finally:
        METRICS.unregister("top")
    assert (row.reference_mean, row.reference_std, row.reference_median) == (80, 2, 80)
    assert row.distance == pytest.approx((row.mean - 80) / 2)


@pytest.mark.usefixtures("registered")
def test_a_name_is_taken_once():
    with pytest.raises(ConfigError, match="metric 'highest_note': the name is already taken"):
        register_metric(HIGHEST)


def test_every_metric_says_what_it_measures():
    for metric in METRICS.values():
        assert metric.label
        assert metric.text[0].islower()
        assert not metric.text.endswith(".")
        assert metric.reference is not None
    headings = [metric.heading for metric in METRICS.values()]
    assert len(set(headings)) == len(headings)

from dataclasses import replace

import pytest
from random_lines import random_line

from jazzgen.errors import DatasetError
from jazzgen.evaluation.generated import evaluate
from jazzgen.evaluation.listener import Panel
from jazzgen.evaluation.report import page

LINES = [
    replace(random_line(seed, bars=8), source=f"<script>line-{seed}</script>") for seed in range(8)
]
OTHERS = [random_line(seed, bars=8) for seed in range(8, 16)]


@pytest.fixture(scope="module")
def found():
    return evaluate(LINES, OTHERS, OTHERS[:4], listen=False)


def test_everything_is_there(found):
    assert found.to_json().keys() == {
        "solos", "notes", "reference_solos", "rows", "row_distance", "row_overlap",
        "grooving_at_density", "overlap", "memorisation", "listener", "loops",
    }  # fmt: skip
    assert found.solos == found.reference_solos == 8
    assert found.notes == sum(len(line.notes) for line in LINES)
    assert [run.solo for run in found.memorisation["interval"].solos] == [
        line.source for line in LINES
    ]
    assert found.listener is None


def test_with_a_listener():
    quick = Panel(folds=3, repeats=1, trees=8, draws=20)
    assert evaluate(LINES, LINES, panel=quick).listener.auc == pytest.approx(0.5)


def test_without_reference_the_built_in_figures_count():
    found = evaluate(LINES)
    assert found.rows["chord_tone_ratio"].reference_mean == pytest.approx(0.505, abs=0.01)
    for name in ("overlap", "memorisation", "listener", "grooving_at_density"):
        assert getattr(found, name) is None


def test_nothing_to_measure():
    empty = LINES[0].with_notes([])
    with pytest.raises(DatasetError, match="nothing to measure"):
        evaluate([empty])
    with pytest.raises(DatasetError, match="nothing to measure"):
        evaluate(LINES, [empty])


def test_the_report_holds_everything_escaped_and_loads_nothing(found):
    title = "<b>Ours & theirs</b>"
    text = page(found, LINES, OTHERS, OTHERS[:4], title)
    assert text.startswith("<!DOCTYPE html>")
    assert text.count("<svg") == text.count("</svg>") == 2
    assert "&lt;b&gt;Ours &amp; theirs&lt;/b&gt;" in text
    assert "&lt;script&gt;line-3&lt;/script&gt;" in text
    for word in ("<script", "src=", "@import", "url(http", "<link", 'href="http', "<metadata"):
        assert word not in text
    assert text == page(found, LINES, OTHERS, OTHERS[:4], title)

"""Lead sheets of charts alone: four bars a line, and pages where a chart is long."""

import re
from itertools import pairwise

import pytest

import jazzgen
from jazzgen.errors import ConfigError
from jazzgen.music.chart import Bar, Chart
from jazzgen.render.chart_grid import GridLine, chart_grid, grid_lines

Figure = pytest.importorskip("matplotlib.figure").Figure
FigureCanvasAgg = pytest.importorskip("matplotlib.backends.backend_agg").FigureCanvasAgg


def pages(pdf):
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def test_a_section_begins_a_line():
    chart = Chart(tuple(Bar(section="AB"[n // 6] if n % 6 == 0 else "") for n in range(12)))
    assert grid_lines(chart) == [GridLine(0, 4), GridLine(4, 6), GridLine(6, 10), GridLine(10, 12)]


def test_a_long_chart_has_pages_and_equal_choruses_are_one():
    one = chart_grid(jazzgen.chart("rhythm-changes"), ".pdf")
    assert pages(one) == 1
    assert chart_grid(jazzgen.chart("rhythm-changes").repeat(4), ".pdf") == one
    names = ["C", "F", "G", "Am"]
    long = Chart.of_chords([[names[n % 4], names[n % 3]] for n in range(60)])
    assert pages(chart_grid(long, ".pdf")) == 2


@pytest.mark.parametrize("title", ["", "$x^2$", "]]> \x07", "Ж" * 200])
def test_any_title_and_crowded_bars_are_drawn(title):
    chart = Chart.of_chords([["C7alt/Bb", "Dm7b5", "G7b9#11", "Cmaj7#11"], []], title=title)
    assert b"<svg" in chart_grid(chart, ".svg")


def test_a_picture_is_no_roll_of_paper():
    chart = Chart.of_chords([["C"]] + [["F"], ["G"]] * 300)
    with pytest.raises(ConfigError, match="601 bars are too many for a picture"):
        chart_grid(chart, ".svg")


def test_chords_stay_apart(monkeypatch):
    figures = []
    save = Figure.savefig
    monkeypatch.setattr(
        Figure, "savefig", lambda self, *a, **k: (figures.append(self), save(self, *a, **k))
    )
    bars = [["Dm7b5", "G7"], ["Cmaj7#11", "Bbm7"], ["Gm7b5", "C7b9", "F7", "Eb13"]]
    chart_grid(Chart.of_chords([bars[0], bars[1], ["C"], bars[2]]), ".png")
    (figure,) = figures
    FigureCanvasAgg(figure).draw()
    boxes = {text.get_text(): text.get_window_extent() for text in figure.axes[0].texts}
    for bar in bars:
        drawn = [boxes[name.replace("b", "♭").replace("#", "♯")] for name in bar]
        for left, right in pairwise(drawn):
            assert right.x0 - left.x1 > 0.3 * left.height

"""Broken iReal Pro links: read where they can be, refused in one line otherwise."""

import pytest
from charts_hold import holds, refused
from effort import assert_effort
from ireal_faults import KEPT, PLAIN, REFUSED

from jazzgen.io.charts import read_charts
from jazzgen.io.ireal.songs import parse_ireal

TURNS = 500_000_000
"""What reading may take: as much as a quick machine does within a worker's deadline."""


def played(charts):
    return " || ".join(
        " | ".join(" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars)
        for chart in charts
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", KEPT)
def test_what_can_be_read_is(name, encoding, tmp_path):
    case = KEPT[name]
    text, expected = case if isinstance(case, tuple) else (case, PLAIN)
    path = tmp_path / "page"
    path.write_bytes(text.encode(encoding))
    charts = read_charts(path)
    assert played(charts) == expected
    for chart in charts:
        holds(chart)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_told(name):
    text, reason = REFUSED[name]
    told = []
    assert_effort(lambda: told.append(refused(parse_ireal, text)), TURNS)
    assert reason in told[-1]

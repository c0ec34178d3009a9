"""Broken MusicXML, compressed and not: read where it can be, refused in one line otherwise."""

import tracemalloc

import mxl_faults
import pytest
import xml_faults
from charts_hold import holds, is_told, refused
from effort import assert_effort

from jazzgen.errors import InputError
from jazzgen.io.charts import read_charts
from jazzgen.io.musicxml.parts import read_musicxml
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.io.musicxml.read import read_charts as read_sheet_charts
from jazzgen.io.musicxml.xml_guard import LIMITS

KEPT = {f"XML: {name}": case for name, case in xml_faults.KEPT.items()}
KEPT |= {f"MXL: {name}": case for name, case in mxl_faults.KEPT.items()}
REFUSED = {f"XML: {name}": case for name, case in xml_faults.REFUSED.items()}
REFUSED |= {f"MXL: {name}": case for name, case in mxl_faults.REFUSED.items()}
TURNS = 500_000_000
"""What reading may take: as much as a quick machine does within a worker's deadline."""


def played(chart):
    return " | ".join(" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars)


@pytest.mark.parametrize("name", KEPT)
def test_what_can_be_read_is(name, tmp_path):
    case = KEPT[name]
    content, expected = case if isinstance(case, tuple) else (case, xml_faults.PLAIN)
    chart = parse_musicxml(content, "sheet")
    assert played(chart) == expected
    holds(chart)
    path = tmp_path / "sheet"  # what it is shows in the content
    path.write_bytes(content)
    assert read_charts(path) == (chart,)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_told(name):
    content, reason = REFUSED[name]
    told = []
    assert_effort(lambda: told.append(refused(parse_musicxml, content)), TURNS)
    assert reason in told[-1]


@pytest.mark.parametrize("name", xml_faults.REPAIRED)
def test_what_is_repaired_is_told(name):
    content, symbol, remark = xml_faults.REPAIRED[name]
    found = []
    assert_effort(lambda: found.extend(read_sheet_charts(content, "sheet")), TURNS)
    [reading] = found
    assert played(reading.chart) == f"C | F7 | {symbol} | C"
    assert remark in reading.warnings[0]
    assert len(reading.warnings) == 1
    holds(reading.chart)


@pytest.mark.parametrize("name", KEPT)
def test_notes_of_odd_scores_are_read_or_told(name, tmp_path):
    case = KEPT[name]
    path = tmp_path / "sheet.mxl"
    path.write_bytes(case[0] if isinstance(case, tuple) else case)

    def read():
        try:
            [*_, part] = read_musicxml(path).parts
        except InputError as error:
            is_told(error, path)
        else:
            assert {note.pitch for note in part.notes} == {60}
            assert all(0 <= note.start < note.end for note in part.notes)

    assert_effort(read, TURNS)


@pytest.mark.parametrize("name", [name for name in REFUSED if "bomb" in name or "laugh" in name])
def test_no_bomb_goes_off(name):
    content, _ = REFUSED[name]
    tracemalloc.start()
    try:
        refused(parse_musicxml, content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * LIMITS.unpacked


@pytest.mark.parametrize("content", [xml_faults.score(), mxl_faults.lone("score.xml")])
def test_a_score_that_is_cut_anywhere_is_told(content):
    for place in range(len(content)):
        refused(parse_musicxml, content[:place])

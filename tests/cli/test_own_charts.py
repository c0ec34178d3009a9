"""Charts that come from the files of solos and primers."""

import re
from dataclasses import replace

import pytest
from commands import jazzgen as run_jazzgen
from commands import succeed

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.text import parse_chart
from jazzgen.library import find_chart, find_reading
from jazzgen.music.solo import Note, Solo
from jazzgen.transcription.read import read

FORM = parse_chart("title: Own\nkey: Bb\ntempo: 150\n| Cm7 | F7 | Bbmaj7 | G7 |")


@pytest.fixture
def solo_file(tmp_path):
    notes = tuple(Note(24 * n, 24, 60 + n % 5) for n in range(8))
    return Solo(notes, FORM, "Riff").save(tmp_path / "riff.mid")


def test_the_chart_of_a_solo(solo_file):
    reading = find_reading(str(solo_file))
    assert reading.chart.bars == FORM.bars
    assert (str(reading.chart.key), reading.chart.tempo) == ("Bb", pytest.approx(150))
    assert reading.warnings == ()
    assert "| Cm7 | F7 | Bbmaj7 | G7 |" in succeed("charts", solo_file, "--show").out
    assert "Own" in succeed("charts", solo_file).out


@pytest.mark.parametrize("suffix", [".mid", ".musicxml"])
@pytest.mark.parametrize("choruses", [1, 2])
def test_the_chart_of_a_solo_is_one_chorus_without_the_ending(tmp_path, suffix, choruses):
    last = replace(FORM.bars[0], section="Ending")
    chart = FORM.repeat(choruses)
    chart = replace(chart, bars=(*chart.bars, last))
    notes = tuple(Note(24 * n, 24, 60 + n % 5) for n in range(8))
    file = Solo(notes, chart, "Riff").save(tmp_path / f"riff{suffix}")
    found = find_chart(str(file))
    assert (found.bars, found.chorus_starts, found.title) == (FORM.bars, (0,), "Own")


def test_a_score_without_chord_symbols_is_a_solo_too(tmp_path):
    notes = tuple(Note(24 * n, 24, 60 + 4 * (n % 3)) for n in range(16))
    file = Solo(notes, parse_chart("| C | % | % | % |")).save(tmp_path / "line.musicxml")
    file.write_text(re.sub(r"(?s)<harmony>.*?</harmony>", "", file.read_text()))
    reading = find_reading(str(file))
    assert len(reading.chart.bars) == 4
    assert "those of the melody are implied" in reading.warnings[0]


def test_a_file_that_is_neither_says_what_is_wrong(tmp_path):
    file = tmp_path / "x.musicxml"
    file.write_text("<score-partwise/>")
    with pytest.raises(ChartError, match=r"x\.musicxml: no measures"):
        find_chart(str(file))


def test_a_primer_brings_its_own_chart(solo_file, tiny_model, tmp_path):
    out = tmp_path / "solo.mid"
    options = ["generate", "--model", tiny_model, "--primer", solo_file, "--out", out]
    succeed(*options, "--choruses", 2, "--ending", "none")
    played = read(out)
    assert played.chart.bars[:4] == FORM.bars
    assert (str(played.chart.key), len(played.chart.bars)) == ("Bb", 8)
    assert played.chart.tempo == pytest.approx(150, abs=0.01)
    moved = run_jazzgen(*options, "--transpose", "2", "--seed", 1)
    assert "transposed from Bb to C" in moved.err
    succeed(*options, "--chart", "blues", "--choruses", 1, "--ending", "none")
    assert str(read(out).chart.key) == "F"

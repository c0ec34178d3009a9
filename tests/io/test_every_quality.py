"""Every quality that we print is the same chord when it is read back, in all formats we write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jazzgen
from jazzgen.cli.chart_files import chart_file
from jazzgen.io.charts import read_charts
from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_degrees import normalised
from jazzgen.music.chord_quality import SEMITONES, Quality
from jazzgen.music.solo import Note, Solo

ROOTS = ("C", "F#", "Bb", "Cb", "E#")
QUALITIES = st.builds(
    lambda degrees: str(Quality(normalised({"1", *degrees}))),
    st.sets(st.sampled_from(sorted(SEMITONES)), max_size=9),
)
CHORDS = st.builds(
    ChordSymbol, st.sampled_from(ROOTS), QUALITIES, st.sampled_from((None, "G", "Ab"))
)
RARE = [
    ChordSymbol.parse(text)
    for text in ("C7susadd13", "C7b5#5b9#9", "Ebsus2add11addb9add#9add#11addb13no5")
]


def written(chart, suffix, folder):
    path = folder / f"chart{suffix}"
    if suffix == ".mid":
        jazzgen.save(Solo((Note(0, 12, 60),), chart, chart.title), path, band=False)
    else:
        path.write_bytes(chart_file(path.name, path.name).content(chart))
    return path


def read(path):
    return jazzgen.read(path).chart if path.suffix == ".mid" else read_charts(path)[0]


@pytest.mark.parametrize("suffix", [".txt", ".musicxml", ".html", ".mid"])
@given(chords=st.lists(CHORDS, min_size=20, max_size=20))
@settings(deadline=None, max_examples=4)
def test_it_comes_back(suffix, tmp_path_factory, chords):
    chart = Chart.of_chords([[str(chord)] for chord in (*RARE, *chords)], title="All")
    path = written(chart, suffix, tmp_path_factory.mktemp("written"))
    assert read(path).chord_spans == chart.chord_spans

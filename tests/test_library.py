"""The charts that come with jazzgen."""

import pytest

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.text import format_chart, parse_chart
from jazzgen.library import library_chart, library_names, played_chart
from jazzgen.music.pitch import Key

# name: bars, key, meter, feel
EXPECTED = {
    "ballad": (32, "Db", "4/4", "ballad"),
    "blues-waltz": (24, "G", "3/4", "waltz"),
    "bossa": (32, "Am", "4/4", "bossa"),
    "five": (16, "Cm", "5/4", "swing"),
    "ii-V-I-keys": (48, "C", "4/4", "swing"),
    "minor-ii-V-i-keys": (48, "Cm", "4/4", "swing"),
    "pedal": (16, "Bb", "4/4", "swing"),
    "straight": (16, "Em", "4/4", "straight"),
    "turnarounds": (16, "C", "4/4", "swing"),
    "bebop-blues": (12, "Bb", "4/4", "swing"),
    "blues": (12, "F", "4/4", "swing"),
    "ii-V-I": (4, "C", "4/4", "swing"),
    "minor-blues": (12, "Cm", "4/4", "swing"),
    "minor-ii-V-i": (4, "Cm", "4/4", "swing"),
    "modal": (32, "Dm", "4/4", "swing"),
    "rhythm-changes": (32, "Bb", "4/4", "swing"),
    "turnaround": (4, "C", "4/4", "swing"),
    "waltz": (16, "F", "3/4", "waltz"),
}


def test_names():
    assert library_names() == tuple(sorted(EXPECTED))


@pytest.mark.parametrize("name", EXPECTED)
def test_chart(name):
    chart = library_chart(name)
    found = (len(chart.bars), str(chart.key), str(chart.bars[0].meter), chart.feel)
    assert found == EXPECTED[name]
    assert chart.title
    assert chart.chord_spans[0].chord.root is not None
    assert parse_chart(format_chart(chart)) == chart


@pytest.mark.parametrize("name", ["modal", "rhythm-changes"])
def test_form(name):
    sections = [bar.section for bar in library_chart(name).bars]
    assert [sections[bar] for bar in (0, 8, 16, 24)] == ["A", "A", "B", "A"]
    assert sum(map(bool, sections)) == 4


@pytest.mark.parametrize("name", ["ii-V-I-keys", "minor-ii-V-i-keys"])
def test_studies_go_through_all_keys_by_fourths(name):
    chart = library_chart(name)
    homes = [chart.chord_at(bar * 96).root_pc for bar in range(2, 48, 4)]
    assert homes == [5 * step % 12 for step in range(12)]
    for bar in range(0, 48, 4):
        two, five, one = (chart.chord_at((bar + n) * 96).root_pc for n in range(3))
        assert ((two - one) % 12, (five - one) % 12) == (2, 7)


def test_in_another_key():
    chart = library_chart("Blues", key="Bb")
    assert chart == library_chart("blues", Key("Bb"))
    assert [str(chart.chord_at(bar * 96)) for bar in (0, 1, 4, 9)] == ["Bb7", "Eb7", "Eb7", "F7"]
    assert library_chart("blues", key="F") == library_chart("blues")


def sounds(chart):
    """Return the ticks at which each chord sounds, however it is spelled."""
    return [(start, end, chord.root_pc, chord.quality) for start, end, chord in chart.chord_spans]


@pytest.mark.parametrize("name", EXPECTED)
def test_in_all_keys(name):
    written = library_chart(name)
    for tonic in ("C", "Db", "D", "Eb", "E", "F", "F#", "Gb", "G", "Ab", "A", "Bb", "B", "G#"):
        key = Key(tonic, written.key.mode)
        moved = library_chart(name, key)
        assert moved.key == key
        assert sounds(moved.in_key(written.key)) == sounds(written)


def test_errors():
    with pytest.raises(
        ChartError, match="'polka' is not a chart of the library: expected one of ballad"
    ):
        library_chart("polka")
    with pytest.raises(ChartError, match="is in Dm"):
        library_chart("modal", "C")
    with pytest.raises(ChartError, match="'H' is not a key"):
        library_chart("blues", "H")
    with pytest.raises(ChartError, match="not a chart of the library"):
        library_chart("../charts/blues")


@pytest.mark.parametrize(
    ("text", "key", "chord"),
    [
        ("| Dm7 | G7 |", "Bb", "Dm7"),  # names no key: the chords are those of Bb
        ("key: C\n| Dm7 | G7 |", "Bb", "Cm7"),
        ("| ii7 | V7 |", "Bb", "Cm7"),
        ("ii-V-I", "Bb", "Cm7"),
        (library_chart("ii-V-I"), "Bb", "Cm7"),
    ],
)
def test_chords_stay_where_a_text_names_no_key(text, key, chord):
    played = played_chart(text, key=key)
    assert (str(played.key), str(played.chord_at(0))) == (key, chord)


def test_what_is_wrong_with_a_chart_is_not_said_of_the_key():
    with pytest.raises(ChartError, match=r"^chart"):
        played_chart("no such chart", key="Bb")
    with pytest.raises(ChartError, match=r"^key: "):
        played_chart("blues", key="Bm")

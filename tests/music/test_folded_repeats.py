"""Folded repeats: fewer bars on the page, and the same ones played."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jazzgen.io.musicxml.chart import chart_to_musicxml
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.library import library_chart, library_names
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.folded_repeats import folded
from jazzgen.music.repeats import unfold


def bars(text):
    """Bars from a letter each; an upper-case letter in front of one begins a section."""
    found, section = [], ""
    for letter in text.replace(" ", ""):
        if letter.isupper():
            section = letter
            continue
        found.append(Bar((PlacedChord(0, ChordSymbol.parse(letter.upper())),), section=section))
        section = ""
    return tuple(found)


def signs(text):
    """Bars as they are folded: `|:` and `:|`, with 3 for three times, and endings in brackets."""
    return " ".join(
        ("|:" if bar.opens else "")
        + (f"[{bar.ending[0]}]" if bar.ending else "")
        + str(bar.bar.chords[0].chord).lower()
        + (f":|{bar.times if bar.times > 2 else ''}" if bar.times else "")
        for bar in folded(bars(text))
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Aabcd Aabcd Begeg", "|:a b c d:| e g e g"),
        ("Aabcd Aabce Begeg", "|:a b c [1]d:| [2]e e g e g"),
        ("Aabcd Aabcd Aabcd", "|:a b c d:|3"),
        ("Aabcd Babcd", "a b c d a b c d"),  # the label of B would be lost
        ("Aabcd Aaefg", "a b c d a e f g"),  # they share too little
        ("abcdabcd", "|:a b c d:|"),
        ("Aab Aab", "a b a b"),  # too short
    ],
)
def test_what_comes_twice_is_written_once(text, written):
    assert signs(text) == written
    assert unfold(folded(bars(text))) == bars(text)


@pytest.mark.parametrize("name", ["rhythm-changes", "ballad", "blues", "bossa"])
@pytest.mark.parametrize("choruses", [1, 3])
def test_a_score_with_repeats_is_read_as_it_is_played(name, choruses):
    chart = library_chart(name).repeat(choruses)
    assert parse_musicxml(chart_to_musicxml(chart)).bars == chart.bars


def test_endings_and_repeats_are_signs_of_the_score():
    score = chart_to_musicxml(library_chart("rhythm-changes")).decode()
    assert score.count("<measure ") == 26
    assert score.count('<repeat direction="forward"') == 1
    assert score.count('<repeat direction="backward"') == 1
    assert [score.count(f'<ending number="{n}" type="{kind}"') for n in (1, 2)
            for kind in ("start", "stop")] == [1, 1, 1, 1]  # fmt: skip


def test_library_charts_are_shorter_and_the_same():
    for name in library_names():
        chart = library_chart(name)
        assert unfold(folded(chart.bars)) == chart.bars


@given(st.text("Aab", min_size=1, max_size=40).filter(lambda text: text.strip("A")))
@settings(deadline=None, max_examples=20)
def test_any_bars_are_played_as_before(text):
    played = bars(text)
    assert unfold(folded(played)) == played
    chart = Chart(played)
    assert parse_musicxml(chart_to_musicxml(chart)).bars == chart.bars

"""Titles are put together as known ones are."""

import pytest

from jazzgen.titles.text import JAZZ_TITLES, read_lines
from jazzgen.titles.wording import Wording


@pytest.fixture(scope="module")
def wording():
    return Wording(read_lines(JAZZ_TITLES))


def test_every_known_title_of_several_words_fits(wording):
    titles = [line for line in read_lines(JAZZ_TITLES) if " " in line]
    assert len(titles) > 500
    assert all(map(wording.fits, titles))


@pytest.mark.parametrize("title", ["Blues Of The", "Of The Blues", "You Don't You", "Blue Blarg"])
def test_what_is_no_title(wording, title):
    assert not wording.fits(title)


@pytest.mark.parametrize(
    ("line", "follows"),
    [("", "BSW"), ("Bl", "u"), ("Blue", " \n"), ("Blue M", "o"), ("Song For", " \n")],
)
def test_characters_lead_on_to_known_words(line, follows):
    wording = Wording(["Blue Monk", "Song For", "Waltz"])
    letters = {letter for letter in "BMSWFabelnorstuz \n" if wording.follows(line, letter)}
    # A line may go on with any word; whether it fits is told at its end.
    begins = {"B", "M", "S", "F", "W"}
    assert letters == (begins if line == "" else set(follows))


def test_names_have_no_wording():
    assert not Wording(["Naima", "Oleo"])
    assert Wording(["Naima", "Blue Monk"])

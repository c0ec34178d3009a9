"""The titles of MusicXML scores."""

from xml.etree import ElementTree

import pytest

from jazzgen.io.musicxml.titles import titles_of


def credit(words, kind="", size="", page="1"):
    named = f"<credit-type>{kind}</credit-type>" if kind else ""
    points = f' font-size="{size}"' if size else ""
    return f'<credit page="{page}">{named}<credit-words{points}>{words}</credit-words></credit>'


WORK = "<work><work-title>{}</work-title></work>"
MOVEMENT = "<movement-title>{}</movement-title>"
TUNE = (
    "<identification><miscellaneous><miscellaneous-field name='tune'>Blues</miscellaneous-field>"
    "</miscellaneous></identification>"
)


@pytest.mark.parametrize(
    ("inside", "music", "tune"),
    [
        ("", "", ""),
        (WORK.format(" A \n Tune\x85 "), "A Tune", "A Tune"),
        (WORK.format("") + MOVEMENT.format("Moved"), "Moved", "Moved"),
        (WORK.format("Work") + credit("Printed", "title"), "Work", "Work"),
        (credit("Printed", "title") + credit("Great", size="40"), "Printed", "Printed"),
        (credit("Nobody", "composer") + credit("Small", size="9") + credit("Large", size="24"),
         "Large", "Large"),
        (credit("Words"), "Words", "Words"),
        (credit("Second page", "title", page="2"), "", ""),
        (WORK.format("Untitled") + credit("Printed", "title"), "Printed", "Printed"),
        (MOVEMENT.format("my tune.mxl") + credit("Printed", "title"), "Printed", "Printed"),
        (credit("A</credit-words><credit-words> Tune", size="20"), "A Tune", "A Tune"),
        (WORK.format("A\u202e Tu\u200bne"), "A Tune", "A Tune"),
        (WORK.format("Untitled"), "Untitled", "Untitled"),
        (WORK.format("Good One, on Blues") + TUNE, "Good One", "Blues"),
        (WORK.format("Good One") + TUNE, "Good One", "Blues"),
    ],
)  # fmt: skip
def test_titles(inside, music, tune):
    root = ElementTree.fromstring(f"<score-partwise>{inside}</score-partwise>")
    assert titles_of(root) == (music, tune)

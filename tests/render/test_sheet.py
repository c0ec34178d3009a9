"""Sheet music: pages that Verovio engraves, and a PDF that says what they say."""

import re
import zlib
from xml.etree import ElementTree

import pytest

import jazzgen
from jazzgen.errors import ConfigError, MissingPackageError
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.chart import Chart
from jazzgen.music.instrument import find_instrument
from jazzgen.music.solo import Note, Solo
from jazzgen.render.engraved_page import Matrix, read_page
from jazzgen.render.engraving import PAGE_HEIGHT, engrave, stacked
from jazzgen.render.sheet import sheet_bytes

pytest.importorskip("verovio")
pytest.importorskip("matplotlib")

CHART = Chart.of_chords([["Dm7", "G7b9"], ["Cmaj7"], ["B7alt"], ["E7b9"]], title="Four")
NOTES = tuple(Note(12 * n, 12, 60 + n % 9) for n in range(32))
SOLO = Solo(NOTES, CHART, "Four", "Ann")


@pytest.fixture(scope="module")
def pages():
    return engrave(solo_to_musicxml(SOLO, find_instrument("tenor")))


@pytest.fixture(scope="module")
def pdf(pages):
    from jazzgen.render.sheet_pdf import pdf_of_pages

    return pdf_of_pages(pages, "Four")


FLAT, SHARP = "\uea64", "\uea66"
"""The signs of music fonts (SMuFL)."""


def texts(page):
    said = ["".join(run.text for run in words.runs) for words in read_page(page).words]
    return [text.replace(FLAT, "b").replace(SHARP, "#") for text in said]


def test_a_page_says_title_part_and_chords_each_once(pages):
    said = texts(pages[0])
    assert "Four" in said
    assert "Tenor sax in B♭" in said
    chords = [text for text in said if text[0] in "ACDEF" and text[1:2] in ("m", "7", "#")]
    assert chords == ["Em7", "A7(b9)", "Dmaj7", "C#7alt", "F#7(b9)"]


def test_every_note_has_a_head_on_the_page(pages):
    assert sum(page.count('class="note"') for page in pages) == len(NOTES)


def test_a_pdf_has_its_pages_and_a_title(pdf):
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1
    assert b"/Title (Four)" in pdf


def test_the_lines_of_a_staff_are_all_drawn(pages, pdf):
    """Simplified, the five lines of a staff would be taken for one."""
    streams = re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", pdf, re.DOTALL)
    drawn = max((zlib.decompress(one) for one in streams), key=lambda one: one.count(b" l\n"))
    lines = [one for one in read_page(pages[0]).outlines if one.width and not one.filled]
    assert drawn.count(b" l\n") >= len(lines) > 5


def test_the_same_score_gives_the_same_bytes(pages, pdf):
    again = engrave(solo_to_musicxml(SOLO, find_instrument("tenor")))
    assert again == pages
    from jazzgen.render.sheet_pdf import pdf_of_pages

    assert pdf_of_pages(again, "Four") == pdf


def test_an_svg_has_the_pages_one_below_the_other(pages):
    both = ElementTree.fromstring(stacked([*pages, *pages]))
    assert [one.get("y") for one in both if one.tag.endswith("svg")] == ["0", str(PAGE_HEIGHT)]
    assert both.get("viewBox") == f"0 0 2100 {2 * PAGE_HEIGHT}"


def test_moves_and_scalings_add_up():
    page = read_page(
        '<svg><defs><g id="E1"><path transform="scale(1,-1)" d="M0 0 L1 1"/></g></defs>'
        '<svg viewBox="0 0 100 200"><g transform="translate(10, 20)">'
        '<use href="#E1" transform="translate(1, 2) scale(0.5, 0.5)"/>'
        '<g class="placeholder"><rect width="1" height="1"/></g></g></svg></svg>'
    )
    [outline] = page.outlines
    assert outline.matrix == Matrix(0.5, -0.5, 11, 22)
    assert (page.width, page.height) == (100, 200)


@pytest.mark.parametrize("title", ["]]>", "a\x07b", "<b>&amp;", "Ünter Ж 音"])
def test_any_title_is_printed(title):
    solo = Solo(NOTES[:8], jazzgen.chart("blues"), title)
    assert sheet_bytes(solo_to_musicxml(solo), ".pdf", title).startswith(b"%PDF")


def test_what_is_no_score_is_refused():
    with pytest.raises(ConfigError, match="Verovio cannot read"):
        engrave(b"nothing")


def test_without_verovio_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "verovio", None)
    with pytest.raises(MissingPackageError, match=r"sheet music needs verovio.*jazzgen\[sheet\]"):
        engrave(b"")


def test_only_later_choruses_are_named_on_a_page_that_begins_with_the_first():
    chart = Chart.of_chords([["Dm7"], ["Cmaj7"]])
    twice = Solo((Note(0, 24, 60),), Chart(chart.bars * 2, chorus_starts=(0, 2)))
    said = texts(engrave(solo_to_musicxml(twice))[0])
    assert [text for text in said if text.startswith("Chorus")] == ["Chorus 2"]
    after_intro = Solo((Note(0, 24, 60),), Chart(chart.bars * 3, chorus_starts=(2, 4)))
    said = texts(engrave(solo_to_musicxml(after_intro))[0])
    assert [text for text in said if text.startswith("Chorus")] == ["Chorus 1", "Chorus 2"]


@pytest.mark.parametrize(("lines", "pages"), [(12, 1), (13, 1), (20, 2)])
def test_no_page_is_turned_for_a_line_or_two(lines, pages):
    chart = Chart.of_chords([["C"]] * 4 * lines)
    notes = tuple(Note(24 * n, 24, 60 + n % 9) for n in range(16 * lines))
    found = engrave(solo_to_musicxml(Solo(notes, chart)))
    assert len(found) == pages
    assert sum(page.count('class="system"') for page in found) == lines


@pytest.mark.parametrize("title", ["Gypsy", "Gypsies " * 9, "Gypsies " * 12])
def test_no_title_runs_into_the_line_below_it_or_off_the_page(title):
    solo = Solo(NOTES, CHART, title.strip(), "Ann")
    page = read_page(engrave(solo_to_musicxml(solo, credit="jazzgen (mine, seed 7), like Ann"))[0])
    [head] = [one for one in page.words if one.runs[0].text.startswith("Gyps")]
    [credit] = [one for one in page.words if one.runs[0].text.startswith("jazzgen")]
    assert credit.y - 0.75 * credit.runs[0].size > head.y + 0.1 * head.runs[0].size
    assert len(title) * 0.46 * head.runs[0].size <= 1.05 * (page.width - 2400)
    assert head.runs[0].size >= credit.runs[0].size

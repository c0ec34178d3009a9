import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from jazzgen.errors import ConfigError, OutputError
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter
from jazzgen.render.piano_roll import check_drawing, draw_piano_roll, roll_svg
from jazzgen.render.png import png_bytes
from jazzgen.render.roll_colors import by_surprise
from jazzgen.render.roll_plan import PlannedBars, idea_marks

CHORD_TONE, SCALE_TONE, OUTSIDE, NO_HARMONY = "#1f5fa8", "#e08a1e", "#c0392b", "#5b6770"


def solo(*notes, bars=(("Dm7", "G7"), ("Cmaj7",)), **fields):
    chart = Chart.of_chords([list(bar) for bar in bars], title="$Money$", key=Key("Bb"), **fields)
    return Solo(notes, chart, "$Money$", "Anna")


LINE = (Note(0, 12, 62), Note(12, 12, 64), Note(24, 12, 66), Note(84, 48, 71))


def colors(path):
    """Return how often each color fills a shape of an SVG picture."""
    found = {}
    for element in ElementTree.parse(path).iter():
        for part in element.get("style", "").split(";"):
            name, _, value = part.partition(":")
            if name.strip() == "fill":
                found[value.strip()] = found.get(value.strip(), 0) + 1
    return found


def size(path):
    return tuple(int.from_bytes(path.read_bytes()[place : place + 4]) for place in (16, 20))


@pytest.mark.parametrize(
    ("name", "magic"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.PDF", b"%PDF")]
)
def test_it_draws_by_the_suffix(tmp_path, name, magic):
    path = draw_piano_roll(solo(*LINE), tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes().startswith(magic)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_same_solo_gives_the_same_picture(tmp_path, suffix):
    one, two = (draw_piano_roll(solo(*LINE), tmp_path / f"{n}.{suffix}") for n in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_chord_tones_scale_tones_and_others_have_their_colors(tmp_path):
    # D and B are of their chords, E is of D Dorian, F sharp is of neither; and a legend entry each.
    found = colors(draw_piano_roll(solo(*LINE), tmp_path / "a.svg"))
    assert {c: found.get(c, 0) - 1 for c in (CHORD_TONE, SCALE_TONE, OUTSIDE)} == {
        CHORD_TONE: 2, SCALE_TONE: 1, OUTSIDE: 1,
    }  # fmt: skip
    assert NO_HARMONY not in found


def test_the_legend_shows_what_occurs(tmp_path):
    found = colors(draw_piano_roll(solo(LINE[0], bars=[["N.C."]]), tmp_path / "a.svg"))
    assert found[NO_HARMONY] == 2
    assert not {CHORD_TONE, SCALE_TONE, OUTSIDE} & set(found)


def test_surprise_has_colors_of_its_own(tmp_path):
    file = draw_piano_roll(solo(*LINE), tmp_path / "a.svg", surprise=(None, 2.9, 3.0, 12))
    found = colors(file)
    used = dict.fromkeys(by_surprise((None, 2.9, 3.0, 12)).colors, 2)  # a note and the legend
    assert len(used) == 4
    assert {color: found.get(color) for color in used} == used
    assert not {CHORD_TONE, SCALE_TONE, OUTSIDE} & set(found)


def test_the_more_surprising_the_hotter():
    coloring = by_surprise(range(13))
    assert list(dict.fromkeys(coloring.colors)) == list(coloring.kinds)[:-1]
    assert [coloring.kinds[color] for color in by_surprise((2, 3, 5, 8)).colors] == [
        "expected: under 3 bits", "3 to 4 bits", "4 to 6 bits", "surprising: 8 bits or more",
    ]  # fmt: skip


def test_a_note_over_the_end_of_a_row_stands_on_both(tmp_path):
    def notes(bars_per_row):
        path = draw_piano_roll(solo(LINE[3]), tmp_path / "a.svg", bars_per_row=bars_per_row)
        return colors(path)[CHORD_TONE] - 1

    assert (notes(2), notes(1)) == (1, 2)


def test_a_png_holds_the_pixels_that_are_drawn(tmp_path):
    image = pytest.importorskip("PIL.Image")
    random = np.random.default_rng(1)
    pixels = random.integers(0, 256, (7, 5, 4), dtype=np.uint8)
    (tmp_path / "a.png").write_bytes(png_bytes(pixels, 150, {"Software": "jazzgen"}))
    with image.open(tmp_path / "a.png") as read:
        assert (np.asarray(read.convert("RGBA")) == pixels).all()
        assert read.info["Software"] == "jazzgen"
        assert read.info["dpi"] == pytest.approx((150, 150), abs=0.1)


def test_paper_is_white_and_notes_have_their_colors(tmp_path):
    image = pytest.importorskip("PIL.Image")
    with image.open(draw_piano_roll(solo(*LINE), tmp_path / "a.png")) as read:
        found = {color: number for number, color in read.getcolors(1 << 24)}
    assert max(found, key=found.get) == (255, 255, 255, 255)
    assert {alpha for *_, alpha in found} == {255}


def test_rows_make_it_taller_not_wider(tmp_path):
    wide = size(draw_piano_roll(solo(*LINE), tmp_path / "a.png", bars_per_row=2))
    tall = size(draw_piano_roll(solo(*LINE), tmp_path / "a.png", bars_per_row=1))
    assert wide[0] == tall[0]
    assert wide[1] < tall[1]


def test_meters_sections_and_choruses(tmp_path):
    chord = PlacedChord(0, ChordSymbol.parse("F#m7b5/E"))
    bars = (Bar((chord,), Meter(12, 8), "A"), Bar((), Meter(3, 4), "$x$"), Bar((), Meter(5, 4)))
    draw_piano_roll(Solo((), Chart(bars, chorus_starts=(0, 2))), tmp_path / "empty.png")


def test_an_element_for_a_page(tmp_path):
    drawn = draw_piano_roll(solo(*LINE), tmp_path / "a.svg")
    text = roll_svg(solo(*LINE))
    assert text == roll_svg(solo(*LINE))
    assert text.startswith("<svg ")
    root = ElementTree.fromstring(text)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "style" not in names, "a style sheet would hold for the whole page"
    (tmp_path / "b.svg").write_text(text, encoding="utf-8")
    assert colors(tmp_path / "b.svg") == colors(drawn)
    assert roll_svg(solo(*LINE), bars_per_row=1) != text


def test_a_title_is_cut_where_the_facts_begin(tmp_path):
    def drawn(title, name):
        one = replace(solo(*LINE), title=title)
        return draw_piano_roll(one, tmp_path / name).read_bytes()

    assert drawn("A" * 200, "a.png") == drawn("A" * 300, "b.png") != drawn("A" * 20, "c.png")


def test_a_title_in_letters_that_the_font_has_not(tmp_path):
    draw_piano_roll(replace(solo(*LINE), title="枯葉"), tmp_path / "a.png")


def test_crowded_chords_are_written_smaller(tmp_path):
    crowd = tuple(("Abmaj7#11", "F#m7b5/E", "Ebm7", "Ab7") for _ in range(8))
    draw_piano_roll(solo(*LINE, bars=crowd), tmp_path / "a.svg", bars_per_row=8)
    draw_piano_roll(solo(*LINE, bars=crowd), tmp_path / "b.svg", bars_per_row=4)
    one, two = ((tmp_path / name).read_text() for name in ("a.svg", "b.svg"))
    assert "scale(0.05 -0.05)" in one
    assert "scale(0.05 -0.05)" not in two


@pytest.mark.parametrize(
    ("name", "bars", "message"),
    [
        ("a.jpg", 4, r"a\.jpg: expected a file name that ends in \.png, \.svg, \.pdf"),
        ("a.png", 0, "0 bars per row: expected 1 to 16"),
    ],
)
def test_what_it_cannot_draw(tmp_path, name, bars, message):
    with pytest.raises(ConfigError, match=message):
        draw_piano_roll(solo(*LINE), tmp_path / name, bars_per_row=bars)
    assert not list(tmp_path.iterdir())


def test_a_picture_too_tall(tmp_path):
    one = solo(*LINE)
    long = replace(one, chart=one.chart.repeat(500))
    with pytest.raises(ConfigError, match=r"1000 bars, 1 per row, make a picture .* inches tall"):
        draw_piano_roll(long, tmp_path / "a.png", bars_per_row=1)


def test_a_path_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        draw_piano_roll(solo(*LINE), tmp_path / "file" / "a.png")


def test_without_matplotlib_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for draw in (lambda: draw_piano_roll(solo(*LINE), tmp_path / "a.png"), check_drawing):
        with pytest.raises(ConfigError, match=r"pip install 'jazzgen\[plot\]'"):
            draw()


def test_matplotlib_waits_until_there_is_something_to_draw():
    code = "import sys, jazzgen.render.piano_roll; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_plan_is_drawn_above_the_bars_and_ideas_are_marked(tmp_path):
    bars = [
        PlannedBars(first=0, last=1, energy=2, pitch=62),
        PlannedBars(first=1, last=2, energy=9),
    ]
    plain = draw_piano_roll(solo(*LINE), tmp_path / "a.svg").read_bytes()
    planned = draw_piano_roll(solo(*LINE), tmp_path / "b.svg", plan=bars).read_bytes()
    assert planned != plain
    assert draw_piano_roll(solo(*LINE), tmp_path / "c.svg", plan=bars).read_bytes() == planned
    tall = [float(re.search(rb'height="([0-9.]+)pt"', one)[1]) for one in (plain, planned)]
    assert tall[1] > tall[0]


def test_marks_name_each_time_that_an_idea_is_played():
    line = [60, 63, 65, 67, 70]
    notes = [
        Note(96 * bar + 12 * number, 12, pitch + 2 * bar)
        for bar in range(3)
        for number, pitch in enumerate(line)
    ]
    marks = idea_marks(Solo(tuple(notes), Chart.of_chords([["C7"]] * 4)))
    assert [name for *_, name in marks] == ["a", "a2", "a3"]
    assert [begin for begin, *_ in marks] == [0, 96, 192]
    assert len({color for *_, color, _ in marks}) == 1


def test_a_long_pdf_has_pages(tmp_path):
    """Eight choruses of a blues are no strip of a hundred inches."""
    chart = Chart.of_chords([["F7"]] * 12)

    def pages(choruses):
        solo = Solo((Note(0, 24, 60), Note(48, 24, 74)), chart.repeat(choruses))
        file = draw_piano_roll(solo, tmp_path / "roll.pdf", bars_per_row=4)
        boxes = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", file.read_bytes())
        assert all(float(height) <= 72 * 17 for _, height in boxes)
        return len(boxes)

    assert (pages(1), pages(8)) == (1, 3)

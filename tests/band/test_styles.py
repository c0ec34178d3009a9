"""Styles: a made-up one is registered as a plug-in would, and known everywhere."""

import sys
from collections import Counter
from urllib.parse import quote

import pytest
from commands import jazzgen, succeed

from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import plan_bars
from jazzgen.band.bass import bass_part
from jazzgen.band.drum_kit import Stroke
from jazzgen.band.repertoire.grids import cell, pattern, strokes
from jazzgen.band.styles import Bass, Style, find_style, register_style, styles, unregister_style
from jazzgen.band.trio import accompany
from jazzgen.errors import ChartError, ConfigError, JazzgenError
from jazzgen.io.chart_text.text import format_chart, parse_chart
from jazzgen.io.ireal.songs import parse_ireal
from jazzgen.io.midi.read import read_midi
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.library import find_chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.styles import (
    Feel,
    feel_names,
    feel_of_words,
    learned_feel,
    register_feel,
    style_of,
)
from jazzgen.music.swing import swing_ratio
from jazzgen.music.timing import FOUR_FOUR, Meter
from jazzgen.runtime.pool import Pool

NAMES = (
    "swing", "ballad-in-two", "ballad", "gospel", "waltz", "five-four", "samba", "bossa",
    "second-line", "funk", "half-time", "gypsy", "shuffle", "up-tempo", "afro-cuban", "mambo",
    "straight",
)  # fmt: skip
LOW_CONGA, HIGH_CONGA = 78, 79  # General MIDI percussion that no other style strikes
MADE_UP = {
    "name": "madeup",
    "label": "Made-up dance",
    "swings": False,
    "tempo": 176.0,
    "words": {"zorrito": 99.0},
    "grooves": (
        {4: (Stroke(0, LOW_CONGA, 80), Stroke(2.5, LOW_CONGA, 70))},
        {4: (Stroke(1, HIGH_CONGA, 80),)},
    ),
    "fills": {},
    "bass": Bass(patterns={4: ((0, 2.5, 3),)}),
}
FOUR_BARS = "| Dm7 | G7 | Cmaj7 | % |"
IN_ORDER = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def registered():
    """Registers styles for a test."""
    names = []

    def register(style):
        register_style(style)
        names.append(style.name)
        return style

    yield register
    for name in names:
        unregister_style(name)


@pytest.fixture
def madeup(registered):
    return registered(Style(**MADE_UP))


def struck(part, chart):
    """Return what is struck in each bar: ticks after the bar line and pitches."""
    bars = [[] for _ in chart.bars]
    for note in part.notes:
        bar = chart.bar_at(note.onset)
        bars[bar].append((note.onset - chart.bar_starts[bar], note.pitch))
    return bars


# The table


def test_the_styles_that_come_with_the_program():
    assert feel_names() == NAMES
    assert tuple(style.name for style in styles()) == NAMES
    assert {style.name for style in styles() if not style.swings} == {
        "gospel", "samba", "bossa", "funk", "afro-cuban", "mambo", "straight",
    }  # fmt: skip
    for style in styles():
        assert style.tempi[0] <= style.tempo <= style.tempi[1]
        assert all(style.tempi[0] <= tempo for tempo in style.words.values()) or not style.meters


@IN_ORDER
def test_every_style_plays_groups_of_every_size(name):
    style = find_style(name)
    tables = [*style.grooves, *style.comping.values(), style.fills, style.drum_comping]
    tables.append(style.bass.patterns)
    assert all(not table or table.keys() == {1, 2, 3, 4} for table in tables)
    assert style.grooves[0]
    assert style.comping.keys() == {"little", "some", "much"}


@IN_ORDER
def test_a_style_answers_to_its_own_name_and_label(name):
    style = find_style(name)
    meter = style.meters[0] if style.meters else FOUR_FOUR
    for word in (name, style.label, style.label.upper()):
        assert style_of(word, meter) == (name, style.tempo)
    assert feel_of_words([style.label], FOUR_FOUR) == name


def test_a_name_can_be_taken_once_and_is_free_again_afterwards(madeup):
    with pytest.raises(ConfigError, match="style 'madeup': the name is already taken"):
        register_style(Style(name="madeup"))
    unregister_style("madeup")
    assert feel_names() == NAMES
    with pytest.raises(ChartError, match="feel 'madeup': expected one of swing, ballad-in-two"):
        find_style("madeup")
    with pytest.raises(ConfigError, match=r"style: expected one of .*, got 'madeup'"):
        unregister_style("madeup")
    register_style(madeup)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "Made Up"}, "lower-case letters"),
        ({"name": ""}, "lower-case letters"),
        ({"tempo": 5.0}, "tempo of 'madeup'"),
        ({"words": {"dance": 900.0}}, "tempo of 'dance'"),
        ({"words": {" - ": 100.0}}, "one of its words is empty"),
        ({"grooves": ()}, "no groove"),
        ({"grooves": ({4: (Stroke(4.5, 35, 80),)},)}, "position 4.5 in a group of 4 pulses"),
        ({"grooves": ({5: (Stroke(0, 35, 80),)},)}, "position 0 in a group of 5 pulses"),
        ({"fills": {2: ((Stroke(2, 35, 80),),)}}, "position 2 in a group of 2"),
        ({"drum_comping": {1: ((Stroke(-1, 35, 80),),)}}, "position -1 in a group of 1"),
        ({"comping": {"some": {3: (((3, 1),),)}}}, "position 3 in a group of 3"),
        ({"bass": Bass(patterns={3: ((0, 7),)})}, "position 7 in a group of 3"),
    ],
)
def test_a_style_that_nobody_can_play_is_refused(wrong, message):
    with pytest.raises(JazzgenError, match=message):
        Style(**MADE_UP | wrong)


def test_what_an_entry_omits_is_as_in_swing_or_in_straight_eighths():
    swung, even = Style(name="a"), Style(name="b", swings=False)
    for style, like in ((swung, find_style("swing")), (even, find_style("straight"))):
        for part in (
            "grooves",
            "fills",
            "drum_comping",
            "kit",
            "crashes",
            "feathered",
            "comping",
            "bass",
        ):
            assert getattr(style, part) == getattr(like, part)
    assert swung != even
    assert (swung.label, swung.tempo, swung.words) == ("A", 120.0, {})


def test_a_table_may_name_only_the_sizes_that_differ():
    mine = (Stroke(0, LOW_CONGA, 80),)
    style = Style(
        name="a",
        grooves=({3: mine},),
        fills={3: (mine,)},
        drum_comping={3: (mine,)},
        comping={"some": {3: (((0, 1),),)}},
        bass=Bass(patterns={3: ((0, 1),)}),
    )
    assert style.grooves == (kit.SWING | {3: mine},)
    assert style.fills == kit.FILLS | {3: (mine,)}
    assert style.drum_comping == kit.COMPING | {3: (mine,)}
    swing = find_style("swing").comping
    assert style.comping == swing | {"some": swing["some"] | {3: (((0, 1),),)}}
    assert style.bass.patterns == find_style("straight").bass.patterns | {3: ((0, 1),)}


def test_a_feel_without_a_band_is_played_by_the_usual_one():
    register_feel(Feel(name="barefoot", swings=False))
    try:
        assert find_style("barefoot").grooves == (kit.STRAIGHT,)
        assert find_style("barefoot").name == "barefoot"
    finally:
        unregister_style("barefoot")


# A made-up style, everywhere


@pytest.mark.usefixtures("madeup")
def test_charts_ask_for_it():
    chart = parse_chart(f"feel: MadeUp\n{FOUR_BARS}")
    assert chart.feel == "madeup"
    assert parse_chart(format_chart(chart)) == chart
    link = "irealbook://A Tune=Body Some={}=C=n=T44[C7   |F7   Z"
    styled = [
        (c.feel, c.tempo)
        for style in ("Slow Zorrito", "Made-Up Dance", "Madeup")
        for c in parse_ireal(link.format(quote(style)))
    ]
    assert styled == [("madeup", 99.0), ("madeup", 176.0), ("madeup", 176.0)]


def test_its_words_win_over_those_of_older_styles(registered):
    assert style_of("Brazil Samba", FOUR_FOUR) == ("samba", 200.0)
    registered(Style(name="carnival", words={"samba": 210.0}))
    assert style_of("Brazil Samba", FOUR_FOUR) == ("carnival", 210.0)
    assert style_of("Medium Swing", Meter(3, 4)) == ("waltz", 140.0)


@pytest.mark.usefixtures("madeup")
def test_lead_sheets_name_it():
    solo = Solo((Note(0, 24, 60),), parse_chart(f"feel: madeup\n{FOUR_BARS}"))
    assert b">Made-up dance<" in solo_to_musicxml(solo)
    assert feel_of_words(["Allegro", "Made-up dance"], FOUR_FOUR) == "madeup"


@pytest.mark.usefixtures("madeup")
def test_it_swings_or_not_as_it_says(registered):
    assert swing_ratio("madeup", 120) == 1
    registered(Style(name="other"))
    assert swing_ratio("other", 120) == 2


@pytest.mark.usefixtures("madeup")
def test_the_band_plays_it():
    chart = parse_chart(f"feel: madeup\n{FOUR_BARS}")
    _, bass, drums = accompany(Solo((), chart), seed=3)
    assert struck(drums, chart) == [
        [(0, LOW_CONGA), (60, LOW_CONGA)],
        [(24, HIGH_CONGA)],
        [(0, LOW_CONGA), (60, LOW_CONGA)],
        [(24, HIGH_CONGA)],
    ]
    assert [[tick for tick, _ in bar] for bar in struck(bass, chart)] == [[0, 60, 72]] * 4


@pytest.mark.usefixtures("madeup")
@pytest.mark.parametrize("meter", ["3/4", "5/4", "7/8", "12/8", "1/4", "11/8"])
def test_the_band_plays_it_in_any_meter(meter):
    chart = parse_chart(f"feel: madeup\nmeter: {meter}\n{FOUR_BARS}")
    for part in accompany(Solo((), chart.repeat(3)), seed=1):
        assert part.notes


@pytest.mark.parametrize(("below", "beats"), [(0.0, 4), (0.5, 2), (0.2, 4)])
def test_a_walking_bass_in_two_where_it_is_calm(registered, below, beats):
    registered(Style(name="walker", bass=Bass(in_two_below=below)))
    chart = parse_chart("feel: walker\n| C7 | % | % | % | % | % |")
    notes = bass_part(chart, plan_bars(chart), 1).notes
    most = Counter(chart.bar_at(note.onset) for note in notes if note.onset % 24 == 0)
    fewest = most.most_common()[-1][1]  # in two, a bar may lead into the next
    assert fewest == 2 if beats == 2 else fewest >= 3  # a repeated note may ring on


# On the command line


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("madeup")
def test_the_command_line_plays_it(tiny_model, here):
    given = ["generate", "--model", tiny_model, "--chart", FOUR_BARS, "--choruses", 1]
    given += ["--ending", "none"]  # the final chord is not the style's
    succeed(*given, "--feel", "madeup", "--out", "a.mid")
    score = read_midi(here / "a.mid")
    assert score.feel == "madeup"
    parts = {part.channel: part for part in score.parts}
    assert {note.pitch for note in parts[9].notes} == {LOW_CONGA, HIGH_CONGA}
    assert len(parts[2].notes) == 4 * 3
    (here / "chart.txt").write_text(f"feel: madeup\n{FOUR_BARS}", encoding="utf-8")
    assert find_chart("chart.txt").feel == "madeup"
    given[4] = "chart.txt"
    succeed(*given, "--out", "b.mid")
    assert read_midi(here / "b.mid").feel == "madeup"


def help_on_feel():
    text = "".join(succeed("generate", "--help").out.split())
    return text.replace("│", "")


def test_help_and_errors_name_it_while_it_is_registered(registered):
    assert "madeup" not in help_on_feel()
    registered(Style(**MADE_UP))
    assert "madeup" in help_on_feel()
    complaint = jazzgen("generate", "--feel", "polka").complaint
    assert "--feel" in complaint
    for name in ("polka", "madeup", *NAMES):
        assert f"'{name}'" in complaint


# Plug-ins that are installed


def install(folder, name, text):
    """Install a package as pip leaves it: a module, and an entry point that names it."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[jazzgen.plugins]\ndance = {name}\n")


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


TARANTELLA = """
from jazzgen.band.styles import Style, register_style

register_style(Style(name="tarantella", tempo=160.0))
"""


@pytest.fixture
def tarantella(site):
    """A chart that asks for the style of a plug-in, which has been installed."""
    install(site, "jazzgen_tarantella", TARANTELLA)
    chart = site / "a.txt"
    chart.write_text(f"feel: tarantella\n{FOUR_BARS}", encoding="utf-8")
    yield chart
    if "jazzgen_tarantella" in sys.modules:
        unregister_style("tarantella")
        del sys.modules["jazzgen_tarantella"]


def test_an_installed_plug_in_is_loaded_once(tarantella):
    for _ in range(2):
        assert "tarantella" in str(succeed("charts", tarantella, "--json").json)
    assert "tarantella" in help_on_feel()


def test_processes_that_read_files_load_it_too(tarantella):
    with Pool(find_chart) as pool:
        [(_, chart)] = pool.outcomes([str(tarantella)])
    assert chart.feel == "tarantella"


def test_a_plug_in_that_fails_is_named(site):
    install(site, "jazzgen_broken", "import a_module_that_is_not_there\n")
    complaint = jazzgen("charts").complaint
    assert complaint.startswith("jazzgen: plug-in dance (jazzgen_broken) cannot be loaded: ")
    assert "a_module_that_is_not_there" in complaint


# The names that charts have for styles


@pytest.mark.parametrize(
    ("said", "meter", "style"),
    [
        ("Medium Swing", "4/4", "swing"), ("Medium Up Swing", "4/4", "swing"),
        ("Slow Swing", "4/4", "swing"), ("Up Tempo Swing", "4/4", "up-tempo"),
        ("Up Tempo Swing", "3/4", "waltz"), ("Medium Swing", "5/4", "five-four"),
        ("Double Time Swing", "4/4", "up-tempo"), ("Latin/Swing", "4/4", "swing"),
        ("Ballad", "4/4", "ballad"), ("Ballad Swing", "4/4", "ballad"),
        ("Ballad in Two", "4/4", "ballad-in-two"), ("Waltz", "3/4", "waltz"),
        ("Bossa Nova", "4/4", "bossa"), ("Brazil: Bossa Acoustic", "4/4", "bossa"),
        ("Brazil: Samba", "4/4", "samba"), ("Samba", "3/4", "bossa"),
        ("Afro 12/8", "4/4", "afro-cuban"), ("Afro 12/8", "12/8", "afro-cuban"),
        ("Cuba: Son Montuno 2-3", "4/4", "mambo"), ("Cuba: Cha Cha Cha", "4/4", "mambo"),
        ("Latin", "4/4", "mambo"), ("Shuffle", "4/4", "shuffle"), ("Even 8ths", "4/4", "straight"),
        ("Rock 12/8", "4/4", "gospel"), ("Slow Rock", "12/8", "gospel"),
        ("Funk", "4/4", "funk"), ("RnB", "4/4", "funk"), ("Even 16ths", "4/4", "funk"),
        ("Half Time Shuffle", "4/4", "half-time"),
        ("Second Line", "4/4", "second-line"), ("New Orleans Swing", "4/4", "second-line"),
        ("Gypsy Jazz", "4/4", "gypsy"), ("Reggae", "4/4", "straight"), ("Trance", "4/4", "swing"),
    ],
)  # fmt: skip
def test_the_style_names_of_ireal_charts_map_onto_ours(said, meter, style):
    assert style_of(said, Meter.parse(meter))[0] == style


def test_soloists_know_a_new_style_as_one_that_they_have_learned():
    learned = {learned_feel(style.name) for style in styles()}
    assert learned == {"swing", "ballad", "waltz", "bossa", "straight"}
    assert learned_feel("nobody-has-registered-this") == "nobody-has-registered-this"


# Grids


def test_a_grid_says_where_and_how_hard_a_drum_is_struck():
    assert strokes(38, 60, "X..o x...") == (
        Stroke(0, 38, 76), Stroke(1.5, 38, 34), Stroke(2, 38, 60),
    )  # fmt: skip
    assert [stroke.position for stroke in strokes(38, 60, "x.x.x.", 2)] == [0, 2 / 3, 4 / 3]
    assert {stroke.chance for stroke in strokes(38, 60, "xo", chance=0.5)} == {0.5}


def test_a_grid_says_how_long_a_chord_is_held():
    assert cell("x--.x-..") == ((0, 1.5), (2, 1))
    assert cell(".......x") == ((3.5, 0.5),)
    assert pattern("x..x..x.") == (0, 1.5, 3)

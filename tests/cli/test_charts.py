"""`jazzgen charts`: the library, files with charts, and charts in other formats."""

import json

import pytest
from commands import jazzgen, succeed

import jazzgen as package
from jazzgen.errors import ChartError
from jazzgen.io.chart_folder import chart_files
from jazzgen.io.chart_text.text import format_chart
from jazzgen.io.charts import pick_chart, read_charts
from jazzgen.io.musicxml.chart import chart_to_musicxml
from jazzgen.library import find_chart, library_names

LINK = "irealbook://A Tune=Body Some=Bossa Nova=A-=n=T44A-7   |D7   |G^7   Z"
TUNES = json.dumps([
    {"Title": title, "Sections": [{"MainSegment": {"Chords": chords}}]}
    for title, chords in (("One", "C|G7"), ("Two", "F|C7|F"), ("Second One", "Am"))
])  # fmt: skip


def test_the_library_is_listed():
    rows = succeed("charts", "--json").json
    assert [row["name"] for row in rows] == list(library_names())


def test_charts_of_files_are_listed_by_the_names_that_find_them(tmp_path):
    file = tmp_path / "tunes.json"
    file.write_text(TUNES)
    rows = succeed("charts", file, "--json").json
    assert [(row["title"], row["bars"]) for row in rows] == [
        ("One", 2), ("Two", 3), ("Second One", 1),
    ]  # fmt: skip
    for row in rows:
        assert find_chart(row["name"]).title == row["title"]


@pytest.mark.parametrize(
    ("which", "title"), [("2", "Two"), ("two", "Two"), ("One", "One"), ("second", "Second One")]
)
def test_one_of_several(tmp_path, which, title):
    file = tmp_path / "tunes.json"
    file.write_text(TUNES)
    assert find_chart(f"{file}#{which}").title == title


def test_several_without_saying_which(tmp_path):
    file = tmp_path / "tunes.json"
    file.write_text(TUNES)
    told = jazzgen("generate", "--chart", file, "--out", tmp_path / "solo.mid").complaint
    assert "holds 3 charts: name one, such as tunes.json#1 (#1 One, #2 Two, #3 Second One)" in told
    assert "has no chart '4'" in jazzgen("charts", f"{file}#4", "--show").complaint


@pytest.mark.parametrize("kind", ["txt", "musicxml", "html", "link"])
def test_whatever_the_file_is_called_its_content_counts(tmp_path, kind):
    chart = package.chart("| Am7 | D7 | Gmaj7 |")
    content = {
        "txt": format_chart(chart).encode(), "musicxml": chart_to_musicxml(chart),
        "html": f"<a href='{LINK.replace(' ', '%20')}'>x</a>".encode(), "link": LINK.encode(),
    }[kind]  # fmt: skip
    file = tmp_path / "anything"
    file.write_bytes(content)
    assert pick_chart(file).bars == chart.bars
    assert len(read_charts(file)) == 1


def test_a_link_on_the_command_line(tmp_path):
    out = tmp_path / "tune.txt"
    succeed("charts", LINK, "--out", out)
    chart = pick_chart(out)
    assert (chart.title, str(chart.key), chart.feel) == ("A Tune", "Am", "bossa")


@pytest.mark.parametrize("suffix", [".txt", ".musicxml"])
def test_a_chart_is_written_and_read_again(tmp_path, suffix):
    out = tmp_path / f"tune{suffix}"
    succeed("charts", "rhythm-changes", "--key", "Eb", "--out", out)
    assert pick_chart(out) == package.chart("rhythm-changes").in_key(package.Key("Eb"))


@pytest.mark.parametrize("suffix", [".txt", ".musicxml", ".html", ".svg"])
def test_a_file_of_the_user_is_replaced_only_if_told_to(tmp_path, suffix):
    out = tmp_path / f"tune{suffix}"
    out.write_text("mine")
    refused = jazzgen("charts", "blues", "--out", out)
    assert "jazzgen did not write it; name another file, or add --overwrite" in refused.complaint
    assert out.read_text() == "mine"
    succeed("charts", "blues", "--out", out, "--overwrite")
    succeed("charts", "pedal", "--out", out)  # this one is jazzgen's own


def test_a_chart_is_shown_as_text():
    shown = succeed("charts", "pedal", "--show").out
    assert shown == format_chart(package.chart("pedal"))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["polka"], "'polka': no such file"),
        (["blues", "--key", "Bb"], "--key needs --show, --out or --to"),
        (["blues", "--transpose", "2"], "--transpose needs --show, --out or --to"),
        (["--show"], "expected one chart, not 0"),
        (["blues", "waltz", "--show"], "expected one chart, not 2"),
        (["blues", "--out", "x.doc"], "expected a name that ends in .txt, .musicxml, .html, .pdf"),
        (["blues", "--to", "doc"], "--to doc: expected pdf, svg, png, txt, musicxml or ireal"),
        (["blues", "--to", "pdf", "--out", "x.txt"], "expected a name that ends in .pdf"),
        (["modal", "--show", "--key", "C"], "--key: Modal is in Dm"),
        (["irealbook://A Tune=Body Some=Bossa"], "breaks off (A Tune)"),
    ],
)
def test_what_cannot_be_listed(arguments, complaint):
    assert complaint in jazzgen("charts", *arguments).complaint


SONG = "Body Some=Medium Swing=C=n=T44C   |G7   Z"
PLAYLIST = f"irealbook://One={SONG}=Odd={SONG.replace('T44C   |G7   ', '')}=Two={SONG}"
ODD_TUNES = json.dumps([
    {"Title": "One", "Sections": [{"MainSegment": {"Chords": "C|G7"}}]},
    {"Title": "Odd", "Sections": [{"MainSegment": {"Chords": 7}}]},
    7,
    {"Title": "Two", "Sections": [{"MainSegment": {"Chords": "F"}}]},
])  # fmt: skip


@pytest.mark.parametrize(
    ("content", "bad", "two"), [(PLAYLIST, {"#2"}, 3), (ODD_TUNES, {"#2", "#3"}, 4)]
)
def test_a_chart_that_cannot_be_read_does_not_cost_the_others(tmp_path, content, bad, two):
    file = tmp_path / "tunes"
    file.write_text(content)
    listing = succeed("charts", file)
    assert [line.split()[0] for line in listing.out.splitlines()] == [f"{file}#1", f"{file}#{two}"]
    told = listing.err.splitlines()
    assert {line.split(": ")[0] for line in told} == {f"{file}{number}" for number in bad}
    assert all(": not read: " in line for line in told)

    rows = succeed("charts", file, "--json").json
    assert {row["name"].removeprefix(str(file)) for row in rows if row["error"]} == bad
    assert rows[1]["title"] == "Odd"
    assert rows[1]["bars"] is None

    assert find_chart(f"{file}#{two}").title == find_chart(f"{file}#two").title == "Two"
    assert "tunes: " in jazzgen("charts", f"{file}#odd", "--show").complaint
    assert [chart.title for chart in read_charts(file)] == ["One", "Two"]


def test_a_file_that_cannot_be_read_does_not_cost_the_others(tmp_path):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("| C | G7 |")
    bad.write_text("| Hello | World |")
    listing = succeed("charts", bad, tmp_path / "none.txt", good)
    assert listing.out.startswith(str(good))
    assert "bad.txt: not read: " in listing.err
    assert "no such file" in listing.err
    assert "bad.txt" in jazzgen("charts", bad).complaint


@pytest.mark.parametrize(
    ("asked", "title"),
    [("the cafe", "Café, The"), ("Café, The", "Café, The"), ("CAFE", "Café, The"),
     ("cafe blues", "Cafe Blues"), ("blues", "Cafe Blues"), ("what's new", "What’s New?")],
)  # fmt: skip
def test_a_title_is_found_however_it_is_written(tmp_path, asked, title):
    titles = ["Cafe Blues", "Café, The", "What’s New?"]
    tunes = [{"Title": each, "Sections": [{"MainSegment": {"Chords": "C"}}]} for each in titles]
    file = tmp_path / "tunes.json"
    file.write_text(json.dumps(tunes))
    assert pick_chart(file, asked).title == title


def test_the_charts_of_a_folder(tmp_path):
    inner = tmp_path / "songs" / "more"
    inner.mkdir(parents=True)
    (inner / "good.txt").write_text("| C | G7 |")
    (inner.parent / "tunes.txt").write_text(PLAYLIST)
    (inner / "notes.txt").write_text("call the drummer")
    (inner / "picture.png").write_bytes(b"no chart")
    (inner / ".hidden.txt").write_text("| C |")
    listing = succeed("charts", inner.parent)
    names = [line.split()[0] for line in listing.out.splitlines()]
    assert names == [
        str(inner / "good.txt"),
        *(f"{inner.parent / 'tunes.txt'}#{n}" for n in (1, 3)),
    ]
    assert "passed over 1 file without a chart, such as notes.txt" in listing.err
    assert "#2: not read: " in listing.err
    (tmp_path / "empty").mkdir()
    assert "no file in it holds a chart" in jazzgen("charts", tmp_path / "empty").complaint


def test_json_tells_of_the_one_chart_that_is_written(tmp_path):
    out = tmp_path / "blues.musicxml"
    told = succeed("charts", "blues", "--out", out, "--json").json
    assert told == {"title": "Blues", "bars": 12, "key": "F", "file": str(out)}
    told = succeed("charts", "blues", "--show", "--key", "Bb", "--json").json
    assert told.pop("text").startswith("title: Blues\nkey: Bb\n")
    assert told == {"title": "Blues", "bars": 12, "key": "Bb"}


def test_a_folder_may_not_have_too_many_files(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("| C |")
    assert [len(files) for files in chart_files(tmp_path, max_files=3)] == [3, 0]
    with pytest.raises(ChartError, match="more than 2 files"):
        chart_files(tmp_path, max_files=2)


@pytest.mark.parametrize(
    ("chart", "options", "key", "bars", "said"),
    [
        ("blues", ["--key", "Eb"], "Eb", "| Eb7 | Ab7 |", "transposed from F to Eb"),
        ("blues", ["--transpose", "-2"], "Eb", "| Eb7 | Ab7 |", "transposed from F to Eb"),
        ("minor-blues", ["--transpose", "D"], "Dm", "| Dm6 |", "transposed from Cm to Dm"),
        ("| F | G | C |", ["--key", "F"], "F", "| F | G | C |", "taken to be in F"),
        ("| F | G | C |", ["--transpose", "3"], "Eb", "| Ab | Bb | Eb |", "from C to Eb"),
        ("| F | G |", ["--key", "C", "--transpose", "D"], "D", "| G | A |", "from C to D"),
        ("Dm7 G7 Cmaj7", [], "C", "| Dm7 | G7 | Cmaj7 |", ""),
        ("Dm7, G7 - Cmaj7 %", ["--transpose", "2"], "D", "| Em7 | A7 | Dmaj7 | % |", "to D"),
        ("Dm7-G7→C Maj7", [], "C", "| Dm7 | G7 | Cmaj7 |", ""),
        ("2-7 57 1maj7", ["--key", "Bb"], "Bb", "| Cm7 | F7 | Bbmaj7 |", "taken to be in Bb"),
        ("ii7 V7 Imaj7", ["--key", "Bb"], "Bb", "| Cm7 | F7 | Bbmaj7 |", "taken to be in Bb"),
    ],
)
def test_the_key_is_stated_or_the_chart_is_transposed(chart, options, key, bars, said):
    shown = succeed("charts", chart, "--show", *options)
    assert f"key: {key}\n" in shown.out
    assert bars.rstrip("| ") in shown.out
    assert said in shown.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--transpose", "99"], "--transpose: 99 semitones: expected at most 24"),
        (["--transpose", "high"], "--transpose: 'high' is not a key"),
        (["--transpose", "Cm"], "--transpose: Blues is in F (major)"),
        (["--key", "C", "--transpose", "1"], "both transpose this chart; leave out one"),
    ],
)
def test_what_is_no_transposition(options, message):
    assert message in jazzgen("charts", "blues", "--show", *options).complaint


def test_a_mistyped_chord_is_told_and_strict_refuses_it(tmp_path):
    file = tmp_path / "tune.txt"
    file.write_text("| Dm7 | Gfoo7 | Cmja7 | Gfoo7 |")
    shown = succeed("charts", file, "--show")
    assert "| Dm7 | G | Cmaj7 | G |" in shown.out
    assert "tune.txt: bars 2, 4: 'Gfoo7' is read as G\n" in shown.err
    assert "tune.txt: bar 3: 'Cmja7' is read as Cmaj7\n" in shown.err
    refused = jazzgen("charts", file, "--show", "--strict")
    assert "'Gfoo7' is read as G (refused because of --strict)" in refused.complaint
    assert "'Gfoo7' is read as G" in jazzgen("charts", file, "--strict").complaint


def test_a_playlist_that_breaks_off_keeps_its_whole_songs(tmp_path):
    file = tmp_path / "tunes.html"
    file.write_text(f"irealbook://One={SONG}=Two=Body=Medium Swing")
    listing = succeed("charts", file)
    assert "One" in listing.out
    assert "#2: not read: the iReal Pro link breaks off (Two)" in listing.err


@pytest.mark.parametrize(
    ("kind", "suffix", "begins"),
    [
        ("ireal", "html", b"<!DOCTYPE html>"),
        ("musicxml", "musicxml", b"<?xml"),
        ("pdf", "pdf", b"%PDF"),
    ],
)
def test_a_chart_is_written_as_a_kind(kind, suffix, begins, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    succeed("charts", "blues", "--to", kind)
    assert (tmp_path / f"blues.{suffix}").read_bytes().startswith(begins)

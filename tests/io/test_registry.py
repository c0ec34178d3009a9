"""The registry of formats: a plug-in's is known wherever files are read, and ours are in order."""

import os
from dataclasses import replace
from importlib import import_module

import pytest
from commands import jazzgen, succeed
from lick_format import LICK
from platforms import posix

import jazzgen as package
from jazzgen.datasets.dataset import read_dataset
from jazzgen.datasets.sources import find_files
from jazzgen.errors import ConfigError, MidiError
from jazzgen.io.charts import read_charts
from jazzgen.io.format import Format
from jazzgen.io.registry import BUILT_IN, CHART_TEXT, FORMATS, MIDI, MUSICXML, listed
from jazzgen.transcription.chart_beside import changes_beside

TEXT = "lick over Dm7\n62 12\n65 12\n69 24\n72 48\n"
PITCHES = [62, 65, 69, 72]


@pytest.fixture
def lick(tmp_path):
    (tmp_path / "licks").mkdir()
    file = tmp_path / "licks" / "one.lick"
    file.write_text(TEXT)
    return file


@pytest.fixture
def _registered():
    with FORMATS.registered(LICK):
        yield


def pitches(solo):
    return [note.pitch for note in solo.notes]


@pytest.mark.usefixtures("_registered")
def test_a_folder_is_prepared_by_workers(lick, tmp_path):
    (lick.parent / "bad.lick").write_text("lick over Dm7\n62 half\n")
    made = succeed("prepare", lick.parent, "--out", tmp_path / "d", "--jobs", 2, "--json").json
    assert [one["file"] for one in made["accepted"]] == [str(lick)]
    [rejected] = made["rejected"]
    assert rejected["reason"].endswith("bad.lick: line 2: expected a pitch and a duration")
    [solo] = read_dataset(tmp_path / "d")
    assert pitches(solo) == PITCHES
    assert str(solo.chart.chord_at(0)) == "Dm7"


@pytest.mark.usefixtures("_registered")
@pytest.mark.parametrize("isolate", [True, False])
def test_one_file_is_read(lick, isolate):
    with FORMATS.registered(
        replace(LICK, name="another", isolate=isolate)
    ):  # the latest goes first
        solo = package.read(lick)
        assert (pitches(solo), solo.title) == (PITCHES, "A Lick")
        over = package.read(lick, chart=package.chart("| G7 |"))
        assert str(over.chart.chord_at(0)) == "G7"
        lick.write_text("lick over Dm7\nno\n")
        with pytest.raises(MidiError, match=r"one\.lick: line 2: expected a pitch"):
            package.read(lick)


@pytest.mark.usefixtures("_registered")
def test_content_goes_before_the_name(lick, tmp_path):
    odd = lick.rename(tmp_path / "odd.mid")
    assert pitches(package.read(odd)) == PITCHES
    package.save(package.read(odd), tmp_path / "saved.mid").rename(tmp_path / "saved.lick")
    assert FORMATS.of_music(tmp_path / "saved.lick") is MIDI


@pytest.mark.usefixtures("_registered")
def test_its_charts_are_listed_and_played_over(lick, tmp_path):
    [row] = succeed("charts", lick, "--json").json
    assert (row["title"], row["bars"]) == ("Lick Changes", 1)
    solo = tmp_path / "solo.mid"
    succeed("generate", "--chart", lick, "--choruses", 4, "--primer", lick, "--out", solo)
    played = package.read(solo)
    assert pitches(played)[:3] == PITCHES[:3]
    assert str(played.chart.chord_at(0)) == "Dm7"


@pytest.mark.usefixtures("_registered")
def test_its_chart_beside_a_file_counts(lick, tmp_path):
    tune = tmp_path / "both" / "tune.mid"
    package.save(package.read(lick), tune)
    lick.rename(tune.with_suffix(".chart.lick"))
    assert [file.path for file in find_files([tune.parent])] == [str(tune)]
    chart, doubts = changes_beside(tune)
    assert (chart.title, doubts) == ("Lick Changes", ())
    assert FORMATS.is_chart_beside("tune.lick", {"tune.mid"})
    assert not FORMATS.is_chart_beside("tune.lick", {"other.mid"})


def test_help_names_it_while_it_is_registered(lick):
    def told(*arguments):
        return " ".join(succeed(*arguments, "--help").out.replace("│", " ").split())

    commands = [["prepare"], ["charts"], ["train"], ["evaluate"], ["generate"]]
    assert not any("Lick" in told(*command) for command in commands)
    with FORMATS.registered(LICK):
        assert [command for command in commands if "Lick" not in told(*command)] == []
        empty = lick.parent / "empty"
        empty.mkdir()
        complaint = jazzgen("prepare", empty, "--out", lick.parent / "d").complaint
        assert "a folder without MIDI, MusicXML or Lick files" in complaint
    assert not any("Lick" in told(*command) for command in commands)
    assert next(find_files([lick])).kind == "music"
    assert "not a Standard MIDI File" in jazzgen("render", lick, "--to", "svg").complaint


def test_a_collection(tmp_path):
    file = tmp_path / "many.licks"
    file.write_text("licks\n")
    with FORMATS.registered(
        Format(name="Book", starts=(b"licks\n",), collection="test_registry:two")
    ):
        made = succeed("prepare", file, "--out", tmp_path / "d", "--json").json
        assert [one["file"] for one in made["accepted"]] == [f"{file}#one", f"{file}#two"]
        assert "Book files" in " ".join(succeed("prepare", "--help").out.split())
    assert "many.licks: not a Standard MIDI File" in jazzgen(
        "prepare", file, "--out", tmp_path / "e"
    ).complaint  # fmt: skip


def two(_path, _names, _on_solo):
    chart = package.chart("| C |")
    for n, name in enumerate(("one", "two")):
        yield (
            name,
            package.Solo(tuple(package.Note(12 * i, 12, 60 + n + i) for i in range(4)), chart),
        )


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"solos": "read_lick"}, "format X: 'read_lick': expected module:name"),
        ({"solos": "a:b", "suffixes": ("lick",)}, "format X: suffix 'lick': expected one such as"),
        ({"solos": "a:b", "suffixes": (".LICK",)}, "format X: suffix '.LICK': expected one such"),
        ({"suffixes": (".lick",)}, "format X: nothing reads it"),
    ],
)
def test_what_is_no_format(fields, complaint):
    with pytest.raises(ConfigError, match=f"^{complaint}"):
        Format(name="X", **fields)


def test_two_of_one_name():
    with (
        FORMATS.registered(LICK),
        pytest.raises(ConfigError, match="format 'lick': the name is already taken"),
    ):
        FORMATS.register(replace(LICK, name="lick"))
    assert LICK not in FORMATS.values()


def test_a_reader_that_is_not_there_is_told(lick, tmp_path):
    for reference in ("lick_format:gone", "no_such_module:read"):
        with FORMATS.registered(replace(LICK, solos=reference)):
            complaint = jazzgen("prepare", lick, "--out", tmp_path / "d").complaint
            assert f"format Lick: {reference} cannot be found" in complaint


@pytest.mark.parametrize("one", BUILT_IN, ids=lambda one: one.name)
def test_what_ours_name_is_there_and_lies_on_their_floor(one):
    for reference in (one.sniff, one.confirm, one.charts, one.scores, one.solos, one.collection,
                      one.write_chart):  # fmt: skip
        if reference:
            module, _, name = reference.partition(":")
            assert module.startswith("jazzgen.io.")
            assert callable(getattr(import_module(module), name))


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("a", b"MThd\0\0\0\6", MIDI), ("a.musicxml", b"MThd\0\0\0\6", MIDI),
        ("a.mid", b"PK\3\4", MUSICXML), ("a", b"\xef\xbb\xbf<?xml version='1.0'?>", MUSICXML),
        ("a.xml", b"", MUSICXML), ("a", b"", MIDI), ("a.txt", b"| C |", MIDI),
        ("a", "<score-partwise/>".encode("utf-16"), MUSICXML),
    ],
)  # fmt: skip
def test_the_format_of_music(tmp_path, name, content, format_):
    (tmp_path / name).write_bytes(content)
    assert FORMATS.of_music(tmp_path / name) is format_


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a", b"| C |", "chart text"), ("a.musicxml", b"| C |", "chart text"),
        ("a", b"[A] | C |", "chart text"), ("a.json", b"nonsense", "JSON"),
        ("a", b' [{"Title": "x"}]', "JSON"), ("a.txt", b"{ }", "chart text"),
        ("a", "irealb://x".encode("utf-16"), "iReal Pro"),
        ("a", b"<?xml version='1.0'?><html>irealb://x", "iReal Pro"),
        ("a", b"<score-partwise/>", "MusicXML"), ("a", b"", "chart text"),
    ],
)  # fmt: skip
def test_the_format_of_charts(name, content, told):
    assert FORMATS.of_chart(content, name).name == told


def test_suffixes_of_charts_beside_a_file(tmp_path):
    marks = (".chart.txt", ".chart.musicxml", ".chart.mxl", ".chart.html", ".chart.json",
             ".chart.ls", ".chart.cho", ".chart.chopro", ".chart.chordpro", ".chart.crd",
             ".chart.pro")  # fmt: skip
    assert FORMATS.chart_suffixes(tmp_path / "a.mid") == (*marks, ".musicxml", ".mxl")
    assert FORMATS.chart_suffixes(tmp_path / "a.mxl") == marks


@posix
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert FORMATS.of_music(tmp_path / "pipe") is MIDI
    assert FORMATS.of_collection(tmp_path / "pipe") is None


def test_a_chart_is_written_in_every_format_that_says_so(tmp_path):
    for one in FORMATS.writing:
        for suffix in one.written:
            file = tmp_path / f"tune{suffix}"
            succeed("charts", "ii-V-I", "--out", file)
            assert read_charts(file) == (package.chart("ii-V-I"),)
            assert FORMATS.of_chart(file.read_bytes(), file.name) is one
    assert FORMATS.writing[0] is CHART_TEXT


def test_names_in_a_sentence():
    assert listed(["A"], "or") == "A"
    assert listed(["A", "B"], "or") == "A or B"
    assert listed(["A", "B", "C"], "and") == "A, B and C"

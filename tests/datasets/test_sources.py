"""Which files sources hold, and in what order."""

import os
import subprocess
from pathlib import Path

from platforms import symlinks, unprivileged

from jazzgen.datasets.sources import find_files


def make(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"content")
    return folder


def found(*sources):
    return [(file.kind, file.path) for file in find_files(sources)]


def test_the_order_is_that_of_paths_part_by_part(tmp_path):
    names = ("a/z.mid", "a.mid", "a-b/x.MID", "B.midi", "a/b/c.mid", ".hidden/d.mid", "ä.mid",
             "a b.mid", "note.txt", ".mid")  # fmt: skip
    folder = make(tmp_path / "f", *names)
    expected = sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in (".mid", ".midi")
    )
    assert found(folder) == [("music", str(path)) for path in expected]


def test_names_are_as_they_were_given(tmp_path, monkeypatch):
    make(tmp_path, "a.mid", "b/c.mid")
    monkeypatch.chdir(tmp_path)
    assert [path for _, path in found(".")] == ["a.mid", "b/c.mid"]
    assert [path for _, path in found("./b/", "b/c.mid")] == ["b/c.mid", "b/c.mid"]


@symlinks
def test_folders_named_like_files_and_links_in_circles(tmp_path):
    make(tmp_path / "f", "x.mid/y.mid")
    (tmp_path / "f" / "loop").symlink_to(tmp_path / "f")
    (tmp_path / "f" / "link.mid").symlink_to(tmp_path / "f" / "x.mid" / "y.mid")
    (tmp_path / "f" / "gone.mid").symlink_to(tmp_path / "nowhere")
    names = [path.removeprefix(f"{tmp_path}/f/") for _, path in found(tmp_path / "f")]
    assert names == ["link.mid", "x.mid/y.mid"]


def test_folders_that_lie_deep(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(1200):
        Path("d").mkdir()
        os.chdir("d")
    Path("a.mid").write_bytes(b"content")
    monkeypatch.chdir(tmp_path)
    try:
        assert len(found("d")) == 1
    finally:  # deeper than what clears up after tests can go
        subprocess.run(["rm", "-rf", "d"], check=True)


def test_scores_are_music_but_charts_of_their_neighbours_and_other_xml_are_not(tmp_path):
    folder = make(
        tmp_path / "f", "a.mxl", "b.musicxml", "c.KAR", "d.rmi", "e.mid", "e.musicxml", "f.midi",
        "f.mxl", "g.musicxml", "g.chart.musicxml", "h.chart.mxl", "i.xml", "j.xml", "k.mid/k.mxl",
    )  # fmt: skip
    (folder / "i.xml").write_text("<score-partwise/>", encoding="utf-16")
    names = [path.removeprefix(f"{folder}/") for _, path in found(folder)]
    assert names == [
        "a.mxl", "b.musicxml", "c.KAR", "d.rmi", "e.mid", "f.midi", "g.musicxml", "i.xml",
        "k.mid/k.mxl",
    ]  # fmt: skip
    assert found(folder / "e.musicxml", folder / "j.xml") == [
        ("music", str(folder / "e.musicxml")), ("music", str(folder / "j.xml")),
    ]  # fmt: skip


def test_what_is_not_there_and_what_is_empty(tmp_path):
    (tmp_path / "empty").mkdir()
    problems = [
        file.problem for file in find_files([tmp_path / "gone", tmp_path / "empty", "n" * 300])
    ]
    assert problems == [
        f"{tmp_path / 'gone'}: no such file or folder",
        f"{tmp_path / 'empty'}: a folder without MIDI or MusicXML files",
        "n" * 300 + ": File name too long",
    ]


@unprivileged
def test_a_folder_that_may_not_be_read(tmp_path):
    make(tmp_path, "a.mid", "closed/b.mid")
    (tmp_path / "closed").chmod(0)
    files = list(find_files([tmp_path]))
    (tmp_path / "closed").chmod(0o700)
    assert [file.kind for file in files] == ["music", "nothing"]
    assert files[1].problem == f"{tmp_path / 'closed'}: Permission denied"


def test_a_file_that_changed_is_not_equal_to_what_it_was(tmp_path):
    make(tmp_path, "a.mid")
    [before] = find_files([tmp_path])
    assert before == next(find_files([tmp_path]))
    os.utime(tmp_path / "a.mid", ns=(0, before.changed + 1))
    assert before != next(find_files([tmp_path]))


def test_a_file_is_not_equal_to_itself_once_the_chart_beside_it_has_changed(tmp_path):
    make(tmp_path, "a.mid")
    states = [next(find_files([tmp_path]))]
    chart = tmp_path / "a.chart.txt"
    for text in ("| C |", "| F |"):
        chart.write_text(text, encoding="utf-8")
        os.utime(chart, ns=(0, states[-1].changed + 10**9))
        [file] = find_files([tmp_path])
        assert [file] == list(find_files([tmp_path / "a.mid"]))
        states.append(file)
    chart.unlink()
    assert next(find_files([tmp_path])) == states[0]
    assert len(set(states)) == 3

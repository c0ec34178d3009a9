"""No command replaces a file of the user's, or one that it reads, unless it is told to."""

import shutil

import pytest
from commands import jazzgen, succeed
from platforms import symlinks

from jazzgen.titles.model import TitleModel


@pytest.fixture
def solo(small_corpus, tmp_path):
    return shutil.copy(small_corpus / "clockwise-wren.mid", tmp_path / "solo.mid")


@pytest.fixture
def names(tmp_path):
    file = tmp_path / "names.txt"
    file.write_text("Anna\nBob\n")
    return file


def test_a_text_on_jazzgen_is_not_by_jazzgen(tmp_path):
    essay = tmp_path / "essay.txt"
    essay.write_text("What I think of jazzgen")
    assert "jazzgen did not write it" in jazzgen("charts", "blues", "--out", essay).complaint
    succeed("charts", "blues", "--out", essay, "--overwrite")
    succeed("charts", "rhythm-changes", "--out", essay)


TITLES = ("--units", 4, "--epochs", 1)


def test_the_users_files_stay(solo, names, tmp_path):
    succeed("prepare", solo, "--out", tmp_path / "shards", "--shard", "1/1")
    essay = tmp_path / "essay.png"
    for command in (
        ("prepare", solo, "--out"),
        ("merge", tmp_path / "shards", "--out"),
        ("train-titles", names, *TITLES, "--out"),
        ("diagnose", "gradients", "--cell", "rnn", "--steps", 1, "--picture"),
    ):
        essay.write_text("mine")
        assert (
            f"{essay}: exists, and jazzgen did not write it" in jazzgen(*command, essay).complaint
        )
        assert essay.read_text() == "mine"
        succeed(*command, essay, "--overwrite")
        assert essay.read_bytes() != b"mine"
        succeed(*command, essay)  # now it is ours


def test_what_is_read_is_never_replaced(solo, names):
    before = solo.read_bytes()
    refused = jazzgen("prepare", solo, "--out", solo, "--overwrite")
    assert refused.complaint == (
        f"jazzgen: {solo}: is read, and would be overwritten; name another file with --out"
    )
    assert "is read" in jazzgen("prepare", solo, "--names", names, "--out", names).complaint
    assert "is read" in jazzgen("train-titles", names, *TITLES, "--out", names).complaint
    assert solo.read_bytes() == before
    assert names.read_text() == "Anna\nBob\n"


def test_a_model_of_other_titles_is_replaced_only_if_asked_for(names, tmp_path):
    out = tmp_path / "titles.safetensors"
    command = ("train-titles", names, *TITLES, "--out", out)
    succeed(*command)
    succeed(*command)  # the same again
    names.write_text("Carl\nDora\n")
    assert f"{out}: holds a model of other lines" in jazzgen(*command).complaint
    assert TitleModel.load(out).known == ("Anna", "Bob")
    succeed(*command, "--overwrite")
    assert TitleModel.load(out).known == ("Carl", "Dora")


def test_a_picture_is_no_other_output(tiny_model, tmp_path):
    picture = tmp_path / "solo.svg"
    play = ("generate", "--model", tiny_model, "--choruses", 1, "--no-band")
    refused = jazzgen(*play, "--out", picture, "--picture", picture)
    assert f"--picture {picture}: is another output" in refused.complaint


@symlinks
def test_the_file_is_written_that_a_link_leads_to(tiny_model, tmp_path):
    (tmp_path / "folder").mkdir()
    link, file = tmp_path / "link.mid", tmp_path / "folder" / "solo.mid"
    link.symlink_to(file)
    for seed in (1, 2):  # a link to nothing, and one to a file
        succeed("generate", "--model", tiny_model, "--choruses", 1, "--seed", seed, "--out", link)
        assert link.is_symlink()
        assert file.read_bytes()[:4] == b"MThd"
    assert [one.name for one in (tmp_path / "folder").iterdir()] == ["solo.mid"]

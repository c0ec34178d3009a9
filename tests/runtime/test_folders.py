"""Things that are asked for by name are found: here, among the user's own, with the package."""

from pathlib import Path

import pytest
from commands import ROOT
from platforms import symlinks

from jazzgen.runtime import folders
from jazzgen.runtime.folders import archive_note, find_source, shipped, user_folder


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A folder in place of the package's own."""
    folder = tmp_path / "site" / "jazzgen"
    folder.mkdir(parents=True)
    monkeypatch.setattr(folders, "package_folder", lambda: folder)
    return folder


@pytest.mark.parametrize("name", ["models", "midi_data"])
def test_a_clone_has_them_beside_the_package(name):
    assert shipped(name) == ROOT / name
    assert shipped(name).is_dir()


def test_an_installation_has_them_inside(package):
    (package.parent / "models").mkdir()  # somebody else's
    assert shipped("models") == package / "_data" / "models"
    (package.parent / "pyproject.toml").write_text("")  # as careless packages leave it there
    (package / "_data" / "models").mkdir(parents=True)
    assert shipped("models") == package / "_data" / "models"
    assert archive_note() == ""


def test_the_user_s_folders_are_the_platform_s(user_data):
    for kind in ("models", "downloads"):
        assert user_folder(kind).name == kind
        assert "jazzgen" in user_folder(kind).parts
        assert user_folder(kind).is_absolute()
    assert user_folder("models").is_relative_to(user_data)  # of this test's platform


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    """An empty folder to work in, and one of downloads."""
    (tmp_path / "here").mkdir()
    (tmp_path / "downloads").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(folders, "user_folder", lambda kind: tmp_path / kind)
    return tmp_path / "downloads"


def test_a_download_is_found_by_its_name(downloads):
    (downloads / "songs.db").write_text("")
    assert find_source("songs.db") == downloads / "songs.db"
    Path("songs.db").write_text("")
    assert find_source("songs.db") == Path("songs.db")


@pytest.mark.parametrize("name", ["no.db", "x/songs.db", "..", "", "n" * 300])
def test_whatever_else_is_the_path_that_it_is(name, downloads):
    (downloads / "songs.db").write_text("")
    assert find_source(name) == Path(name)


@symlinks
def test_the_corpus_is_found_by_its_name(downloads):
    assert find_source("midi_data") == ROOT / "midi_data"
    Path("midi_data").symlink_to("nothing")  # which its reader will tell
    assert find_source("midi_data") == Path("midi_data")
    assert downloads.is_dir()

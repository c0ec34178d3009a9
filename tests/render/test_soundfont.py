import pytest

from jazzgen.errors import ConfigError
from jazzgen.render import soundfont
from jazzgen.render.soundfont import VARIABLE, find_soundfont

WHOLE = b"RIFF" + (20).to_bytes(4, "little") + b"sfbk" + bytes(16)


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Two folders of soundfonts, the second missing at first; the user has named no soundfont."""
    found = [tmp_path / "one", tmp_path / "two"]
    found[0].mkdir()
    monkeypatch.delenv(VARIABLE, raising=False)
    return found


def put(path, content=WHOLE):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def found_in(folders, given=None):
    return find_soundfont(given, tuple(map(str, folders)))


def test_the_one_that_is_given_comes_first(tmp_path, folders, monkeypatch):
    put(folders[0] / "FluidR3_GM.sf2")
    named = put(tmp_path / "named.sf3")
    monkeypatch.setenv(VARIABLE, str(named))
    assert found_in(folders) == named
    given = put(tmp_path / "given.sf2")
    assert found_in(folders, given) == given


def test_the_best_one_that_is_installed(folders):
    good = put(folders[1] / "FluidR3_GM.sf2")
    put(folders[0] / "default-GM.sf2")
    put(folders[0] / "Zebra.sf2")
    small = put(folders[0] / "TimGM6mb.sf2")
    put(folders[0] / "aaa.txt")
    assert found_in(folders) == good
    good.unlink()
    assert found_in(folders) == folders[0] / "default-GM.sf2"
    (folders[0] / "default-GM.sf2").unlink()
    assert found_in(folders) == small
    small.unlink()
    assert found_in(folders) == folders[0] / "Zebra.sf2"


def test_damaged_ones_are_passed_over(folders):
    put(folders[0] / "FluidR3_GM.sf2", WHOLE[:-1])
    whole = put(folders[0] / "other.SF3")
    assert found_in(folders) == whole


@pytest.mark.parametrize(
    ("platform", "how"),
    [("linux", "apt install fluid-soundfont-gm"), ("darwin", "Library/Audio"), ("win32", "C:/")],
)
def test_where_there_is_none_it_says_how_to_get_one(folders, monkeypatch, platform, how):
    monkeypatch.setattr(soundfont.sys, "platform", platform)
    with pytest.raises(ConfigError, match=rf"none was found: .*{how}.*JAZZGEN_SOUNDFONT"):
        found_in(folders)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (WHOLE[:-1], "is truncated"),
        (b"RIFF\4\0\0\0WAVE", "is of another kind"),
        (b"", "is of another kind"),
    ],
)
def test_what_is_no_soundfont(tmp_path, folders, monkeypatch, content, message):
    path = tmp_path / "a.sf2"
    if content is not None:
        put(path, content)
    with pytest.raises(ConfigError, match=rf"^{path}: {message}; expected a soundfont"):
        find_soundfont(path)
    monkeypatch.setenv(VARIABLE, str(path))
    with pytest.raises(ConfigError, match=rf"^{VARIABLE}: {path}: {message}"):
        found_in(folders)


def test_a_folder_is_no_soundfont(tmp_path):
    with pytest.raises(ConfigError, match="is a folder"):
        find_soundfont(tmp_path)

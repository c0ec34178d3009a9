import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import DatasetError
from jazzgen.titles.text import JAZZ_TITLES, START, Alphabet, clean, read_lines


def test_the_titles_that_come_along_are_clean_and_sorted():
    lines = JAZZ_TITLES.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 1000
    assert clean(lines) == lines
    assert lines == sorted(lines, key=lambda line: (line.casefold(), line))
    assert read_lines(JAZZ_TITLES) == lines
    assert {"Naima", "Donna Lee", "'S Wonderful"} < set(lines)


def test_lines_are_cleaned():
    messy = ["  So   What\t", "", "so what", "Ne\u0301e", "Bel\x07l", "   "]
    assert clean(messy) == ["So What", "N\u00e9e", "Bell"]


def test_long_lines_are_folded_at_words():
    words = [f"la{number}" for number in range(60)]
    parts = clean([" ".join(words), "x" * 130])
    assert max(map(len, parts)) <= 120
    assert " ".join(parts[:-2]).split() == words
    assert parts[-2:] == ["x" * 120, "x" * 10]


LINES = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=20),
    min_size=1,
    max_size=8,
)


@given(LINES)
def test_what_is_encoded_can_be_decoded(lines):
    alphabet = Alphabet.of(lines)
    assert list(alphabet.characters) == sorted(set(alphabet.characters))
    sheet = alphabet.encode(lines)
    assert sheet.inputs.shape == sheet.targets.shape == sheet.counted.shape
    for line, inputs, targets, counted in zip(lines, *sheet, strict=True):
        assert alphabet.decode(targets[counted]) == line + "\n"
        assert inputs[0] == START
        np.testing.assert_array_equal(inputs[1:], targets[:-1])
        assert counted.sum() == len(line) + 1
        assert not np.diff(counted.astype(int)).max(initial=0) > 0, "padding lies behind"


def test_a_character_that_nobody_knows():
    with pytest.raises(DatasetError, match=r"'Ola\?': not in the alphabet: '\?'"):
        Alphabet.of(["Ola"]).encode(["Ola?"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "at least two different characters, got 0"),
        (b"\n  \n\x00\n", "at least two different characters, got 0"),
        (b"aaa\naa\n", "at least two different characters, got 1"),
        (b"Caf\xe9\n", "expected UTF-8, got byte 0xe9 at 3"),
        (b"\xff\xfeS\x00o\x00", "expected UTF-8, got byte 0xff at 0"),
        (b"a" * (10 * 2**20 + 1), "has 10,485,761 bytes; expected at most 10,485,760"),
    ],
)
def test_text_that_is_none_is_refused(tmp_path, content, reason):
    (tmp_path / "names.txt").write_bytes(content)
    with pytest.raises(DatasetError, match=f"names.txt: .*{reason}"):
        read_lines(tmp_path / "names.txt")


def test_text_at_the_limits_is_read(tmp_path):
    (tmp_path / "names.txt").write_bytes(b"\xef\xbb\xbfAb\r\nBa\r\n" + b" " * (10 * 2**20 - 11))
    assert (tmp_path / "names.txt").stat().st_size == 10 * 2**20
    assert read_lines(tmp_path / "names.txt") == ["Ab", "Ba"]


@pytest.mark.parametrize("name", ["nothing.txt", "."])
def test_a_file_that_cannot_be_read(tmp_path, name):
    with pytest.raises(DatasetError, match=r"no such file|is a folder"):
        read_lines(tmp_path / name)

import json

import pytest
from commands import jazzgen, succeed, tree

NAMES = "Naima\nOleo\nSolar\nNefertiti\nBlue Monk\nBlue Train\nMonk Train\n" * 2


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("titles")
    (folder / "names.txt").write_text(NAMES)
    out = folder / "models" / "mine.safetensors"
    done = succeed(
        "train-titles", folder / "names.txt", "--out", out, "--units", 12, "--epochs", 3, "--json"
    )
    return out, done


def test_training_says_how_it_goes_and_gives_figures(trained):
    out, done = trained
    found = json.loads(done.out)
    assert found["model"] == str(out)
    assert (found["lines"], found["epochs"]) == (7, 3)
    assert found["nats_per_character"] > 0
    lines = done.err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1", "epoch 2", "epoch 3"]
    assert list(tree(out.parent)) == ["mine.safetensors"]


def test_titles_are_invented(trained):
    first, again, other = (
        succeed("titles", "--model", trained[0], "--count", 5, "--seed", seed).out.splitlines()
        for seed in (1, 1, 2)
    )
    assert len(first) == 5
    assert first == again != other
    listed = json.loads(
        succeed("titles", "--model", trained[0], "--count", 5, "--seed", 1, "--json").out
    )
    assert listed == first
    assert not set(first) & set(NAMES.splitlines())


def test_the_coldest_temperature_is_the_likeliest_title():
    titles = [succeed("titles", "--count", 3, "--temperature", t).out for t in (0, 1e-320)]
    assert titles[0] == titles[1] != ""


def test_the_model_that_comes_along_invents_titles_that_are_new():
    from jazzgen.titles.text import JAZZ_TITLES, read_lines

    known = {line.casefold() for line in read_lines(JAZZ_TITLES)}
    words = {word for line in known for word in line.split()}
    found = [title.casefold() for title in succeed("titles", "--count", 20).out.splitlines()]
    assert len(set(found)) >= 18
    assert not set(found) & known
    assert all(set(title.split()) <= words for title in found)
    assert not any(title.endswith((" of", " the", " a")) for title in found)


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        (b"", (), "names.txt: expected lines with at least two"),
        (b"aaa", (), "names.txt: expected lines with at least two different characters, got 1"),
        (b"\xe9\xe9", (), "names.txt: expected UTF-8"),
        (b"Oleo", ("--units", 0), "--units 0"),
        (b"Oleo", ("--clip-norm", 1, "--clip-value", 1), "give one of --clip-norm and"),
        (b"Oleo", ("--cell", "tlstm"), "'tlstm' is not one of"),
    ],
)
def test_what_cannot_be_trained_is_refused(tmp_path, content, options, reason):
    (tmp_path / "names.txt").write_bytes(content)
    complaint = jazzgen(
        "train-titles", tmp_path / "names.txt", "--out", tmp_path / "out.safetensors", *options
    ).complaint
    assert reason in complaint
    assert list(tree(tmp_path)) == ["names.txt"]


def test_a_model_that_is_not_there(tmp_path):
    assert "none: no such file" in jazzgen("titles", "--model", tmp_path / "none").complaint
    complaint = jazzgen("titles", "--temperature", -1).complaint
    assert "--temperature -1: expected at least 0" in complaint

"""`jazzgen generate --draws`: several solos for each take, of which the judge keeps one."""

from dataclasses import replace

import pytest
from commands import jazzgen, succeed
from small_judge import small_judge

from jazzgen.nn.draws import draw_seeds
from jazzgen.nn.folder import read_manifest, read_model_folder, write_model_folder
from jazzgen.transcription.read import read

CHART = ("--chart", "| Dm7 | G7 | Cmaj7 | C6 |", "--choruses", 2)


@pytest.fixture(scope="module")
def judged(tiny_model, tmp_path_factory):
    """The tiny model with a judge."""
    files = read_model_folder(tiny_model)
    files = replace(files, assets=replace(files.assets, judge=small_judge()))
    facts = {name: read_manifest(tiny_model)[name] for name in ("data", "training", "figures")}
    return write_model_folder(
        tmp_path_factory.mktemp("judged") / "judged", files, facts, "# card\n"
    )


@pytest.fixture
def generate(judged, tmp_path):
    def generate(*options, model=judged, name="solo.mid"):
        given = ["--model", model, *CHART, "--out", tmp_path / name, *options, "--json"]
        return succeed("generate", *given).json

    return generate


def test_the_json_says_which_draw_was_kept_and_how_to_play_it_alone(generate, tmp_path):
    rows = (generate("--seed", seed, "--draws", 4) for seed in range(9))
    found = next(row for row in rows if row["draw"] > 1)
    assert 1 < found["draw"] <= found["draws"]
    assert found["draw_seed"] == draw_seeds(found["seed"], found["draws"])[found["draw"] - 1]
    generate("--seed", found["seed"], "--draws", 4)
    alone = generate("--seed", found["draw_seed"], "--draws", 1, name="alone.mid")
    assert (tmp_path / "alone.mid").read_bytes() == (tmp_path / "solo.mid").read_bytes()
    assert "draws" not in alone
    assert "score" not in alone


def test_one_draw_gives_the_solo_of_a_model_without_a_judge(generate, tiny_model, tmp_path):
    assert "draws" not in generate("--seed", 3, "--draws", 1)
    assert "draws" not in generate("--seed", 3, name="plain.mid", model=tiny_model)
    assert read(tmp_path / "plain.mid") == read(tmp_path / "solo.mid")


def test_takes_are_ranked_by_the_judge_and_each_is_its_seed_s_own(generate, tmp_path):
    rows = generate("--takes", 4, "--seed", 2, "--draws", 3)
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    for number, row in enumerate(rows, 1):
        alone = generate("--seed", row["seed"], "--draws", 3, name="alone.mid")
        assert {key: alone[key] for key in ("draw", "score")} == {
            key: row[key] for key in ("draw", "score")
        }
        file = tmp_path / f"solo-{number}.mid"
        assert read(tmp_path / "alone.mid") == read(file)


def test_without_draws_the_likeliest_take_comes_first(generate):
    bits = [row["bits_per_note"] for row in generate("--takes", 4, "--draws", 1)]
    assert bits == sorted(bits)


def test_the_line_says_among_how_many_it_was_chosen(judged, tmp_path):
    out = ("--out", tmp_path / "solo.mid")
    told = succeed("generate", "--model", judged, *CHART, *out, "--draws", 5).out
    assert "seed 0, chosen from 5" in told
    assert (
        "chosen from" not in succeed("generate", "--model", judged, *CHART, *out, "--draws", 1).out
    )


def test_mechanical_notes_are_put_on_the_grid_after_the_choice(generate, tmp_path):
    found = generate("--draws", 4, "--mechanical")
    assert found["draw_seed"] == generate("--draws", 4)["draw_seed"]
    generate("--draws", 4, "--mechanical")
    assert len({note.velocity for note in read(tmp_path / "solo.mid").notes}) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--draws", 2], ["--draws 2", "has no judge"]),
        (["--draws", 0], ["--draws 0"]),
        (["--draws", 101], ["--draws 101"]),
        (["--draws", "x"], ["--draws"]),
    ],
)
def test_what_cannot_be_drawn_is_refused(tiny_model, tmp_path, options, words):
    out = tmp_path / "solo.mid"
    outcome = jazzgen("generate", "--model", tiny_model, *CHART, "--out", out, *options)
    assert all(word in outcome.complaint for word in words)
    assert not out.exists()


def test_traders_are_not_chosen(judged, tmp_path):
    given = ("--model", judged, *CHART, "--out", tmp_path / "solo.mid", "--trade", 2)
    assert (
        "--draws cannot be used with --trade" in jazzgen("generate", *given, "--draws", 3).complaint
    )

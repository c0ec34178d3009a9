"""`jazzgen generate --shape`: the energies of a solo, and the plan that it follows."""

from pathlib import Path

import numpy as np
import pytest
from commands import jazzgen, succeed

import jazzgen as package
from jazzgen.music.shape import SHAPES
from jazzgen.nn.planning import draw_plan
from jazzgen.transcription.read import read

BLUES = ("generate", "--chart", "blues", "--draws", "1", "--no-band")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def planned(*arguments):
    """The plan in the JSON of a solo over two choruses."""
    return succeed(*BLUES, "--json", *arguments).json["plan"]


def test_the_plan_has_the_energies_that_are_asked_for():
    plan = planned("--shape", "2 7")
    assert [group["energy"] for group in plan] == [2, 2, 2, 7, 7, 7, 7], "the last bar ends it"
    assert [group["bars"] for group in plan] == [
        [1, 4], [5, 8], [9, 12], [13, 16], [17, 20], [21, 24], [25, 25],
    ]  # fmt: skip
    assert [group["energy"] for group in planned("--shape", "1 2 3 4 5 6")][:6] == [*range(1, 7)]


@pytest.mark.parametrize("name", SHAPES)
def test_a_named_shape_is_followed(name):
    energies = [group["energy"] for group in planned("--shape", name)]
    assert len(energies) == 7
    assert energies != [group["energy"] for group in planned()]


def test_a_solo_that_builds_is_louder_higher_and_denser_at_the_end():
    rises = []
    succeed(*BLUES, "--choruses", "4", "--takes", "8", "--shape", "1 3 7 9", "--out", "a.mid")
    for take in range(1, 9):
        solo = read(f"a-{take}.mid")
        quarter = solo.chart.bar_starts[12]
        first = [note for note in solo.notes if note.onset < quarter]
        last = [note for note in solo.notes if 3 * quarter <= note.onset < 4 * quarter]
        assert min(len(first), len(last)) > 0
        rises.append([
            np.mean([note.pitch for note in last]) - np.mean([note.pitch for note in first]),
            np.mean([note.velocity for note in last]) - np.mean([note.velocity for note in first]),
            len(last) / len(first),
        ])  # fmt: skip
    pitch, loudness, density = np.mean(rises, axis=0)
    assert pitch > 1
    assert loudness > 4
    assert density > 1.05


def test_a_picture_shows_the_plan():
    succeed(*BLUES, "--shape", "build", "--picture", "plain.svg")
    succeed(*BLUES, "--shape", "build", "--picture", "planned.svg", "--plan")
    plain, drawn = (Path(f"{name}.svg").read_text() for name in ("plain", "planned"))
    assert len(drawn) > len(plain)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--shape", "1 2 3"), "--shape: 1 2 3: 3 energies for 2 choruses"),
        (("--shape", "5 10"), "from 1 to 9"),
        (("--shape", "steep"), "expected build, arch, calm"),
        (("--model", "small", "--shape", "build"), "follows no shape"),
        (("--model", "classic", "--shape", "build"), "follows no shape"),
        (("--plan",), "--plan: is drawn in a picture"),
    ],
)
def test_a_shape_that_cannot_be_played_is_one_line(arguments, said):
    assert said in jazzgen(*BLUES, *arguments).complaint


def test_a_shape_file_with_letters_is_named(tmp_path):
    (tmp_path / "shape.txt").write_text("2 loud")
    assert "shape.txt" in jazzgen(*BLUES, "--shape", "shape.txt").complaint


def test_python_and_the_command_plan_alike():
    succeed(*BLUES, "--ending", "none", "--shape", "3 8", "--out", "a.mid")
    chart = package.chart("blues").repeat(2)
    sampling = package.SamplingConfig(goes_on=True)
    solo = package.load().improvise(chart, sampling=sampling, shape="3 8", draws=1)
    assert [note.pitch for note in read("a.mid").notes] == [note.pitch for note in solo.notes]
    assert package.load().player(chart, shape="3 8").play(2)


def test_a_plan_is_drawn_once_whatever_is_told_of_it(monkeypatch):
    drawn = []

    def counted(*arguments):
        drawn.append(arguments)
        return draw_plan(*arguments)

    monkeypatch.setattr("jazzgen.improviser.model.draw_plan", counted)
    told = succeed(*BLUES, "--takes", 3, "--json").json
    assert len(drawn) == len(told) == 3
    assert all(take["plan"] for take in told)

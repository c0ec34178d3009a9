import pytest

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Chart
from jazzgen.music.shape import HIGHEST_ENERGY, SHAPES, Shape

BLUES = Chart.of_chords([["F7"]] * 12).repeat(3)


def test_energies_are_for_choruses_or_for_four_bars():
    assert Shape.parse("2 5 9").spread(BLUES) == (2, 2, 2, 5, 5, 5, 9, 9, 9)
    assert Shape.parse("1,2,3,4,5,6,7,8,9").spread(BLUES) == tuple(range(1, 10))


def test_a_file_holds_energies(tmp_path):
    file = tmp_path / "shape.txt"
    file.write_text("2 3\n4\n")
    assert Shape.parse(str(file)).energies == (2, 3, 4)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_with_a_name_are_as_long_as_the_solo(name):
    for choruses in (1, 3, 10):
        chart = Chart.of_chords([["F7"]] * 12).repeat(choruses)
        energies = Shape.parse(name).spread(chart)
        assert len(energies) == 3 * choruses
        assert all(1 <= energy <= HIGHEST_ENERGY for energy in energies)


def test_build_rises_and_an_arch_has_its_summit_behind_the_middle():
    build, arch = (Shape.parse(name).spread(BLUES) for name in ("build", "arch"))
    assert list(build) == sorted(build)
    assert build[-1] - build[0] >= 4
    top = max(range(len(arch)), key=arch.__getitem__)
    assert len(arch) / 2 < top < len(arch) - 1
    assert max(Shape.parse("calm").spread(BLUES)) <= 3


def test_what_follows_the_choruses_keeps_the_last_energy():
    ending = Chart.of_chords([["F7"]] * 37, chorus_starts=(0, 12, 24))
    assert len(ending.groups) == 10
    assert Shape.parse("2 5 9").spread(ending, 36) == (2, 2, 2, 5, 5, 5, 9, 9, 9, 9)
    assert len(Shape.parse("1 2 3 4 5 6 7 8 9").spread(ending, 36)) == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2 3", "2 energies for 3 choruses"),
        ("5", "1 energy for 3 choruses"),
        ("0 1 2", "from 1 to 9"),
        ("2 10 3", "from 1 to 9"),
        ("steep", "expected build, arch, calm"),
        ("", "expected build"),
        (" , ", "no energies"),
    ],
)
def test_what_is_no_shape_is_refused(text, said):
    with pytest.raises(ConfigError, match=said):
        Shape.parse(text).spread(BLUES)


@pytest.mark.parametrize("content", [b"2 x 3", b"\xff\xfe", b"", b"2.5", b"-1 3"])
def test_a_file_with_something_else_is_refused_by_name(tmp_path, content):
    file = tmp_path / "shape.txt"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"shape\.txt"):
        Shape.parse(str(file))

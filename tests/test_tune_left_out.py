"""The experiment with a style that is left out: its solos, its figures, its mistakes."""

import sys

import numpy as np
import pytest
from commands import ROOT
from small_models import scale_solo

sys.path.insert(0, str(ROOT / "scripts"))
from tune_left_out import Costs, Row, main, split_solos

from jazzgen.errors import DatasetError


def solos(style, tunes, first=0):
    """Two solos over each of some tunes, in a style."""
    titles = [f"Tune {first + number // 2}" for number in range(2 * tunes)]
    return [with_style(scale_solo(n, title=title), style) for n, title in enumerate(titles)]


def with_style(solo, style):
    return type(solo)(solo.notes, solo.chart, title=solo.title, style=style)


def test_no_list_has_a_tune_of_another():
    everything = [*solos("swing", 6), *solos("bebop", 10, first=4)]
    split = split_solos(everything, lambda one: one.style == "swing", 6)
    lists = [split.base, split.others, split.tuning, split.test]
    assert len(split.tuning) == 6
    assert {one.style for one in (*split.tuning, *split.test)} == {"swing"}
    assert {one.style for one in (*split.base, *split.others)} == {"bebop"}
    tunes = [{one.tune for one in some} for some in lists]
    assert all(tunes)
    assert sum(map(len, tunes)) == len(set().union(*tunes))
    assert split == split_solos(everything, lambda one: one.style == "swing", 6)


def test_too_few_solos_to_leave_out():
    with pytest.raises(DatasetError, match="more than 6 solos to leave out, got 4"):
        split_solos([*solos("swing", 2), *solos("bebop", 4)], lambda one: one.style == "swing", 6)


def test_the_gain_is_that_of_each_solo():
    notes = np.array([10.0, 30.0])
    before = Costs(nats=np.log(2) * np.array([60.0, 150.0]), notes=notes)
    after = Costs(nats=np.log(2) * np.array([50.0, 120.0]), notes=notes)
    assert (before.bits, after.bits) == (pytest.approx(5.25), pytest.approx(4.25))
    assert after.gain(before) == pytest.approx((1.0, 1.0))
    row = Row(solos=5, base=5.25, scratch=7, tuned=4.25, gain=(1.0, 1.0), forgotten=-0.01)
    assert str(row) == "| 5 | 5.250 | 7.000 | 4.250 [1.000, 1.000] | -0.010 |"


def test_a_style_that_nobody_plays(capsys, monkeypatch, tmp_path):
    arguments = [str(ROOT / "midi_data"), "--style", "klezmer", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["tune_left_out.py", *arguments])
    assert main() == 2
    assert capsys.readouterr().err == (
        "tune_left_out: expected more than 30 solos to leave out, got 0\n"
    )

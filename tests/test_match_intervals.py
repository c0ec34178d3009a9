"""The script that matches how often a model plays each interval with how often players do."""

import sys

import numpy as np
import pytest
from commands import ROOT
from small_models import BLUES, improviser, scale_solo

sys.path.insert(0, str(ROOT / "scripts"))
from match_intervals import INTERVALS, interval_shares, main, matched

from jazzgen.music.solo import Note, Solo
from jazzgen.nn.keras_engine.store import files_of


def line(*pitches):
    return Solo(tuple(Note(12 * n, 12, pitch) for n, pitch in enumerate(pitches)), BLUES)


def test_every_solo_counts_the_same_and_leaps_and_repeats_do_not():
    shares = interval_shares([line(60, 64), line(60, 62, 64, 65, 65, 90, 88)])
    found = dict(zip(INTERVALS.tolist(), shares.tolist(), strict=True))
    assert found == pytest.approx(
        {-4: 0, -3: 0, -2: 1 / 8, -1: 0, 1: 1 / 8, 2: 1 / 4, 3: 0, 4: 1 / 2}
    )
    assert interval_shares([line(60), line(60, 61)])[INTERVALS.tolist().index(1)] == 1


def test_only_biases_of_intervals_move_towards_what_players_play():
    files = files_of(improviser(), half=True)
    after = matched(files, [scale_solo(0)], 2)  # thirds up, now and then a wide leap down
    before = files.tensors
    changed = {name for name in before if (before[name] != after.tensors[name]).any()}
    assert {name.partition("/")[2] for name in changed} == {"project/bias"}
    [name] = changed
    moved = after.tensors[name].astype(np.float32) - before[name].astype(np.float32)
    middle = (len(moved) - 13) // 2
    assert moved[middle + 3] > moved[middle + 1] + 0.5  # a third, and a step that is never played
    assert set(np.flatnonzero(moved) - middle) <= set(INTERVALS.tolist())


def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["match_intervals", str(tmp_path), "midi_data"])
    assert main() == 2
    said = capsys.readouterr().err
    assert said.startswith(f"match_intervals: {tmp_path}")
    assert said.count("\n") == 1

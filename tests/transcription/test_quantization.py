"""Onsets are quantized: straight ones, those that machines swing, those that people play."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.transcription.quantization import machine_swing, quantize_onsets


def quantized(onsets, tempo=120.0):
    onsets = np.array(onsets, float) / 24
    return quantize_onsets(onsets, np.full(len(onsets), 60 / tempo))


EIGHTHS = list(range(0, 24 * 16, 12))


def swung(ticks, ratio):
    return [t + (t % 24 == 12) * (24 * ratio / (1 + ratio) - 12) for t in ticks]


@pytest.mark.parametrize("ratio", [1.0, 1.3, 1.5, 1.8, 2.0, 2.3])
def test_eighths_that_a_machine_swings_are_eighths(ratio):
    found = quantized(swung(EIGHTHS, ratio), 160)
    assert found.ticks.tolist() == EIGHTHS
    assert found.swing == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("tempo", [90, 160, 240])
@pytest.mark.parametrize("line", [
    EIGHTHS,
    [*EIGHTHS[:20], 240, 248, 256, 264, 272, 280, *range(288, 480, 12)],  # with triplets
    [tick for tick in EIGHTHS if tick % 96 != 48],
])  # fmt: skip
def test_swing_that_is_written_as_dotted_eighths_is_swing(tempo, line):
    found = quantized(swung(line, 3.0), tempo)
    assert found.ticks.tolist() == line
    assert found.swing == pytest.approx(3, abs=0.01)
    onsets = np.array(swung(line, 3.0)) / 24
    assert machine_swing(onsets, np.full(len(onsets), 60 / tempo)) == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize("dotted", [3, 5, 8])
def test_swing_that_is_written_as_triplets_here_and_dotted_eighths_there_is_swing(dotted):
    off = {tick: 18 if n % 10 < dotted else 16 for n, tick in enumerate(EIGHTHS[1::2])}
    found = quantized([tick - 12 + off[tick] if tick in off else tick for tick in EIGHTHS], 150)
    assert found.ticks.tolist() == EIGHTHS
    assert 2 <= round(found.swing, 2) <= 3


def test_runs_of_sixteenths_beside_such_swing_stay():
    runs = [24 * beat + part for beat in range(20, 26) for part in (0, 6, 12, 18)]
    line = [*range(0, 480, 12), *runs, *range(624, 1104, 12)]
    written = [tick + 6 * (tick % 24 == 12 and tick not in runs) for tick in line]
    found = quantized(written, 160)
    assert found.ticks.tolist() == line
    assert found.swing == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize("line", [
    [tick for bar in range(8) for tick in (96 * bar, 96 * bar + 18, 96 * bar + 24, 96 * bar + 48,
                                           96 * bar + 60, 96 * bar + 72)],  # beside even eighths
    [*range(0, 480, 24), *[480 + 24 * n + 18 * (n % 2) for n in range(8)]],  # a few among quarters
    [24 * n + part for n in range(16) for part in (0, 6, 12, 18)],
    [24 * n + part for n in range(16) for part in ((0, 18) if n % 2 else (0, 6, 12, 18))],
])  # fmt: skip
def test_dotted_eighths_that_are_meant_stay(line):
    found = quantized(line, 120)
    assert found.ticks.tolist() == line
    assert found.swing == 1


def test_triplets_beside_swung_eighths_are_triplets():
    line = [*EIGHTHS[:20], 240, 248, 256, 264, 272, 280, *list(range(288, 480, 12))]
    found = quantized(swung(line, 2.0), 160)
    assert found.ticks.tolist() == line


def test_notes_on_the_grid_stay():
    grid = [0, 6, 12, 18, 24, 32, 40, 48, 52, 56, 60, 64, 68, 72, 84, 96, 99, 102, 120, 130]
    assert quantized(grid).ticks.tolist() == grid


def test_people_are_late_and_uneven():
    chance = np.random.default_rng(1)
    played = [t + chance.normal(1.0 + (t % 24 == 12) * 1.5, 0.7) for t in EIGHTHS]
    found = quantized(played, 180)
    assert np.mean(np.array(found.ticks) == EIGHTHS) > 0.95


def test_a_note_just_before_the_beat_is_on_it():
    # 1/24 of a quarter at 120 lasts 21 ms.
    assert quantized([24 - 1.2, 48, 72 - 3.5]).ticks.tolist()[:2] == [24, 48]
    assert quantized([24 - 1.2, 48, 72 - 3.5]).ticks.tolist()[2] < 72


def test_nothing():
    assert quantized([]).ticks.tolist() == []


@given(st.lists(st.integers(0, 24 * 4000), min_size=1, max_size=60), st.floats(40, 340))
def test_quantized_onsets_are_in_the_order_of_the_onsets(onsets, tempo):
    onsets = sorted(onset / 100 for onset in onsets)
    found = quantized(onsets, tempo)
    ticks = found.ticks.tolist()
    assert ticks == sorted(ticks)
    assert all(abs(tick - onset) < 24 for tick, onset in zip(ticks, onsets, strict=True))
    crowded = max(np.bincount(np.floor(np.array(onsets) / 24 + 0.5).astype(int))) > 10
    if len(set(onsets)) == len(onsets) and not crowded:
        assert len(set(ticks)) == len(ticks)


def test_a_band_of_people_has_no_machine_s_swing():
    chance = np.random.default_rng(2)
    onsets = np.sort(np.array(swung(EIGHTHS, 1.6)) + chance.normal(0, 1.2, len(EIGHTHS))) / 24
    assert machine_swing(onsets, np.full(len(onsets), 0.4)) is None
    assert machine_swing(onsets[:4], np.full(4, 0.4)) is None
    exact = np.array(swung(EIGHTHS, 1.6)) / 24
    assert machine_swing(exact, np.full(len(exact), 0.4)) == pytest.approx(1.6)

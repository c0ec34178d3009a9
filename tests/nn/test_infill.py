"""Regenerated bars that lead to what follows: several are drawn, and one is kept."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from small_models import BLUES, classic, scale_solo, shared_pair

from jazzgen.config import SamplingConfig
from jazzgen.encoding.gap import Gap
from jazzgen.encoding.seam_intervals import INTERVAL_COUNTS, interval_likelihood
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.io.midi.write import write_solo
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter
from jazzgen.nn.draws import draw_seeds
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine

METER = Meter(3, 4)
RNG = np.random.default_rng(3)
ONSETS = np.cumsum(RNG.choice([6, 12, 12, 12, 18, 24, 30, 60], 60)) - 6
HUMAN = Solo(
    tuple(
        Note(int(onset), int(min(length, following - onset)), int(pitch), int(loud), 0.5)
        for onset, following, length, pitch, loud in zip(
            ONSETS, [*ONSETS[1:], 2000], RNG.choice([5, 10, 12, 24, 90], 60),
            60 + np.cumsum(RNG.integers(-4, 5, 60)) % 19, RNG.integers(50, 100, 60), strict=True,
        )
        if onset < BLUES.ticks - 100
    ),
    BLUES,
    "Human",
)  # fmt: skip


@pytest.fixture(scope="module")
def pair():
    return shared_pair(rests=1, performers=("Ann", "Ben"))


@pytest.fixture(scope="module")
def soloist(pair):
    return pair["light"]


def first_last(solo, bars):
    gap = Gap.of_bars(solo, bars)
    return gap.begin, gap.end


RANGES = ["1", "3-4", "5.3-8.2", "2.2-2.3", "4.4", "9-11", "10-12", "1-12"]


@pytest.mark.parametrize("bars", RANGES)
def test_notes_outside_of_the_range_stay_as_they_are(soloist, bars):
    begin, end = first_last(HUMAN, bars)
    for solo in soloist.regenerate(HUMAN, bars, [1, 2], draws=4):
        assert replace(solo, notes=HUMAN.notes) == HUMAN
        [*earlier, last], kept = (
            [note for note in one.notes if note.onset < begin] or [None] for one in (solo, HUMAN)
        )
        assert earlier == kept[:-1]
        # The last one too, unless it sounded so far into the range that it had to be cut.
        assert last == kept[-1] or replace(kept[-1], duration=last.duration) == last
        assert [note for note in solo.notes if note.onset >= end] == [
            note for note in HUMAN.notes if note.onset >= end
        ]
        assert all(a.end <= b.onset for a, b in zip(solo.notes, solo.notes[1:], strict=False))


@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
@given(
    lengths=st.lists(st.tuples(st.integers(0, 130), st.integers(1, 130)), max_size=40),
    begin=st.integers(1, 48),
    length=st.integers(1, 12),
    seed=st.integers(0, 2**40),
)
def test_any_beats_of_any_solo_can_be_regenerated(soloist, lengths, begin, length, seed):
    notes, end = [], 0
    for rest, sounding in lengths:
        onset = end + rest
        end = onset + sounding
        if end <= BLUES.ticks:
            notes.append(Note(onset, sounding, 50 + onset % 30))
    last = min(begin + length - 1, 48)
    bars = f"{(begin + 3) // 4}.{(begin - 1) % 4 + 1}-{(last + 3) // 4}.{(last - 1) % 4 + 1}"
    solo = Solo(tuple(notes), BLUES)
    [played] = soloist.regenerate(solo, bars, [seed], draws=3)
    for stays in (lambda tick: tick < 24 * (begin - 1), lambda tick: tick >= 24 * last):
        assert [(n.onset, n.pitch) for n in played.notes if stays(n.onset)] == [
            (n.onset, n.pitch) for n in notes if stays(n.onset)
        ]
    assert [note for note in played.notes if note.onset >= 24 * last] == [
        note for note in notes if note.onset >= 24 * last
    ]


@pytest.mark.parametrize("preset", ["improviser", "classic"])
def test_both_engines_keep_the_same_draw_to_the_byte(preset, pair, tmp_path):
    engines = list(pair.values())
    if preset == "classic":
        layers = classic()
        engines = [Improviser(layers), Improviser(LightEngine(files_of(layers)))]
    for bars, draws in product(("3.2-5.3", "11-12"), (1, 5)):
        for seed, solos in enumerate(
            zip(*(one.regenerate(HUMAN, bars, [7, 8], draws=draws) for one in engines), strict=True)
        ):
            files = [
                write_solo(one, tmp_path / f"{seed}{number}.mid").read_bytes()
                for number, one in enumerate(solos)
            ]
            assert files[0] == files[1]


@pytest.mark.parametrize("bars", [(3, 4), (1, 1), (12, 12)])
def test_one_draw_hears_nothing_of_what_follows(soloist, bars):
    gap = Gap.of_bars(HUMAN, bars)
    task = soloist.task(BLUES, [4], SamplingConfig(closing=0), opening=gap.opening, end=gap.end)
    [alone] = soloist.regenerate(HUMAN, bars, [4], draws=1)
    assert alone == gap.filled(soloist.engine.play(task)[0])
    others = HUMAN.with_notes(
        [replace(n, pitch=n.pitch - 5) if n.onset >= gap.end else n for n in HUMAN.notes]
    )
    [other] = soloist.regenerate(others, bars, [4], draws=1)
    inside = slice(len(gap.before), len(alone.notes) - len(gap.after))
    assert other.notes[inside] == alone.notes[inside]


def test_what_follows_decides_which_draw_is_kept(soloist):
    gap = Gap.of_bars(HUMAN, "5-6")
    others = HUMAN.with_notes(
        [replace(n, pitch=137 - n.pitch) if n.onset >= gap.end else n for n in HUMAN.notes]
    )
    kept = [
        [
            [note for note in solo.notes if gap.begin <= note.onset < gap.end]
            for solo in soloist.regenerate(one, "5-6", range(6))
        ]
        for one in (HUMAN, others)
    ]
    assert sum(a != b for a, b in zip(*kept, strict=True)) >= 2


def judged(soloist, solo, bars, seed, draws):
    """The draws for a gap of nobody's solo, and how likely what follows is after each."""
    gap = Gap.of_bars(solo, bars, seamless=True)
    low, high = (choose(note.pitch for note in solo.notes) for choose in (min, max))
    who = [replace(soloist.choose_soloists(BLUES, [seed], None, solo, "")[0], compass=(low, high))]
    values = []
    for one in draw_seeds(seed, draws):
        task = soloist.task(BLUES, [one], None, who, opening=gap.opening)
        player = soloist.engine.player(task)
        player.play(gap.end)
        values.append(gap.new_values(player.values[0, len(gap.opening) :]))
    reader = soloist.engine.player(soloist.task(BLUES, [0], None, who, opening=gap.opening))
    scores = []
    for new in values:
        notes = np.flatnonzero(new[:, 0] != 128)
        end = notes[-1] + 1 if len(notes) else 0
        after = np.concatenate([new[end:], gap.heard_after(new, gap.following(16))])
        pitches = [p.pitch for p in gap.before[-1:]] + new[notes, 0].tolist() + [
            gap.after[0].pitch
        ]  # fmt: skip
        steps = np.mean([
            interval_likelihood(*pitches[:2]), interval_likelihood(*pitches[-2:])
        ])  # fmt: skip
        scores.append(reader.likelihood([new[:end]], [after])[0] + steps)
    return [gap.replaced(new) for new in values], scores


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_draw_is_kept_after_which_what_follows_is_likeliest(soloist, seed):
    solos, scores = judged(soloist, HUMAN, "5-6", seed, 6)
    assert len({solo.notes for solo in solos}) == 6, "the draws differ"
    best = solos[int(np.argmax(scores))]
    assert soloist.regenerate(HUMAN, "5-6", [seed], draws=6) == [best]


def test_takes_are_those_of_their_seeds(soloist):
    together = soloist.regenerate(HUMAN, "5-6", [7, 8, 9], draws=3)
    assert together == [soloist.regenerate(HUMAN, "5-6", [n], draws=3)[0] for n in (7, 8, 9)]
    assert len({solo.notes for solo in together}) == 3


def test_no_two_takes_share_a_draw():
    seeds = [one for seed in range(50) for one in draw_seeds(seed, 8)]
    assert len(set(seeds)) == 400
    assert draw_seeds(5, 8)[:3] == draw_seeds(5, 3)
    assert draw_seeds(5, 1) == [5]


def test_new_notes_are_within_the_solo_s_range(soloist):
    low, high = 66, 79
    narrow = HUMAN.with_notes(
        [replace(note, pitch=low + note.pitch % (high - low + 1)) for note in HUMAN.notes]
    )
    pitches = [
        note.pitch
        for solo in soloist.regenerate(narrow, "2-8", range(5), draws=2)
        for note in solo.notes
    ]
    assert low <= min(pitches) <= max(pitches) <= high


@pytest.mark.parametrize("solo", [Solo((), BLUES), Solo((Note(0, 12, 60),), BLUES), scale_solo(1)])
def test_where_nothing_follows_the_first_draw_is_kept(soloist, solo):
    bars = (11, 12)
    played, fewer = (soloist.regenerate(solo, bars, [3], draws=n)[0] for n in (8, 2))
    assert played == fewer
    assert any(note.onset >= 960 for note in played.notes)


def test_a_gap_in_a_short_chart_of_another_meter(soloist):
    waltz = Chart.of_chords([["Cm7"], ["F7"], ["Bb6"]])
    waltz = replace(waltz, bars=tuple(replace(bar, meter=METER) for bar in waltz.bars))
    solo = Solo(tuple(Note(24 * n, 20, 60 + n) for n in range(9)), waltz)
    [played] = soloist.regenerate(solo, "1.3-2.2", [1])
    assert [n for n in played.notes if n.onset < 48] == list(solo.notes[:2])
    assert [n for n in played.notes if n.onset >= 120] == list(solo.notes[5:])


@pytest.mark.parametrize("draws", [0, -1])
def test_less_than_one_draw_is_refused(soloist, draws):
    with pytest.raises(ConfigError, match=f"draws {draws}: expected 1 to 100"):
        soloist.regenerate(HUMAN, (1, 2), [1], draws=draws)


def test_people_step_mostly_by_small_intervals():
    assert len(INTERVAL_COUNTS) == 27
    total = sum(np.exp(interval_likelihood(60, 60 + step)) for step in range(-13, 14))
    assert total == pytest.approx(1)
    assert interval_likelihood(60, 62) > interval_likelihood(60, 66) > interval_likelihood(60, 71)
    assert interval_likelihood(60, 90) == interval_likelihood(60, 73)

"""Pianists share a language and not their sentences."""

import jazzgen
from jazzgen.band.bar_plan import plan_bars
from jazzgen.band.comping_cells import SWING
from jazzgen.band.comping_rhythm import find_strikes
from jazzgen.band.pianist_habits import habitual


def rhythms(name, seed):
    chart = jazzgen.chart(name).repeat(4)
    bars = [set() for _ in chart.bars]
    for strike in find_strikes(chart, plan_bars(chart), seed):
        bars[strike.bar.number].add(strike.tick - strike.bar.start)
    return [tuple(sorted(bar)) for bar in bars][:48]


def test_a_pianist_knows_most_of_the_vocabulary_and_adds_rhythms_of_its_own():
    for seed in range(6):
        known = habitual(SWING, [seed])
        assert known.keys() == SWING.keys()
        cells, usual = known["some"][4], SWING["some"][4]
        assert cells == habitual(SWING, [seed])["some"][4]
        assert 0.7 * len(usual) < len(set(cells) & set(usual)) < 0.95 * len(usual)
        assert set(cells) - set(usual)
        for cell in cells:
            places = [place for place, _ in cell]
            assert places == sorted(set(places))
            assert all(0 <= place < 4 for place in places)


def test_other_pianists_have_other_rhythms():
    one, other = (set(habitual(SWING, [seed])["some"][4]) for seed in (1, 2))
    assert len(one & other) < 0.65 * len(one | other)


def test_on_another_tune_a_pianist_plays_in_another_order():
    blues, minor = rhythms("blues", 3), rhythms("minor-blues", 3)
    assert sum(a == b for a, b in zip(blues, minor, strict=True)) < len(blues) / 4
    assert rhythms("blues", 3) == blues

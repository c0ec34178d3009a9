"""The loop ends with its chart: it cuts the last value there, to the tick."""

import numpy as np
import pytest
from small_models import classic, improviser, ninety_values

from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.improviser import Improviser
from jazzgen.io.chart_text.text import parse_chart
from jazzgen.nn.keras_engine.engine import KerasEngine

ODD = parse_chart("| F7 | Bb7 | (7/16) C7 |")  # 234 ticks: not a multiple of an eighth


def eighths_and_longer():
    """Return those of the ninety values whose durations are multiples of an eighth."""
    values = tuple(value for value in ninety_values().values if value.duration % 12 == 0)
    return JointVocabulary(values, tuple(1 for _ in values))


@pytest.fixture
def values(monkeypatch):
    """What the inference graph gives, (B, T, …), for each call of a soloist."""
    found = []
    play = KerasEngine.play

    def keep(*given):
        found.append(play(*given))
        return found[-1]

    monkeypatch.setattr(KerasEngine, "play", keep)
    return found


@pytest.mark.parametrize("make", [lambda: classic(eighths_and_longer()), improviser])
def test_the_durations_of_a_line_sum_to_the_chart(make, values):
    soloist = Improviser(make())
    for chart in (ODD, ODD.repeat(7)):
        soloist.takes(chart, range(8))
        durations = values[-1][..., 1]
        np.testing.assert_array_equal(durations.sum(axis=1), [chart.ticks] * 8)
        lasting = durations > 0
        assert (lasting[:, :-1] >= lasting[:, 1:]).all(), "something lasts behind the end"
        assert len(np.unique(durations)) > 4

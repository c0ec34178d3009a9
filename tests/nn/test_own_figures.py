"""How readily a line returns to figures of its own: more than a model says that only listens."""

import numpy as np
from platforms import slow
from small_models import BLUES, shared_pair

import jazzgen
from jazzgen.config import SamplingConfig
from jazzgen.evaluation.motifs import METRICS

SEEDS = range(6)


def test_the_more_a_line_trusts_itself_the_more_figures_come_back():
    [recurrence] = (one for one in METRICS if one.name == "figure_recurrence")
    improviser, chart = jazzgen.load(), jazzgen.chart("blues").repeat(3)
    means = [
        np.mean([
            recurrence.measure(solo)
            for solo in improviser.takes(chart, SEEDS, draws=1, returns=returns)
        ])
        for returns in (-3, 2)
    ]  # fmt: skip
    assert means[0] + 0.1 < means[1]


def test_both_engines_return_alike():
    pair = shared_pair(rests=4, edition=4)
    sampling = SamplingConfig(returns=3.0)
    keras, light = (pair[name].takes(BLUES, SEEDS, sampling) for name in ("keras", "light"))
    assert [solo.notes for solo in keras] == [solo.notes for solo in light]


@slow
def test_both_engines_judge_a_line_by_how_readily_it_returns():
    pair = shared_pair(rests=4, edition=4)
    values = np.array([[60 + n % 3, 12, 0, 0, 0, 0] for n in range(40)], np.int32)
    keras, light = (
        [
            model.engine.player(
                model.task(BLUES, [1], SamplingConfig(returns=returns), opening=values[:20])
            ).likelihood([values[20:24]], [values[24:]])
            for returns in (0.0, 3.0)
        ]
        for model in (pair["keras"], pair["light"])
    )
    np.testing.assert_allclose(light, keras, rtol=1e-5, atol=1e-4)
    assert light[1] > light[0] + 1, "three notes that come again and again"

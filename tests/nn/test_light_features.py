"""The light engine's features are those of the graphs, without the zeros."""

import numpy as np
import pytest
from small_models import BLUES, sequences

from jazzgen.encoding.chart_table import Column, chart_table, chord_table
from jazzgen.encoding.sequence import Past
from jazzgen.nn.keras_engine import one_hot as features
from jazzgen.nn.numpy_engine import features as light_features
from jazzgen.nn.sizes import LINE_FEATURES

SIZES = light_features.PLACE_SIZES


def test_a_lines_ones_are_where_the_graphs_are():
    for sequence in sequences():
        expected = np.asarray(features.line_features(sequence.history, sequence.rows))
        ones = [
            light_features.line_ones(
                past[: Past.ECHO], past[Past.ECHO :], row[Column.ROOT], row[Column.NEXT_ROOT]
            )
            for past, row in zip(sequence.history.tolist(), sequence.rows.tolist(), strict=True)
        ]
        found = np.zeros((len(ones), LINE_FEATURES + 1), np.float32)
        np.put_along_axis(found, light_features.line_rows(ones), 1, axis=1)
        np.testing.assert_array_equal(found[:, :LINE_FEATURES], expected)
        assert all(len(row) == light_features.LINE_ONES for row in ones)


@pytest.mark.parametrize("chart", [BLUES, BLUES.repeat(3)])
def test_places_and_harmony_are_the_graphs_context(chart):
    rows = chart_table(chart)
    expected = np.asarray(features.context_features(rows))
    places = np.zeros((len(rows), light_features.PLACES), np.float32)
    np.put_along_axis(places, light_features.place_ones(rows), 1, axis=1)
    before = sum(SIZES[:3])
    found = np.concatenate(
        [places[:, :before], light_features.harmony_features(rows), places[:, before:]], axis=1
    )
    np.testing.assert_array_equal(found, expected)


def test_the_encoder_sees_the_same_chords():
    chords = chord_table(BLUES.repeat(2))
    expected = np.asarray(features.chord_features(chords))
    np.testing.assert_array_equal(light_features.chord_features(chords), expected)

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import solos

from jazzgen.encoding.sequence import value_sequence
from jazzgen.encoding.vocabulary import (
    REST_DEGREE,
    JointValue,
    JointVocabulary,
    joint_values,
    nearest_pitch,
)
from jazzgen.errors import DatasetError, ModelError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

LICK = (Note(0, 12, 62), Note(12, 12, 65), Note(24, 12, 69), Note(48, 12, 83), Note(60, 36, 59))


def sequence(notes=LICK, bars=(("Dm7", "G7"),)):
    return value_sequence(Solo(tuple(notes), Chart.of_chords(bars)))


@given(st.integers(0, 11), st.integers(0, 127))
def test_the_nearest_pitch_is_of_its_class_and_at_most_a_tritone_away(pitch_class, last):
    pitch = nearest_pitch(pitch_class, last)
    assert pitch % 12 == pitch_class
    assert -6 <= pitch - last <= 5


def test_joint_values_say_degree_octave_and_duration():
    assert joint_values(sequence()) == [
        JointValue(0, 0, 12),  # D over Dm7, near F4
        JointValue(3, 0, 12),
        JointValue(7, 0, 12),
        JointValue(REST_DEGREE, 0, 12),
        JointValue(4, 1, 12),  # B5 over G7: nearest to A4 is B4, an octave above it
        JointValue(4, -2, 36),
    ]


def test_a_line_and_its_chart_transposed_have_the_same_joint_values_after_the_first_note():
    solo = Solo(LICK, Chart.of_chords([["Dm7", "G7"]]))
    moved = joint_values(value_sequence(solo.transpose(4)))
    assert moved[1:] == joint_values(value_sequence(solo))[1:]


def test_a_vocabulary_is_sorted_and_keeps_the_commonest():
    notes = [Note(12 * n, 12, 60) for n in range(6)] + [Note(72, 24, 62)]
    vocabulary = JointVocabulary.fit([sequence(notes, [["C7"]])], size=2)
    assert list(vocabulary.values) == sorted(vocabulary.values)
    assert JointValue(0, 0, 12) in vocabulary.values
    assert sum(vocabulary.openings) == 1


def test_what_the_vocabulary_lacks_becomes_its_nearest():
    vocabulary = JointVocabulary(
        (JointValue(0, 0, 12), JointValue(0, 0, 24), JointValue(7, 0, 12), JointValue(12, 0, 12)),
        (1, 0, 0, 0),
    )
    notes = [Note(0, 13, 60), Note(13, 20, 60), Note(33, 12, 68), Note(90, 6, 72)]
    found = vocabulary.encode(sequence(notes, [["C7"]]))
    assert found.tolist() == [0, 1, 2, 3, 0]


@given(solos())
def test_every_value_of_its_own_corpus_is_found_exactly(solo):
    if not solo.notes:
        return
    values = value_sequence(solo)
    vocabulary = JointVocabulary.fit([values], size=20_000)
    assert [vocabulary.values[index] for index in vocabulary.encode(values)] == joint_values(values)


def test_rows_go_through_json_and_back():
    vocabulary = JointVocabulary.fit([sequence()], size=100)
    assert JointVocabulary.from_rows(json.loads(json.dumps(vocabulary.rows))) == vocabulary


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "sorted values"),
        ([[1, 0, 12, 1], [0, 0, 12, 1]], "sorted values"),
        ([[0, 0, 12, 1], [0, 0, 12, 1]], "sorted values"),
        ([[0, 0, 12, 0]], "no value that a solo can open with"),
        ([[13, 0, 12, 1]], "out of range"),
        ([[0, 0, 97, 1]], "out of range"),
        ([[0, 0, 12]], "four integers"),
        ([[0, 0, True, 1]], "four integers"),
        ([[0, 0, 1.5, 1]], "four integers"),
    ],
)
def test_bad_rows_are_refused(rows, reason):
    with pytest.raises(ModelError, match=reason):
        JointVocabulary.from_rows(rows)


def test_a_vocabulary_needs_notes():
    with pytest.raises(DatasetError, match="without notes"):
        JointVocabulary.fit([sequence([])], size=10)

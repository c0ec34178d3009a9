from dataclasses import replace

from jazzgen.band.dynamics import LOUDEST, SOFTEST, shape_dynamics
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["C7"]] * 4)


def levels(*notes):
    solo = Solo(tuple(Note(*note) for note in notes), CHART)
    return [note.velocity for note in shape_dynamics(solo).notes]


def test_the_top_of_a_line_is_louder_than_its_neighbors():
    before, top, after = levels((0, 12, 60), (12, 12, 67), (24, 12, 64))[:3]
    assert top > before
    assert top > after


def test_off_beats_are_a_little_louder_and_quick_notes_softer():
    flat = levels(*((12 * n, 12, 60) for n in range(6)))
    assert flat[3] > flat[2]
    quick = levels(*((6 * n, 6, 60) for n in range(12)))
    assert quick[4] < flat[2]


def test_the_last_note_of_a_phrase_is_set_off():
    levels_of = levels((0, 12, 60), (12, 12, 60), (24, 12, 60), (60, 12, 60), (72, 12, 60))
    assert levels_of[2] < levels_of[0]


def test_levels_stay_in_range_and_nothing_else_changes():
    notes = tuple(Note(7 * n, 7, 40 + (n * 29) % 50) for n in range(50))
    solo = Solo(notes, CHART)
    shaped = shape_dynamics(solo)
    assert {SOFTEST <= note.velocity <= LOUDEST for note in shaped.notes} == {True}
    assert [replace(note, velocity=80) for note in shaped.notes] == list(notes)
    assert shape_dynamics(shaped) == shaped


def test_a_solo_without_notes_stays_one():
    assert shape_dynamics(Solo((), CHART)).notes == ()

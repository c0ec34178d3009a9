from jazzgen.music.chart import Chart
from jazzgen.music.returns import Idea, returning_ideas
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["C7"]] * 6).repeat(2)
IDEA = [60, 63, 65, 67, 70, 67]


def solo(*bars):
    """A solo of eighths; each bar is its first pitch's distance from the idea, or other pitches."""
    notes = [
        Note(96 * bar + 12 * number, 12, pitch)
        for bar, pitches in bars
        for number, pitch in enumerate(pitches)
    ]
    return Solo(tuple(notes), CHART)


def moved(semitones):
    return [pitch + semitones for pitch in IDEA]


OTHER = [72, 71, 69, 66, 65, 61]


def test_an_idea_returns_bars_or_a_chorus_later_in_any_key():
    for bar in (1, 2, 4, 6):  # a chorus has six bars
        played = solo((0, IDEA), (bar, moved(5)))
        assert returning_ideas(played) == [Idea(places=(0, 6), notes=6)]
    assert returning_ideas(solo((0, IDEA), (3, IDEA))) == [], "three bars are no distance"


def test_an_idea_that_comes_three_times_is_one_idea():
    played = solo((0, IDEA), (1, IDEA), (2, moved(-3)))
    assert returning_ideas(played) == [Idea(places=(0, 6, 12), notes=6)]


def test_the_same_figure_at_another_place_of_the_bar_is_no_return():
    shifted = [Note(96 * 1 + 6 + 12 * n, 12, pitch) for n, pitch in enumerate(IDEA)]
    played = solo((0, IDEA))
    assert returning_ideas(played.with_notes([*played.notes, *shifted])) == []


def test_a_repeated_note_is_no_idea():
    assert returning_ideas(solo((0, [60] * 6), (1, [60] * 6))) == []
    assert returning_ideas(solo((0, IDEA), (3, OTHER))) == []
    assert returning_ideas(Solo((), CHART)) == []

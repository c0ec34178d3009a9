"""The baselines, on lines small enough to count and on those of the human figures."""

import pytest

from jazzgen.encoding.sequence import value_sequence
from jazzgen.errors import DatasetError
from jazzgen.evaluation.baselines import Baselines, chord_contexts, interval_steps, onset_steps
from jazzgen.music.chart import Chart
from jazzgen.music.chord import FAMILIES
from jazzgen.music.solo import Note, Solo


def sequence(*notes, bars=4, chord="C7"):
    chart = Chart.of_chords([[chord]] * bars)
    return value_sequence(Solo(tuple(Note(*note) for note in notes), chart))


LINE = ((0, 12, 60), (12, 8, 64), (20, 8, 62), (28, 8, 62), (72, 12, 55))


def test_intervals_are_taken_over_rests():
    assert interval_steps(sequence(*LINE)) == [4, -2, 0, -7]


def test_onsets_are_brought_to_sixteenths_and_triplets():
    """Ticks 0, 12, 20, 28, 72 are twelfths 0, 6, 9 (of 18 and 24, 18 is first), 15 or 16, 36."""
    assert onset_steps(sequence(*LINE)) == [6, 3, 6, 21]
    swung = sequence((0, 15, 60), (15, 9, 62), (24, 12, 64))
    assert onset_steps(swung) == [8, 4]


def test_a_long_rest_counts_as_four_quarters():
    assert onset_steps(sequence((0, 12, 60), (240, 12, 60))) == [48]


def test_the_chord_aware_context():
    chart = Chart.of_chords([["Cmaj7"], ["F7"]])
    notes = (Note(0, 24, 60), Note(24, 24, 64), Note(96, 24, 65))
    found = chord_contexts(value_sequence(Solo(notes, chart)))
    major, dominant = FAMILIES.index("maj"), FAMILIES.index("dom")
    assert found == [(127, 0, major), (131, 11, dominant)]


@pytest.mark.parametrize(
    ("chord", "family"),
    [("C6", "maj"), ("Cm7", "min"), ("C7#5", "dom"), ("Cm7b5", "hdim"), ("Cdim7", "dim"),
     ("Caug", "aug"), ("C7sus4", "sus"), ("CmMaj7", "minmaj"), ("N.C.", "none")],
)  # fmt: skip
def test_families_are_told_by_the_chord_tones(chord, family):
    [(_, _, found)] = chord_contexts(sequence((0, 24, 60), (24, 24, 62), chord=chord))
    assert FAMILIES[found] == family


def test_a_line_that_repeats_itself_is_easily_predicted():
    scale = [(12 * n, 12, 60 + n % 5) for n in range(32)]
    found = Baselines([sequence(*scale)]).measure([sequence(*scale)])
    assert found.pitch_perplexity_notes_only < 1.5
    assert found.bits_per_note < 1.5
    assert found.onset_top1 == pytest.approx(1.0)
    # Up, up, up, up, down: after two steps up the trigram cannot know; the chord's root says it.
    assert 0.75 < found.pitch_top1 < 0.85
    assert found.mixture_pitch_top1 == pytest.approx(1.0)


def test_the_mixture_hears_the_chords_that_the_trigram_does_not():
    """The line goes from the root to the third, which is major or minor as the chord is."""

    def line(chord, third):
        return sequence(*((24 * n, 24, 60 + third * (n % 2)) for n in range(16)), chord=chord)

    training = [line("C7", 4), line("Cm7", 3)]
    found = Baselines(training).measure([line("C7", 4)])
    assert found.mixture_pitch_perplexity_notes_only < found.pitch_perplexity_notes_only
    assert found.mixture_pitch_top1 >= found.pitch_top1


def test_baselines_need_solos():
    with pytest.raises(DatasetError, match="training solos"):
        Baselines([])

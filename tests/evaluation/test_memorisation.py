import pytest
from random_lines import random_line

from jazzgen.errors import DatasetError
from jazzgen.evaluation.memorisation import evaluate
from jazzgen.music.solo import Note, Solo


def planted(source, first, last, semitones=0, delay=4):
    """A random line whose middle is notes of a source, some bars later and transposed."""
    line = random_line(99, tune="Planted")
    copied = [
        Note(note.onset + 96 * delay, note.duration, note.pitch + semitones)
        for note in source.notes[first:last]
    ]
    kept = [note for note in line.notes if note.end <= copied[0].onset]
    return Solo((*kept, *copied), line.chart, title="Planted", source="planted")


@pytest.mark.parametrize("semitones", [0, 5])
def test_a_copied_run_is_found_with_its_source_and_bars(semitones):
    training = [random_line(seed) for seed in range(6)]
    source = training[4]
    solo = planted(source, 20, 45, semitones)
    for kind in ("interval", "rhythm"):
        found = evaluate([random_line(50), solo], training)[kind]
        run = found.longest
        assert run == found.solos[1]
        assert run.solo == "planted"
        assert run.source == "line-4"
        assert run.source_title == "Tune 4"
        assert 24 <= run.steps <= 27  # a neighbour may fit by chance
        if run.steps == 24:
            bar = source.chart.bar_at(source.notes[20].onset) + 1
            assert (run.source_bar, run.bar) == (bar, bar + 4)


def test_a_copy_over_its_own_tune_is_a_copy():
    line = random_line(3)
    found = evaluate([line], [random_line(1), line])
    assert found["interval"].longest.steps == len(line.notes) - 1
    assert found["interval"].longest.source_bar == 1
    assert found["rhythm"].shares == {3: 1.0, 4: 1.0, 5: 1.0, 8: 1.0}


def test_a_solo_that_shares_nothing():
    line = random_line(3)
    wild = line.with_notes([Note(0, 12, 20), Note(12, 12, 110)])
    run = evaluate([wild], [line])["interval"].longest
    assert run.steps == 0
    assert run.source is run.bar is None


def test_it_needs_training_solos():
    with pytest.raises(DatasetError, match="memorisation: expected a training solo"):
        evaluate([random_line(1)], [random_line(1).with_notes([])])

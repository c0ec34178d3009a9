import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from same import assert_same
from strategies import solos as any_solo

from jazzgen.datasets.corpus import corpus_hash
from jazzgen.datasets.sequence_store import (
    SequenceStore,
    read_examples,
    store_examples,
    store_sequences,
)
from jazzgen.encoding.examples import make_example
from jazzgen.encoding.expression import touch_classes
from jazzgen.encoding.lick_ngrams import LICK_COLUMNS
from jazzgen.encoding.sequence import value_sequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["Dm7"], ["G7"]] * 20)
KNOWN = {"performer": ("Player 1",), "instrument": ("trumpet", "violin"), "style": ("cool",)}


def solo(number=0, length=40):
    notes = tuple(Note(12 * n, 12, 50 + (n * (number + 3)) % 25) for n in range(length))
    return Solo(
        notes,
        CHART,
        f"Tune {number}",
        f"Player {number % 2}",
        f"{number}.mid",
        instrument="violin" if number % 3 else "",
        style="cool" if number % 2 else "bebop",
    )


@given(st.lists(any_solo(), max_size=3))
def test_stored_sequences_are_those_of_the_solos(tmp_path_factory, solos):
    folder = tmp_path_factory.mktemp("stored") / "s"
    assert store_sequences(folder, solos) == corpus_hash(solos)
    store = SequenceStore(folder)
    assert len(store.sequences) == len(store.lines) == len(store.names) == len(solos)
    for found, line, one in zip(store.sequences, store.lines, solos, strict=True):
        assert_same(found, value_sequence(one))
        np.testing.assert_array_equal(line, value_sequence(one).pitch)


def test_a_store_knows_names_ranges_and_touch(tmp_path):
    one = replace(solo(1), chart=replace(CHART, feel="bossa"))
    loud = [replace(note, velocity=70 + n % 30, duration=6) for n, note in enumerate(one.notes)]
    solos = [one, one.with_notes(loud), solo(2), replace(one, notes=())]
    store_sequences(tmp_path / "s", solos)
    store = SequenceStore(tmp_path / "s")
    assert store.names[0] == ("Tune 1", "1.mid", "Player 1", "violin", "cool", "bossa")
    *manners, silent = store.manners()
    assert silent is None, "a solo without notes"
    for (low, high, touch, _), told in zip(manners, solos[:3], strict=True):
        pitches = [note.pitch for note in told.notes]
        assert (low, high, touch) == (min(pitches), max(pitches), touch_classes(told))
    assert manners[0][2] != manners[1][2]


def improvisers():
    licks = np.random.default_rng(0).random((75, LICK_COLUMNS), np.float32)
    return [make_example(value_sequence(solo(n)), None, KNOWN, licks) for n in range(4)]


def classics():
    sequences = [value_sequence(solo(number)) for number in range(4)]
    return [make_example(one, JointVocabulary.fit(sequences, 20)) for one in sequences]


def distilled():
    shares = np.random.default_rng(1).random((75, 129)).astype(np.float16)
    return [replace(example, soft_targets={"pitch": shares}) for example in improvisers()]


@pytest.mark.parametrize("make", [improvisers, classics, distilled])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 3, 1)])
def test_stored_examples_are_those_in_memory(tmp_path, make, order):
    examples = make()
    store_examples(tmp_path / "e", ((number, examples[number]) for number in order))
    found = read_examples(tmp_path / "e")
    assert len(found) == 4
    for one, expected in zip(found, examples, strict=True):
        assert_same(one, expected)
        assert_same(one.part(7, 30), expected.part(7, 30))


def test_no_examples_are_stored_too(tmp_path):
    store_examples(tmp_path / "e", [])
    assert list(read_examples(tmp_path / "e")) == []


def test_what_is_stored_takes_no_more_memory_the_more_solos_there_are(tmp_path):
    def peak(count):
        tracemalloc.start()
        try:
            store_sequences(tmp_path / f"s{count}", (solo(n, 160) for n in range(count)))
            sequences = SequenceStore(tmp_path / f"s{count}").sequences
            examples = enumerate(make_example(one) for one in sequences)
            store_examples(tmp_path / f"e{count}", examples)
            assert sum(len(one) for one in read_examples(tmp_path / f"e{count}")) == 180 * count, (
                "notes, and rests up to the chart's end"
            )
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1)
    assert peak(24) < 1.5 * peak(4)

"""Solos that are the same under another name lie on one side of a split."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from commands import ROOT

from jazzgen.datasets import duplicates
from jazzgen.datasets.corpus import Corpus, load_corpus, split_by_tune
from jazzgen.datasets.duplicates import merge_tunes, sketch
from jazzgen.music.solo import Note


@pytest.fixture(scope="module")
def solos():
    return load_corpus(ROOT / "midi_data").solos


def titles(solos):
    return [solo.title for solo in solos]


def merged_one_by_one(sketches, tunes):
    """The same in the plainest way: solos are compared with those before, in memory."""
    solos_of_hash, groups = {}, [{tune} for tune in dict.fromkeys(tunes)]
    for number, own in enumerate(sketches):
        shared = Counter(other for hashed in own for other in solos_of_hash.get(hashed, ())[:16])
        for other, count in shared.items():
            if count > 12:
                joined = [one for one in groups if {tunes[number], tunes[other]} & one]
                groups = [one for one in groups if one not in joined] + [set().union(*joined)]
        for hashed in own:
            solos_of_hash.setdefault(hashed, []).append(number)
    return [min(one) for tune in tunes for one in groups if tune in one]


@pytest.mark.parametrize("memory", [2**26, 10_000, 64])
def test_any_memory_gives_what_comparing_one_by_one_gives(memory, monkeypatch):
    chance = random.Random(5)
    pool = [chance.randrange(2**48) for _ in range(400)]
    families = [chance.sample(pool, 30) for _ in range(40)]  # solos of one have much in common
    sketches = [
        tuple(sorted(chance.sample(chance.choice(families), 20) + chance.sample(pool, 4)))
        for _ in range(300)
    ]
    tunes = [f"Tune {chance.randrange(900)}" for _ in sketches]
    monkeypatch.setattr(duplicates, "sketch", tuple)
    found = merge_tunes([[*one] for one in sketches], tunes, memory=memory)
    assert found == merged_one_by_one(sketches, tunes)
    assert 1 < len(set(found)) < len(set(tunes))


def test_our_corpus_has_no_two_alike(solos):
    assert merge_tunes(solos, titles(solos)) == titles(solos)


def test_a_solo_in_another_key_is_the_same(solos):
    moved = replace(solos[3].transpose(5), title="Another Name")
    assert sketch(moved) == sketch(solos[3])
    *_, last = merge_tunes([*solos, moved], [*titles(solos), "Another Name"])
    assert last == min("Another Name", solos[3].title)


def test_most_of_a_solo_is_enough(solos):
    solo = max(solos, key=lambda one: len(one.notes))
    notes = list(solo.notes[: round(0.8 * len(solo.notes))])
    for place in (20, 90):
        notes[place] = replace(notes[place], pitch=notes[place].pitch + 1)
    found = merge_tunes([solo, replace(solo, notes=tuple(notes))], ["b", "a"])
    assert found == ["a", "a"]


def test_tunes_that_share_a_solo_with_a_third_are_one(solos):
    a, b, c = solos[0], solos[10], solos[20]
    found = merge_tunes([a, b, c, a, b], ["x", "y", "z", "y", "z"])
    assert found == ["x", "x", "x", "x", "x"]


def test_shared_licks_are_no_duplicates(solos):
    chance = random.Random(1)

    def pitch(n):
        return 60 + (n * 7 % 20 if n % 40 < 20 else chance.randint(0, 19))

    first, second = [
        replace(solos[0], notes=tuple(Note(12 * n, 12, pitch(n)) for n in range(100)))
        for _ in range(2)
    ]
    assert merge_tunes([first, second], ["a", "b"]) == ["a", "b"]


def test_a_solo_of_two_notes(solos):
    short = replace(solos[0], notes=(Note(0, 12, 60), Note(12, 12, 62)))
    assert merge_tunes([short, short], ["a", "b"]) == ["a", "b"]


def test_both_lie_on_one_side(solos):
    copies = [replace(solo.transpose(1), title=f"{solo.title} II") for solo in solos[:30]]
    for seed in range(5):
        learnt, held = split_by_tune(Corpus((*solos[:30], *copies)), seed=seed)
        sketches = {sketch(solo) for solo in held}
        assert held
        assert all(sketch(solo) not in sketches for solo in learnt)

"""Instruments are found by the names that musicians give them."""

import os
import sqlite3
from collections import defaultdict
from contextlib import closing

import pytest

from jazzgen.config import SamplingConfig
from jazzgen.errors import ConfigError
from jazzgen.music.instrument import INSTRUMENTS, find_instrument
from jazzgen.music.pitch import parse_pitch

IN_WRITTEN_PITCH = {  # the ends of the written range, semitones from written to sounding
    "soprano saxophone": ("Bb3", "F6", -2),
    "alto saxophone": ("Bb3", "F6", -9),
    "tenor saxophone": ("Bb3", "F6", -14),
    "baritone saxophone": ("Bb3", "F6", -21),
    "clarinet": ("E3", "G6", -2),
    "bass clarinet": ("Eb3", "G6", -14),
    "flute": ("C4", "C7", 0),
    "trumpet": ("F#3", "C6", -2),
    "cornet": ("F#3", "C6", -2),
    "flugelhorn": ("F#3", "A5", -2),
    "trombone": ("E2", "C5", 0),
    "violin": ("G3", "E7", 0),
    "guitar": ("E3", "C7", -12),
    "vibraphone": ("F3", "F6", 0),
    "piano": ("A0", "C8", 0),
}


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_ranges_are_the_written_ones_as_they_sound(instrument):
    low, high, move = IN_WRITTEN_PITCH[instrument.name]
    assert instrument.low == parse_pitch(low) + move
    assert instrument.high == parse_pitch(high) + move
    assert instrument.high - instrument.low >= 24
    assert 0 <= instrument.program <= 127


@pytest.mark.parametrize("text", ["tenor", "Tenor Sax", " tenor  saxophone ", "TS"])
def test_names_of_one_instrument(text):
    assert find_instrument(text).name == "tenor saxophone"


def test_no_name_means_two():
    names = [name for one in INSTRUMENTS for name in (one.name, *one.aliases)]
    assert len(names) == len(set(names))
    assert [find_instrument(one.name) for one in INSTRUMENTS] == list(INSTRUMENTS)


def test_who_breathes():
    assert not any(find_instrument(name).blown for name in ("guitar", "piano", "vibes", "violin"))
    assert all(find_instrument(name).blown for name in ("alto", "trumpet", "trombone", "flute"))


def test_an_unknown_name_is_answered_with_the_nearest_or_all():
    with pytest.raises(
        ConfigError, match=r"'trumpit' is not an instrument \(did you mean trumpet\?"
    ):
        find_instrument("trumpit")
    with pytest.raises(ConfigError, match="did you mean bass clarinet"):
        find_instrument("bass")
    with pytest.raises(ConfigError, match=r"soprano saxophone, .*, piano"):
        find_instrument("")


def test_a_soloist_plays_the_alto_unless_told_otherwise():
    alto, usual = find_instrument("alto"), SamplingConfig()
    assert usual.compass(None) == (alto.low, alto.high)


@pytest.mark.skipif("JAZZGEN_WJAZZD" not in os.environ, reason="needs the Weimar Jazz Database")
def test_what_soloists_play_lies_within():
    heard = defaultdict(list)
    with closing(sqlite3.connect(os.environ["JAZZGEN_WJAZZD"])) as database:
        for name, pitch in database.execute(
            "select instrument, pitch from melody join solo_info using (melid)"
        ):
            heard[name].append(pitch)
    for name in ("as", "bs", "cl", "cor", "ss", "tb", "tp", "ts"):
        one = find_instrument(name)
        within = sum(one.low <= pitch <= one.high for pitch in heard[name])
        assert within >= 0.97 * len(heard[name]) > 1000

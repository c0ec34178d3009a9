"""The Weimar Jazz Database: every note comes through, where it stands and as it was played."""

import os
import sqlite3
from contextlib import closing
from fractions import Fraction
from itertools import pairwise
from math import floor
from pathlib import Path
from statistics import median

import pytest
from commands import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from midi_lines import solo_in
from platforms import slow
from strategies import solos
from weimar import Transcription, database, transcribed

from jazzgen.datasets.corpus import load_corpus
from jazzgen.errors import DatasetError, SoloError
from jazzgen.io.registry import FORMATS, WJAZZD
from jazzgen.io.wjazzd.solos import _one_per_tick, read_wjazzd
from jazzgen.music.solo import Solo
from jazzgen.music.styles import feel_names

BUNDLED = sorted((ROOT / "midi_data").rglob("*.mid"))[::11]


@pytest.fixture
def read(tmp_path):
    """Write transcriptions to a database and read them: their solos in order."""

    def run(*transcriptions, names=None):
        file = tmp_path / "w.db"
        file.unlink(missing_ok=True)
        return [solo for _, solo in read_wjazzd(database(file, *transcriptions), names)]

    return run


@pytest.fixture
def read_one(read):
    def run(transcription):
        [solo] = read(transcription)
        if not isinstance(solo, Solo):
            raise solo
        return solo

    return run


def steady(*bars):
    """Bars of 4/4, a beat every half second from bar 1 on."""
    return Transcription().bars(*(bars or (1, 2)))


# What was written is read.


def assert_same(read, solo):
    assert [(n.onset, n.pitch) for n in read.notes] == [(n.onset, n.pitch) for n in solo.notes]
    assert [n.duration for n in read.notes] == [n.duration for n in solo.notes]
    assert [n.deviation for n in read.notes] == pytest.approx(
        [n.deviation for n in solo.notes], abs=0.006
    )
    assert [bar.meter for bar in read.chart.bars] == [bar.meter for bar in solo.chart.bars]
    assert read.chart.chord_spans == solo.chart.chord_spans


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_solos_of_our_own_come_back(path, read_one):
    solo = solo_in(path)
    again = read_one(transcribed(solo, path.stem))
    assert_same(again, solo)
    assert again.chart.tempo == pytest.approx(solo.chart.tempo)
    assert (again.title, again.performer, again.source) == (solo.title, solo.performer, path.stem)
    assert again.chart.chorus_starts == solo.chart.chorus_starts
    assert [bar.section for bar in again.chart.bars] == [bar.section for bar in solo.chart.bars]


@settings(max_examples=25, deadline=None)
@given(solos().filter(lambda solo: solo.notes))
def test_any_solo_comes_back(tmp_path_factory, solo):
    file = database(tmp_path_factory.mktemp("w") / "w.db", transcribed(solo, "any"))
    [(name, again)] = read_wjazzd(file)
    assert name == "any"
    assert_same(again, solo)


# Onsets.


@pytest.mark.parametrize("division", range(1, 25))
def test_an_onset_is_bar_beat_and_tatum(division, read_one):
    of = steady(0, 1)
    for tatum in range(1, division + 1):
        of.note(1, 3, tatum, division)
    onsets = [note.onset for note in read_one(of).notes]
    exact = [96 + 48 + Fraction(24 * (tatum - 1), division) for tatum in range(1, division + 1)]
    assert onsets == [floor(place + Fraction(1, 2)) for place in exact]
    if 24 % division == 0:
        assert onsets == exact


def test_a_crowd_of_notes_is_kept_and_spreads_to_both_sides(read_one):
    of = steady(1, 2, 3)
    for tatum in range(1, 37):
        of.note(2, 1, tatum, 36, onset=2 + 0.5 * (tatum - 1) / 36, duration=0.01, pitch=40 + tatum)
    of.note(3, 1, onset=4.0)
    notes = read_one(of).notes
    assert [note.pitch for note in notes] == [*range(41, 77), 60]
    assert [b.onset - a.onset for a, b in pairwise(notes[:36])] == [1] * 35
    shifts = [note.onset - (96 + Fraction(24 * tatum, 36)) for tatum, note in enumerate(notes[:36])]
    assert abs(sum(shifts) / 36) <= Fraction(1, 2)
    assert notes[36].onset == 192  # who has room is not moved
    played = [note.onset + note.deviation for note in notes[:36]]
    assert played == pytest.approx([96 + 24 * tatum / 36 for tatum in range(36)], abs=0.01)


def test_a_crowd_at_the_beginning_does_not_begin_before_it(read_one):
    of = steady(1)
    for tatum in range(1, 37):
        of.note(1, 1, tatum, 36)
    assert [note.onset for note in read_one(of).notes] == list(range(36))


PLACES = st.lists(st.fractions(0, 40, max_denominator=48), min_size=1, max_size=30).map(sorted)


@given(PLACES)
def test_ticks_are_ascending_and_the_nearest_wherever_notes_have_room(places):
    ticks = _one_per_tick(places)
    assert len(ticks) == len(places)
    assert ticks[0] >= 0
    assert all(a < b for a, b in pairwise(ticks))
    if all(b - a >= 1 for a, b in pairwise(places)):
        assert ticks == [floor(place + Fraction(1, 2)) for place in places]


@given(PLACES)
def test_no_note_is_moved_farther_than_pushing_them_on_would(places):
    pushed = []
    for place in places:
        nearest = floor(place + Fraction(1, 2))
        pushed.append(max(nearest, pushed[-1] + 1) if pushed else nearest)
    farthest = [
        max(abs(tick - place) for tick, place in zip(ticks, places, strict=True))
        for ticks in (_one_per_tick(places), pushed)
    ]
    assert farthest[0] <= farthest[1] + 1


def test_rows_out_of_order_are_put_in_order_with_their_phrases(read_one):
    of = steady().note(1, 3, onset=1.0, pitch=62).note(1, 1, pitch=60).note(2, 1, pitch=64)
    of.phrases = [0, 2]
    solo = read_one(of)
    assert [note.pitch for note in solo.notes] == [60, 62, 64]
    assert solo.phrase_starts == (1, 2)


# Real time.


def test_deviation_is_positive_where_a_note_is_late(read_one):
    of = steady().note(1, 1, onset=0.0).note(1, 2, onset=0.625).note(1, 4, onset=1.25)
    assert [note.deviation for note in read_one(of).notes] == [0, 6, -12]


def test_time_runs_evenly_between_two_beats_whatever_the_others_do(read_one):
    of = Transcription()
    for beat, onset in enumerate((0.0, 1.0, 1.5, 3.5), 1):
        of.beat(1, beat, onset)
    of.note(1, 1, 2, 2, onset=0.5).note(1, 2, 2, 2, onset=1.25).note(1, 3, 2, 2, onset=3.0)
    solo = read_one(of)
    assert [note.onset for note in solo.notes] == [12, 36, 60]
    assert [note.deviation for note in solo.notes] == [0, 0, 6]


def test_before_the_first_beat_and_after_the_last_time_goes_on_as_there(read_one):
    of = Transcription(signature="4/4").beat(1, 1, 2.0).beat(1, 2, 3.0).beat(1, 3, 3.5)
    of.note(0, 4, onset=1.25).note(1, 4, onset=4.25)
    notes = read_one(of).notes
    assert [(note.onset, note.deviation) for note in notes] == [(72, 6), (96 + 72, 12)]


def test_one_beat_alone_goes_by_the_tempo(read_one):
    of = Transcription(avgtempo=60.0).beat(1, 1, 5.0).note(1, 2, onset=6.25)
    assert read_one(of).notes[0].deviation == 6


def test_duration_is_what_sounded_up_to_the_next_onset(read_one):
    of = steady().note(1, 1, onset=0.0, duration=0.25).note(1, 2, onset=0.5, duration=9.0)
    of.note(1, 3, onset=1.0, duration=0.0001).note(2, 4, onset=3.5, duration=1.0)
    solo = read_one(of)
    assert [note.duration for note in solo.notes] == [12, 24, 1, 48]
    assert solo.chart.ticks == 3 * 96  # a bar more, for the last note to end in


# Loudness.


def velocities(read_one, *levels):
    of = steady()
    for beat, level in enumerate(levels):
        of.note(1 + beat // 4, 1 + beat % 4, level=level)
    return [note.velocity for note in read_one(of).notes]


def test_the_middle_level_of_a_solo_is_80_and_6_db_a_factor_of_root_2(read_one):
    assert velocities(read_one, 70, 76, 64) == [80, 113, 57]
    assert velocities(read_one, 50, 56, 44) == [80, 113, 57]  # another recording's level


def test_one_wild_level_changes_no_other_note(read_one):
    assert velocities(read_one, 69, 70, 71, 3000)[:3] == velocities(read_one, 69, 70, 71, 75)[:3]
    assert velocities(read_one, 70, 70, 70, 9e300, 1) == [80, 80, 80, 127, 20]


def test_a_note_without_a_level_or_in_silence_has_80(read_one):
    assert velocities(read_one, None, -66.2, 76, 76, "") == [80] * 5
    assert velocities(read_one, None, None) == [80, 80]


# Charts.


def test_an_upbeat_stands_at_its_place_in_a_whole_bar(read_one):
    of = Transcription().beat(0, 4, chord="G7").bars(1).beat(2, 1)
    of.note(0, 4, onset=0.0).note(1, 1, onset=0.5)
    solo = read_one(of)
    assert [str(bar.meter) for bar in solo.chart.bars] == ["4/4"] * 3
    assert [note.onset for note in solo.notes] == [72, 96]
    assert [note.deviation for note in solo.notes] == [0, 0]
    assert str(solo.chart.chord_at(72)) == "G7"


def test_a_bar_in_between_is_as_long_as_its_beats_are_many(read_one):
    of = steady(1).bars(2, beats=3).bars(3, beats=5).bars(4).note(3, 5, onset=5.5)
    solo = read_one(of)
    assert [str(bar.meter) for bar in solo.chart.bars] == ["4/4", "3/4", "5/4", "4/4"]
    assert (solo.notes[0].onset, solo.notes[0].deviation) == (96 + 72 + 96, 0)


def test_bars_without_beats_and_notes_outside_the_beats_are_there(read_one):
    of = steady(1).bars(4)
    for bar in (-1, 3, 6):
        of.note(bar, 2)
    solo = read_one(of)
    assert [str(bar.meter) for bar in solo.chart.bars] == ["4/4"] * 8
    assert [note.onset for note in solo.notes] == [24, 4 * 96 + 24, 7 * 96 + 24]


def test_a_signature_holds_until_the_next(read_one):
    of = Transcription(signature="4/4").beat(0, 3, signature="3/4").bars(1, 2, beats=3)
    of.beat(3, 1, signature="5/4").note(1, 1)
    meters = [str(bar.meter) for bar in read_one(of).chart.bars]
    assert meters == ["3/4", "3/4", "3/4", "5/4"]


def test_the_signature_of_the_solo_where_the_beats_name_none(read_one):
    of = Transcription(signature="3/4").beat(1, 1).note(1, 1)
    assert str(read_one(of).chart.bars[0].meter) == "3/4"


def test_beats_are_the_notes_that_the_signature_names(read_one):
    of = Transcription(signature="7/8", avgtempo=240.0).bars(1, 2, beats=7).note(2, 3, 2, 2)
    solo = read_one(of)
    assert [bar.meter.bar_ticks for bar in solo.chart.bars] == [84, 84]
    assert solo.notes[0].onset == 84 + 2 * 12 + 6
    assert solo.chart.tempo == 120


def test_chords_stand_where_they_change(read_one):
    of = steady(1, 2).note(1, 1)
    for index, chord in {0: "NC", 2: "Bbj7", 4: "Bbj7", 5: "C-7", 7: "G79b/B"}.items():
        of.beats[index]["chord"] = chord
    chart = read_one(of).chart
    assert [(tick, str(chord)) for tick, chord in chart.placed_chords()] == [
        (0, "N.C."), (48, "Bbmaj7"), (120, "Cm7"), (168, "G7b9/B"),
    ]  # fmt: skip


def test_choruses_and_form(read_one):
    of = Transcription()
    for bar, chorus, form in ((-1, 0, "I1"), (0, 0, ""), (1, 1, "A1"), (2, 1, "B1"), (3, 2, "A1")):
        of.beat(bar, 1, chorus_id=chorus, form=form)
        for beat in (2, 3, 4):
            of.beat(bar, beat, chorus_id=chorus)
    chart = read_one(of.note(1, 1)).chart
    assert chart.chorus_starts == (2, 4)
    assert [bar.section for bar in chart.bars] == ["I1", "", "A1", "B1", "A1"]


def test_a_chorus_that_begins_within_a_bar_begins_with_that_bar(read_one):
    of = steady(1, 2, 3).note(1, 1)
    for row in of.beats[6:]:
        row["chorus_id"] = 2
    of.beats[6]["form"] = "A1"
    chart = read_one(of).chart
    assert chart.chorus_starts == (0, 1)
    assert chart.bars[1].section == "A1"


def test_without_choruses_there_is_one(read_one):
    of = steady().note(1, 1)
    for row in of.beats:
        row["chorus_id"] = None
    assert read_one(of).chart.chorus_starts == (0,)


@pytest.mark.parametrize(
    ("text", "key"),
    [("Bb-maj", "Bb"), ("F-min", "Fm"), ("G-dor", "Gm"), ("C-blues", "C"), ("D-mix", "D"),
     ("C#-min", "C#m"), ("Eb", "Eb"), ("", "C"), ("?", "C")],
)  # fmt: skip
def test_keys(text, key, read_one):
    of = steady().note(1, 1)
    of.info["key"] = text
    assert str(read_one(of).chart.key) == key


@pytest.mark.parametrize(
    ("rhythm", "tempo_class", "signature", "feel"),
    [("SWING", "UP", "4/4", "swing"), ("LATIN", "SLOW", "4/4", "bossa"),
     ("FUNK", "UP", "3/4", "straight"), ("SWING", "SLOW", "4/4", "ballad"),
     ("TWOBEAT", "MEDIUM", "4/4", "swing"), ("SWING", "MEDIUM", "3/4", "waltz"),
     ("", "", "4/4", "swing"), (None, "SLOW", "4/4", "ballad"),
     ("LATIN/SWING", "", "4/4", "bossa")],
)  # fmt: skip
def test_feels(rhythm, tempo_class, signature, feel, read_one):
    of = Transcription(rhythmfeel=rhythm, tempoclass=tempo_class, signature=signature)
    assert feel in feel_names()
    assert read_one(of.beat(1, 1).note(1, 1)).chart.feel == feel


@pytest.mark.parametrize(
    ("code", "instrument"),
    [("ts", "tenor saxophone"), ("ts-c", "tenor saxophone"), ("cor", "cornet"), ("g", "guitar"),
     ("kazoo", ""), ("-", ""), ("", ""), (None, "")],
)  # fmt: skip
def test_instruments(code, instrument, read_one):
    of = Transcription(instrument=code)
    assert read_one(of.beat(1, 1).note(1, 1)).instrument == instrument


@pytest.mark.parametrize(
    ("code", "style"),
    [("BEBOP", "bebop"), ("HARDBOP", "hard bop"), ("POSTBOP", "post-bop"), ("", ""), (None, "")],
)
def test_styles(code, style, read_one):
    assert read_one(Transcription(style=code).beat(1, 1).note(1, 1)).style == style


def test_a_tempo_that_is_not_given_is_that_of_the_beats(read_one):
    of = steady().note(1, 1)
    of.info["avgtempo"] = None
    assert read_one(of).chart.tempo == 120


def test_names(read):
    unnamed = steady().note(1, 1)
    unnamed.name = None
    named = Transcription("Some.One_It's-1").bars(1).note(1, 1)
    assert [solo.source for solo in read(named, unnamed)] == ["Some.One_It's-1", "melid-2"]
    assert [solo.source for solo in read(named, unnamed, names=["melid-2", "x"])] == ["melid-2"]


def test_each_solo_is_counted(tmp_path):
    file = database(tmp_path / "w.db", *[steady().note(1, 1)] * 3)
    calls = []
    assert len(list(read_wjazzd(file, None, lambda *at: calls.append(at)))) == 3
    assert calls == [(1, 3), (2, 3), (3, 3)]


# What cannot be read.

BROKEN = {
    "no beats": (lambda of: of.beats.clear(), "no beats"),
    "no notes": (lambda of: of.notes.clear(), "no notes"),
    "onset": (lambda of: of.notes[0].update(onset="soon"), "melody row 3: onset is 'soon'"),
    "null": (lambda of: of.notes[0].update(onset=None), "melody row 3: onset is None"),
    "never": (lambda of: of.notes[0].update(duration=float("inf")), "duration is inf; expected"),
    "long": (lambda of: of.notes[0].update(duration=1e200), "expected seconds"),
    "backwards": (lambda of: of.notes[0].update(duration=-1.0), "expected seconds"),
    "pitch": (lambda of: of.notes[0].update(pitch=128), "pitch is 128.0; expected 0 to 127"),
    "between": (lambda of: of.notes[0].update(pitch=60.5), "pitch is 60.5; expected a whole"),
    "division": (lambda of: of.notes[0].update(division=0), "division is 0; expected a whole"),
    "tatum": (lambda of: of.notes[0].update(tatum=3, division=2), "tatum 3 of 2"),
    "note's bar": (lambda of: of.notes[0].update(bar=2**60), "expected 10000 bars at most"),
    "beat 0": (lambda of: of.beats[3].update(beat=0), "expected a whole number of at least 1"),
    "beat 99": (lambda of: of.notes[0].update(beat=99), "meter 99/4"),
    "time": (lambda of: of.beats[3].update(onset=0.1), "beat 4 of bar 1 sounds at 0.1 s"),
    "same time": (lambda of: of.beats[3].update(onset=1.0), "not after the one before it"),
    "order": (lambda of: of.beats[3].update(bar=0), "beat 4 of bar 0 comes after beat 3 of bar 1"),
    "twice": (lambda of: of.beats[3].update(beat=3), "beat 3 of bar 1 comes after beat 3"),
    "chord": (lambda of: of.beats[1].update(chord="H7"), "'H7'"),
    "signature": (lambda of: of.beats[0].update(signature="four"), "meter 'four'"),
    "tempo": (lambda of: of.info.update(avgtempo=3.0), "tempo: 3 quarter notes per minute"),
    "no tempo": (lambda of: of.info.update(avgtempo="fast"), "avgtempo is 'fast'"),
    "fastest": (lambda of: of.info.update(avgtempo=1e308), "tempo: 1e\\+308 quarter notes"),
    "chorus": (lambda of: of.beats[1].update(chorus_id="x"), "chorus_id is 'x'"),
    "phrase": (lambda of: of.phrases.append(7), "a phrase begins at note 7 of 2"),
    "no phrase": (lambda of: of.phrases.extend([0, "b"]), "a phrase begins at note 'b'"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_solo_is_named_and_does_not_stop_the_others(case, tmp_path):
    good, bad, last = (Transcription(name).bars(1, 2) for name in ("good", "bad", "last"))
    for of in (good, bad, last):
        of.note(1, 1).note(1, 2, onset=0.5)
    change, reason = BROKEN[case]
    change(bad)
    file = database(tmp_path / "w.db", good, bad, last)
    outcomes = dict(read_wjazzd(file))
    assert list(outcomes) == ["good", "bad", "last"]
    assert isinstance(outcomes["good"], Solo)
    assert isinstance(outcomes["last"], Solo)
    with pytest.raises(SoloError, match=f"w.db: bad: .*{reason}") as caught:
        raise outcomes["bad"]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("without", "reason"),
    [("beats", "it has no table beats"), ("sections", "no table sections"),
     ("melody.loud_med", "table melody has no column loud_med"),
     ("solo_info.avgtempo", "table solo_info has no column avgtempo"),
     ("solo_info.style", "table solo_info has no column style")],
)  # fmt: skip
def test_another_database(without, reason, tmp_path):
    file = database(tmp_path / "w.db", steady().note(1, 1), without=[without])
    with pytest.raises(DatasetError, match=f"w.db: not the Weimar Jazz Database: .*{reason}"):
        list(read_wjazzd(file))


def test_files_that_are_no_database(tmp_path):
    file = tmp_path / "w.db"
    with pytest.raises(DatasetError, match=r"w\.db: no such file"):
        list(read_wjazzd(file))
    for content in (b"", b"hello" * 500, b"SQLite format 3\x00" + bytes(50)):
        file.write_bytes(content)
        with pytest.raises(DatasetError, match=r"w.db: not (the|a) Weimar Jazz Database"):
            list(read_wjazzd(file))


def test_a_database_that_is_cut_short(tmp_path):
    of = steady(*range(1, 200))
    for bar in range(1, 200):
        of.note(bar, 1)
    file = database(tmp_path / "w.db", of)
    file.write_bytes(file.read_bytes()[: 3 * 4096])
    with pytest.raises(DatasetError, match=r"w.db: not a Weimar Jazz Database that can be read"):
        list(read_wjazzd(file))


def test_what_means_to_be_the_database(tmp_path):
    file = database(tmp_path / "other.sqlite", steady().note(1, 1))
    assert FORMATS.of_collection(file) is WJAZZD
    (tmp_path / "empty.DB").touch()
    assert FORMATS.of_collection(tmp_path / "empty.DB") is WJAZZD
    file.rename(tmp_path / "named.mid")
    assert FORMATS.of_collection(tmp_path / "named.mid") is WJAZZD
    (tmp_path / "empty.mid").touch()
    assert FORMATS.of_collection(tmp_path / "empty.mid") is None


def test_reading_leaves_the_file_and_its_folder_alone(tmp_path):
    file = database(tmp_path / "a ?#%.db", steady().note(1, 1))
    before = file.read_bytes()
    assert len(list(read_wjazzd(file))) == 1
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


# The database itself, where there is one.

DATABASE = os.environ.get("JAZZGEN_WJAZZD", "")
needs_database = pytest.mark.skipif(not DATABASE, reason="JAZZGEN_WJAZZD names no wjazzd.db")


@pytest.fixture(scope="module")
def whole():
    return load_corpus(DATABASE)


def query(text):
    with closing(sqlite3.connect(Path(DATABASE).absolute().as_uri() + "?mode=ro", uri=True)) as c:
        return c.execute(text).fetchall()


@needs_database
@slow
class TestTheDatabase:
    def test_every_solo_comes_through_note_for_note(self, whole):
        assert whole.rejected == ()
        counted = query("select t.filename_sv, count(*) from melody m join transcription_info t"
                        " on t.melid = m.melid group by m.melid")  # fmt: skip
        assert {solo.source + "_FINAL.sv": len(solo.notes) for solo in whole.solos} == dict(counted)
        assert len(whole.solos) == query("select count(*) from solo_info")[0][0] >= 400

    def test_every_solo_names_its_instrument_and_its_style(self, whole):
        codes = query("select instrument, style from solo_info order by melid")
        names = [(solo.instrument, solo.style) for solo in whole.solos]
        pairs = set(zip(codes, names, strict=True))
        assert all(instrument and style for instrument, style in names)
        assert len({name for _, (name, _) in pairs}) == len({i.split("-")[0] for i, _ in codes})
        assert len({style for _, (_, style) in pairs}) == len({style for _, style in codes}) == 8

    def test_pitches_are_those_of_the_rows(self, whole):
        rows = query("select pitch from melody order by melid, eventid")
        played = [note.pitch for solo in whole.solos for note in solo.notes]
        assert played == [int(pitch) for (pitch,) in rows]

    def test_onsets_are_those_of_the_rows(self, whole):
        rows = query("select melid, bar, beat, division, tatum from melody order by melid, eventid")
        first = dict(query("select melid, min(bar) from (select melid, bar from beats"
                           " union select melid, bar from melody) group by melid"))  # fmt: skip
        meters = [{bar.meter for bar in solo.chart.bars} for solo in whole.solos]
        notes = [(found, note) for solo, found in zip(whole.solos, meters, strict=True)
                 for note in solo.notes]  # fmt: skip
        compared, moved = 0, 0
        for (melid, bar, beat, division, tatum), (found, note) in zip(rows, notes, strict=True):
            if len(found) == 1 and 24 % division == 0:
                [meter] = found
                bars = (bar - first[melid]) * meter.bar_ticks
                compared += 1
                moved += note.onset != bars + (beat - 1) * 24 + 24 * (tatum - 1) // division
        assert compared > 0.9 * len(notes)
        assert moved <= 10  # beside a crowd

    def test_notes_lie_near_their_beats(self, whole):
        off = [median(abs(note.deviation) for note in solo.notes) for solo in whole.solos]
        assert 0.5 < median(off) < 2.5
        assert max(off) < 4
        late = [note.deviation for solo in whole.solos for note in solo.notes]
        assert 0 < median(late) < 2  # upbeats swing

    def test_velocities_have_a_middle_and_a_spread(self, whole):
        values = sorted(note.velocity for solo in whole.solos for note in solo.notes)
        tenth = len(values) // 10
        assert values[len(values) // 2] == 80
        assert 40 < values[tenth] < 70
        assert 90 < values[-tenth] < 115

    def test_phrases_are_those_of_the_sections(self, whole):
        [(count,)] = query("select count(*) from sections where type = 'PHRASE'")
        assert sum(len(solo.phrase_starts) for solo in whole.solos) == count
        assert all(solo.phrase_starts[0] == 0 for solo in whole.solos)

    def test_choruses_are_those_of_the_beats(self, whole):
        counts = query("select count(distinct chorus_id) from beats where chorus_id > 0"
                       " group by melid order by melid")  # fmt: skip
        assert [solo.chart.choruses for solo in whole.solos] == [count for (count,) in counts]

    def test_one_that_is_known(self, whole):
        [solo] = [one for one in whole.solos if one.source == "ArtPepper_Anthropology"]
        assert (solo.performer, solo.title) == ("Art Pepper", "Anthropology")
        assert solo.chart.tempo == pytest.approx(219.1)
        assert [(note.onset, note.pitch) for note in solo.notes[:3]] == [
            (96, 65), (120, 63), (138, 58),
        ]  # fmt: skip
        assert solo.chart.bars[0].section == "I1"
        assert str(solo.chart.chord_at(0)) == "N.C."

    def test_levels_are_relative_to_the_solo(self, whole):
        middles = [median(note.velocity for note in solo.notes) for solo in whole.solos]
        assert max(abs(middle - 80) for middle in middles) <= 1

"""Makes databases with the schema of the Weimar Jazz Database for tests."""

import sqlite3
from contextlib import closing
from fractions import Fraction
from math import log10

SCHEMA = """
create table db_info (name text, release text, license text);
create table solo_info (melid integer primary key, performer text, title text, instrument text,
    style text, avgtempo real, tempoclass text, rhythmfeel text, key text, signature text,
    chord_changes text, chorus_count int);
create table transcription_info (melid int, filename_sv text, status text);
create table melody (eventid integer primary key, melid int, onset real, pitch real,
    duration real, period int, division int, bar int, beat int, tatum int, subtatum int, num int,
    denom int, beatprops text, beatdur real, tatumprops text, loud_max real, loud_med real);
create table beats (beatid integer primary key, melid int, onset real, bar int, beat int,
    signature text, chord text, form text, bass_pitch int, chorus_id int);
create table sections (melid int, type text, start int, end int, value text);
"""
MIDDLE = 70.0
"""Level in dB of a note of velocity 80."""


class Transcription:
    """The rows of one solo, which a test may change.

    Args:
        name: What `filename_sv` holds before `_FINAL.sv`.
        info: Columns of solo_info.

    Attributes:
        beats: The rows of beats, each a dictionary of columns.
        notes: The rows of melody, each a dictionary of columns.
        phrases: Indices of the notes that begin a phrase.
    """

    def __init__(self, name="AnyBody_AnyTune", **info):
        self.name = name
        self.info = {"performer": "Any Body", "title": "Any Tune", "avgtempo": 120.0,
                     "tempoclass": "MEDIUM", "rhythmfeel": "", "key": "", "signature": "4/4",
                     **info}  # fmt: skip
        self.beats, self.notes, self.phrases = [], [], []

    def beat(self, bar, beat, onset=None, **columns):
        """Add a beat, by default half a second after the one before."""
        if onset is None:
            onset = self.beats[-1]["onset"] + 0.5 if self.beats else 0.0
        self.beats.append({"bar": bar, "beat": beat, "onset": onset, "signature": "", "chord": "",
                           "form": "", "chorus_id": 1, **columns})  # fmt: skip
        return self

    def bars(self, *numbers, beats=4):
        """Add bars with all their beats."""
        for bar in numbers:
            for beat in range(1, beats + 1):
                self.beat(bar, beat)
        return self

    def note(self, bar, beat, tatum=1, division=1, onset=0.0, duration=0.1, pitch=60,
             level=MIDDLE, **columns):  # fmt: skip
        """Add a note."""
        self.notes.append({"bar": bar, "beat": beat, "tatum": tatum, "division": division,
                           "onset": onset, "duration": duration, "pitch": pitch,
                           "loud_med": level, **columns})  # fmt: skip
        return self


def transcribed(solo, name):
    """Return a solo as the database would hold it, played exactly in time."""
    chart = solo.chart
    of = Transcription(name, title=solo.title, performer=solo.performer,
                       signature=str(chart.bars[0].meter))  # fmt: skip
    unit = 96 // chart.bars[0].meter.denominator
    of.info["avgtempo"] = chart.tempo * 24 / unit
    second = 24 * chart.tempo / 60  # ticks
    chorus, before = 0, None
    for number, (start, bar) in enumerate(zip(chart.bar_starts, chart.bars, strict=False)):
        chorus += number in chart.chorus_starts
        unit = 96 // bar.meter.denominator
        chords = dict(bar.chords)
        for beat in range(bar.meter.numerator):
            new = not beat and bar.meter != before
            chord = chords.pop(beat * unit, "")
            of.beat(number, beat + 1, (start + beat * unit) / second, chorus_id=chorus,
                    signature=str(bar.meter) if new else "", chord=str(chord).replace(".", ""),
                    form=bar.section if not beat else "")  # fmt: skip
        assert not chords, "a chord off the beat"
        before = bar.meter
    for note in solo.notes:
        number = chart.bar_at(note.onset)
        unit = 96 // chart.bars[number].meter.denominator
        beat, rest = divmod(note.onset - chart.bar_starts[number], unit)
        place = Fraction(rest, unit)
        of.note(number, beat + 1, place.numerator + 1, place.denominator,
                (note.onset + note.deviation) / second, note.duration / second, note.pitch,
                MIDDLE + 40 * log10(note.velocity / 80))  # fmt: skip
    of.phrases = list(solo.phrase_starts)
    return of


def database(path, *solos, without=()):
    """Write a database.

    Args:
        path: The file to make.
        solos: The transcriptions.
        without: Tables, and columns as `table.column`, that are left out.

    Returns:
        The path.
    """
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        connection.execute("insert into db_info values ('A Test', '1', 'none')")
        for melid, solo in enumerate(solos, 1):
            _insert(connection, "solo_info", {"melid": melid, **solo.info})
            file = solo.name and f"{solo.name}_FINAL.sv"
            _insert(connection, "transcription_info", {"melid": melid, "filename_sv": file})
            for row in solo.beats:
                _insert(connection, "beats", {"melid": melid, **row})
            for row in solo.notes:
                _insert(connection, "melody", {"melid": melid, **row})
            for start in solo.phrases:
                _insert(connection, "sections", {"melid": melid, "type": "PHRASE", "start": start})
            _insert(connection, "sections", {"melid": melid, "type": "CHORUS", "start": 0})
        for name in without:
            table, _, column = name.partition(".")
            drop = f"drop column {column}" if column else ""
            connection.execute(f"alter table {table} {drop}" if column else f"drop table {table}")
        connection.commit()
    return path


def _insert(connection, table, row):
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", [*row.values()])

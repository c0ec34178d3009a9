#!/usr/bin/env python3
"""Measure how well and how fast MIDI files from unknown programs are read as solos.

    JAZZGEN_WJAZZD=wjazzd.db python scripts/benchmark_transcription.py --names valid.txt [--json]

Solos of the Weimar Jazz Database are written to MIDI with jazzgen's band: notes as played, tracks
shuffled and without telling names, no chord markers, no sign that jazzgen wrote the file. Then the
files are read, and the result is compared with the database.

| figure | what |
|---|---|
| `melody_right` | files whose solo is found, with names and programs hidden |
| `melody_right_named` | the same with programs and usual names |
| `places_right` | notes at their metrical positions, given the beat |
| `beats_right` | beats found within 70 ms where the file does not say where they are |
| `swing_within` | files whose swing ratio is found within 0.05, where a machine swings |
| `roots_right`, `qualities_right` | beats with the right root, and right root and family |
| `markers_right` | beats with the right chord, where markers name it |
| `database_seconds` | seconds of `jazzgen prepare` for the solos of the database |
| `files_per_second` | files read on one core |
| `intake_ratio` | seconds of music21's `converter.parse` ÷ ours for the same files |

Garbage is collected as rarely as in a worker of `jazzgen prepare`; for music21, as Python does.
"""

from __future__ import annotations

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # one core, as a worker has

import argparse
import gc
import io
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from mido import Message, MetaMessage, MidiFile, MidiTrack
from weimar_arguments import names_of_solos

from jazzgen.band.trio import accompany
from jazzgen.datasets.corpus import load_corpus
from jazzgen.io.midi.read import read_midi
from jazzgen.io.wjazzd.database import read_rows
from jazzgen.io.wjazzd.grid import Grid
from jazzgen.io.wjazzd.rows import SoloRows
from jazzgen.io.wjazzd.solos import solo_of_rows
from jazzgen.music.chart import Chart
from jazzgen.music.part import Part
from jazzgen.music.solo import Note, Solo
from jazzgen.music.swing import Swing, swing_ratio
from jazzgen.runtime.worker import collect_rarely
from jazzgen.transcription.beats import beat_times
from jazzgen.transcription.solos import Transcription, read_solos

PPQ = 480
SCALE = PPQ // 24
CLICK = 48
"""Ticks per second at 120 quarter notes per minute, the tempo of a file that states none."""
LEAD = 1.3
"""Seconds before the first beat."""
WITHIN = 0.07
"""The largest error in seconds of a beat that counts as found."""
PROGRAMS = {"Piano": 0, "Bass": 32, "Drums": 0}
HORNS = {"Tenor Sax": 66, "Trumpet": 56, "Alto Sax": 65, "Trombone": 57, "": 66}
HIDDEN = ("Track 1", "Part", "", "Instrument 3", "MIDI out")


class Written(NamedTuple):
    """How a file is written.

    Args:
        named: Whether tracks have telling names and programs.
        markers: Whether chords are written as markers.
        mechanical: The swing ratio of a mechanical solo; 0 for a solo as it was played.
    """

    named: bool
    markers: bool = False
    mechanical: float = 0.0


def main() -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", default=os.environ.get("JAZZGEN_WJAZZD"))
    parser.add_argument(
        "--names", type=names_of_solos, help="names of solos, one per line; by default all"
    )
    parser.add_argument("--every", type=int, default=1, help="take only every n-th solo")
    parser.add_argument("--parsed", type=int, default=24, help="files that music21 reads as well")
    parser.add_argument("--untimed", action="store_true", help="leave the whole database out")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not given.database:
        print("no database: give --database or JAZZGEN_WJAZZD", file=sys.stderr)
        return 2
    solos = [
        solo
        for solo in load_corpus(given.database, names=given.names).solos
        if any(span.chord.root for span in solo.chart.chord_spans)
    ]
    recorded = read_rows(given.database, given.names)[:: given.every]
    figures = measure(solos[:: given.every], recorded, given.parsed)
    if not given.untimed:
        figures["database_seconds"] = round(database_seconds(given.database), 4)
    if given.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:22} {value}")
    return 0


def measure(solos: list[Solo], recorded: list[SoloRows], parsed: int) -> dict[str, float]:
    """Return all figures but `database_seconds`.

    Args:
        solos: The solos.
        recorded: The rows of the database from which beats are played.
        parsed: The number of files that music21 reads as well.
    """
    chance = np.random.default_rng(0)
    usual = gc.get_threshold()
    collect_rarely()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "take.mid"

        def read(solo: Solo, how: Written) -> tuple[list[Transcription], float]:
            path.write_bytes(file_of(solo, how, chance))
            began = time.process_time()
            found = read_solos(path)
            return found, time.process_time() - began

        hidden = [(solo, *read(solo, Written(named=False))) for solo in solos]
        named = [(solo, *read(solo, Written(named=True))) for solo in solos]
        marked = [(solo, *read(solo, Written(named=True, markers=True))) for solo in solos]
        swung = []
        for solo in solos:
            ratio = float(chance.uniform(1.2, 2.4))
            found, _ = read(solo, Written(named=True, mechanical=ratio))
            swung.append(abs(float(found[0].decisions["swing"]) - ratio) < 0.05)
        beats = [beats_right(rows, chance, path) for rows in recorded]
        ours, others = [], []
        for solo in solos[:parsed]:
            ours.append(read(solo, Written(named=True))[1])
            with _collecting(usual):
                others.append(_music21_seconds(path))
    seconds = float(np.mean([taken for _, _, taken in named]))
    right = [(solo, found) for solo, found, _ in named if is_melody(solo, found)]
    chords = [chords_right(solo.chart, found[0].solo.chart) for solo, found in right]
    figures = {
        "melody_right": np.mean([is_melody(solo, found) for solo, found, _ in hidden]),
        "melody_right_named": len(right) / len(solos),
        "places_right": _share([places_right(solo, found[0].solo) for solo, found in right]),
        "swing_within": np.mean(swung),
        "beats_right": _share(beats),
        "roots_right": sum(c[0] for c in chords) / sum(c[2] for c in chords),
        "qualities_right": sum(c[1] for c in chords) / sum(c[2] for c in chords),
        "markers_right": _share(
            [markers_right(solo.chart, found[0].solo.chart) for solo, found, _ in marked]
        ),
        "files_per_second": 1 / seconds,
        "intake_ratio": float(np.sum(others) / np.sum(ours)) if others else 0.0,
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


def database_seconds(database: str) -> float:
    """Return how long `jazzgen prepare` takes for all solos of the database."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "jazzgen",
            "prepare",
            database,
            "--out",
            str(Path(folder) / "all.jsonl"),
        ]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - began


def _share(pairs: list[tuple[int, int]]) -> float:
    return sum(good for good, _ in pairs) / max(sum(total for _, total in pairs), 1)


def is_melody(solo: Solo, found: list[Transcription]) -> bool:
    """Return whether exactly one solo was found, with the pitches of the true one.

    Args:
        solo: The true solo.
        found: The solos that were found in its file.
    """
    if len(found) != 1:
        return False
    pitches = [note.pitch for note in found[0].solo.notes]
    wanted = [note.pitch for note in solo.notes]
    same = sum(a == b for a, b in zip(pitches, wanted, strict=False))
    return abs(len(pitches) - len(wanted)) < 0.1 * len(wanted) and (
        same > 0.5 * len(wanted)
        or sorted(pitches)[::20] == sorted(wanted)[::20]
        or len(set(pitches) ^ set(wanted)) <= 2
    )


def places_right(solo: Solo, found: Solo) -> tuple[int, int]:
    """Return the number of notes at their true positions, and the number of all notes.

    Args:
        solo: The true solo.
        found: The solo as it was read.
    """
    placed = {(note.onset, note.pitch) for note in found.notes}
    return sum((note.onset, note.pitch) in placed for note in solo.notes), len(solo.notes)


def chords_right(chart: Chart, found: Chart) -> tuple[int, int, int]:
    """Return the number of beats with the right root, with root and family, and with a chord.

    Args:
        chart: The true chart.
        found: The chart as it was read.
    """
    roots = both = total = 0
    for tick in range(12, chart.ticks, 24):
        wanted = chart.chord_at(tick)
        if wanted.root_pc is not None and tick < found.ticks:
            got = found.chord_at(tick)
            total += 1
            roots += got.root_pc == wanted.root_pc
            both += got.root_pc == wanted.root_pc and got.family == wanted.family
    return roots, both, total


def markers_right(chart: Chart, found: Chart) -> tuple[int, int]:
    """Return the number of beats with exactly the right chord, and of all beats.

    Args:
        chart: The true chart.
        found: The chart as it was read.
    """
    ticks = range(12, chart.ticks, 24)
    return sum(str(chart.chord_at(t)) == str(found.chord_at(t)) for t in ticks), len(ticks)


def beats_right(rows: SoloRows, chance: np.random.Generator, path: Path) -> tuple[int, int]:
    """Return how many beats of a recording are found, and how many it has.

    The band follows the soloist's beats with a standard deviation of 8 ms.

    Args:
        rows: The rows of the recording.
        chance: Draws the deviations.
        path: Where the MIDI file is written.
    """
    solo, beats = solo_of_rows(rows), rows.beats()
    grid = Grid(beats, rows.notes(), str(solo.chart.bars[0].meter), solo.chart.tempo)
    seconds = np.array([beat.onset for beat in beats]) - beats[0].onset + LEAD
    ticks = np.array([float(grid.beat(beat.bar, beat.beat)) for beat in beats])
    swing = Swing(swing_ratio(solo.chart.feel, solo.chart.tempo))

    def played(part: Part) -> MidiTrack:
        onsets = np.array(swing.sounding_onsets([note.onset for note in part.notes], solo.chart))
        begin = np.interp(onsets, ticks, seconds) + chance.normal(0, 0.008, len(onsets))
        lasts = np.array([note.duration for note in part.notes]) * 60 / solo.chart.tempo / 24
        kept = (onsets >= ticks[0]) & (onsets < ticks[-1])
        rows = zip(begin * CLICK, (begin + lasts) * CLICK, part.notes, kept, strict=True)
        return _notes_track(
            part.name,
            part.channel,
            PROGRAMS[part.name],
            [(start, end, note) for start, end, note, keep in rows if keep],
        )

    file = MidiFile(type=1, ticks_per_beat=PPQ)
    file.tracks += [played(part) for part in accompany(solo, 0)]
    file.save(path)
    times = beat_times(read_midi(path))
    times = times[(times > seconds[0] - WITHIN) & (times < seconds[-1] + WITHIN)]
    near = np.abs(seconds[:, None] - times).min(1) < WITHIN
    surplus = max(len(times) / len(seconds), 1.0)
    return round(near.sum() / surplus), len(seconds)


def file_of(solo: Solo, how: Written, chance: np.random.Generator) -> bytes:
    """Return a MIDI file of a solo with a band, as another program would write it.

    Args:
        solo: The solo.
        how: How the file is written.
        chance: Draws names, the order of tracks and the seed of the band.
    """
    chart = solo.chart
    swing = Swing(how.mechanical or swing_ratio(chart.feel, chart.tempo))
    tracks = [
        _band_track(part, chart, swing, how.named, chance)
        for part in accompany(solo, int(chance.integers(1000)))
    ]
    tracks.append(_solo_track(solo, how, swing, chance))
    file = MidiFile(type=1, ticks_per_beat=PPQ)
    file.tracks.append(_conductor(chart, how.markers))
    file.tracks += [tracks[number] for number in chance.permutation(len(tracks))]
    content = io.BytesIO()
    file.save(file=content)
    return content.getvalue()


def _conductor(chart: Chart, markers: bool) -> MidiTrack:
    events = [(0, MetaMessage("set_tempo", tempo=round(6e7 / chart.tempo)))]
    meter = None
    for start, bar in zip(chart.bar_starts, chart.bars, strict=False):
        if bar.meter != meter:
            meter = bar.meter
            events.append(
                (
                    start,
                    MetaMessage(
                        "time_signature", numerator=meter.numerator, denominator=meter.denominator
                    ),
                )
            )
    if markers:
        events += [
            (tick, MetaMessage("marker", text=str(chord))) for tick, chord in chart.placed_chords()
        ]
    return _track([(tick * SCALE, message) for tick, message in events])


def _band_track(
    part: Part, chart: Chart, swing: Swing, named: bool, chance: np.random.Generator
) -> MidiTrack:
    name = part.name if named else str(chance.choice(HIDDEN))
    program = PROGRAMS[part.name] if named else 0
    onsets = swing.sounding_onsets([note.onset for note in part.notes], chart)
    notes = [
        (onset, onset + note.duration, note) for onset, note in zip(onsets, part.notes, strict=True)
    ]
    return _notes_track(name, part.channel, program, notes)


def _solo_track(solo: Solo, how: Written, swing: Swing, chance: np.random.Generator) -> MidiTrack:
    name = str(chance.choice(list(HORNS))) if how.named else str(chance.choice(HIDDEN))
    program = HORNS.get(name, 0) if how.named else 0
    if how.mechanical:
        line = [replace(note, deviation=0.0) for note in solo.notes]
        onsets = swing.sounding_onsets([note.onset for note in line], solo.chart)
        notes = [
            (onset, onset + note.duration, note) for onset, note in zip(onsets, line, strict=True)
        ]
    else:
        notes = [
            (note.onset + note.deviation, note.end + note.deviation, note) for note in solo.notes
        ]
    return _notes_track(name, 0, program, notes)


def _notes_track(
    name: str, channel: int, program: int, notes: list[tuple[float, float, Note]]
) -> MidiTrack:
    events = [
        (-1, MetaMessage("track_name", name=name)),
        (-1, Message("program_change", channel=channel, program=program)),
    ]
    for begin, end, note in notes:
        start = max(round(begin * SCALE), 0)
        events.append(
            (start, Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity))
        )
        events.append(
            (
                max(round(end * SCALE), start + 1),
                Message("note_off", channel=channel, note=note.pitch),
            )
        )
    return _track(events)


def _track(events: list[tuple[int, Message | MetaMessage]]) -> MidiTrack:
    track, now = MidiTrack(), 0
    for tick, message in sorted(events, key=lambda e: (e[0], e[1].type != "note_off")):
        track.append(message.copy(time=max(tick, 0) - now))
        now = max(tick, 0)
    return track


@contextmanager
def _collecting(thresholds: tuple[int, int, int]) -> Iterator[None]:
    """Collect garbage at these thresholds in a block."""
    ours = gc.get_threshold()
    gc.set_threshold(*thresholds)
    yield
    gc.set_threshold(*ours)


def _music21_seconds(path: Path) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from music21 import converter

        began = time.process_time()
        converter.parse(path, forceSource=True, storePickle=False)
        return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())

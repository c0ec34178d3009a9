#!/usr/bin/env python3
"""Measure how the time to transcribe a MIDI file grows with the file, as ratios.

    python scripts/benchmark_large_files.py [--json]

| figure | what |
|---|---|
| `note_microseconds` | processor time of a note: 24,000 notes on sixteen channels |
| `note_growth` | time of a note among 48,000 ÷ among 12,000; 1 is linear |
| `note_ratio` | seconds of `mido.MidiFile` for the file of 24,000 notes ÷ ours for its solos |
| `event_microseconds` | processor time of a lyric or a change of tempo: 50,000 of each |
| `event_growth` | time of an event among 100,000 ÷ among 25,000 |

Each figure of ours is that of the whole way from a file to its solos, in a warm process.
"""

from __future__ import annotations

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # one core, as a worker has

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from mido import Message, MetaMessage, MidiFile, MidiTrack

from jazzgen.runtime.worker import collect_rarely
from jazzgen.transcription.solos import read_solos

CHANNELS = 16
PPQ = 480


def main() -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    collect_rarely()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "large.mid")
    figures = {name: round(value, 2) for name, value in figures.items()}
    if given.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:20} {value:>8g}")
    return 0


def measure(path: Path) -> dict[str, float]:
    """Return all figures.

    Args:
        path: Where the files are written.
    """

    def ours(notes: int, events: int = 0) -> float:
        file_of(notes, events).save(path)
        return best(lambda: read_solos(path))

    few = ours(1600)
    some, many, most = ours(12_000), ours(24_000), ours(48_000)
    mido = best(lambda: MidiFile(path)) / 2  # of 48,000 notes
    fewer, more = ours(1600, 25_000) - few, ours(1600, 100_000) - few
    return {
        "note_microseconds": 1e6 * many / 24_000,
        "note_growth": (most / 48_000) / (some / 12_000),
        "note_ratio": mido / many,
        "event_microseconds": 1e6 * more / 200_000,
        "event_growth": more / fewer / 4,
    }


def best(read: Callable[[], object], turns: int = 3) -> float:
    """Return the least processor time of a few turns, in seconds.

    Args:
        read: Reads a file.
        turns: The number of turns.
    """
    seconds = []
    for _ in range(turns):
        began = time.process_time()
        read()
        seconds.append(time.process_time() - began)
    return min(seconds)


def file_of(notes: int, events: int) -> MidiFile:
    """Return a file of sixteen players who play freely, and events in its first track.

    Args:
        notes: The number of notes of all players.
        events: The number of lyrics, and of changes of tempo.
    """
    chance = np.random.default_rng(0)
    file = MidiFile(type=1, ticks_per_beat=PPQ)
    first = MidiTrack()
    for number in range(events):
        first.append(MetaMessage("lyrics", text=f"la{number % 7}", time=0))
        first.append(MetaMessage("set_tempo", tempo=500_000 + number % 1000, time=20))
    file.tracks.append(first)
    for channel in range(CHANNELS):
        track = MidiTrack([Message("program_change", channel=channel, program=5 * channel)])
        for pitch, wait in zip(
            chance.integers(40, 52, notes // CHANNELS) + 2 * channel,
            chance.integers(40, 440, notes // CHANNELS).tolist(),
            strict=True,
        ):
            track.append(Message("note_on", note=int(pitch), channel=channel, time=wait))
            track.append(Message("note_off", note=int(pitch), channel=channel, time=110))
        file.tracks.append(track)
    return file


if __name__ == "__main__":
    sys.exit(main())

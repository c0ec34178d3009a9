#!/usr/bin/env python3
"""Measure how fast a solo is written to files; `benchmark.py` runs this too.

    python scripts/benchmark.py render [--json]

The solo is three choruses of a form of 32 bars, played by the model that ships. Libraries are
loaded before anything is timed, and seconds are those of the processor.

| figure | what |
|---|---|
| `band_seconds` | `midi_seconds` less the same without the band |
| `midi_seconds` | making and writing the MIDI file with the band |
| `pretty_midi_ratio` | seconds in which pretty_midi writes the same notes ÷ `midi_seconds` |
| `FORMAT_seconds` | saving it with its band in each format but sound (`jazzgen.save`) |
| `slowest_seconds` | the most of these |
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import jazzgen
from jazzgen.io.midi.read import read_midi
from jazzgen.music.solo import Solo
from jazzgen.render.midi import midi_of
from jazzgen.render.playback import Playback
from jazzgen.render.targets import TARGETS

__all__ = ["main", "measure_render"]

ROUNDS = 9


def measure_render(rounds: int = ROUNDS) -> dict[str, float]:
    """Return every figure: the median of `rounds` turns."""
    solo = jazzgen.load().improvise(jazzgen.chart("rhythm-changes").repeat(3), seed=1)
    with tempfile.TemporaryDirectory() as folder:
        sides: dict[str, Callable[[], object]] = {
            "midi": lambda: midi_of(solo),
            "alone": lambda: midi_of(solo, Playback(band=False)),
        } | {
            name: partial(jazzgen.save, solo, Path(folder) / f"solo.{name}")
            for name, target in TARGETS.items()
            if target.play is None and name != "mid"
        }
        if importlib.util.find_spec("pretty_midi"):
            sides["pretty_midi"] = _pretty_midi(solo, Path(folder) / "solo.mid")
        taken = {name: _median(turn, rounds) for name, turn in sides.items()}
    band = taken["midi"] - taken.pop("alone")
    yardstick = taken.pop("pretty_midi", None)
    figures = {"band_seconds": band}
    figures |= {f"{name.replace('.', '_')}_seconds": taken[name] for name in taken}
    figures["slowest_seconds"] = max(taken.values())
    if yardstick is not None:
        figures["pretty_midi_ratio"] = yardstick / taken["midi"]
    return figures


def _median(turn: Callable[[], object], rounds: int) -> float:
    turn()
    seconds = []
    for _ in range(rounds):
        began = time.process_time()
        turn()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)


def _pretty_midi(solo: Solo, path: Path) -> Callable[[], object]:
    """Return a function that makes and writes the same notes with pretty_midi."""
    import pretty_midi

    path.write_bytes(midi_of(solo))
    score = read_midi(path)
    second = 60 / solo.chart.tempo / score.ppq

    def turn() -> None:
        file = pretty_midi.PrettyMIDI(resolution=score.ppq, initial_tempo=solo.chart.tempo)
        for part in score.parts:
            player = pretty_midi.Instrument(part.program, part.is_drums, part.name)
            player.notes = [
                pretty_midi.Note(note.velocity, note.pitch, note.start * second, note.end * second)
                for note in part.notes
            ]
            file.instruments.append(player)
        file.write(io.BytesIO())

    return turn


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Measure how fast a solo becomes files.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    figures = {name: float(f"{value:.4g}") for name, value in measure_render().items()}
    if parser.parse_args().json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<44} {value:>10g}")


if __name__ == "__main__":
    sys.exit(main())

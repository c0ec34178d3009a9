"""MMA, the Musical MIDI Accompaniment generator, beside the band: the same charts, read as parts.

MMA (Bob van der Poel, https://www.mellowood.ca/mma/, GPL) is a program of its own: it is called if
it is installed, as by `apt install mma`, and nothing of it is used here. Each style is played by
the groove of MMA's standard library that comes nearest. What sounds like a piano or a guitar counts
as the piano, and onsets are counted to a 24th of a quarter note, which is where MMA swings too; the
rest of their time is their lateness.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mido import MidiFile

from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.part import DRUM_CHANNEL, Part
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["accompany_with_mma", "is_installed"]

GROOVES = {
    "swing": "SwingWalk", "up-tempo": "Bebop", "ballad": "SlowJazz2", "ballad-in-two": "SlowJazz",
    "waltz": "JazzWaltz", "five-four": "Jazz54Walk", "bossa": "BossaNova", "samba": "Samba",
    "afro-cuban": "Salsa", "mambo": "Mambo", "shuffle": "ShuffleBoggie", "funk": "BVFunk",
    "gospel": "Spiritual", "straight": "JazzRock", "second-line": "Dixie", "gypsy": "GypsyJazz",
    "half-time": "ShuffleBoggie",
}  # fmt: skip
"""MMA's grooves by our styles."""
IN_FIVE = "Jazz54Walk"
QUALITIES = {"": "", "6": "6", "7": "7", "9": "9", "13": "13", "13sus": "13sus", "7alt": "7#5#9",
             "7b9": "7b9", "7sus": "7sus", "dim7": "dim7", "m6": "m6", "m69": "m6(add9)",
             "m7": "m7", "m9": "m9", "m7b5": "m7b5", "maj7": "M7", "maj9": "M9",
             "maj7#11": "M7#11"}  # fmt: skip
FAMILIES = {"maj": "M7", "min": "m7", "dom": "7", "sus": "7sus", "dim": "dim7", "hdim": "m7b5"}
"""MMA's names of chords by our qualities, and of other chords by our families."""
CHORDAL, BASS = range(32), range(32, 40)
"""General MIDI programs: keyboards and guitars; basses."""
SECONDS = 60
"""The time limit of a tune."""


def is_installed() -> bool:
    """Whether MMA can be called."""
    return shutil.which("mma") is not None


def accompany_with_mma(solo: Solo, seed: int) -> tuple[Part, ...]:
    """Return piano, bass and drums as MMA plays them.

    Args:
        solo: The solo, for its chart; MMA does not hear it.
        seed: The same seed gives the same parts.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "tune.mma", Path(folder) / "tune.mid"
        source.write_text("\n".join(_lines(solo.chart, seed)) + "\n")
        command = ["mma", "-f", str(target), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        if done.returncode or not target.exists():
            sys.exit(f"mma: {solo.chart.title}: {(done.stdout + done.stderr).strip()[-300:]}")
        return _parts(MidiFile(target), solo.chart.ticks)


def _lines(chart: Chart, seed: int) -> Iterator[str]:
    """Yield the lines of a chart in MMA's language."""
    in_five = str(chart.bars[0].meter) == "5/4"
    yield f"RndSeed {seed}"
    yield f"Tempo {round(chart.tempo)}"
    yield f"Groove {IN_FIVE if in_five else GROOVES[chart.feel]}"
    for number, (start, bar) in enumerate(zip(chart.bar_starts, chart.bars, strict=False), 1):
        beats = range(start, start + bar.meter.bar_ticks, TICKS_PER_QUARTER)
        named = [_chord(chart.chord_at(beat)) for beat in beats]
        before = ["", *named]
        yield f"{number} " + " ".join(
            "/" if n and one == last else one
            for n, (last, one) in enumerate(zip(before, named, strict=False))
        )


def _chord(chord: ChordSymbol) -> str:
    if chord.root is None:
        return "z"
    quality = QUALITIES.get(chord.quality, FAMILIES.get(chord.family, ""))
    return chord.root + quality + (f"/{chord.bass}" if chord.bass else "")


def _parts(file: MidiFile, ticks: int) -> tuple[Part, ...]:
    """Return the tracks of a file as three parts, within the ticks of the chart."""
    notes: dict[str, list[Note]] = {"Piano": [], "Bass": [], "Drums": []}
    unit = file.ticks_per_beat / TICKS_PER_QUARTER
    for track in file.tracks:
        now, program = 0, 0
        begun: dict[int, tuple[int, int]] = {}
        for message in track:
            now += message.time
            if message.type == "program_change":
                program = message.program
            if message.type not in ("note_on", "note_off"):
                continue
            if message.type == "note_on" and message.velocity:
                begun[message.note] = now, message.velocity
            elif message.note in begun:
                start, velocity = begun.pop(message.note)
                name = _player(track.name, message.channel, program)
                onset = max(round(start / unit), 0)
                length = max(round((now - start) / unit), 1)
                if name and onset < ticks:
                    late = start / unit - onset
                    notes[name].append(Note(onset, length, message.note, velocity, late))
    channels = {"Piano": 1, "Bass": 2, "Drums": DRUM_CHANNEL}
    return tuple(
        Part(name, channels[name], 0, tuple(sorted(own, key=lambda note: note.onset)))
        for name, own in notes.items()
    )


def _player(track: str, channel: int, program: int) -> str:
    """Return whose part a track of MMA's belongs to; "" for nobody's."""
    if channel == DRUM_CHANNEL:
        return "Drums"
    if track.upper().startswith(("BASS", "WALK")):
        return "Bass"
    return "Piano" if program in CHORDAL else "Bass" if program in BASS else ""

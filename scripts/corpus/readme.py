"""The README of the corpus, written from its manifest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from corpus.players import PLAYERS

__all__ = ["readme"]

TEXT = """\
# The bundled corpus

{solos} jazz solos of our own over {tunes} tunes of our own: {notes} notes in {bars} bars,
{slow} to {fast} quarter notes per minute. Each file holds one solo, with the chords of its
tune as MIDI markers. Nothing is transcribed from a recording or taken from another
collection. Licence: Apache-2.0, like the rest of the project.

## How it was made
`scripts/make_corpus.py` improvised it by rules and random choices, from a fixed seed:

    python scripts/make_corpus.py --out midi_data      # writes the same bytes again
    python scripts/make_corpus.py --check midi_data    # compares it with human solos

The rules are in `scripts/corpus/`. A planner places phrases with room to breathe,
lets most of them end where the harmony arrives, and leads the line to a climax at about
seven tenths of the solo. A phrase gets its rhythm first (eighth lines, triplets, double
time, syncopation, long notes), then its notes: a beam search joins cells of the
bebop vocabulary (scale runs and bebop scales, arpeggios such as 3-5-7-9, digital
patterns such as 1-2-3-5, approach notes, enclosures, pentatonics and fourths, turns,
blues phrases, altered dominants), and its costs ask that sevenths fall to thirds, that
the line turns back after a leap and that held notes are stable. Ideas return in sequence,
displaced or with a new ending. {players} imaginary players, each with settings of their own,
keep the solos from sounding like one voice.

Rhythm is on the straight grid of 24 ticks per quarter note: swing is added when a solo is rendered.
Each solo is monophonic, on the first track with notes; there is no accompaniment.

## The players
| name | plays | range | solos |
|---|---|---|---|
{player_rows}

## The solos
`manifest.json` lists each file with its form, key, meter, tempo, feel, bars, notes,
SHA-256 and split. The {held_tunes} tunes marked *held-out* are for evaluation: no solo over them
is used for training.

{families}
"""


def readme(entries: Sequence[dict[str, Any]]) -> str:
    """Return the text of the README for the entries of the manifest."""
    ordered = sorted(entries, key=lambda entry: entry["form"])
    families = groupby(ordered, key=lambda entry: entry["form"])
    return TEXT.format(
        solos=len(entries),
        tunes=len({entry["title"] for entry in entries}),
        notes=f"{sum(entry['notes'] for entry in entries):,}",
        bars=f"{sum(entry['bars'] for entry in entries):,}",
        slow=min(entry["tempo"] for entry in entries),
        fast=max(entry["tempo"] for entry in entries),
        players=len(PLAYERS),
        player_rows="\n".join(_player_rows(entries)),
        held_tunes=len({e["title"] for e in entries if e["split"] == "held-out"}),
        families="\n\n".join(_family(name, list(group)) for name, group in families),
    )


def _player_rows(entries: Sequence[dict[str, Any]]) -> list[str]:
    return [
        f"| {player.name} | {player.instrument} | {player.low}–{player.high} | "
        f"{sum(entry['performer'] == player.name for entry in entries)} |"
        for player in PLAYERS.values()
    ]


def _family(name: str, entries: Sequence[dict[str, Any]]) -> str:
    lines = [
        f"### {name[0].upper()}{name[1:]}",
        "| file | tune | key | tempo | bars | notes | split |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {e['file']} | {e['title']} | {e['key']} | {e['tempo']} | {e['bars']} | {e['notes']} "
        f"| {e['split']} |"
        for e in entries
    ]
    return "\n".join(lines)

"""The corpus as files: MIDI, manifest, README."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.players import PLAYERS, Player
from corpus.readme import readme
from corpus.rendering import SEED, improvise
from corpus.tunes import TUNES, Tune
from jazzgen.io.midi.write import write_solo
from jazzgen.music.solo import Solo
from jazzgen.runtime.atomic import write_text
from jazzgen.transcription.read import read

__all__ = ["file_name", "performances", "read_corpus", "write_corpus"]

MANIFEST = "manifest.json"


def performances() -> Iterator[tuple[Tune, Player]]:
    """Yield each player with a tune, in the order of the manifest."""
    for tune in TUNES:
        for name in tune.players:
            yield tune, PLAYERS[name]


def file_name(tune: Tune, player: Player) -> str:
    """Return the name of a solo's file."""
    words = re.findall(r"[a-z0-9]+", f"{tune.title} {player.name}".lower())
    return "-".join(words) + ".mid"


def write_corpus(folder: Path, seed: int = SEED) -> dict[str, Any]:
    """Write all solos, the manifest and the README; return the manifest."""
    entries = []
    for tune, player in performances():
        solo = improvise(tune, player, seed)
        path = write_solo(solo, folder / file_name(tune, player), program=player.program)
        entries.append(_entry(tune, player, solo, path))
    manifest = {"licence": "Apache-2.0", "seed": seed, "solos": entries}
    _remove_strays(folder, {entry["file"] for entry in entries})
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    write_text(folder / "README.md", readme(entries))
    return manifest


def read_corpus(folder: Path) -> list[Solo]:
    """Return the solos that a corpus's manifest names."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return [read(folder / entry["file"]) for entry in manifest["solos"]]


def _entry(tune: Tune, player: Player, solo: Solo, path: Path) -> dict[str, Any]:
    return {
        "file": path.name,
        "title": tune.title,
        "performer": player.name,
        "instrument": player.instrument,
        "form": tune.family,
        "key": tune.key,
        "meter": str(tune.meter),
        "tempo": tune.tempo,
        "feel": tune.feel,
        "bars": len(solo.chart.bars),
        "choruses": solo.chart.choruses,
        "notes": len(solo.notes),
        "split": "held-out" if tune.held_out else "train",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def _remove_strays(folder: Path, wanted: set[str]) -> None:
    """Remove MIDI files of an earlier corpus, those that its manifest names."""
    manifest = folder / MANIFEST
    if manifest.exists():
        before = json.loads(manifest.read_text(encoding="utf-8"))["solos"]
        for name in {Path(entry["file"]).name for entry in before} - wanted:
            (folder / name).unlink(missing_ok=True)

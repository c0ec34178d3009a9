"""`jazzgen generate`: a solo over a chart."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jazzgen.cli.output import naming, quiet_import, say, show, show_json

if TYPE_CHECKING:
    from jazzgen.music.chart import Chart

__all__ = ["generate"]


class EngineName(StrEnum):
    """The engines."""

    keras = "keras"


class FeelName(StrEnum):
    """The feels that a chart can have."""

    swing = "swing"
    ballad = "ballad"
    waltz = "waltz"
    bossa = "bossa"
    straight = "straight"


def generate(
    model: Annotated[str, typer.Option(help="A model's name or folder (see `jazzgen models`).",
                                       metavar="NAME|DIR")] = "small",
    chart: Annotated[str, typer.Option(help="A chart's name (see `jazzgen charts`), a file, or "
                     "the changes themselves: \"| Dm7 | G7 | Cmaj7 | % |\".",
                     metavar="NAME|FILE|CHANGES")] = "blues",
    key: Annotated[str | None, typer.Option(help="Move the chart to this key, such as Eb or Cm.")
                   ] = None,
    choruses: Annotated[int, typer.Option(help="How many times through the chart.")] = 2,
    tempo: Annotated[float | None, typer.Option(help="Quarter notes a minute; by default the "
                     "chart's.", metavar="BPM")] = None,
    feel: Annotated[FeelName | None, typer.Option(help="Written into the file; by default the "
                    "chart's.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same file.", min=0)] = 0,
    temperature: Annotated[float, typer.Option(help="Below 1 safer, above 1 bolder, 0 greedy.")
                           ] = 1.0,
    top_k: Annotated[int, typer.Option(help="Draw from the k likeliest; 0 for all.")] = 0,
    top_p: Annotated[float, typer.Option(help="Draw from the likeliest that reach this share.")
                     ] = 0.97,
    primer: Annotated[Path | None, typer.Option(help="A MIDI file with a phrase to begin with.",
                      metavar="FILE.mid")] = None,
    range_: Annotated[str, typer.Option("--range", help="Lowest and highest pitch, as names or "
                      "MIDI numbers.", metavar="LOW-HIGH")] = "Bb2-Bb5",
    no_band: Annotated[bool, typer.Option("--no-band", help="Write the solo alone, without the "
                       "chords' track.")] = False,
    engine: Annotated[EngineName, typer.Option(help="What runs the model.")] = EngineName.keras,
    takes: Annotated[int, typer.Option(help="How many solos, from this seed on; they are written "
                     "to FILE-1.mid and so on.", min=1, max=1000)] = 1,
    title: Annotated[str | None, typer.Option(help="Title; by default the chart's.")] = None,
    out: Annotated[Path, typer.Option(help="The MIDI file to write.", metavar="FILE.mid")
                   ] = Path("solo.mid"),
    picture: Annotated[Path | None, typer.Option(help="Draw a piano roll of the (first) solo, "
                       ".png or .svg; needs matplotlib.", metavar="FILE.png")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Improvise over a chord chart and write MIDI for a DAW."""
    from jazzgen.atomic import check_writable
    from jazzgen.config import SamplingConfig
    from jazzgen.formats.midi_read import solo_from_midi
    from jazzgen.improviser import find_model, save

    began = time.monotonic()
    check_writable(out)
    low, high = _parse_range(range_)
    files = [out] if takes == 1 else [
        out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, takes + 1)
    ]  # fmt: skip
    for target in (*files, *([picture] if picture else [])):
        check_writable(target)
    sampling = SamplingConfig(temperature, top_k, top_p, low, high)
    changes = _changes(chart, key, tempo, feel, title)
    with naming("--choruses"):
        changes = changes.repeat(choruses)
    phrase = solo_from_midi(primer) if primer else None
    folder = find_model(model)
    with quiet_import():
        import keras  # noqa: F401 - loads TensorFlow, whose libraries are loud

        from jazzgen.improviser import load
    improviser = load(folder)
    seeds = [seed + number for number in range(takes)]
    solos = improviser.takes(changes, seeds, sampling, phrase)
    if picture:  # before any solo is written, for it is what can still go wrong
        from jazzgen.formats.piano_roll import draw_piano_roll

        draw_piano_roll(solos[0], picture)
        say(f"{picture}: a picture of {files[0]}")
    results = []
    for solo, file, one in zip(solos, files, seeds, strict=True):
        save(solo, file, band=not no_band)
        results.append({
            "file": str(file), "title": solo.title, "model": folder.name, "seed": one,
            "engine": engine.value, "notes": len(solo.notes), "bars": len(changes.bars),
            "seconds": round(time.monotonic() - began, 3),
        })  # fmt: skip
    if json:
        show_json(results[0] if takes == 1 else results)
        return
    _report(results, changes)


def _changes(
    text: str, key: str | None, tempo: float | None, feel: FeelName | None, title: str | None
) -> Chart:
    from jazzgen.formats.chart_library import find_chart
    from jazzgen.music.pitch import Key
    from jazzgen.music.timing import check_tempo

    chart = find_chart(text, "--chart")
    if key is not None:
        with naming("--key"):
            chart = chart.in_key(Key.parse(key))
    changed: dict[str, Any] = {}
    if tempo is not None:
        changed = {"tempo": check_tempo(tempo, "--tempo"), "tempo_changes": ()}
    if feel is not None:
        changed["feel"] = feel.value
    if title is not None:
        changed["title"] = title
    return replace(chart, **changed)


def _parse_range(text: str) -> tuple[int, int]:
    from jazzgen.errors import ConfigError
    from jazzgen.music.pitch import parse_pitch

    match = re.fullmatch(r"\s*([A-Ga-g]?[b#♭♯]*-?\d+)\s*-\s*([A-Ga-g]?[b#♭♯]*-?\d+)\s*", text)
    if match is None:
        raise ConfigError(f"--range {text!r}: expected two pitches, such as Bb2-F5 or 46-77")
    with naming("--range"):
        low, high = parse_pitch(match[1]), parse_pitch(match[2])
    if low > high:
        raise ConfigError(f"--range {text!r}: the lowest pitch lies above the highest")
    return low, high


def _report(results: list[dict[str, Any]], chart: Chart) -> None:
    minutes, seconds = divmod(round(chart.seconds), 60)
    for result in results:
        title = f'"{result["title"]}", ' if result["title"] else ""
        show(
            f"{result['file']}: {title}{result['notes']} notes over "
            f"{result['bars']} bars in {chart.key}, {chart.tempo:g} bpm, "
            f"{minutes}:{seconds:02d} (model {result['model']}, seed {result['seed']})"
        )
    say(f"Open it in a DAW (the chords are markers and a track of their own), or try "
        f"--seed {results[-1]['seed'] + 1}, --chart rhythm-changes, --key Eb.")  # fmt: skip

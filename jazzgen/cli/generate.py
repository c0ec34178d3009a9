"""`jazzgen generate`: a solo over a chart, or new bars within a given solo."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from jazzgen.band.arrangement import Arrangement
from jazzgen.cli.generate_options import (
    full_solo,
    playback_of,
    regeneration,
    sampling_of,
    take_files,
)
from jazzgen.cli.generate_requests import OutputRequest, SoloistRequest, TuneRequest
from jazzgen.cli.options import Given, Without, configured
from jazzgen.cli.output import (
    naming,
    quiet_import,
    say,
    saying_what_is_written,
    show,
    show_json,
)
from jazzgen.config import SamplingConfig
from jazzgen.music.instrument import find_instrument
from jazzgen.render.playback import Playback

if TYPE_CHECKING:
    from jazzgen.improviser import Improviser
    from jazzgen.music.chart import Chart
    from jazzgen.music.solo import Solo

__all__ = ["generate"]


@configured
def generate(
    soloist: Given[SoloistRequest],
    tune: Given[TuneRequest],
    arrangement: Given[Arrangement],
    sampling: Annotated[Given[SamplingConfig], Without("low", "high")],
    playback: Given[Playback],
    output: OutputRequest,
) -> None:
    """Improvise over a chord chart and write MIDI for a DAW."""
    from jazzgen.nn.registry import find_model
    from jazzgen.render.midi import save, save_stems

    began = time.monotonic()
    who, over, around = soloist.build(), tune.build(), arrangement.build()
    # In a solo of which some bars are regenerated, the other bars stay as they were.
    mechanical = who.mechanical and not over.regenerates
    files = _checked_files(output, over, band="band" not in playback.values)
    played = playback_of(playback, mechanical, output.seed)
    with naming("--instrument"):
        instrument = find_instrument(who.instrument)
    drawn = sampling_of(sampling, who.range, instrument)
    task = (
        regeneration(over, {*tune.values, *arrangement.values})
        if over.regenerates
        else full_solo(over, around)
    )
    folder = find_model(who.model)
    improviser = _loaded(folder, who.engine)
    seeds = range(output.seed, output.seed + output.takes)
    performers = improviser.choose_performers(task.chart, seeds, drawn, task.begun, who.performer)
    solos = task.play(improviser, seeds, drawn, who.performer)
    ranked = _ranked(improviser, solos, seeds, performers)
    if who.mechanical:
        ranked = [take._replace(solo=task.plain(take.solo)) for take in ranked]
    ranked = [take._replace(solo=task.placed(take.solo)) for take in ranked]
    own_swing = played.swing is None and not played.straight
    played = replace(
        played,
        program=instrument.program if "instrument" in soloist.values else task.program,
        swing=task.swing if own_swing else played.swing,
    )
    if output.picture:  # before any solo is written, for it is what can still go wrong
        _draw(ranked[0].solo, output.picture, files[0])
    results: list[dict[str, Any]] = []
    with saying_what_is_written(results, len(files)):
        for take, file in zip(ranked, files, strict=True):
            own = replace(played, seed=take.seed)
            save(take.solo, file, **vars(own))
            written = save_stems(take.solo, file, own) if output.stems else []
            results.append(
                {
                    **_described(take, file, folder.name, who.engine),
                    "seconds": round(time.monotonic() - began, 3),
                    **take.judgement,
                    **({"stems": [str(part) for part in written]} if output.stems else {}),
                }
            )
    _warn_of_silence([take.solo for take in ranked], files)
    if output.json:
        show_json(results[0] if output.takes == 1 else results)
    else:
        _report(results, [take.performer for take in ranked], ranked[0].solo.chart, played.band)


def _checked_files(output: OutputRequest, tune: TuneRequest, *, band: bool) -> list[Path]:
    """Return where each take is written; everything that is asked for can be.

    Args:
        output: What is written.
        tune: What is read.
        band: Whether a band plays along.

    Raises:
        OutputError: A file cannot be written, or is read.
    """
    from jazzgen.render.midi import stem_files
    from jazzgen.runtime.atomic import check_writable

    files = take_files(output.out, output.takes, [tune.solo, tune.primer, tune.head])
    parts = [part for file in files for part in stem_files(file, band)] if output.stems else []
    for target in (*files, *parts, *([output.picture] if output.picture else [])):
        check_writable(target)
    return files


class _Take(NamedTuple):
    """A solo that was played, its seed, like whom, and its bits per note as JSON says them."""

    solo: Solo
    seed: int
    performer: str
    judgement: dict[str, float | None]


def _ranked(
    improviser: Improviser, solos: Sequence[Solo], seeds: Sequence[int], performers: Sequence[str]
) -> list[_Take]:
    """The takes, the likeliest first; one alone is not judged."""
    if len(solos) == 1:
        return [_Take(solos[0], seeds[0], performers[0], {})]
    bits = improviser.bits_per_note(solos, performers)
    return [
        _Take(
            solos[n],
            seeds[n],
            performers[n],
            {
                # JSON knows no infinity, which is what a solo without notes has.
                "bits_per_note": round(bits[n], 4) if math.isfinite(bits[n]) else None,
            },
        )
        for n in sorted(range(len(solos)), key=bits.__getitem__)
    ]


def _described(take: _Take, file: Path, model: str, engine: str) -> dict[str, Any]:
    """Return what JSON says of a take."""
    return {
        "file": str(file),
        "title": take.solo.title,
        "model": model,
        "seed": take.seed,
        "engine": engine,
        "notes": len(take.solo.notes),
        "bars": len(take.solo.chart.bars),
    }


def _loaded(folder: Path, engine: str) -> Improviser:
    from jazzgen.improviser import load
    from jazzgen.runtime.extras import require

    if engine == "keras":
        require("--engine keras needs", "keras", otherwise="--engine light plays the same")
        with quiet_import():
            import keras  # noqa: F401 - loads TensorFlow, whose libraries are loud
    return load(folder, engine)


def _draw(solo: Solo, picture: Path, file: Path) -> None:
    from jazzgen.render.piano_roll import draw_piano_roll

    draw_piano_roll(solo, picture)
    say(f"{picture}: a picture of {file}")


def _warn_of_silence(solos: Sequence[Solo], files: Sequence[Path]) -> None:
    for solo, file in zip(solos, files, strict=True):
        if not solo.notes:
            say(
                f"jazzgen: the solo has no notes: {file} holds rests alone; try another --seed "
                "or a higher --temperature"
            )


def _report(results: list[dict[str, Any]], performers: list[str], chart: Chart, band: bool) -> None:
    minutes, seconds = divmod(round(chart.seconds), 60)
    for result, performer in zip(results, performers, strict=True):
        likely = result.get("bits_per_note")
        bits = f", {likely:.2f} bits per note" if likely is not None else ""
        like = f", like {performer}" if performer else ""
        title = f'"{result["title"]}", ' if result["title"] else ""
        show(
            f"{result['file']}: {title}{result['notes']} notes over "
            f"{result['bars']} bars in {chart.key}, {chart.tempo:g} bpm, "
            f"{minutes}:{seconds:02d} (model {result['model']}, seed {result['seed']}{like}{bits})"
        )
    tracks = "solo, piano, bass and drums on tracks of their own" if band else "the solo alone"
    following = max(result["seed"] for result in results) + 1
    say(
        f"Open it in a DAW ({tracks}, chords as markers), or try "
        f"--seed {following}, --chart rhythm-changes, --key Eb."
    )

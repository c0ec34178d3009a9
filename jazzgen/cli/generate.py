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
from jazzgen.cli.generate_report import WrittenTake, report, warn_of_silence
from jazzgen.cli.generate_requests import OutputRequest, SoloistRequest, TuneRequest
from jazzgen.cli.options import Given, Without, configured
from jazzgen.cli.output import naming, quiet_import, say, saying_what_is_written, show_json
from jazzgen.config import SamplingConfig
from jazzgen.music.instrument import find_instrument
from jazzgen.render.playback import Playback

if TYPE_CHECKING:
    from jazzgen.cli.generate_tasks import FullSolo, Regeneration
    from jazzgen.improviser import Improviser
    from jazzgen.music.solo import Solo
    from jazzgen.nn.soloists import Soloist

__all__ = ["generate"]


@configured
def generate(
    soloist: Given[SoloistRequest],
    tune: Given[TuneRequest],
    arrangement: Given[Arrangement],
    sampling: Annotated[Given[SamplingConfig], Without("low", "high", "landing", "goes_on")],
    playback: Given[Playback],
    output: OutputRequest,
) -> None:
    """Improvise over a chord chart and write MIDI for a DAW.

    Args:
        soloist: Who plays.
        tune: What is played over.
        arrangement: What the band plays around the choruses.
        sampling: How values are drawn; the pitch range comes from `soloist`.
        playback: How solo and band sound.
        output: What is written.
    """
    from jazzgen.nn.registry import find_model

    began = time.monotonic()
    # Everything that can be wrong is checked before a model is loaded and plays.
    who, over, around = soloist.build(), tune.build(), arrangement.build()
    # The bars around regenerated ones stay as they were, so the band is not mechanical then.
    mechanical = who.mechanical and not over.regenerates
    files = _checked_files(output, over, band="band" not in playback.values)
    played = playback_of(playback, mechanical, output.seed)
    with naming("--instrument"):
        asked = "instrument" in soloist.values
        instrument = find_instrument(who.instrument) if asked else None
    task = (
        regeneration(over, {*tune.values, *arrangement.values})
        if over.regenerates
        else full_solo(over, around)
    )
    drawn = sampling_of(sampling, who.range, instrument, task)
    folder = find_model(who.model)
    takes = _takes(task, _loaded(folder, who.engine), who, drawn, output)
    program = instrument.program if instrument else task.program
    played = _as_in_file(played, program, task.swing)
    for remark in dict.fromkeys(take.soloist.remark for take in takes if take.soloist.remark):
        say(f"jazzgen: {remark}")
    if output.picture:  # before any solo is written: drawing is what can still fail
        _draw(takes[0].solo, output.picture, files[0])
    written: list[WrittenTake] = []
    with saying_what_is_written(written, len(files)):
        for take, file in zip(takes, files, strict=True):
            stems = _write(take, file, played, stems=output.stems)
            facts: dict[str, Any] = {"model": folder.name, "engine": who.engine, "stems": stems}
            seconds = time.monotonic() - began
            written.append(WrittenTake(**take._asdict(), **facts, file=file, seconds=seconds))
    warn_of_silence(written)
    if output.json:
        results = [take.to_json() for take in written]
        show_json(results[0] if output.takes == 1 else results)
    else:
        report(written, band=played.band, given=tune.values)


def _checked_files(output: OutputRequest, tune: TuneRequest, *, band: bool) -> list[Path]:
    """Return the file of each take, after a check that all files can be written.

    Args:
        output: What is written.
        tune: What is read.
        band: Whether a band plays along.

    Raises:
        OutputError: A file cannot be written, or is also read.
    """
    from jazzgen.render.midi import stem_files
    from jazzgen.runtime.atomic import check_writable

    files = take_files(output.out, output.takes, [tune.solo, tune.primer, tune.head])
    parts = [part for file in files for part in stem_files(file, band)] if output.stems else []
    for target in (*files, *parts, *([output.picture] if output.picture else [])):
        check_writable(target)
    return files


def _as_in_file(playback: Playback, program: int | None, swing: float | None) -> Playback:
    """Return how solo and band are played, as in a given file where the user has said nothing.

    Args:
        playback: The options.
        program: The General MIDI program of the solo, or None for that of its instrument.
        swing: The swing ratio of the given file, or None.
    """
    own_swing = playback.swing is None and not playback.straight
    return replace(playback, program=program, swing=swing if own_swing else playback.swing)


class _Take(NamedTuple):
    """A solo that has been played.

    Args:
        solo: The solo.
        seed: Its seed.
        soloist: Whom it is played like.
        judgement: Its bits per note, as JSON shows them; empty for a single take.
    """

    solo: Solo
    seed: int
    soloist: Soloist
    judgement: dict[str, float | None]


def _takes(
    task: FullSolo | Regeneration,
    improviser: Improviser,
    who: SoloistRequest,
    sampling: SamplingConfig,
    output: OutputRequest,
) -> list[_Take]:
    """Play all takes, and return them in the order in which they are written."""
    seeds = range(output.seed, output.seed + output.takes)
    soloists = improviser.choose_soloists(
        task.chart, seeds, sampling, task.begun, who.performer, who.instrument, who.style
    )
    solos = task.play(improviser, seeds, sampling, soloists)
    ranked = _ranked(improviser, solos, seeds, soloists)
    # They are judged as the model played them, and changed only afterwards.
    if who.mechanical:
        ranked = [take._replace(solo=task.plain(take.solo)) for take in ranked]
    return [take._replace(solo=task.placed(take.solo)) for take in ranked]


def _ranked(
    improviser: Improviser,
    solos: Sequence[Solo],
    seeds: Sequence[int],
    soloists: Sequence[Soloist],
) -> list[_Take]:
    """Return the takes from the likeliest to the unlikeliest; a single one is not judged."""
    if len(solos) == 1:
        return [_Take(solos[0], seeds[0], soloists[0], {})]
    bits = improviser.bits_per_note(solos, [soloist.performer for soloist in soloists])
    return [
        _Take(
            solos[n],
            seeds[n],
            soloists[n],
            # JSON has no infinity, which is what a solo without notes has.
            {"bits_per_note": round(bits[n], 4) if math.isfinite(bits[n]) else None},
        )
        for n in sorted(range(len(solos)), key=bits.__getitem__)
    ]


def _write(take: _Take, file: Path, playback: Playback, *, stems: bool) -> list[Path]:
    """Write a take, with a band of its own, and return the files of its parts."""
    from jazzgen.render.midi import save, save_stems

    own = replace(playback, seed=take.seed)
    save(take.solo, file, **vars(own))
    return save_stems(take.solo, file, own) if stems else []


def _loaded(folder: Path, engine: str) -> Improviser:
    from jazzgen.improviser import load
    from jazzgen.runtime.extras import require

    if engine == "keras":
        require("--engine keras needs", "keras", otherwise="--engine light plays the same")
        with quiet_import():
            import keras  # noqa: F401 - loads TensorFlow, whose libraries print a lot
    return load(folder, engine)


def _draw(solo: Solo, picture: Path, file: Path) -> None:
    from jazzgen.render.piano_roll import draw_piano_roll

    draw_piano_roll(solo, picture)
    say(f"{picture}: a picture of {file}")

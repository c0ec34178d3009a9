"""`jazzgen generate`: a solo over a chart, or some bars of a solo anew."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from jazzgen.cli.arrange_options import EndingName, arrangement_of, mixed
from jazzgen.cli.generate_options import anew, compass, feel_option, take_files, whole
from jazzgen.cli.output import naming, naming_options, quiet_import, say, show, show_json
from jazzgen.config import SamplingConfig
from jazzgen.io.registry import music_named

if TYPE_CHECKING:
    from jazzgen.improviser import Improviser
    from jazzgen.music.chart import Chart
    from jazzgen.music.solo import Solo

__all__ = ["generate"]


class EngineName(StrEnum):
    """The engines."""

    light = "light"
    keras = "keras"


def generate(
    model: Annotated[str, typer.Option(help="A model's name or folder (see `jazzgen models`).",
                                       metavar="NAME|DIR")] = "improviser",
    chart: Annotated[str | None, typer.Option(help="A chart's name (see `jazzgen charts`), a "
                     "file, or the changes themselves: \"| Dm7 | G7 | Cmaj7 | % |\".",
                     metavar="NAME|FILE|CHANGES", show_default="blues")] = None,
    key: Annotated[str | None, typer.Option(help="Move the chart to this key, such as Eb or Cm.")
                   ] = None,
    choruses: Annotated[int | None, typer.Option(help="How many times through the chart.",
                        show_default="2")] = None,
    tempo: Annotated[float | None, typer.Option(help="Quarter notes a minute; by default the "
                     "chart's.", metavar="BPM")] = None,
    feel: Annotated[str | None, feel_option()] = None,
    swing: Annotated[float | None, typer.Option(help="A beat's first eighth to its second, 1 to 5; "
                     "by default by feel and tempo.", metavar="RATIO")] = None,
    straight: Annotated[bool, typer.Option("--straight", help="Every note on the grid, for a DAW "
                        "that swings by itself.")] = False,
    count_in: Annotated[int | None, typer.Option(help="Bars of counting before all.",
                        show_default="0")] = None,
    intro: Annotated[int | None, typer.Option(help="Bars that the band plays before the solo: the "
                     "last ones of the form.", show_default="0")] = None,
    ending: Annotated[EndingName | None, typer.Option(help="After the last chorus: a final chord, "
                      "a tag of two bars before it, or that slowing down.",
                      show_default="none")] = None,
    head: Annotated[Path | None, typer.Option(help=f"A {music_named('or')} file with the tune's "
                    "melody, played before and after the solo.", metavar="FILE.mid")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same file.", min=0)] = 0,
    temperature: Annotated[float, typer.Option(help="Below 1 safer, above 1 bolder, 0 greedy.")
                           ] = SamplingConfig.temperature,
    top_k: Annotated[int, typer.Option(help="Draw from the k likeliest; 0 for all.")] = 0,
    top_p: Annotated[float, typer.Option(help="Draw from the likeliest that reach this share.")
                     ] = SamplingConfig.top_p,
    min_p: Annotated[float, typer.Option(help="Leave out notes less likely than this fraction "
                     "of the likeliest.")] = SamplingConfig.min_p,
    time_temperature: Annotated[float | None, typer.Option(help="The temperature of durations; by "
                                "default that of pitches.")] = None,
    performer: Annotated[str | None, typer.Option(help="Play like somebody the model has heard "
                         "(see `jazzgen models --performers`), '' for nobody in particular; by "
                         "default like somebody whom the seed draws.", metavar="NAME")] = None,
    density: Annotated[float, typer.Option(help="From -1, fewer and longer notes, to 1, more and "
                       "shorter ones.")] = 0.0,
    register: Annotated[float, typer.Option(help="From -1, the lower end of the range, to 1, the "
                        "upper.")] = 0.0,
    licks: Annotated[float, typer.Option(help="How much a lick that players share is finished "
                     "when it was begun; 0 for as the model says.")] = SamplingConfig.licks,
    breath: Annotated[float | None, typer.Option(help="Seconds after which a phrase must end; 0 "
                      "for never, as on a guitar.", metavar="SECONDS", show_default="15")] = None,
    silence: Annotated[float, typer.Option(help="Quarter notes of silence after which it comes in "
                       "again; 0 for any number.")] = SamplingConfig.silence,
    mechanical: Annotated[bool, typer.Option("--mechanical", help="Every note on the grid, as with "
                          "--straight, and the solo's equally loud.")] = False,
    solo: Annotated[Path | None, typer.Option(help="With --bars: a MIDI file whose bars are played "
                    "anew, over its own chords or --chart.", metavar="FILE.mid")] = None,
    bars: Annotated[str | None, typer.Option(help="With --solo: the first and the last bar to play "
                    "anew.", metavar="A-B")] = None,
    primer: Annotated[Path | None, typer.Option(help=f"A {music_named('or')} file with a phrase to "
                      "begin with.",
                      metavar="FILE.mid")] = None,
    instrument: Annotated[str | None, typer.Option(help="What is played, such as tenor, trumpet "
                          "or guitar: decides range, breath and the track's sound.",
                          metavar="NAME", show_default="alto")] = None,
    range_: Annotated[str | None, typer.Option("--range", help="Lowest and highest pitch, as names "
                      "or MIDI numbers, or an instrument's name.", metavar="LOW-HIGH|NAME",
                      show_default="the instrument's, Db3-Ab5")] = None,
    no_band: Annotated[bool, typer.Option("--no-band", help="Write the solo alone, without the "
                       "band.")] = False,
    stems: Annotated[bool, typer.Option("--stems", help="Write each part to a file of its own as "
                     "well.")] = False,
    engine: Annotated[EngineName, typer.Option(help="What runs the model: light starts at once, "
                      "keras runs the inference graph; both play the same.")] = EngineName.light,
    takes: Annotated[int, typer.Option(help="How many solos, from this seed on; they are written "
                     "to FILE-1.mid and so on, the likeliest first.", min=1, max=1000)] = 1,
    title: Annotated[str | None, typer.Option(help="Title; by default one that is invented "
                     "(see `jazzgen titles`).")] = None,
    out: Annotated[Path | None, typer.Option(help="The MIDI file to write.", metavar="FILE.mid",
                   show_default="solo.mid")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw a piano roll of the (first) solo, "
                       ".png or .svg; needs matplotlib.", metavar="FILE.png")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Improvise over a chord chart and write MIDI for a DAW."""
    from jazzgen.music.instrument import find_instrument
    from jazzgen.nn.registry import find_model
    from jazzgen.render.midi import save, save_stems, stem_files
    from jazzgen.runtime.atomic import check_writable

    began = time.monotonic()
    files = take_files(out, takes, [solo, primer, head])
    parts = [part for file in files for part in stem_files(file, not no_band)] if stems else []
    for target in (*files, *parts, *([picture] if picture else [])):
        check_writable(target)
    # Of a solo that is played anew in part, the other bars stay as they were.
    whole_file = (solo, bars) == (None, None)
    mix = mixed(swing, straight or (mechanical and whole_file), not no_band, seed)
    with naming("--instrument"):
        player = find_instrument("alto" if instrument is None else instrument)
    if breath is None:
        breath = SamplingConfig.breath if player.blown else 0.0
    with naming_options():
        sampling = SamplingConfig(
            temperature, top_k, top_p, *compass(range_, player), min_p, time_temperature, density,
            register, breath, licks, silence,
        )  # fmt: skip
    task = (
        anew(solo, bars, chart, key, title, tempo=tempo, feel=feel, choruses=choruses,
             primer=primer, count_in=count_in, intro=intro, ending=ending, head=head)
        if not whole_file
        else whole(chart, key, tempo, feel, title, choruses, primer,
                   arrangement_of(count_in, intro, ending), head)
    )  # fmt: skip
    folder = find_model(model)
    improviser = _loaded(folder, engine)
    seeds = range(seed, seed + takes)
    performers = improviser.whom(task.chart, seeds, sampling, task.begun, performer)
    solos = task.play(improviser, seeds, sampling, performer)
    ranked = _ranked(improviser, solos, seeds, performers)
    if mechanical:
        ranked = [take._replace(solo=task.plain(take.solo)) for take in ranked]
    ranked = [take._replace(solo=task.placed(take.solo)) for take in ranked]
    mix = replace(
        mix, program=task.program if instrument is None else player.program,
        swing=task.swing if swing is None and not mix.straight else mix.swing,
    )  # fmt: skip
    if picture:  # before any solo is written, for it is what can still go wrong
        _draw(ranked[0].solo, picture, files[0])
    results = []
    for take, file in zip(ranked, files, strict=True):
        own = replace(mix, seed=take.seed)
        save(take.solo, file, **vars(own))
        written = save_stems(take.solo, file, own) if stems else []
        results.append({
            "file": str(file), "title": take.solo.title, "model": folder.name, "seed": take.seed,
            "engine": engine.value, "notes": len(take.solo.notes),
            "bars": len(take.solo.chart.bars), "seconds": round(time.monotonic() - began, 3),
            **take.judgement, **({"stems": [str(part) for part in written]} if stems else {}),
        })  # fmt: skip
    _warn_of_silence([take.solo for take in ranked], files)
    if json:
        show_json(results[0] if takes == 1 else results)
    else:
        _report(results, [take.performer for take in ranked], ranked[0].solo.chart, not no_band)


class _Take(NamedTuple):
    """A solo that was played, its seed, like whom, and its bits a note as JSON says them."""

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
        _Take(solos[n], seeds[n], performers[n], {
            # JSON knows no infinity, which is what a solo without notes has.
            "bits_per_note": round(bits[n], 4) if math.isfinite(bits[n]) else None,
        })
        for n in sorted(range(len(solos)), key=bits.__getitem__)
    ]  # fmt: skip


def _loaded(folder: Path, engine: EngineName) -> Improviser:
    from jazzgen.improviser import load
    from jazzgen.runtime.extras import require

    if engine is EngineName.keras:
        require("--engine keras needs", "keras", otherwise="--engine light plays the same")
        with quiet_import():
            import keras  # noqa: F401 - loads TensorFlow, whose libraries are loud
    return load(folder, engine.value)


def _draw(solo: Solo, picture: Path, file: Path) -> None:
    from jazzgen.render.piano_roll import draw_piano_roll

    draw_piano_roll(solo, picture)
    say(f"{picture}: a picture of {file}")


def _warn_of_silence(solos: Sequence[Solo], files: Sequence[Path]) -> None:
    for solo, file in zip(solos, files, strict=True):
        if not solo.notes:
            say(f"jazzgen: the solo has no notes: {file} holds rests alone; try another --seed "
                "or a higher --temperature")  # fmt: skip


def _report(results: list[dict[str, Any]], performers: list[str], chart: Chart, band: bool) -> None:
    minutes, seconds = divmod(round(chart.seconds), 60)
    for result, performer in zip(results, performers, strict=True):
        likely = result.get("bits_per_note")
        bits = f", {likely:.2f} bits a note" if likely is not None else ""
        like = f", like {performer}" if performer else ""
        title = f'"{result["title"]}", ' if result["title"] else ""
        show(
            f"{result['file']}: {title}{result['notes']} notes over "
            f"{result['bars']} bars in {chart.key}, {chart.tempo:g} bpm, "
            f"{minutes}:{seconds:02d} (model {result['model']}, seed {result['seed']}{like}{bits})"
        )
    tracks = "solo, piano, bass and drums on tracks of their own" if band else "the solo alone"
    following = max(result["seed"] for result in results) + 1
    say(f"Open it in a DAW ({tracks}, chords as markers), or try "
        f"--seed {following}, --chart rhythm-changes, --key Eb.")  # fmt: skip

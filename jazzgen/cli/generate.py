"""`jazzgen generate`: a solo over a chart, a trade, or new bars within a given solo."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from jazzgen.band.arrangement import Arrangement
from jazzgen.cli.completion import instrument_names, performer_names
from jazzgen.cli.generate_again import Made, recalled, recipe_for
from jazzgen.cli.generate_backing import MOST_BACKING_BARS, check_backing, write_backing
from jazzgen.cli.generate_files import changed, checked_files, shared_band
from jazzgen.cli.generate_options import full_solo, regeneration, sampling_of
from jazzgen.cli.generate_playback import as_in_file, band_of_take, playback_of, shares_band
from jazzgen.cli.generate_report import WrittenTake, report, warn_of_silence
from jazzgen.cli.generate_requests import OutputRequest, SoloistRequest, TuneRequest
from jazzgen.cli.generate_takes import SoloPlan, Take, TradePlan, TradeRegenerationPlan
from jazzgen.cli.generate_tasks import FullSolo, Regeneration
from jazzgen.cli.generate_trade import TradeRegeneration, TradeRequest, trade_request, traded
from jazzgen.cli.options import Given, Without, with_examples
from jazzgen.cli.output import naming, quiet_import, say, saying_what_is_written, show, show_json
from jazzgen.config import SamplingConfig
from jazzgen.config.sampling import FILL_DRAWS
from jazzgen.errors import ConfigError
from jazzgen.music.instrument import find_instrument
from jazzgen.render.notation_targets import look_for_players
from jazzgen.render.playback import Playback
from jazzgen.render.saving import StemsAsked, write_lanes, write_music, write_stems
from jazzgen.render.target import Look

if TYPE_CHECKING:
    from jazzgen.improviser import Improviser
    from jazzgen.render.roll_plan import PlannedBars
    from jazzgen.render.sound import Levels

__all__ = ["generate", "planned"]


@with_examples(
    "jazzgen generate --chart rhythm-changes --key Eb --seed 7",
    'jazzgen generate --chart "| Dm7 | G7 | Cmaj7 | % |" --out solo.wav',
    "jazzgen generate --instrument tenor,trumpet --trade 4 --out duel.dawproject",
)
def generate(
    soloist: Given[SoloistRequest],
    tune: Given[TuneRequest],
    arrangement: Given[Arrangement],
    sampling: Annotated[
        Given[SamplingConfig], Without("low", "high", "closing", "landing", "goes_on")
    ],
    playback: Given[Playback],
    output: Given[OutputRequest],
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
    asked = output.build()
    if asked.list_instruments or asked.list_performers:
        _list_names(asked, soloist.build().model)
        return
    options: dict[str, Given[Any]] = {
        "soloist": soloist,
        "tune": tune,
        "arrangement": arrangement,
        "sampling": sampling,
        "playback": playback,
    }
    if asked.again:
        _improvise(*recalled(options, output, asked.again))
    else:
        _improvise(options, asked)


def _improvise(
    options: dict[str, Given[Any]], output: OutputRequest, only: int | None = None
) -> None:
    """Play what is asked for, and write it.

    Args:
        options: The options by group, in the order of `generate`.
        output: What is written.
        only: The number of the one take that is written, from 1; None for all.
    """
    from jazzgen.nn.registry import find_model
    from jazzgen.runtime.forks import meanwhile

    began = time.monotonic()
    soloist, tune, arrangement, sampling, playback = options.values()
    # Everything that can be wrong is checked before a model is loaded and plays.
    who, over, around = soloist.build(), tune.build(), arrangement.build()
    # The bars around regenerated ones stay as they were, so the band is not mechanical then.
    mechanical = who.mechanical and not over.regenerates
    played = playback_of(playback, mechanical, output.seed)
    if not played.soloist:
        check_backing([*soloist.values, *sampling.values], [*tune.values, *changed(output)])
        backed = full_solo(over, around, MOST_BACKING_BARS, tune.values)
        write_backing(backed, played, output, who.trade, began)
        return
    request = trade_request(who)
    if over.regenerates:
        draws = FILL_DRAWS if who.draws is None else who.draws
        task: FullSolo | Regeneration = regeneration(
            over, draws, {*soloist.values, *tune.values, *arrangement.values}
        )
    else:
        task = full_solo(over, around, given=tune.values)
    if isinstance(task, Regeneration):
        played = as_in_file(played, playback, task.band)
    soloists = len(request.performers) if request else task.soloists
    out = output if only is None else replace(output, takes=1)
    shared = shared_band(out, shares=shares_band(task, played, out.takes))
    read = [over.solo, over.primer, over.head]
    files = checked_files(out, read, played, soloists, shared)
    plan = planned(soloist, request, task, sampling)
    played = _as_in_file(played, plan.program, plan.swing)
    folder = find_model(who.model)
    meanwhile(_load_band)
    takes: Sequence[Take[Any]] = plan.takes(
        _loaded(folder, who.engine), output, mechanical=who.mechanical
    )
    numbers = range(1, len(takes) + 1)
    if only is not None:
        takes, numbers = takes[only - 1 : only], range(only, only + 1)
    remarks = [one.remark for take in takes for one in take.soloists if one.remark]
    for remark in dict.fromkeys(remarks):
        say(f"jazzgen: {remark}")
    if output.picture:  # before any solo is written: drawing is what can still fail
        _draw(takes[0], output, files[0], task)
    written: list[WrittenTake] = []
    with saying_what_is_written(written, len(set(files))):
        bands = [band_of_take(task, played, take, output.takes) for take in takes]
        in_one = len(files) > 1 and len(set(files)) == 1
        if in_one:
            write_lanes([take.music for take in takes], files[0], bands)
        for take, file, own, number in zip(takes, files, bands, numbers, strict=True):
            like = take.soloists[0].performer if len(take.soloists) == 1 else ""
            made = Made.of_take(take.played_seed, output, number, like)
            recipe = recipe_for(options, folder, made)
            look = look_for_players(take.music) if "instrument" in soloist.values else Look()
            asked = StemsAsked(band=shared, with_band=shared is None or not written)
            facts: dict[str, Any] = {"model": folder.name, "engine": who.engine}
            if in_one:
                facts["lane"] = len(written) + 1
            else:
                parts, levels = _write(
                    take, file, own, recipe, look, asked if output.stems else None
                )
                facts |= {"stems": parts, "levels": levels}
            seconds = time.monotonic() - began
            written.append(WrittenTake(**vars(take), **facts, file=file, seconds=seconds))
    warn_of_silence(written)
    _tell(written, output, played, options)


def _list_names(output: OutputRequest, model: str) -> None:
    """Print the names that are asked for, one a line or as a list of JSON."""
    names = [
        *(instrument_names() if output.list_instruments else ()),
        *(performer_names(model) if output.list_performers else ()),
    ]
    if output.json:
        show_json(names)
        return
    for name in names:
        show(name)


def _tell(
    written: Sequence[WrittenTake],
    output: OutputRequest,
    played: Playback,
    options: dict[str, Given[Any]],
) -> None:
    """Say what is written, and play the first file if that is asked for.

    Args:
        written: The takes.
        output: How it is said.
        played: Who plays.
        options: The options by group.
    """
    if output.json:
        results = [take.to_json() for take in written]
        show_json(results[0] if output.takes == 1 else results)
    else:
        given = {name for group in options.values() for name in group.values}
        report(written, players=played.players, given={*given, *changed(output)})
    if output.play:
        from jazzgen.cli.play import play_file

        play_file(written[0].file, None)


def planned(
    soloist: Given[SoloistRequest],
    request: TradeRequest | None,
    task: FullSolo | Regeneration,
    sampling: Given[SamplingConfig],
) -> SoloPlan | TradePlan | TradeRegenerationPlan:
    """Return how takes are played, by one soloist or by several in turn.

    Args:
        soloist: The options about the soloist.
        request: Who trades; None for a single soloist.
        task: What is played.
        sampling: The options of sampling.

    Raises:
        ConfigError: A setting is out of range, there is no such instrument, or several trades
            are to be drawn for a take.
        SoloError: There are more soloists than turns.
    """
    who = soloist.build()
    if request and isinstance(task, FullSolo):
        if who.draws is not None:
            raise ConfigError("--draws cannot be used with --trade; leave out --draws")
        drawn = [sampling_of(sampling, who.range, one, task) for one in request.instruments]
        return TradePlan(task=traded(task, request), request=request, samplings=drawn)
    with naming("--instrument"):
        asked = "instrument" in soloist.values
        instrument = find_instrument(who.instrument) if asked else None
    own = sampling_of(sampling, who.range, instrument, task)
    plan = SoloPlan(task=task, who=who, instrument=instrument, sampling=own)
    if isinstance(task, Regeneration) and task.trade:
        return TradeRegenerationPlan(task=TradeRegeneration(task, task.trade), line=plan)
    return plan


def _as_in_file(playback: Playback, program: int | None, swing: float | None) -> Playback:
    """Return how solo and band are played, as in a given file where the user has said nothing.

    Args:
        playback: The options.
        program: The General MIDI program of the solo, or None for that of its instrument.
        swing: The swing ratio of the given file, or None.
    """
    own_swing = playback.swing is None and not playback.straight
    return replace(playback, program=program, swing=swing if own_swing else playback.swing)


def _write(
    take: Take[Any],
    file: Path,
    playback: Playback,
    recipe: dict[str, Any],
    look: Look,
    stems: StemsAsked | None,
) -> tuple[list[Path], Levels | None]:
    """Write a take with its band, and return the files of its parts, and how loud sound is.

    Args:
        take: The take.
        file: Its file.
        playback: How it is played.
        recipe: What determines it (see `io.midi.recipe`).
        look: How notation is written.
        stems: How each part is written to a file of its own too; None for not at all.
    """
    if stems is None:
        return [], write_music(take.music, file, playback, look, recipe=recipe)
    return write_stems(take.music, file, playback, look, recipe, stems)


def _load_band() -> None:
    """Load what the band needs, which waits for the solo."""
    import jazzgen.render.midi  # noqa: F401 - loads the band
    from jazzgen.band.bass_file import shipped_bass
    from jazzgen.band.drummer_file import shipped_drummer

    shipped_bass()
    shipped_drummer()


def _loaded(folder: Path, engine: str) -> Improviser:
    from jazzgen.improviser import load
    from jazzgen.runtime.extras import require

    if engine == "keras":
        require("--engine keras needs", "keras", otherwise="--engine light plays the same")
        with quiet_import():
            import keras  # noqa: F401 - loads TensorFlow, whose libraries print a lot
    return load(folder, engine)


def _draw(
    take: Take[Any], output: OutputRequest, file: Path, task: FullSolo | Regeneration
) -> None:
    """Draw a take, with its plan if that is asked for.

    Args:
        take: The take.
        output: The file of the picture, and whether it has the plan.
        file: The file of the take.
        task: What is played.
    """
    from jazzgen.render.piano_roll import draw_piano_roll

    plan: Sequence[PlannedBars] | None = None
    if output.plan:
        plan = task.planned_bars(take.plan) if isinstance(task, FullSolo) else []
    if output.picture:
        draw_piano_roll(take.music, output.picture, plan=plan)
        say(f"{output.picture}: a picture of {file}")

"""From the options of `jazzgen generate` to what they ask for: charts, solos and settings."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.cli.chart_option import ChartKey, accepted, find_accepted
from jazzgen.cli.generate_tasks import FullSolo, Regeneration
from jazzgen.cli.output import naming, say
from jazzgen.config import SamplingConfig
from jazzgen.errors import ConfigError, SoloError
from jazzgen.runtime.ownership import check_unread
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.band.arrangement import Arrangement
    from jazzgen.cli.generate_requests import TuneRequest
    from jazzgen.cli.options import Given
    from jazzgen.music.bar_range import BarRange
    from jazzgen.music.chart import Chart
    from jazzgen.music.instrument import Instrument
    from jazzgen.music.solo import Note, Solo
    from jazzgen.transcription.solos import Transcription

__all__ = [
    "DEFAULT_FILE",
    "full_solo",
    "pitch_range",
    "regeneration",
    "sampling_of",
    "take_files",
]

MOST_BARS = 2_000
"""The largest number of bars of a solo: an hour in 4/4 at 133 beats per minute."""
DEFAULT_FILE = Path("solo.mid")
"""The file that is written if none is named."""
FULL_SOLO_SETTINGS = (
    "tempo", "feel", "choruses", "shape", "primer", "count_in", "intro", "ending", "head", "trade",
)  # fmt: skip
"""The names of settings of a full solo, which regeneration refuses, in the order of the checks."""
FEW_TOGETHER, SHARE_TOGETHER = 2, 0.1
"""The number, or the share, of a line's notes that may at most sound together with others."""


def take_files(out: Path | None, takes: int, read: Sequence[Path | None]) -> list[Path]:
    """Return the file of each take.

    Args:
        out: The file that the user has named, or None.
        takes: The number of takes.
        read: The files that are read; None among them are ignored.

    Raises:
        OutputError: The user has named no file, and the default one is also read.
    """
    target = out or DEFAULT_FILE
    files = (
        [target]
        if takes == 1
        else [
            target.with_name(f"{target.stem}-{number}{target.suffix}")
            for number in range(1, takes + 1)
        ]
    )
    for file in files if out is None else []:
        check_unread(file, filter(None, read))
    return files


def sampling_of(
    sampling: Given[SamplingConfig],
    pitches: str | None,
    instrument: Instrument | None,
    task: FullSolo | Regeneration,
) -> SamplingConfig:
    """Return how values are drawn, by default within the breath of the instrument.

    Args:
        sampling: The options that were given.
        pitches: The text of `--range`, or None.
        instrument: The instrument that was asked for, or None.
        task: What is played, which decides how it ends.

    Raises:
        ConfigError: A setting is out of range.
    """
    low, high = pitch_range(pitches) if pitches else (None, None)
    breath = SamplingConfig.breath if instrument is None or instrument.blown else 0.0
    return sampling.build(
        low=low, high=high, breath=breath, landing=task.landing, goes_on=task.goes_on
    )


def pitch_range(text: str) -> tuple[int, int]:
    """Return the lowest and the highest MIDI pitch to play.

    Args:
        text: Two pitches, such as "Bb2-F5" or "46-77", or the name of an instrument.

    Raises:
        ConfigError: The text is neither, or its first pitch is the higher one.
    """
    from jazzgen.music.instrument import find_instrument
    from jazzgen.music.pitch import parse_pitch

    match = re.fullmatch(r"\s*([A-Ga-g]?[b#♭♯]*-?\d+)\s*-\s*([A-Ga-g]?[b#♭♯]*-?\d+)\s*", text)
    if match is None:
        try:
            named = find_instrument(text)
        except ConfigError as error:
            raise ConfigError(
                f"--range {text!r}: expected two pitches, such as Bb2-F5 or 46-77, or an instrument"
            ) from error
        return named.low, named.high
    with naming("--range"):
        low, high = parse_pitch(match[1]), parse_pitch(match[2])
    if low > high:
        raise ConfigError(f"--range {text!r}: the lowest pitch lies above the highest")
    return low, high


def full_solo(
    tune: TuneRequest,
    arrangement: Arrangement,
    most_bars: int = MOST_BARS,
    given: Collection[str] = ("chart",),
) -> FullSolo:
    """Return the task of playing a solo over a whole chart.

    Args:
        tune: What is played over.
        arrangement: What is played around the choruses.
        most_bars: The largest number of bars of all choruses.
        given: The names of the options that were given. Without "chart" a solo with a primer is
            played over the chords of that file, if it names any.

    Raises:
        InputError: The chart, the head or the primer cannot be used.
    """
    from jazzgen.band.arrangement import arrange
    from jazzgen.music.shape import Shape
    from jazzgen.music.timing import check_tempo

    changed: dict[str, Any] = {}
    if tune.tempo is not None:
        changed = {"tempo": check_tempo(tune.tempo, "--tempo"), "tempo_changes": ()}
    if tune.feel is not None:
        changed["feel"] = tune.feel
    primed = _line(tune.primer) if tune.primer else None
    own = primed is not None and "chart" not in given and _names_chords(primed)
    form = replace(_own_chart(primed, tune) if primed and own else _chart(tune), **changed)
    _check_length(form, tune.choruses, most_bars)
    _check_meter(form, tune)
    melody = _from_bar_1(_line(tune.head, form)) if tune.head else ()
    with naming("--head" if melody and melody[-1].end > form.ticks else "--choruses"):
        layout = arrange(form, tune.choruses, arrangement, melody)
    primer = _primer(primed, tune.primer, layout.improvised) if primed else None
    shared = tune.choruses * len(form.bars)
    energies: tuple[int, ...] = ()
    if tune.shape is not None:
        with naming("--shape"):
            energies = Shape.parse(tune.shape).spread(layout.improvised, shared)
    return FullSolo(layout, primer, title=tune.title, bars=shared, energies=energies)


def _names_chords(found: Transcription) -> bool:
    """Return whether a file names chords, or its band plays some."""
    named = any(chord.root for _, chord in found.solo.chart.placed_chords())
    return named and found.decisions["chords"] != "implied"


def _own_chart(found: Transcription, tune: TuneRequest) -> Chart:
    """Return the chart of the file with which a solo begins, in the key that was asked for.

    Args:
        found: The phrase as it was read.
        tune: What was asked for.
    """
    from jazzgen.io.chart_reading import ChartReading
    from jazzgen.transcription.chart_of_music import form_of

    asked = ChartKey(key=tune.key, transpose=tune.transpose, strict=tune.strict)
    return accepted(ChartReading.of(form_of(found)), f"--primer {tune.primer}", asked)


def _from_bar_1(found: Transcription) -> tuple[Note, ...]:
    """Return the notes of a line, counted from bar 1; those of a pickup begin before tick 0."""
    return tuple(replace(note, onset=note.onset - found.lead_in) for note in found.solo.notes)


def _primer(found: Transcription, file: Path | None, chart: Chart) -> Solo:
    """Return the phrase of a file with which a solo over a chart begins.

    Args:
        found: The file as it was read.
        file: Its path.
        chart: The chart.

    Raises:
        InputError: The phrase reaches past the chart's end.
    """
    solo = found.solo
    if found.lead_in:
        played = [note for note in _from_bar_1(found) if note.onset >= 0]
        if len(played) < len(solo.notes):
            say(f"--primer {file}: the solo begins with bar 1; the pickup is left out")
        bars = solo.chart.bars[solo.chart.bar_at(found.lead_in) :]
        own = replace(solo.chart, bars=bars, chorus_starts=(0,), tempo_changes=())
        solo = replace(solo, notes=tuple(played), chart=own, phrase_starts=())
    # Refused here, where the message can name the file; later only the title would be known.
    if solo.notes and solo.notes[-1].onset >= chart.ticks:
        raise SoloError(
            f"--primer {file}: reaches past the chart's {counted(len(chart.bars), 'bar')}"
        )
    number = len(chart.bars)
    # Behind the last chorus there may be one more bar, in which the solo lands.
    if solo.notes and number > 2 and chart.bar_at(solo.notes[-1].onset) >= number - 2:
        say(
            f"--primer {file}: fills the chart, so that hardly anything is left to play; ask for "
            "more --choruses, or for another --chart"
        )
    return solo


def regeneration(tune: TuneRequest, draws: int, given: Collection[str]) -> Regeneration:
    """Return the task of regenerating some bars of a solo.

    Args:
        tune: The solo, its bars, and what it is played over.
        draws: How many times the bars are drawn.
        given: The names of the options that were given, of the tune and of the arrangement.
            Without "chart" the solo is played over the chords of its own file.

    Raises:
        InputError: The solo or the chart cannot be used, or an option contradicts regeneration.
    """
    if tune.solo is None or tune.bars is None:
        raise ConfigError(
            "--solo and --bars go together: the solo, and which of its bars to regenerate"
        )
    own_chords = "chart" not in given
    # A chart of the user's own is transposed as for a full solo; the file's chords are not.
    for name in FULL_SOLO_SETTINGS if not own_chords else (*FULL_SOLO_SETTINGS, "key", "transpose"):
        if name in given:
            name = name.replace("_", "-")
            raise ConfigError(
                f"--{name} cannot be used with --solo, which replaces the bars of --bars and "
                f"keeps everything else in the file as it is; leave out --{name}"
            )
    bars = _bars(tune.bars)
    found = _line(tune.solo, None if own_chords else _chart(tune))
    solo = found.solo
    named = any(chord.root for _, chord in solo.chart.placed_chords())
    if not named or found.decisions["chords"] == "implied":
        raise SoloError(f"--solo {tune.solo}: has no chords; name its chart with --chart")
    if tune.title is not None:
        solo = replace(solo, title=tune.title, chart=replace(solo.chart, title=tune.title))
    with naming(f"--bars {tune.bars}"):
        bars.ticks(solo.chart, str(tune.solo))
    program = None if found.trade else found.part.program  # each has the one of his instrument
    return Regeneration(solo, bars, draws, program, found.swing, found.trade, found.band)


def _bars(text: str) -> BarRange:
    from jazzgen.music.bar_range import BarRange

    try:
        return BarRange.parse(text)
    except SoloError as error:
        raise ConfigError(f"--bars {error}") from error


def _chart(tune: TuneRequest) -> Chart:
    asked = ChartKey(key=tune.key, transpose=tune.transpose, strict=tune.strict)
    return find_accepted(tune.chart, "--chart", asked)


def _check_length(chart: Chart, choruses: int, most: int) -> None:
    bars = choruses * len(chart.bars)
    if bars > most:
        raise ConfigError(
            f"--choruses {choruses}: {bars:,} bars; expected at most {most:,}, "
            f"which is {counted(most // len(chart.bars), 'time')} through this chart"
        )


def _check_meter(chart: Chart, tune: TuneRequest) -> None:
    """Check that the band can play the chart's feel in its meter, and say if the tempo is unusual.

    Raises:
        ChartError: It cannot.
    """
    from jazzgen.band.styles import check_meter, find_style

    with naming(f"--feel {tune.feel}" if tune.feel else f"--chart {tune.chart}"):
        check_meter(chart)
    style = find_style(chart.feel)
    slowest, fastest = style.tempi
    if (tune.feel or tune.tempo) and not slowest <= chart.tempo <= fastest:
        say(
            f"jazzgen: {style.label} is usually played at {slowest:g} to {fastest:g} bpm, and this "
            f"is at {chart.tempo:g}; --tempo changes it"
        )


def _line(file: Path, chart: Chart | None = None) -> Transcription:
    """Read a file with one melodic line.

    Args:
        file: The file.
        chart: The chart of the line; None for the chords in the file.

    Returns:
        The line, and how it was found in the file.

    Raises:
        InputError: The file cannot be used, or has chords instead of a line.
    """
    from jazzgen.io.midi.line import count_overlaps
    from jazzgen.transcription.read import read_transcription

    found = read_transcription(file, chart=chart)
    number, notes = count_overlaps(found.part), len(found.part.notes)
    if number > max(FEW_TOGETHER, SHARE_TOGETHER * notes):
        raise SoloError(
            f"{file}: {number} of its {notes} notes sound together with others; "
            "expected a line, one note at a time"
        )
    return found

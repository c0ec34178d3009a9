"""The options of `jazzgen generate`, besides those of sampling, playback and arrangement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jazzgen.cli.chart_option import KEY, STRICT, TRANSPOSE
from jazzgen.cli.completion import (
    chart_names,
    instrument_names,
    model_names,
    performer_names,
)
from jazzgen.config.sampling import DRAWS, FILL_DRAWS, MOST_DRAWS
from jazzgen.errors import ConfigError
from jazzgen.io.registry import music_named
from jazzgen.music.styles import feel_names
from jazzgen.render.targets import TARGETS
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["OutputRequest", "SoloistRequest", "TuneRequest"]


def _feels_help() -> str:
    return (
        f"How the band plays (see `jazzgen styles`): {', '.join(feel_names())}; by default as the "
        "chart says."
    )


@dataclass(frozen=True, kw_only=True)
class SoloistRequest:
    """Who plays.

    Args:
        model: The name or the folder of a model.
        performer: The name of a performer to play like; "" for nobody in particular, None for
            one that the seed draws.
        instrument: The name of the instrument; "" for the performer's.
        style: The name of the style of jazz; "" for the performer's.
        range: The lowest and the highest pitch, or the name of an instrument; None for the
            range of the soloist's own instrument.
        trade: The number of bars, or "chorus", after which the next of several soloists takes
            over; None for a single soloist. The performer, the instrument and the style may then
            be several with commas between them, one for each soloist.
        mechanical: Whether all notes of the solo are on the grid and equally loud.
        draws: How many solos are drawn for each take, of which one is kept, or how many times
            regenerated bars are; None for `DRAWS` or `FILL_DRAWS`, and for a solo 1 if the model
            has no judge.
        engine: The engine that runs the model.

    Raises:
        ConfigError: A value is out of range.
    """

    model: str = setting(
        "improviser",
        metavar="NAME|DIR",
        completes=model_names,
        text="A model's name or folder (see `jazzgen models`).",
    )
    performer: str | None = setting(
        None,
        metavar="NAME",
        completes=performer_names,
        text="Play like a performer in the training data (see `jazzgen models --performers`), '' "
        "for no one in particular; by default the seed picks one. With --trade, names with commas "
        'between: "Lester Young,Coleman Hawkins".',
    )
    instrument: str = setting(
        "",
        metavar="NAME",
        completes=instrument_names,
        usual="the performer's",
        text="The solo instrument, such as tenor, trumpet or guitar: who plays it, its range and "
        "breath, and the track's sound.",
    )
    style: str = setting(
        "",
        metavar="NAME",
        usual="the performer's",
        text="A style of jazz in the training data, such as bebop, cool or hard-bop.",
    )
    range: str | None = setting(
        None,
        metavar="LOW-HIGH|NAME",
        usual="the performer's own",
        text="Lowest and highest pitch, as note names or MIDI numbers, or an instrument's name.",
    )
    trade: str | None = setting(
        None,
        metavar="BARS|chorus",
        text="Let soloists take turns of this many bars, or of a chorus, each on a track of their "
        "own: those of --performer, --instrument and --style, where a comma separates what holds "
        "for one from what holds for the next; by default two whom the seed picks. With --no-solo "
        "you have every other turn, in which the band is silent.",
    )
    mechanical: bool = setting(
        False,
        text="Put every note on the grid, as with --straight, and play the solo equally loud.",
    )
    draws: int | None = setting(
        None,
        1,
        MOST_DRAWS,
        usual=f"{DRAWS}, or {FILL_DRAWS} with --solo",
        text="How many solos are drawn for each take. The model's judge chooses one, the likelier "
        "the more it reads like a player's; with --solo, the one is kept whose bars lead best to "
        "what follows. 1 keeps the first.",
    )
    engine: Literal["light", "keras"] = setting(
        "light",
        text="What runs the model: light starts at once, keras runs the inference graph; both play "
        "the same notes.",
    )

    def __post_init__(self) -> None:
        check_settings(self)


@dataclass(frozen=True, kw_only=True)
class TuneRequest:
    """What is played over: a whole chart, or some bars of a solo.

    Args:
        chart: The name of a chart, a file, or the changes themselves.
        key: The key to which the chart is transposed, or which it is in if it names none.
        transpose: The semitones by which the chart is transposed, or the key to which it is.
        choruses: The number of times through the chart.
        tempo: Quarter notes per minute; None for the chart's tempo.
        feel: The name of a feel; None for the chart's feel.
        shape: How the energy of the solo rises and falls (see `music.shape`); None for a shape
            that the seed draws.
        head: A file with the melody of the tune.
        primer: A file with a phrase to begin with.
        solo: A file with a solo, some bars of which are regenerated.
        bars: These bars, as `BarRange` reads them.
        title: The title of the solo; None for one that is invented.
        strict: Whether a chart in which something had to be repaired is refused.

    Raises:
        ConfigError: There is no such feel.
    """

    chart: str = setting(
        "blues",
        metavar="NAME|FILE|CHANGES",
        completes=chart_names,
        text="A chart's name (see `jazzgen charts`), a file, or the changes themselves: "
        '"| Dm7 | G7 | Cmaj7 | % |".',
    )
    key: str | None = setting(None, metavar="KEY", text=KEY)
    transpose: str | None = setting(None, metavar="N|KEY", text=TRANSPOSE)
    choruses: int = setting(2, text="Number of choruses, each once through the chart.")
    tempo: float | None = setting(
        None, metavar="BPM", text="Quarter notes per minute; by default the chart's."
    )
    feel: str | None = setting(None, metavar="STYLE", choices=feel_names, text=_feels_help)
    shape: str | None = setting(
        None,
        metavar="SHAPE",
        text='How the solo builds: build, arch, calm, or energies from 1 to 9, such as "2 3 5 4", '
        "one for each chorus or one for each four bars, or a file with them; by default the seed "
        "draws it.",
    )
    head: Path | None = setting(
        None,
        metavar="FILE.mid",
        text=lambda: (
            f"A {music_named('or')} file with the tune's melody, played before and after the solo."
        ),
    )
    primer: Path | None = setting(
        None,
        metavar="FILE.mid",
        text=lambda: (
            f"A {music_named('or')} file with a phrase to begin with; without --chart over its "
            "own chords, key and tempo."
        ),
    )
    solo: Path | None = setting(
        None,
        metavar="FILE.mid",
        text="With --bars: a MIDI file with a solo, some of whose bars are regenerated over the "
        "file's own chords or --chart.",
    )
    bars: str | None = setting(
        None,
        metavar="A-B",
        text="With --solo: the first and the last bar to regenerate, such as 5-8. With beats, "
        "5.3-8.2 is from beat 3 of bar 5 through beat 2 of bar 8.",
    )
    title: str | None = setting(
        None,
        prose=True,
        text="The title; by default jazzgen invents one (see `jazzgen titles`).",
    )
    strict: bool = setting(False, text=STRICT)

    def __post_init__(self) -> None:
        check_settings(self)

    @property
    def regenerates(self) -> bool:
        """Whether bars of a solo are asked for, not a solo over a whole chart."""
        return (self.solo, self.bars) != (None, None)


@dataclass(frozen=True, kw_only=True)
class OutputRequest:
    """What is written.

    Args:
        seed: The seed of the first take; each further take has the next seed.
        takes: The number of solos.
        out: The file, whose suffix says what is written; None for `solo.mid`.
        overwrite: Whether files that jazzgen has not written may be replaced.
        stems: Whether each part is also written to a file of its own.
        picture: The file of a piano roll, or None for no picture.
        plan: Whether the picture shows the plan of the solo and its returning ideas.
        json: Whether the result is printed as JSON.
        again: A MIDI file that `generate` has written, which is made once more; None for none.
        play: Whether the (first) solo is played when it is written.
        list_instruments: Whether instruments are listed, and nothing is played.
        list_performers: Whether the performers of the model are listed, and nothing is played.

    Raises:
        ConfigError: A value is out of range.
    """

    seed: int = setting(0, 0, text="The same seed gives the same file.")
    takes: int = setting(
        1,
        1,
        1000,
        text="Number of solos, with this seed and the following ones, written to FILE-1.mid and so "
        "on, the best first; to a .dawproject or .rpp as tracks of one file with one band.",
    )
    out: Path | None = setting(
        None,
        metavar="FILE",
        usual="solo.mid",
        text=lambda: (
            "The file to write, MIDI or what its suffix says: "
            f"{', '.join(f'.{name}' for name in TARGETS)}."
        ),
    )
    overwrite: bool = setting(
        False, text="Replace existing files, even those that jazzgen did not write."
    )
    stems: bool = setting(False, text="Also write each part of MIDI or sound to its own file.")
    picture: Path | None = setting(
        None,
        metavar="FILE.png",
        text="Draw a piano roll of the (first) solo, as .png or .svg; needs matplotlib.",
    )
    plan: bool = setting(
        False,
        text="With --picture: draw the solo's plan above it, and mark the ideas that return.",
    )
    json: bool = setting(False, text="Print JSON.")

    again: Path | None = setting(
        None,
        metavar="FILE.mid",
        text="Make a file that jazzgen has generated once more, with the model, the seed and the "
        "options that it names; other options overrule these.",
    )
    play: bool = setting(False, text="Play the (first) solo when it is written.")
    list_instruments: bool = setting(False, text="List the instruments, and play nothing.")
    list_performers: bool = setting(
        False, text="List the performers that the model can play like, and play nothing."
    )

    def __post_init__(self) -> None:
        check_settings(self)
        if self.plan and self.picture is None:
            raise ConfigError("--plan: is drawn in a picture; name its file with --picture")

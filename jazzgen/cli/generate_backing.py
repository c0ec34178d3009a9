"""`jazzgen generate --no-solo`: a backing track, which needs no model."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.band.gaps import gaps_of
from jazzgen.cli.generate_files import checked_files
from jazzgen.cli.generate_trade import turn_length
from jazzgen.cli.output import naming, show, show_json
from jazzgen.errors import ConfigError
from jazzgen.music.solo import Solo
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.cli.generate_requests import OutputRequest
    from jazzgen.cli.generate_tasks import FullSolo
    from jazzgen.render.playback import Playback

__all__ = ["MOST_BACKING_BARS", "BackingTrack", "check_backing", "write_backing"]

MOST_BACKING_BARS = 20_000
"""The largest number of bars of a backing track: ten hours in 4/4 at 133 beats per minute."""
OF_SOLOS = ("primer", "head", "solo", "bars", "takes", "picture", "plan")
"""The names of settings of the tune and of the output that are about a solo."""


@dataclass(frozen=True, kw_only=True)
class BackingTrack:
    """A backing track that has been written.

    Args:
        tune: The tune, without notes.
        file: Its file.
        seed: The seed of the band.
        players: Who plays.
        gaps: The first and the last bar of each gap, counted from 1.
        seconds: The time from the start of the command until it was written.
        stems: The files of its parts, if they were asked for.
    """

    tune: Solo
    file: Path
    seed: int
    players: Sequence[str]
    gaps: Sequence[tuple[int, int]]
    seconds: float
    stems: Sequence[Path] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what the command prints with `--json`."""
        return {
            "file": str(self.file),
            "title": self.tune.title,
            "band_seed": self.seed,
            "players": list(self.players),
            "feel": self.tune.chart.feel,
            "bars": len(self.tune.chart.bars),
            "gaps": [list(gap) for gap in self.gaps],
            "seconds": round(self.seconds, 3),
            **({"stems": [str(file) for file in self.stems]} if self.stems else {}),
        }


def check_backing(of_solo: Iterable[str], others: Iterable[str]) -> None:
    """Check that no option asks for a solo.

    Args:
        of_solo: The names of the settings of soloist and sampling that were given; all but that
            of the trade are about a solo.
        others: The names of the settings of the tune and of the output that were given.

    Raises:
        ConfigError: One does.
    """
    asked = [name for name in of_solo if name != "trade"]
    for name in [*asked, *(name for name in others if name in OF_SOLOS)]:
        option = "--" + name.replace("_", "-")
        raise ConfigError(f"{option} is about a solo, and --no-solo writes none; leave it out")


def write_backing(
    task: FullSolo, playback: Playback, output: OutputRequest, trade: str | None, began: float
) -> None:
    """Write a backing track, and say so.

    Args:
        task: The tune.
        playback: Who plays, and how.
        output: Where it is written.
        trade: The length of turns: the band is silent in every other one; None for no gaps.
        began: When the command began, on the monotonic clock.

    Raises:
        InputError: There is no such length, or a file cannot be written.
    """
    from jazzgen.render.saving import write_music, write_stems
    from jazzgen.render.targets import target_of

    chart = task.layout.chart
    gaps: tuple[tuple[int, int], ...] = ()
    if trade is not None:
        length = turn_length(trade)
        with naming(f"--trade {trade}"):
            gaps = gaps_of(chart, length)
    played = replace(playback, gaps=gaps)
    [file] = checked_files(output, [], played, 1)
    if not target_of(file, "--out").takes_midi:
        raise ConfigError(
            f"--out {file}: a backing track is MIDI or sound; name a file such as track.mid"
        )
    tune = Solo((), chart, task.title or chart.title)
    stems: list[Path] = []
    if output.stems:
        stems, _ = write_stems(tune, file, played)
    else:
        write_music(tune, file, played)
    track = BackingTrack(
        tune=tune,
        file=file,
        seed=played.seed,
        players=played.players,
        gaps=[(chart.bar_at(begin) + 1, chart.bar_at(end - 1) + 1) for begin, end in gaps],
        stems=stems,
        seconds=time.monotonic() - began,
    )
    if output.json:
        show_json(track.to_json())
    else:
        _report(track)


def _report(track: BackingTrack) -> None:
    chart = track.tune.chart
    minutes, seconds = divmod(round(chart.seconds), 60)
    show(
        f"{track.file}: {track.tune.title or 'a backing track'}, "
        f"{', '.join(track.players)}, {chart.feel}, {chart.tempo:g} bpm, "
        f"{counted(len(chart.bars), 'bar')}, {minutes}:{seconds:02d}"
    )
    if track.gaps:
        first, last = track.gaps[0]
        show(
            f"the band is silent in {counted(len(track.gaps), 'gap')}: bars {first}-{last}"
            f"{' and so on' if len(track.gaps) > 1 else ''}"
        )
    for stem in track.stems:
        show(str(stem))

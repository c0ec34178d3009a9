"""What `jazzgen generate` says about the solos that it has written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.cli.output import say, show
from jazzgen.music.trade import Trade, line_of
from jazzgen.render.targets import target_of
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.music.solo import Solo
    from jazzgen.nn.planning import DrawnPlan
    from jazzgen.nn.soloists import Soloist
    from jazzgen.render.sound import Levels

__all__ = ["Draws", "WrittenTake", "report", "warn_of_silence"]

IDEAS = {
    "chart": "rhythm-changes",
    "key": "Eb",
    "instrument": "tenor",
    "shape": "build",
    "feel": "bossa",
    "takes": "4",
    "trade": "4",
    "out": "solo.wav",
}
"""Options that a user may want to try, with a value, in this order."""
SHOWN = 2
"""The number of them that are shown after a run."""
WITH_A_PLAN = ("shape",)
"""Those of them that not every model has: they are shown for the usual one."""


@dataclass(frozen=True, kw_only=True)
class Draws:
    """Which of several solos was kept.

    Args:
        count: The number of solos that were drawn.
        draw: The number of the one that was kept, from 0.
        score: What the judge says of it; minus infinity for one of hardly any notes.
        seed: The seed with which it is played as the only one.
    """

    count: int
    draw: int
    score: float
    seed: int

    def to_json(self) -> dict[str, float | None]:
        """Return the entries of the command's JSON."""
        return {
            "draws": self.count,
            "draw": self.draw + 1,
            "draw_seed": self.seed,
            "score": round(self.score, 4) if isfinite(self.score) else None,
        }


@dataclass(frozen=True, kw_only=True)
class WrittenTake:
    """A solo that has been written to a file, or a trade.

    Args:
        music: The solo, or the trade.
        file: Its file.
        model: The name of the model that played it.
        seed: Its seed.
        engine: The engine that ran the model.
        soloists: Whom it is played like; several take turns.
        seconds: The time from the start of the command until it was written.
        judgement: Its bits per note, as JSON shows them; empty for a single take, which is not
            judged.
        draws: How it was chosen among several solos; None if only one was drawn.
        stems: The files of its parts, if they were asked for.
        levels: How loud it is, if it is sound.
        lane: The number of its track, from 1, if all takes are in one file; else 0.
        plan: What it follows; None if nothing was planned, or each of several soloists has a plan.
    """

    music: Solo | Trade
    file: Path
    model: str
    seed: int
    engine: str
    soloists: Sequence[Soloist]
    seconds: float
    judgement: dict[str, float | None]
    draws: Draws | None = None
    stems: Sequence[Path] = ()
    levels: Levels | None = None
    lane: int = 0
    plan: DrawnPlan | None = None

    @property
    def line(self) -> Solo:
        """All that is improvised, by one soloist or by several in turn."""
        return line_of(self.music)

    def to_json(self) -> dict[str, Any]:
        """Return what the command prints with `--json`."""
        line = self.line
        return {
            "file": str(self.file),
            "title": line.title,
            **({"tune": line.chart.title} if line.title and line.on_chart else {}),
            "model": self.model,
            "seed": self.seed,
            "engine": self.engine,
            "performer": self._together("performer"),
            "instrument": self._together("instrument"),
            "played_like": self._together("played_like"),
            "style": self._together("style"),
            "notes": len(line.notes),
            "bars": len(line.chart.bars),
            "seconds": round(self.seconds, 3),
            **(self.draws.to_json() if self.draws else {}),
            **self.judgement,
            **({"plan": self.plan.to_json()} if self.plan else {}),
            **({"stems": [str(part) for part in self.stems]} if self.stems else {}),
            **({"levels": self.levels.to_json()} if self.levels else {}),
            **(self._trade(self.music) if isinstance(self.music, Trade) else {}),
        }

    def _together(self, name: str) -> str:
        """Return what holds for the soloists, with commas between, in the order in which they play.

        Args:
            name: The name of a field of `Soloist`.
        """
        return ", ".join(filter(None, (getattr(soloist, name) for soloist in self.soloists)))

    def _trade(self, trade: Trade) -> dict[str, Any]:
        """Return who plays which bars, as bars of the file."""
        each = zip(self.soloists, trade.solos, trade.labels, strict=True)
        return {
            "soloists": [
                {
                    "track": label,
                    "performer": soloist.performer,
                    "instrument": soloist.instrument,
                    "played_like": soloist.played_like,
                    "style": soloist.style,
                    "notes": len(solo.notes),
                    "bars": [list(bars) for bars in trade.bars_of(number)],
                }
                for number, (soloist, solo, label) in enumerate(each)
            ],
        }

    def text(self) -> str:
        """Return what the command prints without `--json`."""
        solo = self.line
        chart = solo.chart
        minutes, seconds = divmod(round(chart.seconds), 60)
        likely = self.judgement.get("bits_per_note")
        bits = f", {likely:.2f} bits per note" if likely is not None else ""
        if self.judgement and self.draws and isfinite(self.draws.score):
            bits = f", score {self.draws.score:.2f}{bits}"  # by which takes are in order
        title = f'"{solo.full_title}", ' if solo.title else ""
        lane = f", take {self.lane}" if self.lane else ""
        return (
            f"{self.file}{lane}: {title}{counted(len(solo.notes), 'note')} over "
            f"{counted(len(chart.bars), 'bar')} in {chart.key}, {chart.tempo:g} bpm, "
            f"{minutes}:{seconds:02d} (model {self.model}, seed {self.seed}{self._who()}{bits})"
        )

    def _who(self) -> str:
        """Return among how many it was chosen, and whom it is played like on which instruments."""
        drawn = f", chosen from {self.draws.count}" if self.draws else ""
        if not isinstance(self.music, Trade):
            [one] = self.soloists
            like = f", like {one.performer}" if one.performer else ""
            return drawn + like + (f" on {one.instrument}" if one.instrument else "")
        first, *others = (
            (one.performer or "nobody in particular")
            + (f" on {one.instrument}" if one.instrument else "")
            for one in self.soloists
        )
        return f", like {first} trading with {' and '.join(others)}"


def warn_of_silence(takes: Sequence[WrittenTake]) -> None:
    """Warn of each solo without notes, and say what may help."""
    for take in takes:
        if not take.line.notes:
            say(
                f"jazzgen: the solo has no notes: {take.file} holds only rests; try another "
                "--seed or a higher --temperature"
            )


def report(takes: Sequence[WrittenTake], *, players: Sequence[str], given: Collection[str]) -> None:
    """Print a line for each solo, and what to do next.

    Args:
        takes: The solos.
        players: Who of the band plays along.
        given: The names of the options that were given.
    """
    told: set[Path] = set()
    for take in takes:
        show(take.text())
        new = [str(part) for part in take.stems if part not in told]
        told |= {*take.stems}
        if new:
            say(f"  its parts: {', '.join(new)}")
        if take.levels:
            say(f"  {take.levels}{f', {take.levels.player}' if take.levels.player else ''}")
    several = len(takes[0].soloists) > 1
    solos = counted(len(takes[0].soloists), "solo") if several else "solo"
    tracks = (
        f"{', '.join([solos, *players[:-1]])} and {players[-1]} on tracks of their own"
        if players
        else f"the {'solos' if several else 'solo'} alone"
    )
    following = max(take.seed for take in takes) + 1
    ideas = [f"--seed {following}", *_ideas(given)]
    target = target_of(takes[0].file)
    use = f"{target.use} ({tracks}, chords as markers)" if target.in_tracks else target.use
    say(f"{use}, or try {', '.join(ideas)}.")


def _ideas(given: Collection[str]) -> list[str]:
    """Return options to try next, without those that the user has chosen already."""
    if "solo" in given:  # bars of a solo are regenerated over its own chords, in its own key
        return []
    unsure = WITH_A_PLAN if "model" in given else ()
    left = [name for name in IDEAS if name not in given and name not in unsure]
    return [f"--{name} {IDEAS[name]}" for name in left[:SHOWN]]

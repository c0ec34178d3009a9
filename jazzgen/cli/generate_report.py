"""What `jazzgen generate` says about the solos that it has written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.cli.output import say, show
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.music.chart import Chart
    from jazzgen.music.solo import Solo
    from jazzgen.nn.soloists import Soloist

__all__ = ["WrittenTake", "report", "warn_of_silence"]

IDEAS = {"chart": "rhythm-changes", "key": "Eb"}
"""Options that a new user may want to try, with a value."""


@dataclass(frozen=True, kw_only=True)
class WrittenTake:
    """A solo that has been written to a file.

    Args:
        solo: The solo.
        file: Its file.
        model: The name of the model that played it.
        seed: Its seed.
        engine: The engine that ran the model.
        soloist: Whom it is played like.
        seconds: The time from the start of the command until it was written.
        judgement: Its bits per note, as JSON shows them; empty for a single take, which is not
            judged.
        stems: The files of its parts, if they were asked for.
    """

    solo: Solo
    file: Path
    model: str
    seed: int
    engine: str
    soloist: Soloist
    seconds: float
    judgement: dict[str, float | None]
    stems: Sequence[Path] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what the command prints with `--json`."""
        return {
            "file": str(self.file),
            "title": self.solo.title,
            "model": self.model,
            "seed": self.seed,
            "engine": self.engine,
            "performer": self.soloist.performer,
            "instrument": self.soloist.instrument,
            "played_like": self.soloist.played_like,
            "style": self.soloist.style,
            "notes": len(self.solo.notes),
            "bars": len(self.solo.chart.bars),
            "seconds": round(self.seconds, 3),
            **self.judgement,
            **({"stems": [str(part) for part in self.stems]} if self.stems else {}),
        }

    def line(self) -> str:
        """Return what the command prints without `--json`."""
        chart: Chart = self.solo.chart
        minutes, seconds = divmod(round(chart.seconds), 60)
        likely = self.judgement.get("bits_per_note")
        bits = f", {likely:.2f} bits per note" if likely is not None else ""
        like = f", like {self.soloist.performer}" if self.soloist.performer else ""
        on = f" on {self.soloist.instrument}" if self.soloist.instrument else ""
        title = f'"{self.solo.title}", ' if self.solo.title else ""
        return (
            f"{self.file}: {title}{counted(len(self.solo.notes), 'note')} over "
            f"{counted(len(chart.bars), 'bar')} in {chart.key}, {chart.tempo:g} bpm, "
            f"{minutes}:{seconds:02d} (model {self.model}, seed {self.seed}{like}{on}{bits})"
        )


def warn_of_silence(takes: Sequence[WrittenTake]) -> None:
    """Warn of each solo without notes, and say what may help."""
    for take in takes:
        if not take.solo.notes:
            say(
                f"jazzgen: the solo has no notes: {take.file} holds only rests; try another "
                "--seed or a higher --temperature"
            )


def report(takes: Sequence[WrittenTake], *, band: bool, given: Collection[str]) -> None:
    """Print a line for each solo, and what to do next.

    Args:
        takes: The solos.
        band: Whether a band plays along.
        given: The names of the options of the tune that were given.
    """
    for take in takes:
        show(take.line())
    tracks = "solo, piano, bass and drums on tracks of their own" if band else "the solo alone"
    following = max(take.seed for take in takes) + 1
    ideas = [f"--seed {following}", *_ideas(given)]
    say(f"Open it in a DAW ({tracks}, chords as markers), or try {', '.join(ideas)}.")


def _ideas(given: Collection[str]) -> list[str]:
    """Return options to try next, without those that the user has chosen already."""
    if "solo" in given:  # bars of a solo are regenerated over its own chords, in its own key
        return []
    return [f"--{name} {value}" for name, value in IDEAS.items() if name not in given]

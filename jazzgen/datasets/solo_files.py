"""The solos of one file, such as MIDI or MusicXML, and of each whether it can be used.

This is what the pool's workers run; it loads little, so that they start soon.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from jazzgen.datasets.outcome import Accepted, Outcome, Rejected
from jazzgen.errors import InputError
from jazzgen.io.registry import carried
from jazzgen.music.chart import Chart
from jazzgen.transcription.solos import read_solos

__all__ = ["check_length", "file_reader", "read_solo_file"]

FEWEST_NOTES = 2
"""One note alone says nothing of a line."""


def file_reader(
    track: int | str | None = None, chart: Chart | None = None
) -> Callable[[str], list[Outcome]]:
    """Return `read_solo_file` for a pool's workers, with the formats that are registered now.

    Args:
        track: Number or name of the part to take; by default it is found.
        chart: Changes to use in place of the files' own.
    """
    return carried(partial(read_solo_file, track=track, chart=chart))


def read_solo_file(
    path: str, track: int | str | None = None, chart: Chart | None = None
) -> list[Outcome]:
    """Read the solos of a file of music.

    Args:
        path: The file.
        track: Number or name of the part to take; by default it is found.
        chart: Changes to use in place of the file's own.

    Returns:
        What became of each solo in the file: at least one outcome.
    """
    try:
        found = read_solos(path, track=track, chart=chart)
    except InputError as error:
        return [Rejected(path, str(error))]
    outcomes = []
    for number, one in enumerate(found, 1):
        name = path if len(found) == 1 else f"{path}#{number}"
        accepted = Accepted(name, one.solo, one.decisions, one.warnings)
        outcomes.append(check_length(accepted, name))
    return outcomes


def check_length(outcome: Accepted, name: str) -> Outcome:
    """Return an outcome, or the rejection of a solo that is too short.

    Args:
        outcome: A solo.
        name: What a message calls it.
    """
    count = len(outcome.solo.notes)
    if count >= FEWEST_NOTES:
        return outcome
    return Rejected(outcome.file, f"{name}: {count} notes; expected {FEWEST_NOTES} or more")

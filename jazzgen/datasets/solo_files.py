"""Read the solos of one music file, such as MIDI or MusicXML, and reject those that are too short.

The pool's workers run this; it imports little, so that they start quickly.
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

MIN_NOTES = 2
"""Notes in a solo, at least: a single note is no line."""


def file_reader(
    track: int | str | None = None, chart: Chart | None = None
) -> Callable[[str], list[Outcome]]:
    """Return `read_solo_file` for a pool's workers, with the formats that are registered now.

    Args:
        track: Number (from 0) or name of the part to take; by default the solo part is found.
        chart: Changes to use in place of the files' own.
    """
    return carried(partial(read_solo_file, track=track, chart=chart))


def read_solo_file(
    path: str, track: int | str | None = None, chart: Chart | None = None
) -> list[Outcome]:
    """Read the solos of a music file.

    Args:
        path: The file.
        track: Number (from 0) or name of the part to take; by default the solo part is found.
        chart: Changes to use in place of the file's own.

    Returns:
        The outcome of each solo in the file, or of the file: at least one.
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
    """Return a solo, or its rejection if it is too short.

    Args:
        outcome: The solo.
        name: The name of the solo in the message.
    """
    count = len(outcome.solo.notes)
    if count >= MIN_NOTES:
        return outcome
    expected = f"expected at least {MIN_NOTES}, one after another"
    return Rejected(outcome.file, f"{name}: {count} notes; {expected}")

"""How notation is rendered: MusicXML, and its pages as sheet music."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jazzgen.errors import ConfigError
from jazzgen.music.folding import folded
from jazzgen.music.instrument import find_instrument, is_instrument
from jazzgen.music.trade import Trade
from jazzgen.notation.double_time import (
    fits_double_time,
    in_double_time,
    is_read_in_double_time,
)
from jazzgen.runtime import atomic

if TYPE_CHECKING:
    from jazzgen.music.instrument import Instrument
    from jazzgen.music.solo import Solo
    from jazzgen.render.target import Look

__all__ = [
    "check_pages",
    "check_sheet",
    "fold_for_readers",
    "look_for_players",
    "write_notation",
    "write_sheet",
]


def look_for_players(music: Solo | Trade) -> Look:
    """Return how notation is written for those who play it, as far as their instruments are known.

    Args:
        music: The solo, or the soloists who trade.
    """
    from jazzgen.render.target import Look

    solos = music.solos if isinstance(music, Trade) else (music,)
    known = tuple(find_instrument(one.instrument) for one in solos if is_instrument(one.instrument))
    if len(known) < len(solos):
        return Look()
    return Look(instrument=known[0], instruments=known if isinstance(music, Trade) else ())


def fold_for_readers(music: Solo | Trade, look: Look) -> tuple[Solo | Trade, tuple[int, ...]]:
    """Return music in the range of whoever reads it, and how many notes were moved for each.

    Args:
        music: The solo, or the soloists who trade.
        look: Who reads it; without an instrument, nothing is moved.
    """
    if isinstance(music, Trade):
        parts = [
            folded(solo, reader) if reader else (solo, 0)
            for solo, reader in zip(music.solos, _readers(music, look), strict=True)
        ]
        solos, moved = zip(*parts, strict=True)
        return replace(music, solos=solos), moved
    if look.instrument is None:
        return music, (0,)
    solo, number = folded(music, look.instrument)
    return solo, (number,)


def _readers(trade: Trade, look: Look) -> tuple[Instrument | None, ...]:
    return look.instruments or (look.instrument,) * len(trade.solos)


def _score(music: Solo | Trade, look: Look) -> bytes:
    """Return the notation of a solo, or of soloists who trade with a part for each."""
    from jazzgen.io.musicxml.solo import solo_to_musicxml, trade_to_musicxml

    music, _ = fold_for_readers(music, look)
    double_time = _is_in_double_time(music, look)
    music = in_double_time(music) if double_time else music
    if isinstance(music, Trade):
        return trade_to_musicxml(
            music,
            _readers(music, look),
            concert=look.concert,
            notation=look.notation,
            credit=look.credit,
            double_time=double_time,
        )
    return solo_to_musicxml(
        music,
        look.instrument,
        concert=look.concert,
        notation=look.notation,
        credit=look.credit,
        double_time=double_time,
    )


def _is_in_double_time(music: Solo | Trade, look: Look) -> bool:
    """Return whether a score is written in double time.

    Args:
        music: The solo, or the soloists who trade.
        look: When it is to be; literal notation only if asked for.

    Raises:
        ConfigError: It is asked for, and the chart's meter or tempo does not allow it.
    """
    if look.double_time == "always" and not fits_double_time(music.chart):
        raise ConfigError("--double-time always: expected music in 4/4 or 2/4, at 250 bpm or less")
    if look.double_time == "auto":
        return look.notation == "readable" and is_read_in_double_time(music)
    return look.double_time == "always"


def write_notation(music: Solo | Trade, file: Path, look: Look) -> None:
    """Write a score as MusicXML.

    Args:
        music: The solo, or the soloists who trade.
        file: The file.
        look: How the score is written.
    """
    atomic.write_bytes(file, _score(music, look))


def write_sheet(music: Solo | Trade, file: Path, look: Look) -> None:
    """Write the pages of a score as PDF or SVG, by the file's suffix.

    Args:
        music: The solo, or the soloists who trade.
        file: The file.
        look: How the score is written.
    """
    from jazzgen.render.sheet import sheet_bytes

    title = music.chart.title if isinstance(music, Trade) else music.full_title
    atomic.write_bytes(file, sheet_bytes(_score(music, look), file.suffix, title))


def check_pages(_look: Look) -> None:
    """Check, before long work begins, that pages can be engraved later.

    Raises:
        MissingPackageError: Verovio is not installed.
    """
    from jazzgen.render.engraving import check_engraving

    check_engraving()


def check_sheet(_look: Look) -> None:
    """Check, before long work begins, that a PDF of pages can be made later.

    Raises:
        MissingPackageError: Verovio or matplotlib is not installed.
    """
    from jazzgen.render.engraving import check_engraving
    from jazzgen.render.sheet_pdf import check_sheet_pdf

    check_engraving()
    check_sheet_pdf()

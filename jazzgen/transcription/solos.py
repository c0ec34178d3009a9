"""Transcribing the solos of files of any origin, such as MIDI or MusicXML.

The part that plays the solo, the positions of its notes on the grid, and the chords are taken
from the file if it names them, and found otherwise. Each decision is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from jazzgen.errors import ChartError, MidiError
from jazzgen.io.midi.chart import cover
from jazzgen.io.midi.line import part_called, swing_of, upper_line
from jazzgen.io.midi.part import MidiNote, MidiPart
from jazzgen.io.midi.score import MidiScore
from jazzgen.io.midi.write import ALTO_SAX
from jazzgen.io.registry import FORMATS
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade
from jazzgen.transcription.accompanying import accompanying
from jazzgen.transcription.beat_grid import on_grid
from jazzgen.transcription.chart_beside import changes_beside
from jazzgen.transcription.chart_place import with_chart_placed
from jazzgen.transcription.chart_under import chart_under
from jazzgen.transcription.feel import feel_of_line
from jazzgen.transcription.line import Line, line_of, swing_of_band
from jazzgen.transcription.melody import Soloist, find_soloists
from jazzgen.transcription.own_bars import own_bars
from jazzgen.transcription.played_on import said_of
from jazzgen.transcription.trade import TradeParts, find_trade
from jazzgen.transcription.voice import LEAST_CONFIDENCE

__all__ = ["Transcription", "iter_solos", "read_solos", "solos_of"]

DOUBTFUL = 0.8
"""The confidence below which a warning says that a melody among several voices is doubtful."""
UNLIKE = -1.5
"""The score below which a warning says that no part plays like a soloist (see `melody`)."""


@dataclass(frozen=True, kw_only=True)
class Transcription:
    """A solo, and how it was found.

    Args:
        solo: The solo.
        part: The part that plays it.
        swing: The swing ratio; 1 in a score.
        decisions: What was decided about the melody, the grid, the chords and so on, by name.
        warnings: What may be wrong: lines that do not name the file.
        trade: The solos of soloists who trade, each of his own, if jazzgen has written the file;
            `solo` is then the line of all of them, and `part` that of the first one.
        lead_in: The tick of the solo at which bar 1 begins; the bars before it, if there are
            any, are silent or hold a pickup.
        band: How the band was made, if jazzgen has written the file (see `render.band_text`).
    """

    solo: Solo
    part: MidiPart
    swing: float
    decisions: Mapping[str, str | float] = field(default_factory=dict, hash=False)
    warnings: tuple[str, ...] = ()
    trade: Trade | None = None
    lead_in: int = 0
    band: str = ""


def read_solos(
    path: str | Path, *, track: int | str | None = None, chart: Chart | None = None
) -> list[Transcription]:
    """Read the solos of a file: one for each soloist of each piece.

    Args:
        path: A file of a format that holds solos (see `io.registry`).
        track: Number (from 0) or name of the part that plays the solo; by default it is found.
            Formats that give finished solos have no parts, and ignore it.
        chart: The changes of the solo; by default from the chords that the file names, from a
            chart beside it, or from the chords that its parts play.

    Raises:
        InputError: The file cannot be used; usually a `MidiError`, see `read_midi` and
            `read_musicxml`.
        ChartError: The chart beside it cannot be read, or the bars of a score do not add up.
    """
    return list(iter_solos(path, track=track, chart=chart))


def iter_solos(
    path: str | Path, *, track: int | str | None = None, chart: Chart | None = None
) -> Iterator[Transcription]:
    """Yield the solos of `read_solos`, each transcribed when it is asked for.

    The first one is the likeliest; those that nobody asks for cost nothing.

    Args:
        path: See `read_solos`.
        track: See `read_solos`.
        chart: See `read_solos`.

    Raises:
        InputError: See `read_solos`.
    """
    changes, doubts = (chart, ()) if chart else changes_beside(Path(path))
    kind = FORMATS.of_music(Path(path))
    if kind.solos:
        for solo in kind.read_solos(Path(path)):
            yield _finished(solo, kind.name, changes, chart is None, doubts)
        return
    for score in kind.read_scores(Path(path)):
        try:
            timed, grid = on_grid(score)
            for one in solos_of(timed, track=track, chart=changes, beside=chart is None):
                decisions = {**one.decisions, "grid": grid}
                yield replace(one, decisions=decisions, warnings=(*one.warnings, *doubts))
        except ChartError as error:
            raise MidiError(f"{path}: {error}") from error


def _finished(
    solo: Solo, kind: str, chart: Chart | None, beside: bool, warnings: tuple[str, ...]
) -> Transcription:
    """Return a solo of a format that gives finished solos, over other changes if there are any.

    Chords that the file names take precedence over a chart beside it, as in `solos_of`.
    """
    named = any(chord.root for _, chord in solo.chart.placed_chords())
    chords = "symbols"
    if chart is not None and not (beside and named):
        end = max((note.end for note in solo.notes), default=1)
        lead_in = solo.chart.bar_starts[solo.chart.chorus_starts[0]]
        laid = cover(chart, max(end, lead_in + 1), lead_in)
        solo, chords = replace(solo, chart=laid), "beside" if beside else "given"
    notes = tuple(MidiNote(note.onset, note.end, note.pitch, note.velocity) for note in solo.notes)
    part = MidiPart(0, kind, 0, ALTO_SAX, notes)
    return Transcription(
        solo=solo,
        part=part,
        swing=1.0,
        decisions={"melody": kind, "chords": chords, "grid": "written"},
        warnings=warnings,
        lead_in=solo.chart.bar_starts[solo.chart.chorus_starts[0]],
    )


def solos_of(
    score: MidiScore,
    *,
    track: int | str | None = None,
    chart: Chart | None = None,
    beside: bool = False,
) -> Iterator[Transcription]:
    """Yield the solos of a piece, the likeliest first, each transcribed when it is asked for.

    Args:
        score: The piece.
        track: See `read_solos`.
        chart: The changes, if they are known.
        beside: Whether they are from a chart beside the file; then chords that the file itself
            names take precedence.

    Raises:
        MidiError: The piece has no such track, or only drums.
        ChartError: The piece has too many bars.
    """
    if chart is not None and not (beside and score.chords):
        score = with_chart_placed(score, chart, accompanying(score, track))
    if track is None and (traded := find_trade(score)):
        yield _traded(score, traded, chart, beside)
        return
    soloists = find_soloists(score) if track is None else [Soloist(part_called(score, track), 0.0)]
    taken = {id(soloist.part) for soloist in soloists}
    band = [part for part in score.parts if not part.is_drums and id(part) not in taken]
    left_out, yielded = "", False
    for soloist in soloists:
        line = _line(score, soloist.part, [p for p in score.parts if id(p) not in taken])
        notes, swing = line.notes, line.swing
        melody = soloist.part.name.strip() or f"track {soloist.part.track}"
        sure = 1.0 if line.confidence is None else line.confidence
        if track is None and sure < LEAST_CONFIDENCE:
            left_out = left_out or f"{melody} (confidence {sure:.2f})"
            continue
        own = [replace(soloist.part, notes=line.rest)] if line.rest else []
        found = chart_under(score, notes, [*band, *own], chart, beside)
        form, decisions, warnings = found.chart, {**found.decisions}, [*found.warnings]
        lead_in = found.lead_in
        if len(soloists) > 1:
            notes, form, lead_in = own_bars(notes, form, lead_in)
        if not score.exact and not score.feel and chart is None:
            form = replace(form, feel=feel_of_line(notes, form, swing))
        if not score.exact:  # written eighths say nothing of how they are played
            decisions["swing"] = round(swing, 2)
        decisions = {"melody": melody, **decisions}
        if line.confidence is not None:
            decisions["melody_confidence"] = line.confidence
        warnings += _doubts(soloist, melody, sure)
        yield Transcription(
            solo=Solo(
                notes,
                form,
                _title(score, chart),
                score.performer,
                _source(score),
                instrument=said_of(soloist.part) if score.is_ours else "",
            ),
            part=soloist.part,
            swing=swing,
            decisions=decisions,
            warnings=(*score.warnings, *warnings),
            lead_in=lead_in,
            band=_band_text(score),
        )
        yielded = True
    if left_out and not yielded:
        raise MidiError(
            f"{score.source}: no part plays a line, one note at a time; the nearest to one is "
            f"{left_out}, which `jazzgen prepare --melody-track` takes all the same"
        )


def _doubts(soloist: Soloist, melody: str, sure: float) -> Iterator[str]:
    """Yield what may be wrong with the choice of a soloist.

    Args:
        soloist: The soloist.
        melody: What the part is called.
        sure: The confidence that its notes are a line, 0 to 1.
    """
    if sure < DOUBTFUL:
        yield f"the melody of {melody} is doubtful (confidence {sure:.2f})"
    for name in soloist.doubles:
        yield f"doubled by {name or 'another track'}"
    if soloist.part.joined:
        yield f"{len(soloist.part.joined) + 1} tracks that play in turn are read as one part"
    if soloist.score < UNLIKE:
        yield f"no part plays like a soloist; {melody} comes nearest"


def _traded(
    score: MidiScore, found: TradeParts, chart: Chart | None, beside: bool
) -> Transcription:
    """Return the line of soloists who trade, and the solo of each."""
    sounding = found.sounding
    band = [part for part in score.parts if not part.is_drums and part not in sounding]
    under = chart_under(score, found.notes, band, chart, beside)
    swing = swing_of(score).ratio
    trade = found.over(under.chart, _title(score, chart), score.performer, _source(score))
    names = ", ".join(part.name for part in sounding)
    return Transcription(
        solo=trade.line,
        part=sounding[0],
        swing=swing,
        decisions={"melody": names, **under.decisions, "swing": round(swing, 2)},
        warnings=(
            *score.warnings,
            *under.warnings,
            f"{len(trade.solos)} soloists who trade are read as one line",
        ),
        trade=trade,
        lead_in=under.lead_in,
        band=_band_text(score),
    )


def _band_text(score: MidiScore) -> str:
    """Return how the band of a file was made; "" if the file does not say so or is not ours."""
    return score.properties.get("band", "") if score.is_ours else ""


def _line(score: MidiScore, part: MidiPart, others: Sequence[MidiPart]) -> Line:
    """Return a part's line with its swing ratio, both of which files by jazzgen name themselves."""
    if score.is_ours:
        return Line(upper_line(score, part), swing_of(score).ratio)
    line = line_of(score, part)
    return line._replace(swing=swing_of_band(score, others) or line.swing)


def _title(score: MidiScore, chart: Chart | None) -> str:
    return score.title or (chart.title if chart else "")


def _source(score: MidiScore) -> str:
    return score.properties.get("source", "" if score.is_ours else Path(score.source).name)

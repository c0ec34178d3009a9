"""The chart under a line: given, named in the file, or inferred from what the band plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.chart import chart_of, cover, with_tempo
from jazzgen.io.midi.part import MidiPart, table_of
from jazzgen.io.midi.score import MidiScore
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.solo import Note
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.transcription.chords import Harmony, find_chords
from jazzgen.transcription.chroma import chroma_of
from jazzgen.transcription.form import chorus_starts

__all__ = ["ChartFound", "chart_under"]

MELODY_WEIGHT = 0.35
"""The weight of the melody's notes in the chroma, where those of the band have 1."""
ACCOMPANIED = 0.5
"""The least share of beats with accompaniment for chords that are inferred from it."""
UNSURE = 0.6
"""The confidence below which a warning says that the chords are doubtful."""


@dataclass(frozen=True, kw_only=True)
class ChartFound:
    """The chart under a line, and how it was found.

    Args:
        chart: The chart; a pickup has a bar of its own before the first chorus.
        decisions: What was decided, by name.
        warnings: What may be wrong: lines that do not name the file.
        lead_in: The tick at which bar 1 begins, after the bar of a pickup; 0 without one.
    """

    chart: Chart
    decisions: dict[str, str | float] = field(hash=False)
    warnings: tuple[str, ...] = ()
    lead_in: int = 0


def chart_under(
    score: MidiScore,
    notes: Sequence[Note],
    band: Sequence[MidiPart],
    chart: Chart | None,
    beside: bool,
) -> ChartFound:
    """Return the chart under a line.

    Args:
        score: The piece.
        notes: The line, at least one note.
        band: The parts of the band, without drums.
        chart: The changes, if they are known.
        beside: Whether they are from a chart beside the file; then chords that the file itself
            names take precedence.

    Raises:
        ChartError: The piece has too many bars.
    """
    end = max(note.end for note in notes)
    lead_in = score.grid(score.lead_in)
    if chart is not None and not (beside and score.chords):
        form = with_tempo(score, cover(chart, end, lead_in))
        origin = "beside" if beside else "given"
        return ChartFound(chart=form, decisions={"chords": origin}, lead_in=lead_in)
    form = chart_of(score, max([end, *(score.grid(tick) + 1 for tick, _ in score.chords[-1:])]))
    if score.chords:
        lead_in = lead_in or _silent_lead_in(score, form)
        origin = "symbols" if score.exact else "markers"
        form = _formed(score, form, lead_in)
        return ChartFound(chart=form, decisions={"chords": origin}, lead_in=lead_in)
    return _inferred(score, notes, band, form, lead_in)


def _inferred(
    score: MidiScore,
    notes: Sequence[Note],
    band: Sequence[MidiPart],
    form: Chart,
    lead_in: int,
) -> ChartFound:
    """Return a chart with the chords that the band plays, or those that the melody implies."""
    melody = [
        (note.onset + note.deviation, note.end + note.deviation, note.pitch, MELODY_WEIGHT)
        for note in notes
    ]
    chroma = chroma_of(np.concatenate([_sounding(score, band), melody]), form)
    accompanied = bool(chroma.accompanied.mean() >= ACCOMPANIED)
    harmony = find_chords(chroma, score.key)
    form = _formed(score, _with_chords(form, harmony, score.key is None), lead_in)
    warnings: list[str] = []
    if not accompanied:
        warnings.append("no chords and hardly any accompaniment: those of the melody are implied")
    elif harmony.confidence < UNSURE:
        warnings.append(f"the chords are doubtful (confidence {harmony.confidence:.2f})")
    decisions: dict[str, str | float] = {
        "chords": "inferred" if accompanied else "implied",
        "confidence": round(harmony.confidence, 3),
    }
    return ChartFound(chart=form, decisions=decisions, warnings=tuple(warnings), lead_in=lead_in)


def _sounding(score: MidiScore, band: Sequence[MidiPart]) -> NDArray[np.float64]:
    """Return the notes of a band as rows of `chroma.Sounding`, in ticks of the grid."""
    sounding = table_of(band).astype(np.float64)
    sounding[:, :2] *= TICKS_PER_QUARTER / score.ppq
    sounding[:, 3] = 1.0
    return sounding


def _with_chords(chart: Chart, harmony: Harmony, guess: bool) -> Chart:
    """Return a chart with chords in its bars, and with an estimated key if `guess` says so."""
    written: list[list[PlacedChord]] = [[] for _ in chart.bars]
    for tick, chord in harmony.chords:
        bar = chart.bar_at(tick)
        written[bar].append(PlacedChord(tick - chart.bar_starts[bar], chord))
    bars = tuple(
        Bar(tuple(chords), bar.meter, bar.section)
        for bar, chords in zip(chart.bars, written, strict=True)
    )
    return replace(chart, bars=bars, key=guess_key(bars) if guess else chart.key)


def _silent_lead_in(score: MidiScore, form: Chart) -> int:
    """Return the tick at which bar 1 begins if bars without chords go before: 0 if none do.

    They are silent, or a pickup is in the last one of them.

    Args:
        score: The piece, with chords.
        form: Its chart.
    """
    if score.is_ours or score.choruses:
        return form.bar_starts[form.chorus_starts[0]]
    chord = score.grid(score.chords[0].tick)
    bar = form.bar_at(chord)
    starts = [part.notes[0].start for part in score.parts if not part.is_drums]
    first = score.grid(min(starts, default=0))
    if chord > form.bar_starts[bar] and first - form.bar_starts[bar] >= (
        form.bars[bar].meter.bar_ticks // 2
    ):
        bar += 1  # the chord of a pickup
    return form.bar_starts[bar] if bar and first > form.bar_starts[bar - 1] else 0


def _formed(score: MidiScore, chart: Chart, lead_in: int) -> Chart:
    """Return a chart with its choruses found, unless the file names them."""
    if score.choruses or score.is_ours:
        return chart
    return replace(chart, chorus_starts=chorus_starts(chart, chart.bar_at(lead_in)))

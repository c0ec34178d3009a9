"""A solo in a notebook: its facts, its piano roll or its changes, and its sound."""

from __future__ import annotations

import base64
from html import escape

from jazzgen.errors import JazzgenError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade, line_of
from jazzgen.notation.tempo_mark import tempo_mark
from jazzgen.render.audio import sound_of
from jazzgen.render.midi import midi_of
from jazzgen.render.piano_roll import roll_svg

__all__ = ["solo_html"]

LONGEST = 130.0
"""The longest solo that is shown with its sound, in seconds."""
RATE = 22_050
BARS_PER_LINE = 4


def solo_html(solo: Solo | Trade) -> str:
    """Return a solo as HTML.

    Args:
        solo: The solo, or the solos of soloists who trade.

    Returns:
        A self-contained element. Without matplotlib it has the changes instead of the picture.
        Without fluidsynth or a soundfont, and for solos of more than two minutes, it has no sound.
    """
    return f"<div>{_facts(solo)}{_picture(solo)}{_audio(solo)}</div>"


def _facts(music: Solo | Trade) -> str:
    solo = line_of(music)
    chart = solo.chart
    minutes, seconds = divmod(round(chart.seconds), 60)
    choruses = f" ({chart.choruses} choruses)" if chart.choruses > 1 else ""
    notes, bars = _count(len(solo.notes), "note"), _count(len(chart.bars), "bar")
    said = [
        ", ".join(music.labels) if isinstance(music, Trade) else solo.performer,
        f"{notes} over {bars}{choruses}",
        f"{chart.key.tonic} {chart.key.mode}",
        chart.feel,
        str(tempo_mark(chart)),
        f"{minutes}:{seconds:02d}",
    ]
    title = escape(solo.full_title or "Untitled")
    return f"<p><strong>{title}</strong> · {escape(' · '.join(filter(None, said)))}</p>"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _picture(solo: Solo | Trade) -> str:
    try:
        return roll_svg(solo)
    except JazzgenError:  # no matplotlib, or more bars than a picture holds
        return f"<pre>{escape(_changes(solo.chart))}</pre>"


def _changes(chart: Chart) -> str:
    """Return the chords of a chart as text, four bars per line."""
    bars = [" ".join(str(placed.chord) for placed in bar.chords) or "%" for bar in chart.bars]
    lines = [bars[first : first + BARS_PER_LINE] for first in range(0, len(bars), BARS_PER_LINE)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _audio(solo: Solo | Trade) -> str:
    """Return an audio element for the solo and its band, or ""."""
    if solo.chart.seconds > LONGEST:
        return ""
    try:
        wav = sound_of(midi_of(solo), rate=RATE).mono().wav()
    except (JazzgenError, OSError):  # a solo is shown even if its sound cannot be made
        return ""
    source = f"data:audio/wav;base64,{base64.b64encode(wav).decode('ascii')}"
    return f'<audio controls preload="none" src="{source}"></audio>'

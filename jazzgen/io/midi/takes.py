"""Several takes in one MIDI file: a track for the solo of each, over one band."""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.errors import ConfigError
from jazzgen.io.midi.own_texts import solo_label
from jazzgen.io.midi.write import TRADE_CHANNELS, saved, soloist_mix, tracks_of
from jazzgen.music.part import Part
from jazzgen.music.solo import Solo
from jazzgen.music.swing import STRAIGHT, Swing

__all__ = ["takes_to_midi"]


def takes_to_midi(
    solos: Sequence[Solo],
    *,
    programs: Sequence[int],
    accompaniment: Sequence[Part] = (),
    swing: Swing = STRAIGHT,
) -> bytes:
    """Return takes as a MIDI file of format 1, with a track and a channel for each.

    All are as loud as a single one: whoever opens the file chooses which of them is heard.

    Args:
        solos: The takes, over one chart.
        programs: General MIDI program of each, 0 to 127.
        accompaniment: What the band plays, a track each.
        swing: How all of them swing.

    Raises:
        ConfigError: There are more takes than channels, or they are over different charts.
    """
    if len(solos) > len(TRADE_CHANNELS):
        raise ConfigError(
            f"{len(solos)} takes: expected at most {len(TRADE_CHANNELS)}, since MIDI has 16 "
            "channels and the band plays on three of them"
        )
    tune = solos[0]
    if any(solo.chart != tune.chart for solo in solos):
        raise ConfigError("takes: expected all of them over one chart, at one tempo")
    mix = soloist_mix(0, 1) if any(part.mix for part in accompaniment) else None
    lines = [
        (
            Part(solo_label(solo.instrument, f"take {number}"), channel, program, solo.notes, mix),
            solo,
        )
        for number, (channel, program, solo) in enumerate(
            zip(TRADE_CHANNELS, programs, solos, strict=False), 1
        )
    ]
    return saved(tracks_of(tune, lines, accompaniment, swing).values())

"""Random lines for the tests of evaluation: each seed gives its own line over its own tune."""

import numpy as np

from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHANGES = (["Dm7"], ["G7"], ["Cmaj7"], ["A7"])
LENGTHS = np.array([6, 8, 12, 12, 12, 24])


def random_line(seed, tune=None, bars=16, widest=5, rest=0.12):
    """A line that wanders: steps up to `widest` semitones, and rests now and then."""
    draw, loudness = (np.random.default_rng(one) for one in (seed, (seed, 1)))
    chart = Chart.of_chords(
        [CHANGES[bar % 4] for bar in range(bars)], chorus_starts=tuple(range(0, bars, 4))
    )
    notes, clock, pitch = [], 0, 66
    while True:
        clock += 36 if draw.random() < rest else 0
        length = int(draw.choice(LENGTHS))
        if clock + length > chart.ticks:
            break
        notes.append(Note(clock, length, pitch, velocity=int(loudness.integers(60, 101))))
        pitch = int(np.clip(pitch + draw.integers(-widest, widest + 1), 48, 84))
        clock += length
    return Solo(tuple(notes), chart, title=tune or f"Tune {seed}", source=f"line-{seed}")


def arpeggio(seed, tune=None, bars=16):
    """Return the chord tones in eighths, upwards again and again."""
    chart = Chart.of_chords([CHANGES[(bar + seed) % 4] for bar in range(bars)])
    notes = []
    for place in range(bars * 8):
        tones = sorted(chart.chord_at(12 * place).chord_tones)
        notes.append(Note(12 * place, 12, 60 + tones[place % 4]))
    return Solo(tuple(notes), chart, title=tune or f"Tune {seed}", source=f"arpeggio-{seed}")

"""Random tunes: every feel, mixed meters, split bars, odd lengths, every kind of chord."""

import numpy as np

from jazzgen.band.arrangement import ENDINGS, Arrangement, arrange
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import FLAT_NAMES, Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.styles import feel_names
from jazzgen.music.timing import Meter

QUALITIES = [
    "maj7",
    "m7",
    "7",
    "6",
    "m6",
    "69",
    "m7b5",
    "dim7",
    "dim",
    "aug",
    "7b9",
    "7#9",
    "7alt",
    "13",
    "13b9",
    "7#11",
    "maj7#11",
    "9",
    "m9",
    "m11",
    "mMaj7",
    "7sus",
    "9sus",
    "sus2",
    "7b9b13",
    "7#5",
    "7#9#5",
    "7b5",
    "5",
    "m",
    "7b9sus",
    "maj7#5",
    "mb6",
    "7no5",
    "add9",
    "maj9",
    "dimMaj7",
    "",
]
USUAL = [Meter(4, 4)] * 6 + [Meter(3, 4)] * 2 + [Meter(5, 4)]
ODD = [Meter(2, 4), Meter(6, 4), Meter(7, 4), Meter(6, 8), Meter(12, 8), Meter(7, 8), Meter(5, 8),
       Meter(3, 2), Meter(1, 4), Meter(1, 8), Meter(9, 16), Meter(32, 16)]  # fmt: skip


def random_chart(generator):
    """Return a chart of one to thirty bars; half of the charts stay in one meter."""
    mixed = generator.random() < 0.5
    meter = choice(generator, USUAL)
    bars, sectioned = [], generator.random() < 0.5
    for number in range(int(generator.integers(1, 31))):
        if mixed and generator.random() < 0.25:
            meter = choice(generator, USUAL + ODD)
        section = "ABC"[number // 8 % 3] if sectioned and number % 8 == 0 else ""
        bars.append(Bar(random_chords(generator, meter), meter, section))
    return Chart(
        tuple(bars),
        title="Random",
        key=Key(choice(generator, FLAT_NAMES)),
        tempo=float(generator.integers(40, 330)),
        feel=choice(generator, feel_names()),
    )


def random_chords(generator, meter):
    """Return the chords of a bar: none, one, some on its beats, or some anywhere."""
    kind = generator.random()
    if kind < 0.15:
        return ()
    if kind < 0.5:
        onsets = [0]
    elif kind < 0.9:
        number = int(generator.integers(1, meter.beats + 1))
        onsets = meter.share(number)
    else:
        ticks = generator.integers(0, meter.bar_ticks, 3)
        onsets = sorted(set(ticks.tolist()))
    return tuple(PlacedChord(onset, random_chord(generator)) for onset in onsets)


def random_chord(generator):
    if generator.random() < 0.04:
        return NO_CHORD
    bass = choice(generator, FLAT_NAMES) if generator.random() < 0.1 else None
    return ChordSymbol(choice(generator, FLAT_NAMES), choice(generator, QUALITIES), bass)


def random_notes(generator, end):
    """Return a line on any tick, some of it on eighths, with and without deviations."""
    notes, clock = [], 0
    late = generator.random() < 0.5
    while True:
        step = int(choice(generator, [0, 0, 0, 6, 12, 12, 24, 48, 96]))
        onset, duration = clock + step, int(choice(generator, [6, 8, 12, 12, 12, 24, 36, 7]))
        if onset + duration > end:
            return tuple(notes)
        deviation = round(float(generator.normal(0.8, 1.5)), 2) if late else 0.0
        pitch = int(generator.integers(49, 81))
        notes.append(Note(onset, duration, pitch, int(generator.integers(30, 120)), deviation))
        clock = onset + duration


def random_tune(seed):
    """Return a solo over a full arrangement, and the ticks at which its choruses begin."""
    generator = np.random.default_rng([seed, 5])
    form = random_chart(generator)
    around = Arrangement(
        count_in=int(generator.integers(0, 3)),
        intro=int(generator.integers(0, 6)),
        ending=choice(generator, ENDINGS),
    )
    head = random_notes(generator, form.ticks) if generator.random() < 0.3 else ()
    layout = arrange(form, int(generator.integers(1, 4)), around, head)
    notes = random_notes(generator, layout.improvised.ticks)
    return layout.place(Solo(notes, layout.improvised, "Random"))


def choice(generator, items):
    return items[int(generator.integers(len(items)))]

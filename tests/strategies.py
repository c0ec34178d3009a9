"""Random charts and solos for property tests."""

from hypothesis import strategies as st

from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter

METERS = [Meter(4, 4), Meter(3, 4), Meter(5, 4), Meter(6, 4), Meter(6, 8), Meter(12, 8)]
SYMBOLS = ["Cmaj7", "Dm7", "G7", "Bbm7b5", "F#dim7", "Eb7alt", "A7b9", "N.C.", "C6", "Am7/G"]


@st.composite
def charts(draw, max_bars=12):
    bars = []
    for _ in range(draw(st.integers(1, max_bars))):
        meter = draw(st.sampled_from(METERS))
        beats = draw(st.sets(st.integers(0, meter.beats - 1), max_size=2))
        chords = tuple(
            PlacedChord(beat * meter.beat_ticks, ChordSymbol.parse(draw(st.sampled_from(SYMBOLS))))
            for beat in sorted(beats)
        )
        bars.append(Bar(chords, meter))
    return Chart(tuple(bars), key=draw(st.sampled_from([Key("C"), Key("Bb"), Key("F#", "minor")])))


@st.composite
def solos(draw):
    chart = draw(charts())
    notes, clock = [], 0
    for _ in range(draw(st.integers(0, 40))):
        onset = clock + draw(st.integers(0, 200))
        duration = draw(st.integers(1, 200))
        if onset + duration > chart.ticks:
            break
        notes.append(Note(onset, duration, draw(st.integers(0, 127))))
        clock = onset + duration
    return Solo(tuple(notes), chart, title="A Tune")

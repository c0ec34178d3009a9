"""music21 reads a written file as we meant it: an independent reader's opinion."""

import warnings
from fractions import Fraction
from pathlib import Path

import pytest

from jazzgen.band.trio import accompany
from jazzgen.io.midi.write import write_solo
from jazzgen.transcription.read import read

CORPUS = Path(__file__).resolve().parents[3] / "midi_data"


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.mid"))[::22], ids=lambda path: path.stem)
def test_music21_reads_the_same_notes_meters_and_tempo(file, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from music21 import converter, meter, tempo
    solo = read(file)
    path = write_solo(solo, tmp_path / "solo.mid", accompaniment=accompany(solo))
    score = converter.parse(path, quantizePost=False, forceSource=True)
    part = next(part for part in score.parts if part.partName == "Solo")
    # Long notes come back as tied halves at bar lines: only their beginnings count here.
    found = [
        (
            Fraction(element.getOffsetInHierarchy(score)).limit_denominator(48) * 24,
            element.pitch.midi,
        )
        for element in part.recurse().notes
        if element.tie is None or element.tie.type == "start"
    ]
    assert found == [(note.onset, note.pitch) for note in solo.notes]
    signature = score.recurse().getElementsByClass(meter.TimeSignature).first()
    assert signature.ratioString == str(solo.chart.bars[0].meter)
    mark = score.recurse().getElementsByClass(tempo.MetronomeMark).first()
    assert mark.getQuarterBPM() == pytest.approx(solo.chart.tempo, abs=0.01)

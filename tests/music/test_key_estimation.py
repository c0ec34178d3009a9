"""The key of a chart, from its chords."""

import json
import os
from pathlib import Path

import pytest

from jazzgen.io.chart_json import parse_json_charts
from jazzgen.io.chart_text.text import parse_chart
from jazzgen.music.chart import Bar
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.pitch import Key

CHARTS = os.environ.get("JAZZGEN_CHARTS")
LOOPS = {
    "C Am F G": "C", "C G Am F": "C", "G D Em C": "G", "D A Bm G": "D", "F C Dm Bb": "F",
    "C F G F": "C", "F G C C": "C", "A D E D": "A", "C Em F G": "C", "C E7 Am F": "C",
    "C Bb F C": "C", "Em C G D": "Em", "Am Em F C": "Am", "Am G F E7": "Am", "Cm Bb Ab G": "Cm",
    "Cm Ab Eb Bb": "Cm", "Dm Bb F C": "Dm", "Dm7 G7 Cmaj7 Cmaj7": "C", "Dm7 G7 Cmaj7 A7": "C",
    "Cmaj7 A7 Dm7 G7": "C", "Fm7 Bb7 Ebmaj7 Cm7": "Eb", "Dm7 G7 Em7 A7": "C", "G7 C": "C",
    "Bm7b5 E7 Am Am": "Am", "Dm7b5 G7b9 Cm6 Cm6": "Cm", "C7 F7": "C", "Dm7": "Dm", "Gm7 C7": "F",
    "F7 Bb7 F7 F7 Bb7 Bb7 F7 F7 C7 Bb7 F7 C7": "F", "F Bb C Bb": "F", "F#m7 B7 Emaj7": "E",
    "Am7 D7 Gmaj7 Cmaj7 F#m7b5 B7 Em Em": "Em", "Bb6 G7 Cm7 F7": "Bb",
}  # fmt: skip


@pytest.mark.parametrize(("chords", "key"), LOOPS.items())
def test_the_key_of_a_loop(chords, key):
    assert str(parse_chart("|".join(chords.split())).key) == key


def test_the_tonic_is_spelled_as_in_the_chart():
    assert str(parse_chart("| G#m7 | C#7 | F#maj7 | F#6 |").key) == "F#"
    assert str(parse_chart("| Abm7 | Db7 | Gbmaj7 | Gb6 |").key) == "Gb"
    assert str(parse_chart("| Abm7 | Db7 |").key) == "Gb"


def test_without_chords_it_is_c_major():
    assert guess_key([Bar()]) == guess_key([]) == guess_key(parse_chart("| N.C. |").bars) == Key()


def test_one_of_two_keys_is_chosen():
    relatives = (Key("C"), Key("A", "minor"))
    assert str(guess_key(parse_chart("| Am | Dm | E7 | Am |").bars, relatives)) == "Am"
    assert str(guess_key(parse_chart("| C | Am | Dm | G7 |").bars, relatives)) == "C"
    assert guess_key([Bar()], relatives) == Key("C")


@pytest.mark.skipif(CHARTS is None, reason="JAZZGEN_CHARTS is not set")
def test_the_keys_of_standards():
    text = Path(CHARTS).read_text()
    written = [Key.parse(tune["Key"]) if tune.get("Key") else None for tune in json.loads(text)]
    told = [
        (chart, key) for chart, key in zip(parse_json_charts(text), written, strict=True) if key
    ]
    right = sum(_same(guess_key(chart.bars), key) for chart, key in told)
    assert right >= 0.92 * len(told) > 200


def _same(one, other):
    """Whether two keys are one in any spelling."""
    return (one.pitch_class, one.mode) == (other.pitch_class, other.mode)

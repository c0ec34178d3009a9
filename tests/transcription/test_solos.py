"""Files of other programs, read from end to end: the solo, the findings and the warnings."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from mido import MetaMessage
from platforms import slow
from strangers import band, conductor, line, saved, tempo, track

import jazzgen
from jazzgen.datasets.corpus import load_corpus
from jazzgen.errors import ChartError, MidiError
from jazzgen.io.chart_text.text import format_chart
from jazzgen.music.swing import Swing
from jazzgen.render.midi import midi_of
from jazzgen.render.playback import Playback
from jazzgen.transcription.solos import read_solos

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def solo():
    solos = load_corpus(ROOT / "midi_data").solos
    return max(solos, key=lambda one: len(one.chart.bars))


def named(chart):
    return [(tick, MetaMessage("marker", text=str(chord))) for tick, chord in chart.placed_chords()]


def test_a_file_of_ours_comes_back_as_it_was(solo, tmp_path):
    path = tmp_path / "x.mid"
    path.write_bytes(midi_of(solo, Playback(swing=1.8)))
    [found] = read_solos(path)
    assert found.solo == solo
    assert found.decisions == {"melody": "Solo", "swing": 1.8, "chords": "markers", "grid": "given"}
    assert found.warnings == ()


def test_markers_of_strangers(solo, tmp_path):
    path = saved(tmp_path / "x.mid", conductor(tempo(150), *named(solo.chart)),
                 *band(solo, Swing(1.7)), line(solo, swing=Swing(1.7)))  # fmt: skip
    [found] = read_solos(path)
    assert found.decisions["chords"] == "markers"
    assert found.decisions["melody"] == "Tenor"
    assert found.decisions["swing"] == pytest.approx(1.7, abs=0.01)
    assert found.solo.chart.chord_spans == solo.chart.chord_spans
    right = sum(a.onset == b.onset and a.pitch == b.pitch
                for a, b in zip(found.solo.notes, solo.notes, strict=True))  # fmt: skip
    assert right > 0.9 * len(solo.notes)
    assert found.solo.chart.tempo == 150


def test_a_band_without_a_soloist_has_a_warning(solo, tmp_path):
    path = saved(tmp_path / "x.mid", conductor(tempo(150)), *band(solo))
    found = read_solos(path)
    warning = f"no part plays like a soloist; {found[0].decisions['melody']} comes nearest"
    assert warning in found[0].warnings
    saved(path, conductor(tempo(150)), line(solo), *band(solo))
    assert not any("soloist" in warning for warning in read_solos(path)[0].warnings)


def test_chords_that_nobody_names_are_found(solo, tmp_path):
    path = saved(tmp_path / "x.mid", conductor(tempo(150)), line(solo), *band(solo))
    [found] = read_solos(path)
    assert found.decisions["chords"] == "inferred"
    assert 0.5 < found.decisions["confidence"] <= 1
    ticks = range(12, solo.chart.ticks, 24)
    same = sum(
        found.solo.chart.chord_at(t).root_pc == solo.chart.chord_at(t).root_pc for t in ticks
    )
    assert same > 0.8 * len(ticks)


def test_a_line_alone_implies_its_chords(solo, tmp_path):
    [found] = read_solos(saved(tmp_path / "x.mid", conductor(tempo(150)), line(solo)))
    assert found.decisions["chords"] == "implied"
    assert found.warnings == (
        "no chords and hardly any accompaniment: those of the melody are implied",
    )


def test_a_chart_beside_the_file(solo, tmp_path):
    blues = jazzgen.chart("blues")
    (tmp_path / "x.chart.txt").write_text(format_chart(blues))
    path = saved(tmp_path / "x.mid", conductor(tempo(150)), line(solo), *band(solo))
    [found] = read_solos(path)
    assert found.decisions["chords"] == "beside"
    assert found.solo.chart.chord_at(0) == blues.chord_at(0)
    assert found.solo.chart.chorus_starts[:2] == (0, 12)
    saved(path, conductor(tempo(150), *named(solo.chart)), line(solo))
    assert read_solos(path)[0].decisions["chords"] == "markers"  # what the file says goes first
    given = read_solos(path, chart=jazzgen.chart("modal"))[0]
    assert given.decisions["chords"] == "given"
    assert given.solo.chart.key == jazzgen.chart("modal").key


def test_a_score_beside_that_is_no_chart_is_passed_over(solo, tmp_path):
    path = saved(tmp_path / "x.mid", conductor(), line(solo), *band(solo))
    bare = b"<score-partwise><part><measure/></part></score-partwise>"
    path.with_suffix(".musicxml").write_bytes(bare)
    [found] = read_solos(path)
    assert found.decisions["chords"] == "inferred"
    assert found.warnings[-1].startswith("not used as its chart: x.musicxml: no chord symbols")


def test_a_damaged_chart_beside_a_file_is_an_error(solo, tmp_path):
    (tmp_path / "x.chart.txt").write_text("key: C\n")
    with pytest.raises(ChartError, match=r"x\.chart\.txt"):
        read_solos(saved(tmp_path / "x.mid", line(solo)))


def test_a_track_can_be_named(solo, tmp_path):
    path = saved(tmp_path / "x.mid", conductor(tempo(150)), line(solo), *band(solo))
    [found] = read_solos(path, track="Bass")
    assert found.decisions["melody"] == "Bass"
    assert max(note.pitch for note in found.solo.notes) < 60
    with pytest.raises(MidiError, match="no track 'oboe'"):
        read_solos(path, track="oboe")


def test_each_soloist_has_bars_of_their_own(tmp_path):
    def phrase(start, up):
        return [(start + 12 * n, start + 12 * n + 12, 60 + up + n % 7, 80) for n in range(64)]

    chords = [(0, MetaMessage("marker", text="Dm7")), (768, MetaMessage("marker", text="G7"))]
    path = saved(tmp_path / "x.mid", conductor(tempo(150), *chords),
                 track("Alto", 65, phrase(0, 0)), track("Trumpet", 56, phrase(768, 5)))  # fmt: skip
    first, second = sorted(read_solos(path), key=lambda one: one.decisions["melody"])
    assert [len(one.solo.chart.bars) for one in (first, second)] == [8, 8]
    assert str(first.solo.chart.chord_at(0)) == "Dm7"
    assert str(second.solo.chart.chord_at(0)) == "G7"
    assert second.solo.notes[0].onset == 0
    assert second.solo.notes[0].pitch == 65


def test_the_upper_voice_is_the_line(tmp_path):
    melody = [(24 * n, 24 * n + 24, 72 + n % 5, 90) for n in range(32)]
    below = [(24 * n + shift, 24 * n + 20, 60, 60) for n in range(32) for shift in (0, 6)]
    [found] = read_solos(saved(tmp_path / "x.mid", track("Piano solo", 0, melody + below)))
    assert [note.pitch for note in found.solo.notes] == [pitch for _, _, pitch, _ in melody]


def test_a_form_is_found(tmp_path, solo):
    chart = jazzgen.chart("blues").repeat(3)
    played = jazzgen.music.solo.Solo(tuple(n for n in solo.notes if n.end <= chart.ticks), chart)
    path = saved(
        tmp_path / "x.mid", conductor(tempo(150), *named(chart)), *band(played), line(played)
    )
    assert read_solos(path)[0].solo.chart.chorus_starts == (0, 12, 24)


@pytest.mark.skipif("JAZZGEN_WJAZZD" not in os.environ, reason="JAZZGEN_WJAZZD is not set")
@slow
def test_transcriptions_of_played_solos_are_as_right_as_they_were():
    """As `scripts/benchmark_transcription.py` measures them, on solos held out from training."""
    names = Path(os.environ["JAZZGEN_WJAZZD"]).with_name("valid.txt")
    script = ROOT / "scripts" / "benchmark_transcription.py"
    options = ["--every", "6", "--parsed", "0", "--untimed", "--json"]
    held_out = ["--names", names] if names.exists() else []
    done = subprocess.run(
        [sys.executable, script, *options, *held_out], capture_output=True, text=True, check=True
    )
    figures = json.loads(done.stdout)
    assert figures["melody_right"] >= 0.97
    assert figures["melody_right_named"] >= 0.97
    assert figures["places_right"] >= 0.94  # of eight solos; .957 of all 46
    assert figures["beats_right"] >= 0.85
    assert figures["swing_within"] >= 0.97
    assert figures["roots_right"] >= 0.85
    assert figures["qualities_right"] >= 0.75
    assert figures["markers_right"] >= 0.999

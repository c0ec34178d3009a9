"""The bundled corpus: what it promises, measured on its files."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from jazzgen.evaluation.descriptive import human_figures
from jazzgen.evaluation.phrases import phrases
from jazzgen.io.midi.write import solo_to_midi
from jazzgen.transcription.read import read

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "midi_data"
sys.path.insert(0, str(ROOT / "scripts"))

from corpus.files import file_name, performances  # noqa: E402
from corpus.rendering import improvise  # noqa: E402
from corpus.report import corpus_figures, most_common_run  # noqa: E402

MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
ENTRIES = MANIFEST["solos"]

# Within one standard deviation of human solos: these figures.
HUMAN_BOUNDS = ("chord_tone_ratio", "scale_tone_ratio", "step_ratio", "repeat_ratio", "leap_ratio",
                "phrase_notes", "phrase_beats", "silence", "off_beat_ratio", "notes_a_beat",
                "bar_entropy", "four_bar_entropy", "resolved_ratio")  # fmt: skip


@pytest.fixture(scope="module")
def solos():
    return [read(FOLDER / entry["file"]) for entry in ENTRIES]


@pytest.fixture(scope="module")
def figures(solos):
    return corpus_figures(solos)


def test_it_is_large_enough(solos):
    assert len(solos) >= 60
    assert sum(len(solo.notes) for solo in solos) >= 14_000
    assert all(len(solo.chart.bars) >= 24 for solo in solos)


def test_it_holds_every_form_and_many_keys_and_tempi():
    assert {entry["form"] for entry in ENTRIES} >= {
        "major blues", "minor blues", "bebop blues", "rhythm changes", "ii-V-I", "minor ii-V-i",
        "modal", "turnarounds", "waltz", "song form", "ballad", "bossa",
    }  # fmt: skip
    assert len({entry["key"] for entry in ENTRIES}) >= 12
    assert min(entry["tempo"] for entry in ENTRIES) == 80
    assert max(entry["tempo"] for entry in ENTRIES) == 240
    assert len({entry["performer"] for entry in ENTRIES}) >= 5


def test_the_manifest_tells_the_truth(solos):
    assert {path.name for path in FOLDER.glob("*.mid")} == {entry["file"] for entry in ENTRIES}
    for entry, solo in zip(ENTRIES, solos, strict=True):
        content = (FOLDER / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]
        assert entry["notes"] == len(solo.notes)
        assert entry["bars"] == len(solo.chart.bars)
        assert entry["choruses"] == solo.chart.choruses
        assert (entry["title"], entry["tempo"]) == (solo.title, solo.chart.tempo)
        assert (entry["key"], entry["feel"]) == (str(solo.chart.key), solo.chart.feel)
        assert entry["meter"] == str(solo.chart.bars[0].meter)


def test_held_out_tunes_share_nothing_with_train():
    titles = {side: {e["title"] for e in ENTRIES if e["split"] == side}
              for side in ("train", "held-out")}  # fmt: skip
    assert not titles["train"] & titles["held-out"]
    assert len(titles["held-out"]) == pytest.approx(len(titles["train"]) / 5, abs=1)
    assert {e["split"] for e in ENTRIES} == set(titles)


def test_a_horn_can_play_it(solos):
    for solo in solos:
        pitches = [note.pitch for note in solo.notes]
        assert min(pitches) >= 45, solo.name
        assert max(pitches) <= 82, solo.name
        assert all(abs(a - b) <= 12 for a, b in pairwise(pitches))
        assert max(len(phrase) for phrase in phrases(solo)) <= 140


def test_every_solo_begins_soon_and_ends_with_the_form(solos):
    for solo in solos:
        bar = solo.chart.bars[0].meter.bar_ticks
        assert solo.notes[0].onset < 2 * bar
        assert solo.chart.ticks - solo.notes[-1].end < 2 * bar, solo.name
        assert solo.notes[-1].duration >= 24


# Semitones above the root that rub when they are held on the beat.
RUBS = {"maj": {1, 3, 5, 6}, "min": {1, 4, 11}, "minmaj": {1, 4, 10}, "dom": {5, 11},
        "hdim": {4, 7, 11}}  # fmt: skip


def test_no_wrong_note_is_held_on_the_beat(solos):
    for solo in solos:
        for note in solo.notes:
            chord = solo.chart.chord_at(note.onset)
            if note.duration >= 24 and note.onset % 24 == 0 and "#11" not in str(chord):
                above_root = (note.pitch - chord.root_pc) % 12
                assert above_root not in RUBS.get(chord.family, ()), (solo.name, note, str(chord))


@pytest.mark.parametrize("name", HUMAN_BOUNDS)
def test_it_measures_like_human_solos(figures, name):
    human = human_figures()[name]
    assert abs(figures[name].mean - human.mean) <= human.std


def test_solos_differ_from_one_another(figures):
    for name in ("chord_tone_ratio", "step_ratio", "repeat_ratio", "leap_ratio", "silence"):
        assert figures[name].std > 0.02, name
    assert figures["notes_a_beat"].std > 0.2


def test_no_eight_note_run_is_a_habit(solos):
    share, run = most_common_run(solos)
    assert len(run) == 7
    assert share <= 0.01


def test_making_it_again_gives_the_same_bytes():
    shortest = sorted(ENTRIES, key=lambda entry: entry["bars"])[:2]
    by_file = {file_name(tune, player): (tune, player) for tune, player in performances()}
    for entry in shortest:
        tune, player = by_file[entry["file"]]
        content = solo_to_midi(improvise(tune, player), program=player.program)
        assert content == (FOLDER / entry["file"]).read_bytes()


def test_another_seed_gives_other_solos():
    tune, player = next((t, p) for t, p in performances() if t.title == "Grey Umbrella")
    assert improvise(tune, player, seed=1).notes != improvise(tune, player, seed=2).notes


def test_check_prints_the_table():
    done = subprocess.run(
        [sys.executable, "scripts/make_corpus.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "| chord_tone_ratio |" in done.stdout
    assert f"{len(ENTRIES)} solos" in done.stdout

"""The options of `jazzgen generate` reach the soloist and the file."""

import re
from itertools import pairwise

import mido
import pytest
from commands import jazzgen, succeed

from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.config import SamplingConfig
from jazzgen.improviser import list_performers, load
from jazzgen.io.midi.read import read_midi
from jazzgen.io.midi.write import solo_to_midi, write_solo
from jazzgen.library import library_chart
from jazzgen.music.chart import Chart
from jazzgen.music.instrument import find_instrument
from jazzgen.music.solo import Note, Solo
from jazzgen.transcription.read import read

TURNAROUND = "| Dm7 | G7 | Cmaj7 | C6 |"
PLAYED = (Note(0, 12, 60, 100, 2.25), Note(12, 12, 62, 70, -0.75), Note(48, 24, 65, 90, 3.0))


@pytest.fixture
def asked(tiny_model, tmp_path, monkeypatch):
    """Generate with options; return the arguments of the soloist, a stand-in with three notes."""
    calls = []

    def play(_, chart, seeds, soloists, sampling, primer, _plans):
        calls.append(
            {
                "chart": chart,
                "seeds": list(seeds),
                "sampling": sampling,
                "primer": primer,
                "soloists": soloists,
            }
        )
        return [Solo(PLAYED, chart, "A Tune") for _ in seeds]

    monkeypatch.setattr("jazzgen.improviser.Improviser.play", play)
    monkeypatch.chdir(tmp_path)

    def asked(*options):
        succeed("generate", "--model", tiny_model, *options)
        return calls.pop()

    return asked


def test_without_options_it_is_as_the_help_says(asked, tiny_model, tmp_path):
    found = asked()
    assert found["sampling"] == SamplingConfig(landing=4.0)
    layout = arrange(library_chart("blues"), 2, Arrangement())
    assert found["chart"] == layout.chart
    assert (found["seeds"], found["primer"]) == ([0], None)
    assert found["soloists"] == load(tiny_model).choose_soloists(layout.chart, [0])
    assert (tmp_path / "solo.mid").is_file()
    usual = defaults()
    assert [usual[name] for name in ("chart", "choruses", "seed", "takes", "out", "ending")] == [
        "blues",
        "2",
        "0",
        "1",
        "solo.mid",
        "final",
    ]
    assert float(usual["breath"]) == found["sampling"].breath
    assert usual["instrument"] == usual["style"] == "the performer's"
    assert usual["range"] == "the performer's own"
    for name in ("temperature", "top-k", "top-p", "min-p", "density", "register"):
        assert float(usual[name]) == getattr(found["sampling"], name.replace("-", "_"))


@pytest.mark.parametrize(
    ("ending", "landing", "goes_on", "bars"),
    [
        ("final", 4, False, 1),
        ("tag", 4, False, 3),
        ("ritardando", 4, False, 3),
        ("none", 0, True, 0),
    ],
)
def test_a_solo_lands_on_the_final_chord_or_goes_on(asked, ending, landing, goes_on, bars):
    found = asked("--ending", ending)
    assert (found["sampling"].landing, found["sampling"].goes_on) == (landing, goes_on)
    assert len(found["chart"].bars) == 24 + bars


def test_a_solo_before_a_head_neither_lands_nor_goes_on(asked, tmp_path):
    path = primer(tmp_path, EIGHTHS)
    for ending in ("final", "none"):
        found = asked("--head", path, "--ending", ending)
        assert (found["sampling"].landing, found["sampling"].goes_on) == (0, False)


def defaults():
    """Return the defaults that the help shows, by option."""
    text = re.sub(r"[│\s]+", " ", succeed("generate", "--help").out)
    found = {}
    for option in re.split(r" --(?=[a-z-]+ )", text)[1:]:
        if match := re.search(r"\[default: \(?(.*?)\)?\]", option):
            found[option.split()[0]] = match[1]
    return found


def test_every_way_of_drawing_arrives(asked):
    found = asked(
        "--temperature",
        0.8,
        "--top-k",
        9,
        "--top-p",
        0.5,
        "--min-p",
        0.02,
        "--range",
        "C3-C6",
        "--time-temperature",
        1.25,
        "--density",
        0.5,
        "--register",
        -0.25,
        "--breath",
        6,
    )
    assert found["sampling"] == SamplingConfig(
        temperature=0.8,
        top_k=9,
        top_p=0.5,
        low=48,
        high=84,
        min_p=0.02,
        time_temperature=1.25,
        density=0.5,
        register=-0.25,
        breath=6.0,
        landing=4.0,
    )


@pytest.mark.parametrize(
    ("options", "low", "high", "breath", "program"),
    [
        ([], 49, 80, 15, 65),
        (["--instrument", "tenor"], 44, 75, 15, 66),
        (["--instrument", "Tenor Sax", "--range", "C3-C5"], 48, 72, 15, 66),
        (["--instrument", "trumpet", "--breath", "0"], 52, 82, 0, 56),
        (["--instrument", "guitar"], 40, 84, 0, 26),
        (["--instrument", "vibes", "--breath", "7.5"], 53, 89, 7.5, 11),
        (["--range", "flute"], 60, 96, 15, 65),
        (["--instrument", "piano", "--range", "clarinet"], 50, 89, 0, 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_instrument_decides_range_breath_and_sound(
    asked, tmp_path, options, low, high, breath, program
):
    found = asked("--performer", "", *options)
    sampling, (soloist,) = found["sampling"], found["soloists"]
    assert sampling.compass(soloist.compass) == (low, high)
    assert sampling.breath == breath
    track = mido.MidiFile(tmp_path / "solo.mid").tracks[1]
    assert [m.program for m in track if m.type == "program_change"] == [program]


def test_a_performer_is_asked_for_no_pitch_that_the_instrument_lacks(asked):
    for instrument in ("tenor", "trumpet", "piano"):
        found = asked("--instrument", instrument)
        low, high = found["sampling"].compass(found["soloists"][0].compass)
        own = find_instrument(instrument)
        assert own.low <= low < high <= own.high
        assert high - low >= 12
    found = asked("--instrument", "tenor", "--range", "C5-C6")
    assert found["sampling"].compass(found["soloists"][0].compass) == (72, 84)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["--instrument", "trumpit"],
            "--instrument: 'trumpit' is not an instrument (did you mean trumpet?): expected one of",
        ),
        (["--instrument", ""], "--instrument: '' is not an instrument"),
        (["--instrument", "kazoo"], "soprano saxophone, alto saxophone,"),
        (["--range", "kazoo"], "--range 'kazoo': expected two pitches, such as Bb2-F5"),
        (["--density", "1.5"], "--density 1.5: expected -1 to 1"),
        (["--register", "-2"], "--register -2: expected -1 to 1"),
        (["--breath", "-1"], "--breath -1: expected 0 to 3600"),
        (["--min-p", "2"], "--min-p 2: expected 0 to 1"),
        (["--time-temperature", "nan"], "--time-temperature nan: expected 0 to 10"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_asked(options, words, tmp_path):
    out = tmp_path / "solo.mid"
    assert words in jazzgen("generate", *options, "--out", out).complaint
    assert not out.exists()


def test_a_performer_is_handed_on(asked, tiny_model):
    names = list_performers(tiny_model)
    assert len(names) > 1
    for name in names:
        assert [one.performer for one in asked("--performer", name)["soloists"]] == [name]
    assert [one.performer for one in asked("--performer", "")["soloists"]] == [""]


def test_performers_are_listed_and_a_wrong_one_is_answered(tiny_model, tmp_path, monkeypatch):
    monkeypatch.setattr("jazzgen.nn.registry.model_folders", lambda: [tiny_model.parent])
    names = list_performers(tiny_model)
    assert len(names) > 1
    assert succeed("models", "--performers", "--json").json == [
        {"name": "tiny", "performers": list(names)}
    ]
    lines = succeed("models", "--performers").out.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [["tiny", name] for name in names]
    out = tmp_path / "solo.mid"
    wrong = names[0] + "x"
    complaint = jazzgen("generate", "--model", "tiny", "--performer", wrong, "--out", out).complaint
    assert f"performer {wrong!r}: the model does not know that one; nearest: " in complaint
    assert names[0] in complaint.split("nearest: ")[1]
    assert not out.exists()


def test_a_mechanical_solo_lies_on_the_grid(asked, tmp_path):
    asked()
    assert read(tmp_path / "solo.mid").notes == PLAYED
    asked("--mechanical")
    found = read(tmp_path / "solo.mid").notes
    assert found == tuple(Note(n.onset, n.duration, n.pitch) for n in PLAYED)


# --- Primers -----------------------------------------------------------------

EIGHTHS = tuple(Note(12 * number, 12, 60 + number) for number in range(8))


def primer(folder, notes, chords="C6", bars=None):
    path = folder / "primer.mid"
    bars = bars or max(-(-note.end // 96) for note in notes)
    chart = Chart.of_chords([[chords]] * bars)
    return write_solo(Solo(tuple(notes), chart, title="Primer"), path)


def chordal(folder, notes):
    """Write a file of notes that may overlap, as on a keyboard."""
    track, now = mido.MidiTrack(), 0
    events = [(n.onset, 1, n) for n in notes] + [(n.end, 0, n) for n in notes]
    for tick, begins, note in sorted(events, key=lambda event: event[:2]):
        kind = "note_on" if begins else "note_off"
        track.append(mido.Message(kind, note=note.pitch, velocity=80, time=(tick - now) * 20))
        now = tick
    mido.MidiFile(ticks_per_beat=480, tracks=[track]).save(folder / "keys.mid")
    return folder / "keys.mid"


def test_a_primer_is_played_and_then_gone_on_from(tiny_model, tmp_path):
    given = ["--chart", TURNAROUND, "--choruses", 1, "--out", tmp_path / "solo.mid"]
    succeed(
        "generate", "--model", tiny_model, *given, "--primer", primer(tmp_path, EIGHTHS, "N.C.")
    )
    solo = read(tmp_path / "solo.mid")
    assert solo.notes[:8] == EIGHTHS
    assert len(solo.notes) > 8
    assert [str(chord) for _, chord in solo.chart.placed_chords()] == [
        "Dm7", "G7", "Cmaj7", "C6", "Cmaj7"
    ]  # fmt: skip


@pytest.mark.parametrize(("choruses", "told"), [(1, True), (2, False)])
def test_a_primer_that_fills_the_chart_is_told(tiny_model, tmp_path, choruses, told):
    line = [Note(24 * beat, 24, 60 + beat % 5) for beat in range(16)]
    given = ("--chart", TURNAROUND, "--choruses", choruses, "--ending", "none")
    path = primer(tmp_path, line)
    done = succeed("generate", "--model", tiny_model, *given, "--primer", path)
    assert ("fills the chart" in done.err) == told


def test_only_the_notes_of_a_primer_count(asked, tmp_path):
    path = primer(tmp_path, [Note(24, 12, 70)], "F#7", bars=90)
    found = asked("--chart", TURNAROUND, "--primer", path)
    assert found["primer"].notes == (Note(24, 12, 70),)
    assert len(found["chart"].bars) == 8 + 1


def test_a_primer_longer_than_the_chart_is_refused(tiny_model, tmp_path):
    path = primer(tmp_path, [Note(0, 12, 60), Note(96 * 40, 12, 60)])
    outcome = jazzgen(
        "generate",
        "--model",
        tiny_model,
        "--chart",
        TURNAROUND,
        "--choruses",
        1,
        "--primer",
        path,
        "--out",
        tmp_path / "solo.mid",
    )
    assert f"--primer {path}: reaches past the chart's 5 bars" in outcome.complaint
    assert not (tmp_path / "solo.mid").exists()


CHORDS = [Note(48 * n, 40, 60 + third) for n in range(4) for third in (0, 4, 7)]
HELD = [Note(0, 400, 40), *(Note(12 * n, 12, 60) for n in range(1, 9))]
CLUSTER = [Note(0, 960, 40 + 2 * n) for n in range(12)]
LADDER = [Note(12 * n, 480, 40 + n) for n in range(40)]


@pytest.mark.parametrize(
    ("notes", "together"),
    [
        (CHORDS, "no part plays a line"),
        (HELD, "8 of its 9 notes sound together with others; expected a line"),
        (CLUSTER, "11 of its 12 notes sound together with others; expected a line"),
        (LADDER, "39 of its 40 notes sound together with others; expected a line"),
    ],
    ids=["chords", "held", "cluster", "ladder"],
)
@pytest.mark.parametrize("options", [["--primer"], ["--bars", 1, "--chart", "blues", "--solo"]])
def test_notes_that_sound_together_are_no_line(tmp_path, notes, together, options):
    path, out = chordal(tmp_path, notes), tmp_path / "out.mid"
    complaint = jazzgen("generate", *options, path, "--out", out).complaint
    assert complaint.startswith(f"jazzgen: {path}: {together}, one note at a time")
    assert not out.exists()


def test_a_line_played_legato_is_one(asked, tmp_path):
    legato = [Note(12 * n, 16, 60 + n) for n in range(20)]
    grace = [Note(300, 6, 70), Note(300, 24, 72)]
    found = asked("--primer", chordal(tmp_path, [*legato, *grace]))["primer"]
    assert all(a.end <= b.onset for a, b in pairwise(found.notes))
    assert [note.pitch for note in found.notes] == [*range(60, 80), 72]


def test_a_file_that_would_be_read_and_overwritten(tiny_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = solo_to_midi(Solo(EIGHTHS, Chart.of_chords([["C6"]] * 4)))
    (tmp_path / "solo.mid").write_bytes(content)
    for options in (["--primer", "solo.mid"], ["--solo", "solo.mid", "--bars", "2"]):
        complaint = jazzgen("generate", "--model", tiny_model, *options).complaint
        assert (
            "solo.mid: is read, and would be overwritten; name another file with --out" in complaint
        )
        assert (tmp_path / "solo.mid").read_bytes() == content
    options = ["--choruses", 1, "--primer", "solo.mid", "--out", "solo.mid"]
    succeed("generate", "--model", tiny_model, *options)
    assert (tmp_path / "solo.mid").read_bytes() != content
    assert read_midi(tmp_path / "solo.mid").parts

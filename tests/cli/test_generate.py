"""`jazzgen generate`: a solo over a chart, the same for the same seed."""

from html import escape

import mido
import pytest
from commands import jazzgen as run_jazzgen
from commands import succeed

import jazzgen
from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.improviser import load
from jazzgen.io.midi.read import read_midi
from jazzgen.music.solo import Note, Solo
from jazzgen.render.sound import read_wav
from jazzgen.transcription.read import read
from jazzgen.transcription.solos import read_solos

TURNAROUND = "| Dm7 | G7 | Cmaj7 | C6 |"


@pytest.fixture
def generate(tiny_model, tmp_path):
    """Generate over four bars with more options, by default to `solo.mid`; return the JSON."""

    def generate(*options, out=tmp_path / "solo.mid", chart=TURNAROUND, choruses=1):
        given = ["--chart", chart, "--choruses", choruses, "--out", out, *options]
        return succeed("generate", "--model", tiny_model, *given, "--json").json

    return generate


def test_the_json_says_what_the_file_holds(generate, tmp_path):
    found = generate("--seed", 5, "--title", "Four Bars")
    solo = read(tmp_path / "solo.mid")
    assert found.keys() == {
        "file",
        "title",
        "model",
        "seed",
        "engine",
        "performer",
        "instrument",
        "played_like",
        "style",
        "notes",
        "bars",
        "seconds",
    }
    assert found["file"] == str(tmp_path / "solo.mid")
    assert found["title"] == solo.title == "Four Bars"
    assert (found["model"], found["seed"], found["engine"]) == ("tiny", 5, "light")
    assert found["notes"] == len(solo.notes) > 0
    assert found["bars"] == len(solo.chart.bars) == 4 + 1  # with the final chord
    assert 0 < found["seconds"] < 300


def test_the_title_of_the_chart_stands_beside_that_of_the_solo(generate, tmp_path):
    found = generate("--seed", 5, chart="blues")
    assert found["title"]
    assert found["tune"] == "Blues"
    solo = read(tmp_path / "solo.mid")
    assert (solo.title, solo.chart.title) == (found["title"], "Blues")
    assert solo.full_title == f"{solo.title}, on Blues"
    assert mido.MidiFile(tmp_path / "solo.mid").tracks[0].name == solo.full_title
    sheet = tmp_path / "solo.musicxml"
    solo.save(sheet)
    assert f"<work-title>{escape(solo.full_title)}</work-title>" in sheet.read_text()
    [again] = read_solos(sheet)
    assert (again.solo.title, again.solo.chart.title) == (solo.title, "Blues")


def test_a_given_title_overrules_both(generate, tmp_path):
    assert "tune" not in generate("--title", "Four Bars", chart="blues")
    assert read(tmp_path / "solo.mid").full_title == "Four Bars"


def test_a_title_is_invented_for_each_seed_over_each_chart(generate, tmp_path):
    from jazzgen.titles.text import JAZZ_TITLES, read_lines

    found = {row["seed"]: row["title"] for row in generate("--seed", 5, "--takes", 3)}
    assert len(set(found.values())) == 3
    assert all(found.values())
    known = {line.casefold() for line in read_lines(JAZZ_TITLES)}
    assert not {title.casefold() for title in found.values()} & known
    assert generate("--seed", 6)["title"] == found[6]
    assert read(tmp_path / "solo.mid").title == found[6]
    assert generate("--seed", 6, chart="| Am7 | D7 |")["title"] != found[6]
    assert generate("--seed", 6, "--title", "")["title"] == ""


def test_a_seed_decides_every_byte(generate, tmp_path):
    files = [tmp_path / f"{number}.mid" for number in range(3)]
    for file, seed in zip(files, (7, 7, 8), strict=True):
        generate("--seed", seed, out=file)
    first, again, other = (file.read_bytes() for file in files)
    assert first == again
    assert first != other


def test_takes_are_the_solos_of_the_seeds_the_likeliest_first(generate, tiny_model, tmp_path):
    model, chart = load(tiny_model), arrange(jazzgen.chart(TURNAROUND), 1, Arrangement()).chart
    first = next(  # so that they are not all played like one and the same
        seed
        for seed in range(99)
        if len({one.performer for one in model.choose_soloists(chart, range(seed, seed + 4))}) > 1
    )
    found = generate("--seed", first, "--takes", 4, out=tmp_path / "take.mid")
    files = [tmp_path / f"take-{number}.mid" for number in (1, 2, 3, 4)]
    assert [row["file"] for row in found] == [str(file) for file in files]
    assert sorted(row["seed"] for row in found) == [first, first + 1, first + 2, first + 3]
    assert not (tmp_path / "take.mid").exists()
    bits = [row["bits_per_note"] for row in found]
    assert bits == sorted(bits)
    assert bits[0] < bits[-1]
    solos = [read(file) for file in files]
    like = [row["performer"] for row in found]
    soloists = model.choose_soloists(chart, [row["seed"] for row in found])
    assert like == [soloist.performer for soloist in soloists]
    assert len(set(like)) > 1
    judged = model.bits_per_note(solos, like)
    assert bits == pytest.approx(judged, abs=1e-3)
    generate("--seed", found[1]["seed"], out=tmp_path / "alone.mid")
    assert read(tmp_path / "alone.mid") == read(files[1])  # the takes share a band of their own


def test_key_tempo_feel_and_choruses_change_the_chart(generate, tmp_path):
    found = generate("--transpose", "Eb", "--tempo", 200, "--feel", "bossa", choruses=2)
    chart = read(tmp_path / "solo.mid").chart
    assert (str(chart.key), chart.feel, found["bars"]) == ("Eb", "bossa", 9)
    assert chart.tempo == pytest.approx(200, abs=0.01)
    assert [str(chord) for _, chord in chart.placed_chords()][:4] == ["Fm7", "Bb7", "Ebmaj7", "Eb6"]


@pytest.mark.parametrize(("text", "low", "high"), [("C4-C5", 60, 72), ("50-66", 50, 66)])
def test_every_note_lies_in_the_range(generate, tmp_path, text, low, high):
    generate("--range", text, chart="blues", choruses=2)
    pitches = {note.pitch for note in read(tmp_path / "solo.mid").notes}
    assert len(pitches) > 3
    assert low <= min(pitches) <= max(pitches) <= high


def test_the_band_has_a_track_unless_told_not_to(generate, tmp_path):
    alone, band = tmp_path / "alone.mid", tmp_path / "band.mid"
    generate("--no-band", out=alone)
    generate(out=band)
    assert len(read_midi(alone).parts) == 1
    assert [part.name for part in read_midi(band).parts] == ["Solo", "Piano", "Bass", "Drums"]
    assert read(alone).notes == read(band).notes


def test_greedy_decoding_does_not_hear_the_seed(generate, tmp_path):
    files = tmp_path / "a.mid", tmp_path / "b.mid"
    for seed, file in enumerate(files):
        generate("--temperature", 0, "--seed", seed, "--title", "", "--no-band", out=file)
    assert read(files[0]) == read(files[1])


def test_a_chart_by_name_by_file_and_as_text(generate, tmp_path):
    file = tmp_path / "tune.txt"
    file.write_text(f"title: A Tune\n{TURNAROUND}\n")
    charts = {}
    for number, chart in enumerate(("turnaround", file, TURNAROUND)):
        generate(out=tmp_path / f"{number}.mid", chart=chart)
        charts[number] = read(tmp_path / f"{number}.mid").chart
    assert charts[1].title == "A Tune"
    assert charts[1].bars == charts[2].bars
    assert charts[0].bars != charts[1].bars


def test_without_json_a_line_for_each_file(tiny_model, tmp_path):
    out = tmp_path / "solo.mid"
    outcome = succeed(
        "generate",
        "--model",
        tiny_model,
        "--chart",
        TURNAROUND,
        "--choruses",
        1,
        "--takes",
        2,
        "--out",
        out,
    )
    lines = outcome.out.splitlines()
    names = [str(tmp_path / f"solo-{number}.mid") for number in (1, 2)]
    assert [line.split(":")[0] for line in lines] == names
    assert "over 5 bars in C" in lines[0]
    assert outcome.err.startswith("Open it in a DAW")


@pytest.mark.parametrize(
    ("suffix", "use"),
    [
        ("dawproject", "Open it in a DAW (solo, piano, bass and drums"),
        ("musicxml", "Open it in a notation program, or try"),
        ("svg", "Look at it, or try"),
    ],
)
def test_what_can_be_done_with_a_file_is_said(tiny_model, tmp_path, suffix, use):
    given = ["--chart", TURNAROUND, "--choruses", 1, "--out", tmp_path / f"solo.{suffix}"]
    assert succeed("generate", "--model", tiny_model, *given).err.startswith(use)


def test_parts_and_lanes_are_told(tiny_model, tmp_path):
    given = ["--model", tiny_model, "--chart", TURNAROUND, "--choruses", 1]
    said = succeed("generate", *given, "--out", tmp_path / "a.mid", "--stems", "--no-band").err
    assert f"its parts: {tmp_path / 'a-solo.mid'}\n" in said
    lanes = succeed("generate", *given, "--out", tmp_path / "a.rpp", "--takes", 2).out
    assert [line.split(":")[0] for line in lanes.splitlines()] == [
        f"{tmp_path / 'a.rpp'}, take {number}" for number in (1, 2)
    ]


@pytest.mark.parametrize(
    ("options", "tracks"),
    [([], "solo, piano, bass and drums on tracks of their own"), (["--no-band"], "the solo alone")],
)
def test_what_is_said_of_the_tracks_is_so(tiny_model, tmp_path, options, tracks):
    given = ["--chart", TURNAROUND, "--choruses", 1, "--out", tmp_path / "solo.mid", *options]
    said = succeed("generate", "--model", tiny_model, *given).err
    assert f"({tracks}, chords as markers)" in said


@pytest.mark.parametrize(
    ("options", "ideas"),
    [
        ([], "--seed 1, --chart rhythm-changes, --key Eb."),
        (["--chart", TURNAROUND], "--seed 1, --key Eb, --instrument tenor."),
        (
            ["--chart", TURNAROUND, "--key", "F", "--instrument", "alto", "--seed", 4],
            "--seed 5, --feel bossa, --takes 4.",
        ),
    ],
)
def test_what_was_chosen_is_not_proposed_again(tiny_model, tmp_path, options, ideas):
    given = ["--choruses", 1, "--out", tmp_path / "solo.mid", *options]
    assert succeed("generate", "--model", tiny_model, *given).err.endswith(f"or try {ideas}\n")


def test_the_next_idea_for_regenerated_bars_is_another_seed(tiny_model, tmp_path):
    solo, out = tmp_path / "solo.mid", tmp_path / "other.mid"
    succeed("generate", "--model", tiny_model, "--choruses", 1, "--out", solo)
    given = ["--solo", solo, "--bars", "3", "--out", out]
    assert succeed("generate", "--model", tiny_model, *given).err.endswith("or try --seed 1.\n")


SHORT = ["--chart", "| Dm7 | G7 |", "--choruses", 1]


@pytest.mark.usefixtures("small_soundfont")
@pytest.mark.parametrize("suffix", ["wav", "mid", "svg"])
def test_what_the_file_s_name_says_is_written(tiny_model, tmp_path, suffix):
    """It is what `render` makes of the MIDI."""
    out, midi = tmp_path / f"my solo.{suffix.upper()}", tmp_path / "in" / "my solo.mid"
    for file in (out, midi):
        succeed("generate", "--model", tiny_model, *SHORT, "--out", file)
    succeed("render", midi, "--to", suffix, "--out", tmp_path / "other")
    assert (tmp_path / f"other.{suffix}").read_bytes() == out.read_bytes()


def test_a_page_says_at_its_head_how_it_was_made_as_the_file_does(tiny_model, tmp_path):
    page, midi, again = tmp_path / "solo.musicxml", tmp_path / "solo.mid", tmp_path / "again"
    for file in (page, midi):
        succeed("generate", "--model", tiny_model, *SHORT, "--seed", 3, "--out", file)
    succeed("render", midi, "--to", "musicxml", "--out", again)
    for sheet in (page, again.with_suffix(".musicxml")):
        assert f"jazzgen ({tiny_model.name}, seed 3)" in sheet.read_text(encoding="utf-8")


def test_takes_are_lanes_of_a_session(tiny_model, tmp_path):
    out = tmp_path / "takes.rpp"
    takes = succeed(
        "generate", "--model", tiny_model, *SHORT, "--takes", 3, "--out", out, "--json"
    ).json
    assert [take["file"] for take in takes] == [str(out)] * 3
    assert list(tmp_path.iterdir()) == [out]
    text = out.read_text()
    assert [text.count(f'    NAME "{name}"\n    PEAK') for name in ("Solo take 3", "Bass")] == [
        1,
        1,
    ]


def test_a_name_that_says_nothing_is_refused(tiny_model, tmp_path):
    out = tmp_path / "solo.mp3"
    complaint = run_jazzgen("generate", "--model", tiny_model, "--out", out).complaint
    assert f"--out {out}: expected a file that ends in one of .wav, .flac, .mid, " in complaint
    given = ["--out", tmp_path / "solo.musicxml", "--stems"]
    complaint = run_jazzgen("generate", "--model", tiny_model, *given).complaint
    assert complaint == "jazzgen: --stems: notation has no parts; leave out --stems"
    assert not list(tmp_path.iterdir())


def test_files_of_the_user_s_are_not_overwritten(tiny_model, tmp_path):
    out, mine = tmp_path / "solo.mid", tmp_path / "solo-bass.mid"
    mine.write_bytes(b"a take of mine")
    given = ["generate", "--model", tiny_model, *SHORT, "--out", out, "--stems"]
    complaint = run_jazzgen(*given).complaint
    assert f"{mine}: exists, and jazzgen did not write it" in complaint
    assert (list(tmp_path.iterdir()), mine.read_bytes()) == ([mine], b"a take of mine")
    succeed(*given, "--overwrite")
    succeed(*given)  # they are ours now


@pytest.mark.usefixtures("small_soundfont")
def test_stems_of_sound_sum_to_the_mix(tiny_model, tmp_path):
    out = tmp_path / "solo.wav"
    stems = succeed(
        "generate", "--model", tiny_model, *SHORT, "--out", out, "--stems", "--json"
    ).json["stems"]
    assert stems == [f"{tmp_path}/solo-{part}.wav" for part in ("solo", "piano", "bass", "drums")]
    parts = [read_wav(file).samples.astype(int) for file in stems]
    assert (sum(parts) == read_wav(out).samples).all()
    assert all(part.any() for part in parts)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_solo_without_notes_is_written_with_a_warning(tiny_model, tmp_path, monkeypatch, form):
    def rests(_, chart, seeds, *_others):
        notes = [(), (Note(0, 12, 60), Note(12, 12, 62)), ()]
        return [Solo(played, chart) for played in notes[: len(seeds)]]

    monkeypatch.setattr("jazzgen.improviser.Improviser.play", rests)
    given = ["--chart", TURNAROUND, "--takes", 3, "--out", tmp_path / "solo.mid", *form]
    outcome = succeed("generate", "--model", tiny_model, *given)
    warnings = [line for line in outcome.err.splitlines() if line.startswith("jazzgen:")]
    start = "jazzgen: the solo has no notes: "
    names = [str(tmp_path / f"solo-{number}.mid") for number in (2, 3)]
    assert [line.removeprefix(start).split()[0] for line in warnings] == names
    assert all((tmp_path / f"solo-{number}.mid").is_file() for number in (1, 2, 3))
    if form:
        assert [row["notes"] for row in outcome.json] == [2, 0, 0]
        assert [row["seed"] for row in outcome.json] == [1, 0, 2]
        assert [row["bits_per_note"] is None for row in outcome.json] == [False, True, True]


def test_two_thousand_bars_are_not_too_many(tiny_model, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "jazzgen.improviser.Improviser.play",
        lambda _, chart, *_others: [Solo((Note(0, 12, 60),), chart)],
    )
    given = ["--chart", TURNAROUND, "--choruses", 500, "--no-band", "--json"]
    given += ["--out", tmp_path / "solo.mid"]
    assert succeed("generate", "--model", tiny_model, *given).json["bars"] == 2001


def test_a_picture_is_drawn_on_request(generate, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "solo.png"
    generate("--picture", picture)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_file_is_one_that_others_can_play(generate, tmp_path):
    generate()
    file = mido.MidiFile(tmp_path / "solo.mid")
    assert (file.type, file.ticks_per_beat) == (1, 480)
    assert file.length == pytest.approx(4 * 4 * 60 / 120, rel=0.5)

"""`jazzgen generate`: backing tracks, muted players, and a band that all takes share."""

import pytest
from commands import jazzgen, succeed

import jazzgen as package
from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.cli.generate_backing import MOST_BACKING_BARS
from jazzgen.cli.generate_options import full_solo
from jazzgen.cli.generate_requests import TuneRequest
from jazzgen.errors import ConfigError
from jazzgen.io.midi.read import read_midi

CHART = "| Dm7 | G7 | Cmaj7 | A7 |"
BAR = 4 * 480
EARLY = 60
"""The ticks by which players are at most early or late."""


@pytest.fixture
def backing(tmp_path):
    """Write a backing track over four bars; return the JSON and the parts of the file."""

    def backing(*options, chart=CHART):
        file = tmp_path / "track.mid"
        given = ["--chart", chart, "--out", file, *options]
        return succeed("generate", "--no-solo", *given, "--json").json, read_midi(file).parts

    return backing


@pytest.fixture(scope="module")
def played(tiny_model, tmp_path_factory):
    """Write a solo over eight bars, and files after it; return a function for further ones."""
    folder = tmp_path_factory.mktemp("played")

    def play(name, *options):
        succeed("generate", "--model", tiny_model, "--out", folder / name, *options)
        return folder / name

    play("first.mid", "--chart", CHART + CHART[1:], "--choruses", 2, "--seed", 4, "--band-seed", 9)
    return play


def notes_by_bar(part):
    bars = {}
    for note in part.notes:
        bars.setdefault(note.start // BAR, []).append(note)
    return bars


def test_a_backing_track_holds_the_band_and_no_solo(backing):
    found, parts = backing("--choruses", 3)
    assert [part.name for part in parts] == ["Piano", "Bass", "Drums"]
    assert (found["bars"], found["players"], found["gaps"]) == (13, ["piano", "bass", "drums"], [])
    assert found["title"] == ""


@pytest.mark.parametrize(
    ("mute", "left"),
    [("bass,drums", ["Piano"]), ("Piano", ["Bass", "Drums"]), ("guitar, drums", ["Bass"])],
)
def test_muted_players_have_no_track(backing, mute, left):
    found, parts = backing("--mute", mute)
    assert [part.name for part in parts] == left
    assert found["players"] == [name.lower() for name in left]


def test_what_is_muted_changes_nothing_of_the_others(backing):
    _, whole = backing("--band-seed", 3)
    _, alone = backing("--band-seed", 3, "--mute", "piano,drums")
    assert alone[0].notes == whole[1].notes


def test_the_gaps_are_silent_and_the_band_goes_on_after_them(backing):
    found, parts = backing("--choruses", 4, "--trade", 2, "--count-in", 1)
    assert found["gaps"] == [[4, 5], [8, 9], [12, 13], [16, 17]]
    silent = {bar - 1 for gap in found["gaps"] for bar in gap}
    for part in parts:
        begun = {(note.start + EARLY) // BAR for note in part.notes}
        assert not silent & begun
        assert {2, 6, 10, 14, 17} <= begun
        assert not silent & {(note.end - 1 - EARLY) // BAR for note in part.notes}


def test_a_chorus_can_be_a_gap(backing):
    found, _ = backing("--choruses", 2, "--trade", "chorus")
    assert found["gaps"] == [[5, 8]]


def test_a_backing_track_may_be_longer_than_a_solo():
    tune = TuneRequest(chart=CHART, choruses=501)
    with pytest.raises(ConfigError, match="2,004 bars; expected at most 2,000"):
        full_solo(tune, Arrangement())
    assert len(full_solo(tune, Arrangement(), MOST_BACKING_BARS).chart.bars) == 2005


def test_stems_of_a_backing_track(tmp_path):
    out = tmp_path / "track.mid"
    found = succeed("generate", "--no-solo", "--stems", "--mute", "bass", "--out", out, "--json")
    names = ["track-piano.mid", "track-drums.mid"]
    assert [file.rpartition("/")[2] for file in found.json["stems"]] == names
    assert {file.name for file in tmp_path.iterdir()} == {"track.mid", *names}


def test_takes_share_one_band(played):
    played("take.mid", "--chart", CHART, "--takes", 2, "--seed", 1)
    first, second = (read_midi(played("take.mid").parent / f"take-{n}.mid").parts for n in (1, 2))
    assert first[1:] == second[1:]
    assert first[0] != second[0]


def test_the_band_has_a_seed_of_its_own(played):
    options = ("--chart", CHART, "--choruses", 2, "--seed", 2)
    files = [
        read_midi(played(f"{n}.mid", *options, *own)).parts
        for n, own in enumerate(((), ("--band-seed", 2), ("--band-seed", 3)))
    ]
    assert files[0] == files[1]
    assert files[0][0] == files[2][0]
    assert all(a != b for a, b in zip(files[0][1:], files[2][1:], strict=True))


def test_regenerated_bars_leave_the_band_as_it_is_more_than_a_bar_away(played):
    old = played("first.mid")
    new = played("second.mid", "--solo", old, "--bars", "6-7", "--seed", 30)
    again = played("third.mid", "--solo", new, "--bars", "12", "--seed", 31)
    for before, after, bars in ((old, new, range(4, 8)), (new, again, range(10, 13))):
        one, other = read_midi(before), read_midi(after)
        assert one.parts[0] != other.parts[0]
        for part, same in zip(one.parts[1:], other.parts[1:], strict=True):
            kept = [
                {bar: notes for bar, notes in notes_by_bar(each).items() if bar not in bars}
                for each in (part, same)
            ]
            assert kept[0] == kept[1], part.name


def test_regenerated_bars_have_the_mutes_of_their_file(played):
    old = played("muted.mid", "--chart", CHART, "--mute", "bass")
    new = read_midi(played("new.mid", "--solo", old, "--bars", "2"))
    assert [part.name for part in new.parts] == ["Solo", "Piano", "Drums"]
    other = read_midi(played("new.mid", "--solo", old, "--bars", "2", "--mute", "drums"))
    assert [part.name for part in other.parts] == ["Solo", "Piano", "Bass"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--mute", "bass,piano,drums"], "--mute bass,piano,drums: leaves nobody of the band"),
        (["--mute", "kazoo"], "--mute 'kazoo': expected some of piano, bass, drums"),
        (["--band-seed", "-1"], "--band-seed -1: expected at least 0"),
        (["--feel", "five-four"], "--feel five-four: Five-four is played in 5/4, and the chart is"),
        (["--no-solo", "--no-band"], "--no-solo: without a band, nobody plays"),
        (["--no-solo", "--trade", "5"], "--trade 5: longer than the form, which has 4 bars"),
        (["--no-solo", "--trade", "4", "--choruses", "1"], "--trade 4: leaves no turn to you"),
        (["--no-solo", "--trade", "x"], "--trade x: expected the bars of a turn"),
        (["--no-solo", "--performer", "Ann"], "--performer is about a solo"),
        (["--no-solo", "--out", "track.svg"], "--out track.svg: a backing track is MIDI or sound"),
        (["--no-solo", "--takes", "2"], "--takes is about a solo"),
        (["--no-solo", "--temperature", "1.2"], "--temperature is about a solo"),
        (["--no-solo", "--choruses", "5001"], "--choruses 5001: 20,004 bars; expected at most"),
    ],
)
def test_what_makes_no_backing_track(tmp_path, options, complaint):
    file = tmp_path / "track.mid"
    outcome = jazzgen("generate", "--chart", CHART, "--out", file, *options)
    assert outcome.complaint.startswith(f"jazzgen: {complaint}")
    assert not list(tmp_path.iterdir())


def test_nobody_is_told_to_play_a_solo_where_there_is_none(tmp_path):
    given = [
        "generate",
        "--chart",
        CHART,
        "--out",
        tmp_path / "x.mid",
        "--mute",
        "bass,piano,drums",
    ]
    assert jazzgen(*given, "--no-solo").complaint.endswith("leave somebody in")
    assert jazzgen(*given).complaint.endswith("or use --no-band for the solo alone")


def test_a_tempo_at_which_a_style_is_not_played_is_remarked_on(tmp_path):
    file = tmp_path / "track.mid"
    given = ["generate", "--no-solo", "--chart", CHART, "--out", file, "--feel", "samba"]
    said = succeed(*given, "--tempo", 90).err
    assert said == (
        "jazzgen: Samba is usually played at 150 to 260 bpm, and this is at 90; "
        "--tempo changes it\n"
    )
    assert succeed(*given, "--tempo", 200).err == ""


def test_gaps_are_counted_from_the_first_chorus():
    from jazzgen.band.gaps import gaps_of

    form = package.chart("blues")
    chart = arrange(form, 2, Arrangement(count_in=1, intro=3, ending="tag")).chart
    gaps = gaps_of(chart, 4)
    starts = chart.bar_starts
    assert [(starts.index(a) - 4, starts.index(b) - 4) for a, b in gaps] == [
        (4, 8), (12, 16), (20, 24),
    ]  # fmt: skip


def test_the_band_follows_the_shape_that_is_asked_for():
    tune = TuneRequest(chart="blues", choruses=2, shape="2 8")
    task = full_solo(tune, Arrangement(count_in=1, intro=2))
    assert task.bar_energies == (0,) * 3 + (2,) * 12 + (8,) * 12
    assert full_solo(TuneRequest(chart="blues"), Arrangement()).bar_energies == ()

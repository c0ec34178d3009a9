"""`jazzgen generate --trade`: soloists take turns in one file."""

from dataclasses import replace
from pathlib import Path

import mido
import pytest
from commands import jazzgen, succeed
from platforms import slow

from jazzgen.config import SamplingConfig
from jazzgen.improviser import load
from jazzgen.io.midi.write import write_solo
from jazzgen.library import find_chart
from jazzgen.music.instrument import find_instrument
from jazzgen.music.solo import Note, Solo
from jazzgen.music.trade import share_turns
from jazzgen.transcription.read import read, read_transcription

BLUES = find_chart("blues")
PAIR = ("--performer", "Lester Young,Coleman Hawkins")


@pytest.fixture
def trade(tmp_path):
    """Generate a trade with options; return the JSON."""

    def trade(*options, out="trade.mid"):
        return succeed("generate", *options, "--out", tmp_path / out, "--json").json

    return trade


def tracks(file):
    """Return the notes of each track of a MIDI file by its name, as ticks of onset and pitches."""
    found = {}
    for track in mido.MidiFile(file).tracks:
        now, notes, programs = 0, [], []
        for message in track:
            now += message.time
            if message.type == "note_on":
                notes.append((now, message.note))
            elif message.type == "program_change":
                programs.append((message.channel, message.program))
        found[track.name] = (programs, notes)
    return found


def test_a_track_for_each_player_and_who_plays_which_bars(trade, tmp_path):
    row = trade(*PAIR, "--trade", 4, "--seed", 3)
    bars = [one["bars"] for one in row["soloists"]]
    assert bars == [[[1, 4], [9, 12], [17, 20]], [[5, 8], [13, 16], [21, 25]]]
    assert row["performer"] == "Lester Young, Coleman Hawkins"
    found = tracks(tmp_path / "trade.mid")
    tenor = find_instrument("tenor").program
    assert list(found)[1:] == [
        "Solo 1: Lester Young", "Solo 2: Coleman Hawkins", "Piano", "Bass", "Drums",
    ]  # fmt: skip
    assert [found[one["track"]][0] for one in row["soloists"]] == [[(0, tenor)], [(3, tenor)]]
    channels = [programs[0][0] for programs, _ in list(found.values())[1:]]
    assert len(set(channels)) == 5
    for one in row["soloists"]:
        notes = found[one["track"]][1]
        assert len(notes) == one["notes"] > 10
        # A bar has 1920 ticks; half of one may be a pickup, and notes swing and lie late.
        spans = [((first - 1) * 1920 - 1100, last * 1920 + 200) for first, last in one["bars"]]
        assert all(any(a <= tick < b for a, b in spans) for tick, _ in notes)
    assert row["notes"] == sum(one["notes"] for one in row["soloists"])


def test_without_names_the_seed_picks_two_different_players(trade):
    rows = trade("--trade", 4, "--choruses", 1, "--takes", 4, "--no-band")
    pairs = [tuple(one["performer"] for one in row["soloists"]) for row in rows]
    assert all(len(set(pair)) == 2 for pair in pairs)
    assert len(set(pairs)) > 2
    assert sorted(row["seed"] for row in rows) == [0, 1, 2, 3]
    bits = [row["bits_per_note"] for row in rows]
    assert bits == sorted(bits)


def test_a_take_depends_on_its_own_seed_alone(trade, tmp_path):
    options = ("--trade", 2, "--choruses", 1)
    rows = trade(*options, "--takes", 2, "--no-band", out="many.mid")
    for row in rows:
        alone = trade(*options, "--seed", row["seed"], "--no-band", out="alone.mid")
        assert alone["soloists"] == row["soloists"]
        assert read(tmp_path / "alone.mid") == read(tmp_path / row["file"])


@pytest.mark.parametrize(
    ("options", "instruments", "styles"),
    [
        (["--instrument", "tenor,trumpet"], ["tenor saxophone", "trumpet"], None),
        (["--instrument", "trombone"], ["trombone", "trombone"], None),
        (["--style", "bebop, swing"], None, ["bebop", "swing"]),
        (["--performer", "", "--instrument", "flute,vib,cl"], ["flute", "vibraphone", "clarinet"],
         ["", "", ""]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_options_hold_by_position_or_for_all(trade, options, instruments, styles):
    row = trade("--trade", 4, "--choruses", 1, *options, "--no-band")
    for name, wanted in (("instrument", instruments), ("style", styles)):
        assert wanted is None or [one[name] for one in row["soloists"]] == wanted


def test_choruses_with_a_head_and_a_count_in(trade, tmp_path):
    head = tmp_path / "head.mid"
    notes = [Note(48 * step, 40, 65 + step % 5) for step in range(20)]
    write_solo(Solo(tuple(notes), BLUES, "Head"), head)
    options = ("--head", head, "--choruses", 3, "--count-in", 2, "--no-band")
    row = trade("--trade", "chorus", *options)
    assert [one["bars"] for one in row["soloists"]] == [[[15, 26], [39, 50]], [[27, 38]]]
    (_, first), (_, second) = list(tracks(tmp_path / "trade.mid").values())[1:]
    heads = [pitch for tick, pitch in first if tick < 13 * 1920 or tick >= 50 * 1920]
    assert heads[:20] == heads[-20:] == [note.pitch for note in notes]
    assert all(26 * 1920 - 1100 <= tick < 38 * 1920 + 200 for tick, _ in second)


def test_only_the_last_player_plays_the_ending(trade, tmp_path):
    for seed, ending in ((1, "final"), (2, "tag")):
        row = trade("--trade", 8, "--seed", seed, "--ending", ending, "--no-band")
        last = row["bars"]
        assert row["soloists"][0]["bars"][-1] == [17, last]
        (_, first), (_, second) = list(tracks(tmp_path / "trade.mid").values())[1:]
        assert first[-1][0] > (last - 2) * 1920
        assert second[-1][0] < 16 * 1920 + 200


def test_a_primer_is_the_first_player_s(trade, tmp_path):
    primer = tmp_path / "primer.mid"
    notes = [Note(12 * step, 12, 60 + step % 7) for step in range(24)]
    write_solo(Solo(tuple(notes), BLUES, "Primer"), primer)
    row = trade(*PAIR, "--trade", 4, "--primer", primer, "--straight", "--no-band")
    (_, first), (_, second) = list(tracks(tmp_path / "trade.mid").values())[1:]
    assert [pitch for _, pitch in first[:24]] == [note.pitch for note in notes]
    assert second[0][0] >= 3 * 1920
    assert row["soloists"][0]["performer"] == "Lester Young"


def test_mechanical_notes_are_on_the_grid(trade, tmp_path):
    trade("--trade", 4, "--choruses", 1, "--mechanical", "--no-band")
    for track in mido.MidiFile(tmp_path / "trade.mid").tracks[1:]:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on":
                assert now % 20 == 0  # of 480 ticks, a tick of the grid
                assert message.velocity == 80


def test_stems_have_a_file_for_each_player(trade, tmp_path):
    row = trade("--trade", 4, "--choruses", 1, "--stems")
    names = ("solo-1", "solo-2", "piano", "bass", "drums")
    assert row["stems"] == [str(tmp_path / f"trade-{name}.mid") for name in names]
    whole = tracks(tmp_path / "trade.mid")
    for name, one in zip(("solo-1", "solo-2"), row["soloists"], strict=True):
        stem = tracks(tmp_path / f"trade-{name}.mid")
        assert stem[one["track"]] == whole[one["track"]]
        assert len(stem) == 2


@slow
def test_both_engines_write_the_same_bytes(trade, tmp_path):
    """Of a shipped model; `nn/test_trading` shows it of a small one."""
    options = ("--chart", "| Dm7 | G7 |", "--choruses", 1, "--trade", 1, "--ending", "none")
    trade(*options, "--model", "small")
    light = (tmp_path / "trade.mid").read_bytes()
    trade(*options, "--model", "small", "--engine", "keras")
    assert (tmp_path / "trade.mid").read_bytes() == light


def test_a_picture_names_who_plays(trade, tmp_path):
    pytest.importorskip("matplotlib")
    from jazzgen.render.piano_roll import draw_piano_roll

    trade(*PAIR, "--trade", 6, "--choruses", 1, "--ending", "none", "--title", "Fours",
          "--picture", tmp_path / "trade.svg")  # fmt: skip
    model = load()
    chart = BLUES.repeat(1)
    asked = [("Lester Young", "", ""), ("Coleman Hawkins", "", "")]
    sampling = SamplingConfig(goes_on=True)
    soloists = model.choose_traders(chart, 0, asked)
    turns = share_turns(chart, 2, 6)
    line = model.play_trade(chart, turns, 0, soloists, [sampling] * 2).line
    bars = list(chart.bars)
    bars[0] = replace(bars[0], section="A · Lester Young")
    bars[6] = replace(bars[6], section="Coleman Hawkins")
    named = replace(line, title="Fours", chart=replace(chart, title="Fours", bars=tuple(bars)))
    draw_piano_roll(named, tmp_path / "named.svg")
    assert (tmp_path / "trade.svg").read_bytes() == (tmp_path / "named.svg").read_bytes()


def test_without_json_the_line_says_who_trades(tmp_path):
    outcome = succeed("generate", *PAIR, "--trade", 4, "--out", tmp_path / "trade.mid")
    assert (
        "like Lester Young on tenor saxophone trading with Coleman Hawkins on tenor saxophone)"
        in outcome.out
    )
    assert "(2 solos, piano, bass and drums on tracks of their own" in outcome.err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--trade", 0], "--trade 0: expected the bars of a turn, such as 4, or chorus"),
        (["--trade", "-4"], "--trade -4: expected the bars of a turn"),
        (["--trade", "fours"], "--trade fours: expected the bars of a turn"),
        (
            ["--trade", 24],
            "--trade: 2 soloists, but only 1 turn of 24 bars; play more choruses, or take "
            "shorter turns",
        ),
        (
            ["--trade", "chorus", "--choruses", 1],
            "--trade: 2 soloists, but only 1 chorus to trade; play more of them",
        ),
        (
            ["--trade", "chorus", "--instrument", "ts,as,tb"],
            "--trade: 3 soloists, but only 2 choruses to trade; play more of them",
        ),
        (
            ["--trade", 4, "--performer", "Lester Young,Nobody Known"],
            "performer 'Nobody Known': the model does not know that one; nearest: ",
        ),
        (
            ["--trade", 4, *PAIR, "--instrument", "ts,as,tb"],
            "--performer names 2 of 3 soloists of --instrument; expected one for each, or one for "
            "all",
        ),
        (["--trade", 1, "--style", ",".join(["bebop"] * 14)], "--style: 14 soloists; expected at"),
        (["--trade", 4, "--instrument", "ts,kazoo"], "--instrument: 'kazoo' is not an instrument"),
        (["--trade", 4, "--style", "bebop,ska"], "style 'ska': the model does not know that one"),
        (["--trade", 4, "--model", "classic"], "classic: knows no soloists who could trade"),
        (
            ["--trade", 4, "--solo", "a.mid", "--bars", "2-3"],
            "--trade cannot be used with --solo, which replaces the bars of --bars",
        ),
        (PAIR, "--performer 'Lester Young,Coleman Hawkins': several soloists take turns; say of"),
        (["--instrument", "ts,as"], "--instrument 'ts,as': several soloists take turns; say of"),
    ],
    ids=lambda value: " ".join(map(str, value)) if not isinstance(value, str) else "",
)
def test_what_cannot_be_traded_is_answered_in_one_line(tmp_path, options, complaint):
    out = tmp_path / "trade.mid"
    outcome = jazzgen("generate", *options, "--out", out)
    assert outcome.complaint.startswith(f"jazzgen: {complaint}")
    assert not out.exists()


def test_a_primer_longer_than_the_first_turn(tmp_path):
    primer = tmp_path / "primer.mid"
    write_solo(Solo((Note(96 * 4, 24, 60),), BLUES, "Primer"), primer)
    outcome = jazzgen("generate", "--trade", 4, "--primer", primer, "--out", tmp_path / "x.mid")
    assert outcome.complaint == ("jazzgen: --primer: reaches past the first turn, which has 4 bars")


def test_bars_of_a_trade_are_played_again_by_whoever_has_them(trade, tmp_path):
    options = ("--instrument", "trombone,flute", "--ending", "none", "--choruses", 1)
    trade("--trade", 4, *options, "--stems")
    before = read_transcription(tmp_path / "trade.mid").trade
    given = ("--solo", tmp_path / "trade.mid", "--bars", "5-10")
    row = trade(*given, "--seed", 4, "--stems", out="again.mid")
    after = read_transcription(tmp_path / "again.mid").trade
    assert [Path(stem).name for stem in row["stems"]][:2] == [
        "again-solo-1.mid", "again-solo-2.mid",
    ]  # fmt: skip
    assert after.turns == before.turns
    assert after.labels == before.labels
    assert [solo.instrument for solo in after.solos] == ["trombone", "flute"]
    begin, end = before.chart.bar_starts[4], before.chart.bar_starts[10]
    for number, (old, new) in enumerate(zip(before.solos, after.solos, strict=True)):
        kept = [note for note in old.notes if not begin - 96 < note.onset < end]
        assert kept == [note for note in new.notes if not begin - 96 < note.onset < end]
        played = [note.onset for note in new.notes if begin <= note.onset < end]
        bars = {after.chart.bar_at(onset) + 1 for onset in played}
        assert bars
        assert bars <= ({9, 10} if number == 0 else {5, 6, 7, 8})
    assert after.line.notes != before.line.notes


def test_who_has_all_of_the_bars_plays_them_in_his_own_range(trade, tmp_path):
    trade("--trade", 4, "--instrument", "trombone,flute", "--choruses", 1, "--no-band")
    for bars, player, low, high in (("1-4", 0, 40, 72), ("5-8", 1, 60, 96)):
        row = trade("--solo", tmp_path / "trade.mid", "--bars", bars, "--mechanical", "--no-band",
                    out="a.mid")  # fmt: skip
        assert row["soloists"][player]["notes"] > 0
        after = read_transcription(tmp_path / "a.mid").trade
        first, last = map(int, bars.split("-"))
        begin, end = after.chart.bar_starts[first - 1], after.chart.bar_starts[last]
        new = [note for note in after.solos[player].notes if begin <= note.onset < end]
        assert new
        assert all(low <= note.pitch <= high and note.velocity == 80 for note in new)

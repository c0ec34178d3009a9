"""Files in which soloists trade are read again as they were written."""

import mido
import pytest

import jazzgen
from jazzgen.music.solo import Note, Solo
from jazzgen.music.trade import Trade, share_turns
from jazzgen.transcription.read import read_transcription
from jazzgen.transcription.solos import read_solos

CHART = jazzgen.chart("blues").repeat(2)
SILENT = Solo((), CHART, "Fours")


def line(first, instrument=""):
    """A solo in every other four bars."""
    notes = tuple(
        Note(96 * bar + 12 * step, 11, 50 + (5 * step + 3 * bar) % 24, 70 + step, step / 4)
        for bar in range(24)
        if bar // 4 % 2 == first
        for step in range(8)
    )
    return Solo(notes, CHART, "Fours", instrument=instrument)


def trade(*solos, names=("Ann", "Ben")):
    return Trade(solos=solos, names=names, turns=share_turns(CHART, len(solos), 4))


TRADES = {
    "named": trade(line(0, "trumpet"), line(1, "tenor saxophone")),
    "two of an instrument": trade(line(0, "trombone"), line(1, "trombone"), names=("", "")),
    "same program": trade(line(0, "bass clarinet"), line(1, "flugelhorn"), names=("", "")),
    "who plays nothing": trade(
        line(0, "flute"), line(1, "piano"), SILENT, names=("Ann", "Ben", "")
    ),
}


@pytest.mark.parametrize("name", TRADES)
@pytest.mark.parametrize("settings", [{}, {"band": False, "swing": 1.5}, {"seed": 3}])
def test_what_we_wrote_comes_back(name, settings, tmp_path):
    written, path = TRADES[name], tmp_path / "trade.mid"
    jazzgen.save(written, path, **settings)
    found = read_transcription(path)
    assert found.trade == written
    assert found.solo == written.line == jazzgen.read(path)
    assert "soloists who trade are read as one line" in found.warnings[-1]
    assert len(read_solos(path)) == 1
    jazzgen.save(found.trade, tmp_path / "again.mid", **settings)
    assert (tmp_path / "again.mid").read_bytes() == path.read_bytes()


def test_a_track_can_be_read_alone(tmp_path):
    written = TRADES["named"]
    jazzgen.save(written, tmp_path / "trade.mid")
    for number, solo in enumerate(written.solos):
        for track in (number + 1, written.labels[number], written.names[number]):
            found = read_transcription(tmp_path / "trade.mid", track=track)
            assert found.solo.notes == solo.notes
            assert found.trade is None


def changed(path, change):
    """Write a trade to a file and change its messages."""
    jazzgen.save(TRADES["named"], path)
    file = mido.MidiFile(path)
    change(file.tracks)
    file.save(path)
    return read_transcription(path)


def turns_text(tracks):
    return next(one for one in tracks[0] if one.type == "text" and "turns" in one.text)


def test_soloists_whom_somebody_has_let_play_together_do_not_trade(tmp_path):
    def together(tracks):
        # The second player comes in with the first one.
        first = next(one for one in tracks[2] if one.type == "note_on")
        first.time = 0

    found = changed(tmp_path / "trade.mid", together)
    assert found.trade is None
    assert found.solo.notes


@pytest.mark.parametrize(
    "text",
    ["turns: ", "turns: 1 1-4, 2", "turns: 1 1-4", "turns: 99 1-4", "turns: 1 1-4, x 5-8", "turns"],
)
def test_without_turns_it_is_a_file_like_any_other(text, tmp_path):
    found = changed(
        tmp_path / "trade.mid", lambda tracks: setattr(turns_text(tracks), "text", text)
    )
    assert found.trade is None
    assert len(found.solo.notes) == 96  # one of the two, as in a file of another program


def test_turns_end_with_the_chart(tmp_path):
    def longer(tracks):
        turns_text(tracks).text = "turns: 1 1-4, 2 5-900, 1 901-904, 2 9-3, 1 0-4"

    found = changed(tmp_path / "trade.mid", longer)
    assert [(turn.player, turn.first, turn.last) for turn in found.trade.turns] == [
        (0, 1, 4), (1, 5, 24),
    ]  # fmt: skip

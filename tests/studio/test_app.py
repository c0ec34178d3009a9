"""What the page asks for, and what it is told."""

from __future__ import annotations

import errno
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import jazzgen
from jazzgen.render.session import session_of
from jazzgen.runtime import atomic
from jazzgen.studio import app as studio_app_module
from jazzgen.studio import folder
from jazzgen.studio.take import KeptTake

CHART = "| Dm7 | G7 | Cmaj7 | A7 |"
WRONG = [
    ({"chart": "| Dm7 |", "tempo": "fast"}, "tempo"),
    ({"chart": "| Dm7 |", "tempo": 1e300}, "tempo"),
    ({"chart": "| Dm7 |", "choruses": 10**30}, "choruses"),
    ({"chart": "| Dm7 |", "choruses": -1}, "choruses"),
    ({"chart": "| Dm7 |", "choruses": True}, "choruses"),
    ({"chart": "| Dm7 |", "temperature": 99}, "temperature"),
    ({"chart": "| Dm7 |", "feel": "polka"}, "feel"),
    ({"chart": "| Dm7 |", "instrument": "kazoo"}, "instrument"),
    ({"chart": "| Dm7 |", "performer": "Nobody"}, "performer"),
    ({"chart": "| Dm7 |", "shape": "/etc/passwd"}, "shape"),
    ({"chart": "| Dm7 |", "seed": "7"}, "seed"),
    ({"chart": "/etc/passwd"}, "chart"),
    ({"chart": 5}, "chart"),
    ({"chart": "| Dm7 " * 2000 + "|"}, "chart"),
    ({"chart": "| Dm7 " * 512 + "|", "choruses": 5}, "choruses"),
    ({"solo": "solo.mid", "bars": "1-2"}, "solo"),
    ({"model": "/tmp"}, "model"),
]


@pytest.mark.parametrize(("asked", "where"), WRONG)
def test_a_wrong_setting_is_named(client: TestClient, asked: dict[str, Any], where: str) -> None:
    answer = client.post("/api/generate", json=asked)
    assert answer.status_code == 400
    told = answer.json()
    assert told["where"] == where
    assert "\n" not in told["error"]
    assert "--" not in told["error"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"seed": NaN}', b"[" * 100_000,
     b'{"title": "\\ud800"}', b'{"\\uDFFF": 1}', b'{"title": "\xed\xa0\x80"}'],
)  # fmt: skip
def test_damaged_json_is_refused(client: TestClient, body: bytes) -> None:
    for path in ("chart", "generate", "edit", "restore", "export"):
        answer = client.post(f"/api/{path}", content=body)
        assert answer.status_code == 400
        assert answer.json()["error"].startswith("the request is no JSON")
        assert answer.json()["where"] is None


def test_what_is_too_large_is_refused_with_and_without_a_length(client: TestClient) -> None:
    large = b" " * 10_000_001
    assert client.post("/api/chart", content=large).status_code == 413
    pieces = iter([large[:6_000_000], large[:6_000_000]])
    assert client.post("/api/chart", content=pieces).status_code == 413


BEGINNINGS = {
    "mid": b"MThd",
    "musicxml": b"<?xml",
    "dawproject": b"PK",
    "rpp": b"<REAPER_PROJECT",
}
DEEP = ["..", "%2e%2e", "..%2f..", "%2e%2e%5c", "....//", "..;", "%c0%ae%c0%ae", "//etc", "~root"]
TARGETS = ["etc/passwd", "app.py", "serve.py", "../pyproject.toml", "%00", "index.html%00.js"]


@pytest.mark.parametrize("step", DEEP)
def test_nothing_but_the_page_is_served(client: TestClient, step: str) -> None:
    for depth, target in product(range(1, 5), TARGETS):
        path = f"/{'/'.join([step] * depth)}/{target}"
        assert (path, client.get(path).status_code) in {(path, 404), (path, 405)}


def test_an_unknown_take_is_told(client: TestClient) -> None:
    for key in ("", "nothing", "../../etc/passwd", None, 7, ["a"]):
        for path in ("regenerate", "edit", "export", "keep", "expected"):
            asked = {"take": key, "version": 1, "bars": [1, 2], "notes": [], "format": "mid"}
            answer = client.post(f"/api/{path}", json=asked)
            assert answer.status_code == 404
            assert answer.json()["where"] == "take"
    assert client.get("/api/notation?take=nothing").status_code == 404


def test_the_library_names_what_there_is(client: TestClient) -> None:
    found = client.get("/api/library").json()
    assert {"blues", "ballad"} <= {one["name"] for one in found["charts"]}
    assert "trumpet" in found["instruments"]
    assert {one["name"]: one["available"] for one in found["formats"]}["mid"]
    assert {"pdf", "roll.pdf", "sheet.svg", "svg"} <= {one["name"] for one in found["formats"]}
    assert "sheet.pdf" not in {one["name"] for one in found["formats"]}


def test_a_chart_comes_back_with_its_bars(client: TestClient) -> None:
    told = client.post("/api/chart", json={"text": "[A] | Dm7 G7 | Cmaj7 |", "transpose": 2}).json()
    symbols = [[chord["symbol"] for chord in bar["chords"]] for bar in told["bars"]]
    assert symbols == [["Em7", "A7"], ["Dmaj7"]]
    assert told["bars"][0]["section"] == "A"
    assert [chord["beat"] for chord in told["bars"][0]["chords"]] == [0, 2]
    again = client.post("/api/chart", json={"text": told["text"]}).json()
    assert again["bars"] == told["bars"]


def test_a_bad_bar_is_named(client: TestClient) -> None:
    told = client.post("/api/chart", json={"text": "| Dm7 | ??? | Cmaj7 |"}).json()
    named = [one["bar"] for one in told["errors"]]
    assert named == [2] or any("bar 2" in one for one in told["warnings"])


def test_a_file_is_read_and_its_name_is_no_path(client: TestClient) -> None:
    answer = client.post(
        "/api/chart?name=../../etc/my%20tune.txt",
        content=CHART.encode(),
        headers={"Content-Type": "application/octet-stream"},
    )
    assert len(answer.json()["bars"]) == 4


@pytest.mark.parametrize("content", [b"", b"MThd", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])
def test_a_file_that_is_no_chart_is_told_by_its_own_name(
    client: TestClient, content: bytes
) -> None:
    for name in ("tune.mid", "tune.mxl", "tune.txt"):
        answer = client.post(
            f"/api/chart?name={name}",
            content=content,
            headers={"Content-Type": "application/octet-stream"},
        )
        [told] = answer.json()["errors"]
        assert told["message"].startswith(f"{name}: ")
        assert "jazzgen-" not in told["message"]


def test_a_chart_that_is_too_long_is_told(client: TestClient) -> None:
    told = client.post("/api/chart", json={"text": "| Dm7 " * 2000 + "|"}).json()
    assert "2,000 bars" in (told.get("error") or told["errors"][0]["message"])


def test_a_take_is_what_the_library_plays_with_its_seed(take: dict[str, Any]) -> None:
    assert take["seed"] == 7
    assert take["bars"][0]["chords"][0]["symbol"] == "Dm7"
    assert [bar["form"] for bar in take["bars"]] == [0, 1, 2, 3, None]
    assert {part["kind"] for part in take["parts"]} == {"solo", "piano", "bass", "drums"}
    ends = [onset + duration for part in take["notes"].values() for onset, duration, *_ in part]
    assert max(ends) <= take["length"] + 1


def test_bars_played_again_leave_the_others(client: TestClient, take: dict[str, Any]) -> None:
    asked = {"take": take["id"], "version": 1, "bars": [2, 3], "seed": 1}
    again = client.post("/api/regenerate", json=asked).json()
    assert again["id"] != take["id"]
    begin, end = 480 * 4, 480 * 12
    kept, new = take["state"]["notes"], again["state"]["notes"]
    tick = KeptTake.of_json(take["state"]).solo().chart.bar_starts
    begin, end = tick[1], tick[3]
    assert [one for one in new if one[0] < begin and one[0] + one[1] <= begin] == [
        one for one in kept if one[0] < begin and one[0] + one[1] <= begin
    ]
    assert [one for one in new if one[0] >= end] == [one for one in kept if one[0] >= end]
    assert new != kept


def test_bars_that_are_not_there_cannot_be_played_again(
    client: TestClient, take: dict[str, Any]
) -> None:
    for bars in ([0, 1], [3, 99], [3, 2], [1], ["1", "2"], None):
        asked = {"take": take["id"], "bars": bars}
        assert client.post("/api/regenerate", json=asked).status_code == 400


@pytest.fixture
def own(client: TestClient, take: dict[str, Any]) -> dict[str, Any]:
    """A take that a test may edit."""
    return dict(client.post("/api/restore", json={"state": take["state"]}).json())


def test_a_restored_take_is_the_same(own: dict[str, Any], take: dict[str, Any]) -> None:
    assert {**own, "id": take["id"]} == take


def test_notes_that_are_not_moved_stay_to_the_tick(client: TestClient, own: dict[str, Any]) -> None:
    asked = {"take": own["id"], "version": 1, "notes": own["notes"]["solo"]}
    told = client.post("/api/edit", json=asked).json()
    assert (told["id"], told["version"]) == (own["id"], 2)
    assert told["state"]["notes"] == own["state"]["notes"]


def test_a_note_can_be_taken_out_and_another_pitch_given(
    client: TestClient, own: dict[str, Any]
) -> None:
    first, second, *others = own["notes"]["solo"]
    higher = [*second[:2], second[2] + 1, second[3]]
    asked = {"take": own["id"], "version": 1, "notes": [higher, *others]}
    told = client.post("/api/edit", json=asked).json()
    assert len(told["notes"]["solo"]) == len(others) + 1
    assert told["notes"]["solo"][0][2] == second[2] + 1
    assert told["state"]["notes"][1:] == own["state"]["notes"][2:]
    assert first not in told["notes"]["solo"]


def test_the_later_of_two_tabs_is_told(client: TestClient, own: dict[str, Any]) -> None:
    asked = {"take": own["id"], "version": 1, "notes": own["notes"]["solo"][1:]}
    assert client.post("/api/edit", json=asked).status_code == 200
    later = client.post("/api/edit", json=asked)
    assert (later.status_code, later.json()["version"]) == (409, 2)
    now = client.post("/api/restore", json={"take": own["id"]}).json()
    assert (now["id"], now["version"]) == (own["id"], 2)
    assert now["notes"]["solo"] == own["notes"]["solo"][1:]


@pytest.mark.parametrize(
    "row", [[0, 1, 60], [0, 1, 128, 80], [-1, 1, 60, 80], [0, 0, 60, 80], "note", [0, "1", 60, 80]]
)
def test_a_note_that_cannot_be_is_refused(
    client: TestClient, own: dict[str, Any], row: object
) -> None:
    asked = {"take": own["id"], "version": 1, "notes": [row]}
    assert client.post("/api/edit", json=asked).status_code == 400


@pytest.mark.parametrize("name", BEGINNINGS)
def test_an_export_is_a_file_of_its_kind(
    client: TestClient, take: dict[str, Any], name: str, tmp_path: Path
) -> None:
    answer = client.post("/api/export", json={"take": take["id"], "format": name})
    assert answer.headers["content-disposition"].endswith(f".{name}")
    file = tmp_path / f"take.{name}"
    file.write_bytes(answer.content)
    assert answer.content.startswith(BEGINNINGS[name])
    if name == "mid":
        pitches = [note.pitch for note in jazzgen.read(file).notes]
        assert pitches == [row[2] for row in take["notes"]["solo"]]


@pytest.mark.parametrize("name", ["../mid", "exe", "", 5, None])
def test_an_unknown_format_is_told(client: TestClient, take: dict[str, Any], name: object) -> None:
    answer = client.post("/api/export", json={"take": take["id"], "format": name})
    assert (answer.status_code, answer.json()["where"]) == (400, "format")


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of kept takes."""
    monkeypatch.setattr(folder, "music_folder", lambda: tmp_path / "Music")
    return tmp_path / "Music"


def test_kept_takes_never_replace_one_another(
    client: TestClient, take: dict[str, Any], music: Path
) -> None:
    asked = {"take": take["id"], "formats": ["mid", "musicxml"]}
    kept = [client.post("/api/keep", json=asked).json()["files"] for _ in range(2)]
    assert kept == [["Four 7.mid", "Four 7.musicxml"], ["Four 7 (2).mid", "Four 7 (2).musicxml"]]
    assert sorted(file.name for file in music.iterdir()) == sorted([*kept[0], *kept[1]])
    assert jazzgen.read(music / kept[1][0]).notes == jazzgen.read(music / kept[0][0]).notes


def test_a_name_that_is_taken_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "is_there", lambda _path: False)
    files = [tmp_path / "a.mid", tmp_path / "a.wav"]
    for file in files:
        file.write_bytes(b"new")
    music = tmp_path / "Music"
    music.mkdir()
    (music / "a.wav").write_bytes(b"another's")
    assert folder.place(files, music)["files"] == ["a (2).mid", "a (2).wav"]
    assert (music / "a.wav").read_bytes() == b"another's"
    assert not (music / "a.mid").exists()


def full(_file: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told(
    client: TestClient, take: dict[str, Any], music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic.os, "fsync", full)
    answer = client.post("/api/keep", json={"take": take["id"], "formats": ["mid"]})
    assert answer.status_code == 400
    assert "No space left" in answer.json()["error"]
    assert not music.exists()


def test_a_disk_without_room_for_a_folder_is_told(
    client: TestClient, take: dict[str, Any], music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_given: Any, **_named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere")

    monkeypatch.setattr(studio_app_module, "TemporaryDirectory", no_room)
    answer = client.post("/api/keep", json={"take": take["id"]})
    assert (answer.status_code, answer.json()["where"]) == (400, "output")
    assert answer.json()["error"] == "/somewhere: No space left on device"
    assert not music.exists()


def test_a_full_disk_leaves_nothing_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / "a.mid", tmp_path / "a.wav"]
    for file in files:
        file.write_bytes(b"new")
    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(jazzgen.JazzgenError, match="No space left"):
        folder.place(files, tmp_path / "Music")
    assert list((tmp_path / "Music").iterdir()) == []


def test_a_page_cannot_say_where_a_take_is_kept(
    client: TestClient, take: dict[str, Any], music: Path, tmp_path: Path
) -> None:
    asked = {"take": take["id"], "into": str(tmp_path / "elsewhere")}
    assert client.post("/api/keep", json=asked).json()["folder"] == str(music)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_made_is_told(
    client: TestClient, take: dict[str, Any], music: Path
) -> None:
    music.write_text("")
    answer = client.post("/api/keep", json={"take": take["id"]})
    assert (answer.status_code, answer.json()["where"]) == (400, "output")
    assert str(music) in answer.json()["error"]


def test_all_takes_are_few(client: TestClient, take: dict[str, Any]) -> None:
    for takes in ([], [take["id"]] * 101, "all"):
        answer = client.post("/api/export", json={"takes": takes, "format": "mid"})
        assert (answer.status_code, answer.json()["where"]) == (400, "takes")


@pytest.mark.parametrize(
    "change",
    [
        {"notes": [[0, 1, 60, 80]]}, {"notes": 5}, {"notes": [[0, -1, 60, 80, 0.0]]},
        {"seed": "x"}, {"settings": {"solo": "/etc/passwd"}}, {"settings": []},
        {"notes": [[0, 10**8, 60, 80, 0.0]]}, {"program": 400}, {"phrase_starts": [9999]},
        {"band_seed": -1},
    ],
)  # fmt: skip
def test_a_damaged_state_is_refused(
    client: TestClient, take: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = client.post("/api/restore", json={"state": {**take["state"], **change}})
    assert answer.status_code == 400


def test_expectations_come_for_each_note(client: TestClient, take: dict[str, Any]) -> None:
    told = client.post("/api/expected", json={"take": take["id"]}).json()["expected"]
    assert [one["pitch"] for one in told] == [row[2] for row in take["notes"]["solo"]]


def test_a_take_without_notes_is_still_a_take(client: TestClient, own: dict[str, Any]) -> None:
    told = client.post("/api/edit", json={"take": own["id"], "version": 1, "notes": []}).json()
    assert (told["notes"]["solo"], told["likelihood"]) == ([], None)
    assert client.post("/api/expected", json={"take": own["id"]}).json() == {"expected": []}
    asked = {"take": own["id"], "version": 2, "notes": [[1.0, 0.3, 60, 80]]}
    again = client.post("/api/edit", json=asked).json()
    assert [row[2] for row in again["notes"]["solo"]] == [60]


def test_a_note_sounds_where_it_was_put(client: TestClient, own: dict[str, Any]) -> None:
    """To the millisecond: the grid of the score decides nothing but how it is written."""
    rows = own["notes"]["solo"]
    moved = [rows[0], [rows[1][0] + 0.0347, 0.05, *rows[1][2:]], *rows[2:]]
    asked = {"take": own["id"], "version": 1, "notes": moved}
    told = client.post("/api/edit", json=asked).json()["notes"]["solo"]
    assert [row[0] for row in told] == pytest.approx([row[0] for row in moved], abs=0.001)
    assert told[1][1] == pytest.approx(0.05, abs=0.013)  # a tick


@pytest.mark.parametrize("players", [["piano", "bass", "drums"], ["bass"]])
def test_locked_players_play_the_same_under_another_solo(
    client: TestClient, take: dict[str, Any], players: list[str]
) -> None:
    asked = {"chart": CHART, "choruses": 1, "seed": 9, "draws": 1, "title": "Four"}
    locked = {**asked, "band_of": take["id"], "lock": players}
    other = client.post("/api/generate", json=locked).json()
    same = {name for name, notes in other["notes"].items() if notes == take["notes"][name]}
    assert same == set(players)
    bars = {"take": other["id"], "bars": [2, 3], "seed": 1}
    again = client.post("/api/regenerate", json=bars).json()
    assert all(again["notes"][name] == take["notes"][name] for name in players)


def test_the_band_plays_anew_under_the_same_solo(client: TestClient, take: dict[str, Any]) -> None:
    asked = {"take": take["id"], "lock": ["drums"], "seed": 5}
    other = client.post("/api/rearrange", json=asked).json()
    same = {name for name, notes in other["notes"].items() if notes == take["notes"][name]}
    assert same == {"solo", "drums"}
    for lock in (["piano", "bass", "drums"], ["tuba"], [5], "bass"):
        answer = client.post("/api/rearrange", json={**asked, "lock": lock})
        assert (answer.status_code, answer.json()["where"]) == (400, "lock")


@pytest.fixture(scope="module")
def other(client: TestClient, take: dict[str, Any]) -> dict[str, Any]:
    """Another solo over the chart and the band of `take`."""
    asked = {"chart": CHART, "choruses": 1, "seed": 9, "draws": 1, "title": "Four"}
    return dict(client.post("/api/generate", json={**asked, "band_of": take["id"]}).json())


def test_all_takes_are_in_one_file(
    client: TestClient, take: dict[str, Any], other: dict[str, Any]
) -> None:
    asked = {"takes": [take["id"], other["id"]], "format": "mid"}
    answer = client.post("/api/export", json=asked)
    tracks = session_of(answer.content, "takes.mid").tracks
    solos = [f"Solo take {n}: {one['instrument']}" for n, one in enumerate((take, other), 1)]
    assert [track.name for track in tracks] == [*solos, "Piano", "Bass", "Drums"]
    for track, one in zip(tracks, (take, other), strict=False):
        assert [note.pitch for note in track.notes] == [row[2] for row in one["notes"]["solo"]]
    assert len({track.channel for track in tracks}) == 5
    project = client.post("/api/export", json={**asked, "format": "dawproject"})
    assert project.content.startswith(b"PK")


@pytest.mark.parametrize(
    ("number", "name", "reason"), [(14, "mid", "at most 13"), (2, "musicxml", "holds one take")]
)
def test_takes_that_one_file_cannot_hold_are_told(
    client: TestClient, take: dict[str, Any], number: int, name: str, reason: str
) -> None:
    answer = client.post("/api/export", json={"takes": [take["id"]] * number, "format": name})
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


def test_the_notation_says_which_note_is_which(client: TestClient, take: dict[str, Any]) -> None:
    pytest.importorskip("verovio")
    [page] = client.get(f"/api/notation?take={take['id']}&transpose=2").json()["pages"]
    notes = re.findall(r'<g id="n(\d+)" class="note"', page)
    assert [int(one) for one in notes] == list(range(len(take["notes"]["solo"])))
    assert page.count('class="measure"') == len(take["bars"])
    narrow = client.get(f"/api/notation?take={take['id']}&width=800").json()["pages"]
    assert narrow[0].count('class="system"') > page.count('class="system"')
    assert client.get(f"/api/notation?take={take['id']}&width=3").status_code == 400


def test_the_folder_is_shown_by_the_program_of_the_desktop(tmp_path: Path) -> None:
    shown = tmp_path / "shown"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$1" > {shown}\n')
    program.chmod(0o755)
    folder.show_folder(tmp_path / "Music" / "jazzgen", lambda _name: str(program)).wait()
    assert shown.read_text().strip() == str(tmp_path / "Music" / "jazzgen")
    with pytest.raises(jazzgen.JazzgenError, match="could show it"):
        folder.show_folder(tmp_path, lambda _name: None)

"""How the studio starts: what it needs, and what it plays with a seed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import jazzgen
from jazzgen.cli.main import app
from jazzgen.errors import MissingPackageError
from jazzgen.studio import playing
from jazzgen.studio.serve import pass_for, serve

CHART = "| Dm7 | G7 | Cmaj7 | A7 |"


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'jazzgen\[studio\]'"):
        serve("127.0.0.1", 0, "", lambda _line: None, browser=False)


def test_a_port_out_of_range_is_refused() -> None:
    result = CliRunner().invoke(app, ["studio", "--port", "70000", "--no-browser"])
    assert result.exit_code != 0


def test_other_machines_need_a_password_before_anything_is_opened() -> None:
    with pytest.raises(jazzgen.JazzgenError, match="--password"):
        serve("0.0.0.0", 0, "short", lambda _line: None, browser=False)


@pytest.mark.parametrize(("typed", "told"), [("long enough\n", None), ("short\n", "--password")])
def test_a_password_is_typed_where_nobody_sees_it(
    typed: str, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def serves(host: str, port: int, password: str, *_say: object, **_named: object) -> None:
        pass_for(host, port, password, "token")
        given.append(password)

    monkeypatch.setattr("jazzgen.studio.serve.serve", serves)
    result = CliRunner().invoke(app, ["studio", "--host", "::", "--password", "-"], input=typed)
    assert given == ([] if told else ["long enough"])
    assert told is None or told in str(result.exception)


def test_a_seed_plays_what_the_command_writes(tmp_path: Path) -> None:
    file = tmp_path / "solo.mid"
    asked = ["generate", "--chart", CHART, "--choruses", "1", "--seed", "7", "--draws", "1"]
    result = CliRunner().invoke(app, [*asked, "--out", str(file)])
    assert result.exit_code == 0, result.output
    take = playing.generated({"chart": CHART, "choruses": 1, "seed": 7, "draws": 1})
    written = jazzgen.read(file)
    assert [(note.onset, note.pitch) for note in written.notes] == [
        (note.onset, note.pitch) for note in take.notes
    ]

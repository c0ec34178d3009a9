"""Kept takes say how they were made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from jazzgen.cli.main import app
from jazzgen.errors import ConfigError
from jazzgen.io.midi.read import read_midi
from jazzgen.studio import playing, writing
from jazzgen.studio.take import KeptTake


def kept(take: KeptTake, folder: Path, **request: Any) -> Path:
    [file] = writing.rendered(take, {"into": str(folder), **request})
    return file


def again(file: Path) -> Result:
    return CliRunner().invoke(app, ["generate", "--again", str(file), "--out", f"{file}-again.mid"])


def sounds(file: Path) -> list[Any]:
    return [(part.name, part.program, part.notes) for part in read_midi(file).parts]


@pytest.mark.parametrize("seed", [None, 5], ids=["its own band", "another band"])
def test_a_kept_take_is_played_again_by_the_command(
    take: dict[str, Any], tmp_path: Path, seed: int | None
) -> None:
    made = KeptTake.of_json(take["state"])
    file = kept(made if seed is None else playing.rearranged(made, {"seed": seed}), tmp_path)
    result = again(file)
    assert result.exit_code == 0, result.output
    assert sounds(Path(f"{file}-again.mid")) == sounds(file)


def test_a_take_that_was_changed_says_so(take: dict[str, Any], tmp_path: Path) -> None:
    made = KeptTake.of_json(take["state"])
    shorter = made.solo().with_notes(made.notes[1:])
    locked = playing.rearranged(made, {"seed": 5, "lock": ["bass"]})
    changes: list[tuple[KeptTake, dict[str, Any]]] = [
        (made.with_solo(shorter), {}),
        (locked, {}),
        (made, {"transpose": 2}),
        (made, {"tempo": 99}),
    ]
    for changed, request in changes:
        file = kept(changed, tmp_path, **request)
        told = again(file).exception
        assert isinstance(told, ConfigError)
        assert f"{file}: was changed after it was played" in str(told)


def test_the_seed_that_a_take_shows_plays_it_again() -> None:
    asked = {"chart": "| Dm7 | G7 | Cmaj7 | % |", "choruses": 1}
    drawn = playing.generated(asked)
    same = playing.generated({**asked, "seed": drawn.seed})
    assert (same.notes, same.performer, same.seed) == (drawn.notes, drawn.performer, drawn.seed)

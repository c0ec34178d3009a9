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
    return folder / writing.keep(take, {"formats": ["mid"], **request}, folder)["files"][0]


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
    files = [
        kept(made.with_solo(shorter), tmp_path),
        kept(locked, tmp_path),
        kept(made, tmp_path, transpose=2),
        kept(made, tmp_path, tempo=99),
    ]
    for file in files:
        told = again(file).exception
        assert isinstance(told, ConfigError)
        assert f"{file}: was changed after it was played" in str(told)

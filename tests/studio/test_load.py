"""A studio that many clients use, leave and confuse at the same time."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from load_studio import under_load

from jazzgen.studio import folder

pytestmark = [
    pytest.mark.skipif(
        not (find_spec("starlette") and find_spec("uvicorn")),
        reason="needs `pip install 'jazzgen[studio]'`",
    ),
]


def test_under_load_all_answers_are_right_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from page_server import TOKEN, running_studio

    aside = tmp_path / "temporary"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    monkeypatch.setattr(folder, "music_folder", lambda: tmp_path / "Music")
    with running_studio() as address:
        port = int(address.rpartition("/#")[0].rpartition(":")[2])
        load = asyncio.run(under_load(port, TOKEN, clients=8, seconds=1))
    assert load.wrong == []
    assert load.answers["generate 200"] >= 10
    assert load.given_up
    assert list(aside.iterdir()) == []

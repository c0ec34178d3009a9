"""The sampled instruments of a release, which a clone does not have."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from jazzgen.studio.app import studio_app
from jazzgen.studio.guard import Pass

SCRIPTS = Path(__file__).parents[2] / "scripts"


class Nothing:
    """Workers that know nothing."""

    async def ask(self, _job: str, _request: object) -> dict[str, Any]:
        return {}

    def stop(self) -> int:
        return 0

    def close(self) -> None:
        pass


def test_the_page_is_told_whether_there_are_sounds(tmp_path: Path) -> None:
    def told() -> object:
        app = studio_app(Nothing(), Pass(token="t", port=8777), tmp_path)
        client = TestClient(app, "http://127.0.0.1:8777", headers={"X-Studio-Token": "t"})
        return client.get("/api/library").json()["sounds"]

    assert told() is False
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "sounds.js").write_text("")
    assert told() is True


def test_every_instrument_of_the_program_is_in_a_release() -> None:
    presets = runpy.run_path(str(SCRIPTS / "build_studio.py"))["presets"]()
    assert {0, 32, 66, 56} <= {*presets["programs"]}
    assert presets["programs"] == sorted({*presets["programs"]})

"""What tests of the studio's page do again and again."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

NEEDS = [
    pytest.mark.skipif(find_spec("playwright") is None, reason="needs `pip install playwright`"),
    pytest.mark.skipif(
        not (find_spec("starlette") and find_spec("uvicorn")),
        reason="needs `pip install 'jazzgen[studio]'`",
    ),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`"),
]
"""The marks of modules whose tests open the page in a browser."""

CHANGES = "| Dm7 | G7 | Cmaj7 | A7b9 |"
PEAK = "studio.transport.synth.peak()"
PARTS = ("solo", "piano", "bass", "drums")


def type_chart(page, *bars):
    page.click("#chart-new")
    for bar in bars:
        page.keyboard.type(bar)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def generate(page, choruses=1, seed=7) -> dict[str, Any]:
    """Generate over four bars with a fixed seed; return the take, which does not play."""
    page.evaluate("text => studio.use({ text })", f"title: Four\nkey: C\ntempo: 200\n{CHANGES}")
    return another(page, choruses, seed)


def another(page, choruses=1, seed=8) -> dict[str, Any]:
    """Generate once more over the chart that is there; return the take, which does not play."""
    page.evaluate(
        """async ([choruses, seed]) => {
            const { store } = studio;
            store.put({ settings: { ...store.state.settings, choruses, seed } });
            await studio.generate();
            studio.transport.stop();
        }""",
        [choruses, seed],
    )
    return take(page)


STATE = """[studio.store.state.takes.map(({ id, version, unsent }) => [id, version, unsent]),
    studio.store.state.current, studio.roll.pointer.drag, studio.roll.picked, studio.roll.scale]"""


def until(page, expression):
    """Wait until an expression of JavaScript is true; the page's policy forbids `eval`."""
    for _ in range(1000):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(30)
    said = page.evaluate("document.querySelector('#message').textContent")
    pytest.fail(f"never true: {expression}; {page.evaluate(STATE)}; the page says {said!r}")


def take(page) -> dict[str, Any]:
    return page.evaluate("studio.store.take")


def solo_in(made, first, last):
    """The notes of a take's solo that begin in some bars, numbered from 1."""
    begin = made["bars"][first - 1]["start"]
    end = made["bars"][last - 1]["start"] + made["bars"][last - 1]["length"]
    return [row for row in made["notes"]["solo"] if begin <= row[0] < end]


def strokes(made, first, last):
    """What is struck within some bars, apart from their edges, where neighbours may be early."""
    begin = made["bars"][first - 1]["start"] + 0.05
    end = made["bars"][last - 1]["start"] + made["bars"][last - 1]["length"] - 0.05
    return [(onset, pitch) for onset, _, pitch, _ in made["notes"]["solo"] if begin <= onset < end]

"""A studio whose jobs run in this process, and a take of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from page_kit import CHROMIUM
from starlette.testclient import TestClient

from jazzgen.studio.app import studio_app
from jazzgen.studio.guard import Pass
from jazzgen.studio.jobs import run_job
from jazzgen.studio.workers import Failed

TOKEN = "the-token-of-this-start"
CHART = "| Dm7 | G7 | Cmaj7 | A7 |"


class Here:
    """Answers requests in this process."""

    async def ask(self, job: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if job == "warm":
            return {}
        answer = json.loads(run_job(json.dumps([job, dict(request)])))
        if "failed" in answer:
            raise Failed(answer["failed"])
        return dict(answer["answer"])

    def stop(self) -> int:
        return 0

    def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """The page's view of a studio."""
    app = studio_app(Here(), Pass(token=TOKEN, port=8777))
    with TestClient(app, "http://127.0.0.1:8777", headers={"X-Studio-Token": TOKEN}) as client:
        yield client


@pytest.fixture(scope="session")
def take(client: TestClient) -> dict[str, Any]:
    """A take of four bars; tests must not edit it."""
    asked = {"chart": CHART, "choruses": 1, "seed": 7, "draws": 1, "title": "Four"}
    answer = client.post("/api/generate", json=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a studio that runs."""
    from page_server import running_studio

    with running_studio() as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser for all tests of the page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--autoplay-policy=no-user-gesture-required", "--no-sandbox"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="session")
def visited() -> list[str]:
    """The addresses that the page has asked for."""
    return []


@pytest.fixture(scope="session")
def tab(browser: Any, address: str, visited: list[str]) -> Any:
    """A tab with the page; its `errors` are those of JavaScript."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(120_000)  # on a machine that has other work
    opened.errors = []
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.on("request", lambda request: visited.append(request.url))
    opened.goto(address)
    opened.wait_for_selector("html[data-ready]")  # the first worker starts
    return opened


FORGET = """async () => {
    studio.store.save = () => {};
    studio.transport.stop();
    localStorage.clear();
    studio.store.shelf.change(studio.store.state.takes, []);
}"""


@pytest.fixture
def page(tab: Any) -> Iterator[Any]:
    """The page without any work, which must end without an error of JavaScript."""
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.wait_for_selector("html[data-ready]")  # the test before may have failed in a reload
    tab.evaluate(FORGET)
    tab.reload()
    tab.wait_for_selector("html[data-ready]")
    yield tab
    errors, tab.errors = tab.errors, []
    assert errors == []

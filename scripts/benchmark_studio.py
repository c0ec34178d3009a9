#!/usr/bin/env python3
"""Measure the studio as a user meets it: in a browser, with the server beside it.

    python scripts/benchmark_studio.py [--json] [--generations 200] [--rounds 7]

It needs `pip install playwright` and Chromium. Times are milliseconds, medians of several rounds;
`empty_request` is what a request costs that does nothing, on the same machine at the same time.

| figure | what | at most |
|---|---|---|
| `empty_request` | a request that is answered at once | |
| `interactive_first` | from the page's answer to its being ready, right after the start | |
| `interactive` | the same once the server has started its worker | 400 |
| `first_click_to_sound` | from the first press of Generate to sound: 32 bars | |
| `click_to_sound` | the same for later presses | 700 |
| `generate_request` | the part of it that the server takes | |
| `key_to_sound` | from the space bar to the sound of a take that is there | 60 |
| `scroll_frames` | frames a second while 200 bars scroll in the roll | (at least 55) |
| `page_frames`, `play_frames` | the same while the page scrolls, and while it plays | |
| `idle_frames` | the same while nothing happens | |
| `long_tasks` | tasks of more than 50 ms while it scrolls and plays | 0 |
| `script_kib` | our JavaScript, compressed, in KiB | 60 |
| `server_growth` | memory of the server, in MiB: the last half of the generations | 4 |
| `page_growth` | the same of the page's JavaScript, takes forgotten | 2 |
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio_process import StudioProcess, in_browser

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

__all__ = ["main"]

PAGE = Path(__file__).parent.parent / "jazzgen" / "studio" / "page"
MOST = {
    "interactive": 400,
    "click_to_sound": 700,
    "key_to_sound": 60,
    "long_tasks": 0,
    "script_kib": 60,
    "server_growth": 4,
    "page_growth": 2,
}
"""The largest value that each figure may have."""
LEAST = {"scroll_frames": 55, "page_frames": 55, "play_frames": 55}
"""The smallest value that each figure may have."""
CHARTS = {
    12: "blues",
    32: "rhythm-changes",
}
"""Charts of the library by their number of bars."""

READY = """
new MutationObserver(() => {
  if (document.documentElement?.dataset.ready) window.readyAt ??= performance.now();
}).observe(document, { subtree: true, attributes: true, childList: true });
addEventListener("keydown", (event) => { window.pressedAt = event.timeStamp; }, true);
window.longTasks = 0;
new PerformanceObserver((list) => { window.longTasks += list.getEntries().length; })
  .observe({ type: "longtask" });
"""
"""Notes when the page is ready, when a key is pressed, and how many tasks took long."""

SOUND = """() => new Promise((done) => {
  const timer = setInterval(() => {
    if ((studio.transport._synth?.peak() ?? 0) < 0.003) return;
    clearInterval(timer);
    done(performance.now() - window.pressedAt);
  }, 2);
})"""
"""Waits for sound; returns the milliseconds since the key was pressed."""

SILENCE = """() => new Promise((done) => {
  studio.transport.stop();
  const timer = setInterval(() => {
    if ((studio.transport._synth?.peak() ?? 0) > 0.0002) return;
    clearInterval(timer);
    done();
  }, 20);
})"""

FRAMES = """(work) => new Promise((done) => {
  const began = performance.now();
  const { roll } = studio;
  let count = 0;
  const step = (now) => {
    const share = (now - began) / 2500;
    if (work === "scroll") roll.scroll(share * roll.length);
    if (work === "page") scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight));
    count += 1;
    if (share < 1) requestAnimationFrame(step);
    else done((1000 * count) / (performance.now() - began));
  };
  requestAnimationFrame(step);
})"""
"""Scrolls over the whole take for 2.5 seconds; returns the frames a second."""

EMPTY = """async () => {
  const began = performance.now();
  await (await fetch("api/notation?take=none", {
    headers: { "X-Studio-Token": sessionStorage.getItem("jazzgen.studio.token") },
  })).text();
  return performance.now() - began;
}"""

TOOK = """() => performance.getEntriesByType("resource")
  .filter((one) => one.name.endsWith("api/generate")).at(-1).duration"""


def opened(page: Page, studio: StudioProcess) -> float:
    """Open the page; return the milliseconds from the answer to the page's being ready."""
    page.goto("about:blank")
    page.goto(studio.address)
    page.wait_for_selector("html[data-ready]")
    answered = "performance.getEntriesByType('navigation')[0].responseEnd"
    return float(page.evaluate(f"readyAt - {answered}"))


def prepared(page: Page, bars: int, choruses: int = 1) -> None:
    """Put a chart into the page.

    Args:
        page: The page.
        bars: The number of its bars.
        choruses: How often it is played.
    """
    page.evaluate(
        "async name => studio.use(await (await import('./api.js')).readChart(name))", CHARTS[bars]
    )
    page.fill("#choruses", str(choruses))
    page.focus("#grid")


def sounding(page: Page, key: str) -> float:
    """Press a key; return the milliseconds until there is sound."""
    page.evaluate(SILENCE)
    page.keyboard.press(key)
    return float(page.evaluate(SOUND))


def median(turn: Callable[[], float], rounds: int) -> float:
    """Return the median of what a function returns in several rounds."""
    return statistics.median(turn() for _ in range(rounds))


def times(page: Page, studio: StudioProcess, rounds: int) -> dict[str, float]:
    """Return the times from opening the page to its sound.

    Args:
        page: The page.
        studio: The studio, which has just been started.
        rounds: How often each is measured.
    """
    figures = {"interactive_first": opened(page, studio)}
    figures["empty_request"] = median(lambda: float(page.evaluate(EMPTY)), 15)
    figures["interactive"] = median(lambda: opened(page, studio), rounds)
    prepared(page, 32)
    figures["first_click_to_sound"] = sounding(page, "g")
    figures["click_to_sound"] = median(lambda: sounding(page, "g"), rounds)
    figures["generate_request"] = float(page.evaluate(TOOK))
    figures["key_to_sound"] = median(lambda: sounding(page, " "), rounds)
    return figures


def frames(page: Page) -> dict[str, float]:
    """Return how smoothly a take of more than 200 bars scrolls and plays."""
    prepared(page, 32, choruses=7)
    sounding(page, "g")
    page.evaluate(SILENCE)
    page.wait_for_timeout(3000)  # until its notation is there
    figures = {"idle_frames": page.evaluate(FRAMES, "")}
    page.evaluate("longTasks = 0")
    figures["scroll_frames"] = page.evaluate(FRAMES, "scroll")
    figures["page_frames"] = page.evaluate(FRAMES, "page")
    page.keyboard.press(" ")
    page.wait_for_timeout(200)
    figures["play_frames"] = page.evaluate(FRAMES, "")
    figures["long_tasks"] = page.evaluate("longTasks")
    page.evaluate(SILENCE)
    return figures


def memory(page: Page, studio: StudioProcess, generations: int) -> dict[str, float]:
    """Return how memory grows from half the generations to all of them, in MiB.

    Args:
        page: The page.
        studio: The studio.
        generations: How many takes are played, and forgotten.
    """
    heap = page.context.new_cdp_session(page)
    prepared(page, 12)
    measured = []
    for number in range(generations + 1):
        page.evaluate(
            "async () => { await studio.generate(); studio.transport.stop();"
            " studio.forget(studio.store.state.current); }"
        )
        if number in (generations // 2, generations):
            measured.append((studio.memory(), _heap(heap)))
    (server, own), (server_after, own_after) = measured
    return {"server_growth": server_after - server, "page_growth": own_after - own}


def _heap(session: CDPSession) -> float:
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


def script_kib() -> float:
    """Return the size of the page's JavaScript, compressed, in KiB."""
    return sum(len(gzip.compress(file.read_bytes())) for file in PAGE.glob("*.js")) / 1024


def measure(rounds: int, generations: int) -> dict[str, float]:
    """Return every figure.

    Args:
        rounds: How often each time is measured.
        generations: The number of takes over which memory is watched.
    """
    with in_browser(READY) as (page, studio):
        figures = {**times(page, studio, rounds), **frames(page)}
        if generations:
            figures |= memory(page, studio, generations)
    return {**figures, "script_kib": script_kib()}


def verdict(name: str, value: float) -> str:
    """Return what a figure should be, and whether it is.

    Args:
        name: The name of the figure.
        value: Its value.
    """
    if name in MOST:
        return f"at most {MOST[name]}: {'yes' if value <= MOST[name] else 'NO'}"
    if name in LEAST:
        return f"at least {LEAST[name]}: {'yes' if value >= LEAST[name] else 'NO'}"
    return ""


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Measure the studio in a browser.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each time (7)")
    parser.add_argument("--generations", type=int, default=200, help="takes for memory (200)")
    asked = parser.parse_args()
    figures: dict[str, Any] = {
        name: float(f"{value:.4g}")
        for name, value in measure(asked.rounds, asked.generations).items()
    }
    if asked.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<24} {value:>10g}   {verdict(name, value)}")


if __name__ == "__main__":
    sys.exit(main())

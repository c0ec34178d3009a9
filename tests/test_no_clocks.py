"""No test asserts what a clock says: it would say as much of the machine as of the code."""

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TESTS = Path(__file__).parent
MAY = {
    "effort.py": {"thread_time"},
    "waiting.py": {"monotonic"},
    "runtime/test_pool.py": {"process_time"},
}
"""Who measures for all the others, who waits, and whose work is to use up processor time."""

CLOCKS = {
    "monotonic", "perf_counter", "process_time", "thread_time", "time", "clock_gettime",
    "getrusage", "times", "default_timer", "timeit",
}  # fmt: skip
OWNERS = {"time", "timeit", "resource", "os"}
"""The modules that those are of; elsewhere the names mean other things."""


def clocks(source):
    """Return the clocks that a module looks at, by name."""
    tree = ast.parse(source)
    owners, found = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                owners |= {one.asname or one.name for one in node.names if one.name in OWNERS}
            case ast.ImportFrom() if node.module in OWNERS:
                found |= {one.name for one in node.names}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in owners:
                found.add(name)
    return {name for name in found if name.removesuffix("_ns") in CLOCKS}


def test_no_test_looks_at_a_clock():
    found = {}
    for path in sorted(TESTS.rglob("*.py")):
        name = path.relative_to(TESTS).as_posix()
        if looked := clocks(path.read_text(encoding="utf-8")) - MAY.get(name, set()):
            found[name] = looked
    assert found == {}, "count, compare by effort.assert_effort, or wait by waiting.wait_until"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time\nbegan = time.monotonic()", {"monotonic"}),
        ("import time as t\nassert t.perf_counter_ns() - began < 5", {"perf_counter_ns"}),
        ("from time import process_time as clock", {"process_time"}),
        ("import timeit\ntimeit.timeit(work)", {"timeit"}),
        ("import os\nos.times()", {"times"}),
        ("import time\ntime.sleep(1)\nnote.time()\nfrom mido import time", set()),
    ],
)
def test_a_look_at_a_clock_is_seen(source, found):
    assert clocks(source) == found


def test_generated_examples_have_no_deadline():
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check

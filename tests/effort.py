"""Measures how much work something is, on any machine: in turns of a plain loop, not in seconds.

A machine that is slow for a while is slow at everything, at the loop as well; so the turns
stay the same where seconds do not. Nothing else in the tests may assert what a clock says.
"""

import gc
import time

TRIES = 4
"""How often something is measured that seems to be too much: the machine may have stumbled."""

TURNS = 1_000_000
"""Turns of the loop that is measured: some hundredths of a second."""


def assert_effort(work, turns):
    """Assert that something takes no longer than so many turns of a plain loop.

    The first try that shows it is enough, as nothing but the work itself makes it lighter.

    Args:
        work: What is to be done, a function without arguments; called again if it was slow.
        turns: How many turns it may take. Leave room: a few times what it takes.
    """
    found = []
    while not found or min(found) > turns:
        assert len(found) < TRIES, f"took {min(found):,.0f} turns; expected at most {turns:,}"
        found.append(effort(work))


def effort(work):
    """Return how many turns of a plain loop take as long as the work, measured around it."""
    collecting = gc.isenabled()
    gc.disable()  # what other tests have left behind is not this one's work
    try:
        before = _seconds(_loop)
        seconds = _seconds(work)
        turn = max(before, _seconds(_loop)) / TURNS
    finally:
        if collecting:
            gc.enable()
    return seconds / turn


def _loop():
    for _ in range(TURNS):
        pass


def _seconds(work):
    """Return how long this thread computes, however long it waits for its turn."""
    began = time.thread_time()
    work()
    return time.thread_time() - began

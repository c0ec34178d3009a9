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

QUICKEST = 2e-9
"""Seconds that a turn takes at least, on any machine."""


def assert_effort(work, turns):
    """Assert that something takes no longer than so many turns of a plain loop.

    The first try that shows it is enough, as nothing but the work itself makes it lighter. Where
    no machine could make so many turns in the meantime, the loop need not be measured.

    Args:
        work: What is to be done, a function without arguments; called again if it was slow.
        turns: How many turns it may take. Leave room: a few times what it takes.
    """
    found = []
    while not found or min(found) > turns:
        assert len(found) < TRIES, f"took {min(found):,.0f} turns; expected at most {turns:,}"
        found.append(effort(work, turns))


def effort(work, most=0):
    """Return how many turns of a plain loop take as long as the work, or less where that is few.

    Args:
        work: What is to be done.
        most: What any number of turns up to it may be told as.
    """
    collecting = gc.isenabled()
    gc.disable()  # what other tests have left behind is not this one's work
    try:
        seconds = _seconds(work)
        if seconds < most * QUICKEST:
            return most
        return seconds / (_seconds(_loop) / TURNS)
    finally:
        if collecting:
            gc.enable()


def _loop():
    for _ in range(TURNS):
        pass


def _seconds(work):
    """Return how long this thread computes, however long it waits for its turn."""
    began = time.thread_time()
    work()
    return time.thread_time() - began

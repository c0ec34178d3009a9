"""Waits for a condition, however slow the machine is, and fails in the end."""

import time

PATIENCE = 180.0
"""Seconds after which to give up. Nothing but a fault takes so long, however slow the machine."""


def wait_until(condition, pause=0.02):
    """Wait until a condition holds; fail where it never does.

    Args:
        condition: A function without arguments.
        pause: Seconds between two checks.
    """
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        _sleep(pause)


_sleep = time.sleep  # as it is before a test puts something in its place

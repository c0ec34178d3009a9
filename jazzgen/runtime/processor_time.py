"""Ending a process that has used up its processor time.

Unlike time on the clock, processor time does not depend on what else a machine does, so that a
file that is good today is not refused tomorrow because a render runs beside it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

__all__ = ["allow_seconds", "ran_out"]

EXIT_CODE = 152
"""The exit code of a process that has ended itself, where the system sends no signal: that which a
shell shows for the signal of the limit of processor time (128 + SIGXCPU)."""
STEP = 0.05
"""Seconds between two looks at the processor time, where the system sends no signal."""
LEAST = 1e-6
"""The shortest time of a timer in seconds; 0 would stop it."""


def allow_seconds(seconds: float) -> None:
    """End this process once it has used some seconds of processor time from now on.

    Args:
        seconds: The time, of all its threads together; 0 takes the limit back.
    """
    if sys.platform != "win32":
        # The signal of this timer ends a process whatever it is doing, even in NumPy's loops.
        signal.setitimer(signal.ITIMER_PROF, max(seconds, LEAST) if seconds else 0)
    else:
        _Watch.allow(seconds)


def ran_out(exit_code: int | None) -> bool:
    """Return whether a process has ended because it had used up its processor time.

    Args:
        exit_code: Its exit code, negative for a signal; None if it is not known.
    """
    if sys.platform != "win32":
        return exit_code == -signal.SIGPROF
    return exit_code == EXIT_CODE


class _Watch:
    """A thread that looks at the processor time, where the system has no timer of it."""

    thread: threading.Thread | None = None
    until: float | None = None

    @classmethod
    def allow(cls, seconds: float) -> None:
        """Set the limit, from now on; 0 takes it back."""
        cls.until = time.process_time() + seconds if seconds else None
        if cls.thread is None:
            cls.thread = threading.Thread(target=cls._look, daemon=True)
            cls.thread.start()

    @classmethod
    def _look(cls) -> None:
        while True:
            time.sleep(STEP)
            until = cls.until
            if until is not None and time.process_time() > until:
                os._exit(EXIT_CODE)

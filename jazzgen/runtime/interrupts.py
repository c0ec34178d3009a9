"""Ctrl-C, SIGTERM and SIGHUP: each becomes one exception, where an exception can do no harm.

The three signals mean the same: somebody, or the system, wants this process to end. The
handler raises `Interrupted`, so that `finally` clauses clean up, and the command line turns
it into a word and the exit code 128 + signal. It does not raise where the exception would be
lost or do damage:

| where | what happens |
|---|---|
| while the command itself is loading | the process ends at once: nothing has been done yet |
| in a block of `held` | the signal waits until the block is through |
| while a module is being imported | it is sent again until the import is through |
| in a function marked as `unbroken` | it is sent again until the function is through |
| in a callback that swallows exceptions | it is sent again, and the callback says nothing |
| in a block of `Polite` | the first one is noted, and the block asks for it |

An exception in the midst of an import is worse than it looks: libraries written in C turn it
into another one, swallow it, or abort.

A signal that was ignored when this process began, as Ctrl-C in a background job of a shell or
SIGHUP under nohup, stays ignored. Programs that use jazzgen as a library keep their own
handlers; `held` takes their place for the length of its block.

This module loads next to nothing, because it must be there before everything else.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time

TYPE_CHECKING = False  # `typing` would be a large part of what is loaded here
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, TracebackType
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["SIGNALS", "Interrupted", "Polite", "held", "ignore", "leave_at_once", "obeyed",
           "turned_into_another", "unbroken"]  # fmt: skip

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""The signals that ask a process to end; Windows has no SIGHUP."""

AGAIN = 0.02
"""Seconds after which a signal is sent again that came at a bad moment."""

IMPORTING = "<frozen importlib._bootstrap>"
"""The file name of every frame in which Python loads a module."""


class Interrupted(BaseException):
    """A signal asks this process to end.

    Like KeyboardInterrupt it is no `Exception`, so that nothing mends it. It is no
    KeyboardInterrupt either, which Typer would turn into a silent exit. Whoever keeps
    something of the work says so with `add_note`.

    Args:
        number: The signal.
    """

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__(number)
        self.number = number

    @property
    def code(self) -> int:
        """The exit code that shells expect: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + self.number

    def __str__(self) -> str:
        """Return one line: the word, and what was kept."""
        return "; ".join(["interrupted", *getattr(self, "__notes__", [])])


class _State:
    """What the handler goes by. Only the main thread changes it, where handlers run."""

    installed = False
    leaving = False  # whether a signal ends the process at once
    holds = 0  # blocks of `held` that have been entered
    waiting: int | None = None  # came in a block of `held`
    again: int | None = None  # came at a bad moment, and is on its way again
    raised: int | None = None
    polite: Polite | None = None


_state = _State()


def _arrived(number: int, frame: FrameType | None) -> None:
    """Handle a signal."""
    if _state.leaving:
        _leave(number)
    elif _state.holds:
        _state.waiting = number
    elif _state.polite is not None and _state.polite.number is None:
        _state.polite.note(number)
    elif not (_untimely(frame) and _send_again(number)):
        _state.raised = number
        raise Interrupted(number)


def _leave(number: int) -> None:
    try:
        os.write(2, b"jazzgen: interrupted\n")
    finally:  # standard error may be closed
        os._exit(128 + number)


def unbroken(function: F) -> F:
    """Decorate a function that no signal is to break off, from its very first step.

    For what ends a context: an exception there would leave undone what it is to tidy up,
    and a block of `held` begins a step too late. It must not take long. Programs that have
    handlers of their own break it off all the same.
    """
    _unbroken.add(function.__code__)
    return function


_unbroken: set[CodeType] = set()


def _untimely(frame: FrameType | None) -> bool:
    """Return whether the signal came in an import, or in a function marked as `unbroken`."""
    while frame is not None:
        if frame.f_code.co_filename == IMPORTING or frame.f_code in _unbroken:
            return True
        frame = frame.f_back
    return False


def _send_again(number: int) -> bool:
    """Send a signal to this thread once more, a little later; False if that is not possible."""
    on_its_way, _state.again = _state.again is not None, number
    if not on_its_way:
        try:
            _thread.start_new_thread(_send, (_thread.get_ident(),))
        except RuntimeError:  # no room for a thread
            _state.again = None
            return False
    return True


def _send(thread: int) -> None:
    time.sleep(AGAIN)
    number, _state.again = _state.again, None
    if number is None:  # it has been obeyed meanwhile
        return
    if hasattr(signal, "pthread_kill"):  # it ends a wait of the main thread too
        signal.pthread_kill(thread, number)
    else:
        _thread.interrupt_main(signal.Signals(number))


class _Handling:
    """A block in which signals come to this module; in another thread than the main one, none."""

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._here = False

    def _take(self) -> bool:
        """Have signals come here; return whether this is the thread that hears them."""
        import threading

        self._here = threading.current_thread() is threading.main_thread()
        if self._here and not _state.installed:
            _state.installed = True
            self._before = _install()
        return self._here

    def _give_back(self) -> None:
        """Restore the handlers that `_take` replaced. Ctrl-C comes last: it alone may raise."""
        if self._before:
            for number in reversed(self._before):
                signal.signal(number, self._before[number])
            self._before = {}
            _state.installed = False


def _install() -> dict[int, Any]:
    """Put the handler in place; return those that were there."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    # None stands for a handler that is not Python's, which could not be restored.
    before = {n: old for n, old in before.items() if old not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, _arrived)
    return before


class held(_Handling):  # noqa: N801 - used like a function, as contextlib's are
    """Let signals wait while a block does what must not be left half done.

    What waits is obeyed at the end of the block, which should therefore be short.
    """

    def __enter__(self) -> held:
        _state.holds += self._take()
        return self

    def __exit__(self, *_: object) -> None:
        if not self._here:
            return
        library = bool(self._before)
        self._give_back()
        _state.holds -= 1
        if _state.holds or _state.waiting is None:
            return
        number, _state.waiting = _state.waiting, None
        if library:
            signal.raise_signal(number)  # to whoever hears it in this program
        else:
            _arrived(number, sys._getframe())  # it may be held in the midst of an import


class obeyed(_Handling):  # noqa: N801
    """Raise `Interrupted` in the block when a signal comes.

    Raises:
        Interrupted: Also at the end of a block that went on although it was raised: some
            library has swallowed it.
    """

    def __enter__(self) -> obeyed:
        if self._take():
            self._left, _state.leaving, _state.raised = _state.leaving, False, None
            self._hook, sys.unraisablehook = sys.unraisablehook, self._unraisable
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not self._here:
            return
        sys.unraisablehook = self._hook
        again, _state.again = _state.again, None
        _state.leaving = self._left
        self._give_back()
        lost = again or _state.raised
        if kind is None and lost is not None:
            raise Interrupted(lost)

    def _unraisable(self, problem: sys.UnraisableHookArgs) -> None:
        """Hear what a callback raised that nobody can catch."""
        error = problem.exc_value
        if not (isinstance(error, Interrupted) and _send_again(error.number)):
            self._hook(problem)


def turned_into_another() -> Interrupted | None:
    """Return what was raised in the block of `obeyed`, where it is handled as another exception.

    Libraries written in C raise an exception of their own for whatever goes wrong in them.
    """
    return None if _state.raised is None else Interrupted(_state.raised)


class Polite(_Handling):
    """Note the first signal in place of raising it; the second one raises.

    Args:
        on_first: Called when the first one comes, in the midst of anything.
    """

    def __init__(self, on_first: Callable[[], None]) -> None:
        super().__init__()
        self.number: int | None = None
        self._on_first = on_first

    def note(self, number: int) -> None:
        """Note a signal."""
        self.number = number
        self._on_first()

    def __enter__(self) -> Polite:
        if self._take():
            _state.polite = self
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._here:
            _state.polite = None
            self._give_back()


def leave_at_once() -> None:
    """From now on, until a block of `obeyed`, a signal ends the process with a word."""
    _state.leaving = True
    if not _state.installed:
        _state.installed = True
        _install()


def ignore() -> None:
    """Ignore signals from now on: the outcome stands, and Python is tidying up."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)

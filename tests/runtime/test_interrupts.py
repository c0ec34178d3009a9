"""Signals end the program where it does no harm, with one word and the exit code of the signal."""

import ast
import os
import signal
import subprocess
import sys
import threading

import pytest
from platforms import slow
from waiting import PATIENCE, wait_until

import jazzgen
from jazzgen.runtime.interrupts import SIGNALS, Interrupted, Polite, held, obeyed, unbroken

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def code_of(number):
    return {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}[number]


def send(number=signal.SIGINT):
    os.kill(os.getpid(), number)


def send_and_wait(number=signal.SIGINT):
    """Send a signal, and wait to be interrupted; where that never happens it fails."""
    send(number)
    wait_until(lambda: False)


@pytest.fixture(autouse=True)
def same_handlers():
    """Whatever a block does, afterwards signals go where they went before."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    assert {number: signal.getsignal(number) for number in SIGNALS} == before


def run(code, *arguments, **more):
    """Run code in an interpreter of its own in which Ctrl-C is not ignored."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False,
        timeout=PATIENCE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **more,
    )  # fmt: skip


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_raised(number):
    with pytest.raises(Interrupted) as stop, obeyed():
        send_and_wait(number)
    assert stop.value.code == code_of(number)


def test_what_is_kept_is_said():
    stop = Interrupted()
    assert str(stop) == "interrupted"
    stop.add_note("the first half is kept")
    assert str(stop) == "interrupted; the first half is kept"


@pytest.mark.parametrize("number", SIGNALS)
def test_it_waits_while_it_is_held(number):
    done = []
    with pytest.raises(Interrupted) as stop, obeyed():  # noqa: PT012
        with held():
            with held():
                send(number)
                done.append("inner")
            done.append("outer")
        done.append("after")
    assert stop.value.number == number
    assert done == ["inner", "outer"]


def test_it_waits_in_a_program_that_has_handlers_of_its_own():
    done = []
    with pytest.raises(KeyboardInterrupt), held():  # noqa: PT012
        send()
        done.append("all")
    assert done == ["all"]


def test_another_thread_holds_nothing():
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with held(), obeyed():
            entered.set()
            leave.wait(PATIENCE)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(PATIENCE)
    try:
        with pytest.raises(Interrupted), obeyed():
            send_and_wait()
    finally:
        leave.set()
        thread.join()


def test_the_first_one_is_noted_where_somebody_asks_for_it():
    noted = []
    with pytest.raises(Interrupted), obeyed(), Polite(lambda: noted.append("said")) as polite:  # noqa: PT012
        assert polite.number is None
        send(signal.SIGTERM)
        assert polite.number == signal.SIGTERM
        noted.append("went on")
        send_and_wait(signal.SIGTERM)
    assert noted == ["said", "went on"]


def test_an_import_is_through_before_a_signal_is_obeyed(tmp_path, monkeypatch):
    """As in libraries in C, which swallow an exception that comes while they load."""
    (tmp_path / "loading_library.py").write_text(
        "import os, signal, time\n"
        "try:\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    time.sleep(0.05)\n"
        "except BaseException:\n"
        "    pass\n"
        "loaded = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(Interrupted), obeyed():  # noqa: PT012
        import loading_library

        assert loading_library.loaded
        wait_until(lambda: False)
    assert sys.modules.pop("loading_library").loaded


@unbroken
def tidy_up(done):
    send()
    done.append("all")


def test_a_function_is_not_broken_off():
    done = []
    with pytest.raises(Interrupted), obeyed():  # noqa: PT012
        tidy_up(done)
        done.append("after")
        wait_until(lambda: False)
    assert done == ["all", "after"]


class Callback:
    """Something whose end is interrupted: Python swallows what is raised there."""

    def __del__(self):
        send()


def test_an_interrupt_in_a_callback_is_not_lost(capsys):
    with pytest.raises(Interrupted), obeyed():  # noqa: PT012
        Callback()
        wait_until(lambda: False)
    assert capsys.readouterr().err == ""


def test_an_interrupt_that_a_library_swallows_is_not_lost():
    def library():
        try:
            send_and_wait()
        except BaseException:  # noqa: BLE001 - as some do
            return

    with pytest.raises(Interrupted), obeyed():
        library()


LOADING = """
import os, sys

_, awaited, number, *command = sys.argv

class Finder:
    def find_spec(self, name, path, target=None):
        if name == awaited:
            os.kill(os.getpid(), int(number))

sys.meta_path.insert(0, Finder())
from jazzgen.__main__ import main
sys.argv[1:] = command
main()
"""


@pytest.mark.parametrize(
    ("module", "number"),
    [*zip(["jazzgen.cli.main", "typer", "jazzgen.cli.charts"], SIGNALS, strict=True)],
)
def test_a_signal_while_the_command_loads(module, number):
    done = run(LOADING, module, str(int(number)), "charts")
    # What it prints is done in less time than a signal takes that is sent again.
    assert done.returncode == code_of(number)
    assert done.stderr == "jazzgen: interrupted\n"


def test_a_signal_while_a_command_loads_what_it_needs(small_corpus, tmp_path):
    done = run(LOADING, "jazzgen.runtime.pool", str(int(signal.SIGINT)), "prepare", small_corpus,
               "--out", tmp_path / "out.jsonl")  # fmt: skip
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "jazzgen: interrupted\n"
    assert not list(tmp_path.iterdir())


@slow
def test_a_signal_while_tensorflow_loads(small_corpus, tmp_path):
    where = "tensorflow.python.eager.context"
    done = run(LOADING, where, str(int(signal.SIGINT)), "train", small_corpus,
               "--out", tmp_path / "model", "--epochs", "1", "--units", "8")  # fmt: skip
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.splitlines()[-1] == "jazzgen: interrupted"
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
def test_what_was_ignored_stays_ignored(name):
    number = getattr(signal, name)
    done = subprocess.run(
        [sys.executable, "-c", LOADING, "typer", str(int(number)), "--version"],
        capture_output=True, text=True, check=False, timeout=PATIENCE,
        preexec_fn=lambda: signal.signal(number, signal.SIG_IGN),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


ENDING = """
import atexit, os, sys
atexit.register(os.kill, os.getpid(), int(sys.argv[1]))
from jazzgen.__main__ import main
sys.argv[1:] = ["--version"]
main()
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_after_all_is_done_changes_nothing(number):
    done = run(ENDING, str(int(number)))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


ENTRY = """
import sys
from jazzgen.__main__ import main
sys.argv[1:] = ["--version"]
main()
"""


@pytest.mark.parametrize(
    "left",
    [
        "import atexit; atexit.register(print, 'tidied up')",
        "from threading import Timer; Timer(0.3, print, ['tidied up']).start()",
    ],
    ids=["registered", "in a thread"],
)
def test_what_is_left_to_do_is_done_before_the_process_ends(left):
    done = run(f"{left}\n{ENTRY}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == ["tidied up"]


def test_a_process_with_nothing_left_to_do_ends_with_all_its_output_and_its_code():
    assert run(ENTRY).stdout.split() == [jazzgen.__version__]
    done = run(ENTRY.replace("--version", "no-such-command"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "no-such-command" in done.stderr


def test_the_way_in_loads_next_to_nothing():
    code = "import sys; old = {*sys.modules}; import jazzgen.__main__; print({*sys.modules} - old)"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True,
                          check=True)  # fmt: skip
    loaded = ast.literal_eval(done.stdout)
    assert "jazzgen.runtime.interrupts" in loaded
    assert not loaded & {"typing", "dataclasses", "contextlib", "pathlib", "inspect", "threading"}

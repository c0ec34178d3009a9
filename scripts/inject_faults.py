"""Inject faults into the commands, and count the failures.

    python scripts/inject_faults.py                       # this checkout, all faults
    python scripts/inject_faults.py --checkout ../before --json
    python scripts/inject_faults.py --short --only signals --only disks
    python scripts/inject_faults.py --only signals --command prepare

- `signals`: SIGINT, SIGTERM and SIGHUP are sent at moments spread over the run of each command.
  The command must end with the exit code of the signal and one line, without a traceback, and
  leave no temporary file and no process behind.
- `steps`: a process is killed or interrupted before each system call that replaces a folder.
  Either the old folder or the new one must be readable afterwards.
- `kills`: a process is killed before a file that it has written gets its name. The next run
  must write what an undisturbed one writes, and leave no hidden file.
- `disks`: files cannot grow beyond a size, or the disk for temporary files is small. The command
  must write the complete file, or refuse in one line and leave the old file as it was.
- `two`: two commands write to the same file or folder. Neither may damage the other's work.
- `odd`: each option and argument that takes a file is given pipes, devices, circular links and
  other odd files. The command must refuse the file in one line, or work without it.

A fault is a generator in `FAULTS` that yields a line for each try: what went wrong, or an empty
line. To add a fault, add a generator.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from odd_files import ODD, FileParameter, arguments_for, odd_file, wrong_with

ROOT = Path(__file__).resolve().parent.parent
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SOLOS = ("clockwise", "corner-bakery-blues", "second-kettle")

LONGEST = 5.0
"""Seconds that a command may take to stop: twice the goal, because the machine may be busy."""
PATIENCE = 300.0
"""Seconds after which a command counts as hanging."""
PATIENCE_WITH_FILES = 60.0
"""Seconds after which a command that only has to refuse a file counts as hanging."""
REFUSALS = ("another run", "holds an unfinished run", "holds a trained model")
"""What a second `train` with the same `--out` says: which, depends on how far the first one is."""
MEMORY = 16 * 2**30
"""Bytes of address space of a command that is given an endless file."""
PR_CAPBSET_DROP = 24
"""The operation of `prctl` that takes a capability away (from linux/prctl.h)."""
FILE_CAPABILITIES = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, by which root ignores the modes of files."""

START = """
import os, sys
os.write(int(sys.argv.pop(1)), b".")  # Python itself has started
sys.exit(__import__(sys.argv.pop(1), fromlist=["main"]).main())
"""
"""Runs a command in a new interpreter.

Its arguments are a file descriptor, to which it writes a byte once Python has started, and the
module whose `main` is run; the others are the command's.
"""

KILLED = (
    """
import os, signal, sys
def kill(event, arguments):
    if event == "os.rename" and "/out/" in str(arguments[1]):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(kill)
"""
    + START
)
"""Does what `START` does, but kills the command before its first file gets its name."""

STEPS = """
import os, shutil, signal, sys
from pathlib import Path
replace_folder = __import__(sys.argv[2], fromlist=["replace_folder"]).replace_folder
from jazzgen.nn.registry import find_model

folder = Path(sys.argv[1])

AGES = {"old": 1, "new": 2}

def fill(place, age):
    (place / "age").write_text(age)

class Stops:
    left = 0
    def __call__(self, event, arguments):
        inside = event in ("os.remove", "os.rmdir")
        if self.left and (inside or event in ("open", "os.mkdir", "os.rename", "os.scandir")
                          and str(folder) in str(arguments)):
            self.left -= 1
            if not self.left:
                self.stop()

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def interrupt():
    raise KeyboardInterrupt

def in_a_child(work):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    code = 0
    try:
        work()
    except BaseException:
        code = 1
    os._exit(code)

def replace(step):
    stops.left = step
    with replace_folder(folder / "model") as beside:
        fill(beside, "new")

stops = Stops()
sys.addaudithook(stops)
for stops.stop in (die, interrupt):
    status, step = 1, 0
    while status:
        step += 1
        shutil.rmtree(folder)
        (folder / "model").mkdir(parents=True)
        fill(folder / "model", "old")
        status = in_a_child(lambda: replace(step))
        wrong = in_a_child(lambda: AGES[(find_model(folder / "model") / "age").read_text()])
        left = sorted(path.name for path in folder.iterdir())
        if wrong or left != ["model"]:
            print(f"{stops.stop.__name__} before step {step}: {left}")
        else:
            print()
"""
"""Replaces a folder again and again, and stops before the first, second, third ... system call.

Its arguments are a scratch folder and the module with `replace_folder`. Each replacement runs in
a forked process, and ends when one gets through undisturbed. An audit hook sees the system calls.
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Args:
        code: Its exit code.
        out: What it printed to standard output.
        err: What it printed to standard error.
        seconds: How long it took to end.
    """

    code: int
    out: str
    err: str
    seconds: float = 0.0

    @property
    def is_one_line(self) -> bool:
        """Whether the command refused in one line; messages of its progress may come before."""
        complaints = [line for line in self.err.splitlines() if line.startswith("jazzgen: ")]
        return self.code == 2 and len(complaints) == 1 and complaints[0] == self.last_line

    @property
    def last_line(self) -> str:
        """The last line of its messages."""
        return self.err.rstrip().rpartition("\n")[2]


@dataclass(frozen=True)
class Place:
    """A checkout and a scratch folder in which its commands run.

    Args:
        checkout: The checkout whose commands run.
        folder: The scratch folder for everything that they write.
        short: Whether only a few tries of each fault are made.
        moments: The number of moments at which each signal is sent to each command.
        commands: The names of the commands to disturb; by default all.
    """

    checkout: Path
    folder: Path
    short: bool = False
    moments: int = 24
    commands: Sequence[str] = ()

    @property
    def solos(self) -> Path:
        """A folder with six solos."""
        return self.folder / "solos"

    def first_of(self, *modules: str) -> str:
        """Return the first of some modules that the checkout has, or else the last one.

        Other checkouts may be older, with modules under other names.
        """
        files = {module: f"{module.replace('.', '/')}.py" for module in modules}
        return next((one for one in modules if (self.checkout / files[one]).exists()), modules[-1])

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of the commands, with its folders inside the scratch folder.

        Args:
            more: Further variables.
        """
        own = {"PYTHONPATH": str(self.checkout), "TMPDIR": str(self.folder / "tmp"),
               "XDG_DATA_HOME": str(self.folder / "user")}  # fmt: skip
        return {**os.environ, **own, **more}

    @contextmanager
    def started(
        self,
        arguments: Sequence[str | Path],
        largest: int | None = None,
        guarded: bool = False,
        code: str = START,
        **more: str,
    ) -> Iterator[subprocess.Popen[str]]:
        """Start a command; kill it, and all processes that it started, after the block.

        The block begins when Python itself has started, so that the moments of signals are
        those of the command.

        Args:
            arguments: The command and its arguments.
            largest: The size in bytes beyond which no file can grow.
            guarded: Whether the command's memory is limited, and it has to obey the modes of
                files even as root.
            code: What Python runs.
            more: Further variables of its environment.

        Yields:
            The process of the command, the leader of a process group of its own.
        """
        libc = ctypes.CDLL(None)

        def prepare() -> None:
            # The background jobs of a shell ignore these signals, and so would the command.
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            if largest is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
            if guarded:
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
                for capability in FILE_CAPABILITIES:
                    libc.prctl(PR_CAPBSET_DROP, capability)

        entry_point = self.first_of("jazzgen.__main__", "jazzgen.cli.main")
        begun, begin = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(begin), entry_point, *map(str, arguments)],
            env=self.environment(**more), cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            pass_fds=[begin], preexec_fn=prepare,
        )  # fmt: skip
        os.close(begin)
        try:
            os.read(begun, 1)
            yield process
        finally:
            os.close(begun)
            if _is_running(process.pid):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def run(self, *arguments: str | Path, largest: int | None = None, **more: str) -> Ended:
        """Run a command to its end.

        Args:
            arguments: The command and its arguments.
            largest: The size in bytes beyond which no file can grow.
            more: Further variables of its environment.
        """
        with self.started(arguments, largest, **more) as process:
            return _ended(process)


def _ended(process: subprocess.Popen[str], patience: float = PATIENCE) -> Ended:
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        return Ended(-1, "", "hangs")
    return Ended(process.returncode, out, err, time.monotonic() - began)


def _is_running(group: int) -> bool:
    """Return whether any process of a group is running."""
    try:
        os.killpg(group, 0)  # signal 0 only checks that there is a process to send to
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _commands(place: Place) -> dict[str, list[str | Path]]:
    """Return the commands to disturb, by name; those that write a file write it below `out`."""
    out, solo = place.folder / "out", next(place.solos.glob("*.mid"))
    commands: dict[str, list[str | Path]] = {
        "charts": ["charts"],
        "charts to MusicXML": ["charts", "blues", "--out", out / "blues.musicxml"],
        "render to SVG": ["render", solo, "--to", "svg,musicxml", "--out", f"{out}/"],
        "prepare": ["prepare", place.solos, "--out", out / "solos.jsonl", "--jobs", "2"],
    }
    if place.short:
        return commands
    commands |= {
        "models": ["models"],
        "titles": ["titles", "--count", "200"],
        "generate": ["generate", "--takes", "3", "--out", out / "solo.mid"],
        "evaluate": ["evaluate", place.solos, "--no-model", "--no-listener"],
        "train-titles": ["train-titles", "--epochs", "1", "--out", out / "t.safetensors"],
    }
    if shutil.which("fluidsynth"):
        commands["render to WAV"] = ["render", solo, "--out", f"{out}/"]
    return commands


def _chosen(place: Place) -> dict[str, list[str | Path]]:
    """Return those of the commands to disturb that are asked for."""
    commands = _commands(place)
    return {name: commands[name] for name in place.commands or commands if name in commands}


def signals(place: Place) -> Iterator[str]:
    """Send signals at moments spread over the run of each command."""
    commands = _chosen(place)
    if not place.short and not place.commands:  # training takes long to load
        commands["train"] = ["train", place.solos, "--out", place.folder / "out" / "model",
                             "--epochs", "1", "--units", "8"]  # fmt: skip
    for name, arguments in commands.items():
        _clean(place)
        undisturbed = place.run(*arguments)
        if undisturbed.code:
            yield f"{name}: fails even when undisturbed: {undisturbed.err}"
            continue
        for number in SIGNALS:
            for moment in range(1, place.moments + 1):
                _clean(place)
                with place.started(arguments) as process:
                    time.sleep(undisturbed.seconds * moment / (place.moments + 1))
                    process.send_signal(number)
                    ended = _ended(process)
                    # Training first finishes its step, or the import of TensorFlow.
                    longest = PATIENCE if name == "train" else LONGEST
                    wrong = _wrong_stop(place, ended, number, process.pid, longest)
                yield wrong and f"{name}, {number.name} at {moment}/{place.moments + 1}: {wrong}"


def _wrong_stop(
    place: Place, ended: Ended, number: signal.Signals, leader: int, longest: float
) -> str:
    """Return what is wrong with the way a command ended after a signal, or ""."""
    last = ended.last_line
    if "Traceback" in ended.err or "internal error" in ended.err:
        return f"traceback or internal error: {last}"
    if ended.code not in (0, 128 + number):
        return f"exit code {ended.code}: {last}"
    if ended.code and not last.startswith("jazzgen: interrupted"):
        return f"says {last!r}"
    if ended.seconds > longest:
        return f"took {ended.seconds:.1f} seconds to stop"
    if _is_running(leader) and not _gone_soon(leader):
        return "leaves a process"
    left = [*(place.folder / "tmp").iterdir(), *(place.folder / "out").glob(".*")]
    return f"leaves {left[0].name}" if left else ""


def _gone_soon(group: int) -> bool:
    time.sleep(1.0)  # the system may still be ending the processes
    return not _is_running(group)


def steps(place: Place) -> Iterator[str]:
    """Kill or interrupt a process before each system call that replaces a folder."""
    module = place.first_of("jazzgen.runtime.replace_folder", "jazzgen.runtime.atomic")
    _clean(place)
    done = subprocess.run(
        [sys.executable, "-c", STEPS, place.folder / "out", module], env=place.environment(),
        capture_output=True, text=True, check=False, cwd=place.folder,
    )  # fmt: skip
    yield from done.stdout.splitlines()
    if done.returncode:
        yield done.stderr.rstrip().rpartition("\n")[2]


def kills(place: Place) -> Iterator[str]:
    """Kill each command before a file gets its name, and run it again."""
    for name, arguments in _chosen(place).items():
        _clean(place)
        place.run(*arguments)
        complete = _files(place.folder / "out")
        if not complete:
            continue
        _clean(place)
        with place.started(arguments, code=KILLED) as process:
            killed = _ended(process)
        again = place.run(*arguments)
        if killed.code != -signal.SIGKILL:
            yield f"{name}: exit code {killed.code}: was not killed"
        elif again.code:
            yield f"{name}: exit code {again.code}: {again.last_line}"
        else:
            found = _files(place.folder / "out")
            odd = sorted(one for one in found if found[one] != complete.get(one))
            yield f"{name}: after a kill the next run leaves {odd[0]}" if odd else ""


def disks(place: Place) -> Iterator[str]:
    """Limit the size of files, so that writing fails as it does on a full disk."""
    for name, arguments in _chosen(place).items():
        _clean(place)
        if place.run(*arguments).code:
            continue  # `signals` reports this
        complete = _files(place.folder / "out")
        largest = max(map(len, complete.values()), default=0)
        if not largest:
            continue
        for share in (0.5,) if place.short else (0.0, 0.1, 0.5, 0.9, 0.999):
            old = _old_files(place, complete)
            ended = place.run(*arguments, largest=int(largest * share))
            wrong = _wrong_refusal(place, ended, old, complete)
            yield wrong and f"{name}, files of at most {share:.1%}: {wrong}"
    if "render to WAV" in _chosen(place):
        yield from _small_disks(place)


def _small_disks(place: Place) -> Iterator[str]:
    """Render with a small disk for temporary files; skipped where none can be mounted."""
    arguments = _commands(place)["render to WAV"]
    _clean(place)
    place.run(*arguments)
    complete, disk = _files(place.folder / "out"), place.folder / "disk"
    disk.mkdir(exist_ok=True)
    for kilobytes in (8, 100, 1000, 3000, 6000, 9000, 12_000, 15_000):
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(disk)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            return
        try:
            old = _old_files(place, complete)
            ended = place.run(*arguments, TMPDIR=str(disk))
            wrong = _wrong_refusal(place, ended, old, complete)
        finally:
            subprocess.run(["umount", str(disk)], check=True)  # noqa: S607
        yield wrong and f"render to WAV, {kilobytes} KB for temporary files: {wrong}"


def _wrong_refusal(
    place: Place, ended: Ended, old: dict[str, bytes], complete: dict[str, bytes]
) -> str:
    """Return what is wrong after a command that could not write all of its files, or ""."""
    # `prepare` keeps its journal on purpose, to resume from it.
    found = {name: content for name, content in _files(place.folder / "out").items()
             if not name.startswith("solos.jsonl.partial")}  # fmt: skip
    if any((place.folder / "tmp").iterdir()):
        return "leaves temporary files"
    if not ended.code:
        return "" if found == complete else "exit code 0, but a file is not complete"
    if not ended.is_one_line:
        return f"exit code {ended.code}: {ended.err.rstrip()!r}"
    damaged = [
        name
        for name in sorted(found.keys() | old.keys())
        if found.get(name) not in (old.get(name), complete.get(name))
    ]
    return f"{damaged[0]} is neither the old file nor the new one" if damaged else ""


def two(place: Place) -> Iterator[str]:
    """Let two commands write to the same file or folder."""
    out = place.folder / "out"
    commands: dict[str, list[list[str | Path]]] = {
        "prepare": [["prepare", place.solos, "--out", out / "solos.jsonl", "--jobs", "1"]] * 2,
    }
    if not place.short:
        train = ["train", place.solos, "--out", out / "model", "--epochs", "2", "--units"]
        commands["train"] = [[*train, "8"], [*train, "16"]]
        render = _commands(place)["render to SVG"]
        commands["render"] = [render, render]
    for name, (first, second) in commands.items():
        for delay in (0.0,) if place.short else (0.0, 0.3, 0.8):
            _clean(place)
            with place.started(first) as one:
                time.sleep(delay)
                with place.started(second) as other:
                    ended = [_ended(one), _ended(other)]
            codes = sorted(one.code for one in ended)
            refused = [one for one in ended if one.code == 2]
            wrong = codes not in ([0, 0], [0, 2]) or any(
                not any(reason in one.err for reason in REFUSALS) for one in refused
            )
            # If the first command ended before the second began, there may be nothing to refuse.
            yield f"{name}: exit codes {codes}" if wrong else ""


def odd(place: Place) -> Iterator[str]:
    """Give odd files to each option and argument that takes a file."""
    solo = next(place.solos.glob("*.mid"))
    folder = place.folder / "odd"
    kinds = ("pipe", "closed", "loop") if place.short else ODD
    for parameter in _file_parameters(place):
        if place.short and str(parameter) not in ("charts FILE", "prepare --names"):
            continue
        for kind in kinds:
            _clean(place)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            file = odd_file(kind, folder, parameter)
            arguments = arguments_for(parameter, file, solo, place.folder / "out" / "x")
            with place.started(arguments, guarded=True) as process:
                ended = _ended(process, PATIENCE_WITH_FILES)
            wrong = wrong_with(ended.code, ended.err)
            yield wrong and f"{parameter}, {kind}: {wrong}"


def _file_parameters(place: Place) -> list[FileParameter]:
    """Return the parameters of the checkout's command line that take a file.

    A process of its own imports that checkout's jazzgen, not ours.
    """
    script = Path(__file__).with_name("odd_files.py")
    done = subprocess.run(
        [sys.executable, script], env=place.environment(), cwd=place.folder,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = json.loads(done.stdout)
    return [FileParameter(tuple(one["command"]), one["flag"], tuple(one["others"])) for one in rows]


def _clean(place: Place) -> None:
    """Empty the folders for results and for temporary files."""
    for name in ("out", "tmp"):
        shutil.rmtree(place.folder / name, ignore_errors=True)
        (place.folder / name).mkdir()


def _files(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files in a folder, by their relative paths."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file()}  # fmt: skip


def _old_files(place: Place, complete: dict[str, bytes]) -> dict[str, bytes]:
    """Put an older file in the place of each file that a command writes; return their contents."""
    _clean(place)
    old = dict.fromkeys(complete, b"old")
    for name, content in old.items():
        (place.folder / "out" / name).write_bytes(content)
    return old


FAULTS: dict[str, Callable[[Place], Iterator[str]]] = {
    "signals": signals,
    "steps": steps,
    "kills": kills,
    "disks": disks,
    "two": two,
    "odd": odd,
}


@dataclass
class Count:
    """The tries of a fault.

    Args:
        tried: The number of tries.
        wrong: The number of tries after which something was wrong.
        examples: What was wrong after each of these.
    """

    tried: int = 0
    wrong: int = 0
    examples: list[str] = field(default_factory=list)


def inject(
    checkout: Path,
    names: Sequence[str] = tuple(FAULTS),
    short: bool = False,
    moments: int | None = None,
    commands: Sequence[str] = (),
) -> dict[str, Count]:
    """Inject faults into the commands of a checkout.

    Args:
        checkout: A checkout of jazzgen.
        names: The names of the faults.
        short: Whether only a few tries of each fault are made.
        moments: The number of moments at which each signal is sent; by default 24, or 2 if
            `short`.
        commands: The names of the commands that are disturbed by signals, kills and full disks;
            by default all.

    Returns:
        The counts, by the name of the fault.
    """
    found = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            place = Place(checkout.resolve(), Path(folder).resolve(), short,
                          moments or (2 if short else 24), commands)  # fmt: skip
            place.solos.mkdir()
            for tune in SOLOS:
                for file in (ROOT / "midi_data").glob(f"{tune}-*.mid"):
                    shutil.copy(file, place.solos)
            count = found[name] = Count()
            for wrong in FAULTS[name](place):
                count.tried += 1
                count.wrong += bool(wrong)
                if wrong:
                    count.examples.append(wrong)
                    print(f"{name}: {wrong}", file=sys.stderr)
    return found


def main() -> None:
    """Inject faults and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--checkout", type=Path, default=ROOT, help="another checkout")
    parser.add_argument("--only", action="append", choices=FAULTS, help="a fault; may be repeated")
    parser.add_argument("--short", action="store_true", help="a few tries of each")
    parser.add_argument("--command", action="append", metavar="NAME",
                        help="disturb this command alone; may be repeated")  # fmt: skip
    parser.add_argument("--moments", type=int, help="moments at which each signal is sent")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    found = inject(asked.checkout, asked.only or tuple(FAULTS), asked.short, asked.moments,
                   asked.command or ())  # fmt: skip
    if asked.command and not any(count.tried for count in found.values()):
        parser.error(f"no command to disturb is called {' or '.join(asked.command)}")
    if asked.json:
        print(json.dumps({name: vars(count) for name, count in found.items()}, indent=2))
        return
    print(f"{'fault':10}{'tried':>8}{'wrong':>8}")
    for name, count in found.items():
        print(f"{name:10}{count.tried:8}{count.wrong:8}")


if __name__ == "__main__":
    main()

"""Faults are injected into the commands, a few of each kind, and nothing goes wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
from platforms import slow

SCRIPTS = Path(__file__).parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))

inject_faults = pytest.importorskip("inject_faults", reason="Windows has no such signals")


@pytest.mark.parametrize("name", inject_faults.FAULTS)
def test_nothing_goes_wrong(name):
    found = inject_faults.inject(
        SCRIPTS.parent, [name], short=True, moments=1, commands=["charts to MusicXML"]
    )[name]
    assert found.tried
    assert found.examples == []


@slow
@pytest.mark.parametrize("name", ["signals", "kills", "disks"])
def test_no_command_goes_wrong(name):
    found = inject_faults.inject(SCRIPTS.parent, [name], short=True)[name]
    assert found.tried >= 3
    assert found.examples == []


SPOILT = """
import signal, sys
def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(number))
    import time
    time.sleep(0.2)
    open(sys.argv[-1] if sys.argv[-1].endswith(("l", "/")) else "/dev/null", "w").write("half")
    print("done")
"""


@slow
def test_what_goes_wrong_is_counted(tmp_path):
    """The commands are those of a stand-in for jazzgen that does nothing right."""
    package = tmp_path / "jazzgen"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(SPOILT)
    done = subprocess.run(
        [sys.executable, SCRIPTS / "inject_faults.py", "--short", "--only", "signals",
         "--only", "steps", "--checkout", tmp_path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()[1:]}
    tried, wrong = map(int, rows["signals"])
    assert 0 < wrong <= tried
    assert rows["steps"] == ["1", "1"]

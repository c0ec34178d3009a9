"""The way into the command `jazzgen`: signals first, then everything else.

Loading the command takes a third of a second. Somebody who presses Ctrl-C in it gets one
word, and no traceback from the midst of an import.
"""

from jazzgen.runtime.interrupts import ignore, leave_at_once

__all__ = ["main"]


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    leave_at_once()
    from jazzgen.cli.main import main as run_command_line

    code = run_command_line()
    ignore()
    raise SystemExit(code)


if __name__ == "__main__":
    main()

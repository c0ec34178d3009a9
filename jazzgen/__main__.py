"""The way into the command `jazzgen`: signals first, then everything else.

Loading the command takes a third of a second. Somebody who presses Ctrl-C in it gets one
word, and no traceback from the midst of an import.

Loading makes a hundred thousand objects and hardly any garbage, for which Python would look more
than a hundred times meanwhile, and once more among all objects when it ends.
"""

import gc

from jazzgen.runtime.interrupts import ignore, leave_at_once

__all__ = ["main"]

NEW_OBJECTS = 200_000
"""How many more objects there are before Python looks for garbage again."""


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    leave_at_once()
    gc.set_threshold(NEW_OBJECTS)
    from jazzgen.cli.main import main as run_command_line

    code = run_command_line()
    ignore()
    gc.freeze()  # the system takes the memory back anyway
    raise SystemExit(code)


if __name__ == "__main__":
    main()

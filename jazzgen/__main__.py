"""The way into the command `jazzgen`: signals first, then everything else.

Loading the command takes a third of a second. Somebody who presses Ctrl-C in it gets one
word, and no traceback from the midst of an import.

Loading makes a hundred thousand objects and hardly any garbage, for which Python would look more
than a hundred times meanwhile, and once more among all objects when it ends.
"""

import atexit
import gc
import os
import sys

from jazzgen.runtime.interrupts import ignore, leave_at_once

__all__ = ["main"]


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    leave_at_once()
    from jazzgen.runtime.garbage import collect_seldom

    collect_seldom()
    from jazzgen.cli.main import main as run_command_line

    code = run_command_line()
    ignore()
    if _is_through():
        os._exit(code)
    gc.freeze()  # the system takes the memory back anyway
    raise SystemExit(code)


def _is_through() -> bool:
    """Return whether nothing is left to do, so that no object need be freed one by one.

    Whatever tidies up at the end of a process has registered with `atexit`, or runs in a thread.
    """
    threading = sys.modules.get("threading")
    if atexit._ncallbacks() or (threading and threading.active_count() > 1):
        return False
    from jazzgen.cli.output import is_flushed

    return is_flushed()


if __name__ == "__main__":
    main()

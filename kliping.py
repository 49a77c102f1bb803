"""DOOR: the program ``kliping``. Nothing but what must stand before the imports: they take longest, and Ctrl-C does not wait."""

from __future__ import annotations

import os
import signal
import sys

INTERRUPTED = 9  # pipelines.nouns.Exit, which is yet to be imported


def main() -> int:
    """Run one verb; give the process's exit code."""
    listens = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not behind a shell's &
    if listens:  # nothing is open yet, and an import that is broken off may say anything
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    from pipelines.cli.main import main as run

    if listens:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return run()


if __name__ == "__main__":
    sys.exit(main())

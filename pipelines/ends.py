"""What a process of ours ends by: what asks it to, and the end of the one that started it. Its own clean-up is not here."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def stops() -> tuple[signal.Signals, ...]:
    """Give the signals that ask for an end: a terminal that is closed (SIGHUP) too, but where nohup's wish is to go on."""
    deaf = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM) if deaf else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_with(parent: int, which: signal.Signals) -> None:
    """Be sent ``which`` when ``parent``, which started this process, is gone, even killed; at once if it is. Linux knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, which)
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), which)

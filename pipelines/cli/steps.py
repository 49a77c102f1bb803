"""The steps that follow the crawls of ``kliping run``, each another verb in a child of its own; a signal reaches it."""

from __future__ import annotations

import signal
import subprocess
import sys
from subprocess import PIPE
from typing import TYPE_CHECKING, Self

from pipelines.ends import stops

if TYPE_CHECKING:
    from collections.abc import Sequence


class Stop:
    """What asks for an end after the crawls: the step under way is ended, and the verb begins none further."""

    def __init__(self) -> None:
        self.told = False
        self.child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.before = {one: signal.signal(one, self.hear) for one in stops()}
        return self

    def __exit__(self, *_: object) -> None:
        for one, handler in self.before.items():
            signal.signal(one, handler)

    def hear(self, *_: object) -> None:
        """Pass it on."""
        self.told = True
        if self.child:
            self.child.terminate()

    def ended(self, step: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a step to its end, away from a terminal's Ctrl-C, which we hear ourselves."""
        words = [sys.executable, "-m", "pipelines.cli.main", *step]
        self.child = subprocess.Popen(words, stdout=PIPE, stderr=PIPE, text=True, start_new_session=True)
        if self.told:  # the signal came while it was being started
            self.child.terminate()
        said = self.child.communicate()
        return subprocess.CompletedProcess(words, self.child.returncode, *said)

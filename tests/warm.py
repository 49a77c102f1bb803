"""Commands as forks of the warm process from which ``kliping run`` forks its crawls: two thirds of what a command's start costs.

What needs a terminal, a shell, pipes or a child of the test's own is started by Python.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from pipelines.cli.children import CRAWL
from pipelines.cli.warm import Warm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MORE = ("rich.table", "pipelines.cli.mistake", "pipelines.corpus")


class Fork:
    """What ``subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True)`` is, for ``[sys.executable, "-m", module, …]``.

    Nothing waits for whoever reads it, and no zombie is left of it.
    """

    def __init__(self, command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        self._said = [os.memfd_create(name) for name in ("stdout", "stderr")]
        self._ours = _warm().fork(command[2:], *self._said, cwd=str(cwd), env=dict(env))
        self.command, self.pid = command, int(self._ours.recv(16))
        self.returncode: int | None = None
        self._told: list[str] = []

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self._ours.settimeout(timeout)
            try:
                self.returncode = int(self._ours.recv(16))
            except (TimeoutError, BlockingIOError) as late:
                raise subprocess.TimeoutExpired(self.command, timeout or 0) from late
            self._ours.close()
        return self.returncode

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        self.wait(timeout)
        while self._said:
            file = self._said.pop(0)
            self._told.append(os.pread(file, os.fstat(file).st_size, 0).decode())
            os.close(file)
        out, err = self._told
        return out, err

    def send_signal(self, which: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, which)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
    """Do what ``subprocess.run(command, capture_output=True, text=True)`` does."""
    fork = Fork(command, cwd, env)
    try:
        out, err = fork.communicate(timeout)
    except subprocess.TimeoutExpired:
        fork.kill()
        fork.communicate()
        raise
    return subprocess.CompletedProcess(command, fork.wait(), out, err)


@cache
def _warm() -> Warm:
    """Start the warm process; it ends when this one has."""
    warm = Warm((CRAWL, *MORE), os.environ)
    atexit.register(warm.close)
    return warm

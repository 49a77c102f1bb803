"""A process that has everything imported and forks for each command: two thirds of what a command's start costs.

The settings alone look at the environment when they are imported, so they are, in the fork, under the command's own; and a fork
ends as any interpreter does. What needs a terminal, a shell, pipes or a child of the test's own is started by Python.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LIBRARIES = (
    "scrapy.cmdline", "scrapy.core.downloader.contextfactory", "twisted.web.client", "sqlalchemy.dialects.postgresql.psycopg2",
    "psycopg2.extras", "trafilatura", "lxml.html", "selectolax.lexbor", "orjson", "rich.table", "warcio",
)  # fmt: skip
OURS = (
    "crawler.asking", "crawler.commands.crawl", "crawler.commands.page", "crawler.manners", "crawler.monitors", "crawler.report",
    "crawler.rest", "crawler.senders", "crawler.spiders.news", "pipelines.cli.mistake", "pipelines.corpus",
)  # fmt: skip
LONGEST = 1 << 17  # bytes of an order: arguments and environment


class Fork:
    """What ``subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True)`` is, for ``[sys.executable, "-m", module, …]``.

    Nothing waits for whoever reads it, and no zombie is left of it.
    """

    def __init__(self, command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        order = json.dumps({"words": command[2:], "cwd": str(cwd), "env": dict(env)}).encode()
        self._ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        self._said = [os.memfd_create(name) for name in ("stdout", "stderr")]
        with theirs:
            socket.send_fds(_warm(), [order], [*self._said, theirs.fileno()])
        self.command, self.pid = command, int(self._ours.recv(16))
        self.returncode: int | None = None

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
        out, err = (os.pread(file, os.fstat(file).st_size, 0).decode() for file in self._said)
        for file in self._said:
            os.close(file)
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
def _warm() -> socket.socket:
    """Start the warm process; it ends when this one has."""
    ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, __file__, str(theirs.fileno())]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    atexit.register(lambda: (ours.close(), process.wait()))
    return ours


def _serve(orders: socket.socket) -> None:
    for name in (*LIBRARIES, *OURS):
        import_module(name)
    gc.collect()
    gc.freeze()  # a fork copies what its collector touches
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who wait for a command's end end unwaited for
    while True:
        order, files, _, _ = socket.recv_fds(orders, LONGEST, 3)
        if not order:
            return
        if not os.fork():
            orders.close()
            _obey(files, **json.loads(order))
            return
        for file in files:
            os.close(file)


def _obey(files: list[int], words: list[str], cwd: str, env: dict[str, str]) -> None:
    out, err, answer = files
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if pid := os.fork():
        os.write(answer, str(pid).encode())
        os.write(answer, str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
        os._exit(0)
    for file, number in ((out, 1), (err, 2)):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(cwd)
    sys.path[0] = cwd
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))

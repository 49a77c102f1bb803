"""A process that has the libraries imported and forks for each command: half of what a command's start costs.

Only libraries: what is ours is imported in the fork, under the command's own environment, and a fork ends as any interpreter
does. What a test does to the process itself (signals, terminals, shells, limits) it does to one that Python started.
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
import tempfile
import time
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LIBRARIES = (
    "scrapy.cmdline", "scrapy.core.downloader.contextfactory", "twisted.web.client", "sqlalchemy.dialects.postgresql.psycopg2",
    "psycopg2.extras", "trafilatura", "lxml.html", "selectolax.lexbor", "orjson", "warcio",
)  # fmt: skip
LONGEST = 1 << 17  # bytes of an order: arguments and environment


def run(command: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
    """Do what ``subprocess.run(command, capture_output=True, text=True)`` does with ``[sys.executable, "-m", module, …]``."""
    order = json.dumps({"words": command[2:], "cwd": str(cwd), "env": dict(env)}).encode()
    ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
    with ours, theirs, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        socket.send_fds(_warm(), [order], [out.fileno(), err.fileno(), theirs.fileno()])
        theirs.close()
        pid = int(ours.recv(16))
        ours.settimeout(timeout)
        try:
            code = int(ours.recv(16))
        except TimeoutError as late:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(command, timeout) from late
        return subprocess.CompletedProcess(command, code, _whole(out), _whole(err))


def _whole(file: tempfile._TemporaryFileWrapper[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


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
    for name in LIBRARIES:
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

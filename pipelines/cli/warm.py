"""A process that has modules imported and forks for each command: a quarter of the CPU that starting a crawl costs.

It has opened nothing when it forks, neither database nor reactor. A fork has a session of its own and ends as any interpreter does;
it is asked to end well (SIGTERM) when the process that forked it is gone, which ends with whoever started it. Linux knows how.
"""

from __future__ import annotations

import ctypes
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
from importlib import import_module
from typing import TYPE_CHECKING

from pipelines.ends import end_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LONGEST = 1 << 17  # bytes of an order: words, and where one is given, an environment
LEFT = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # to the forks, and to whoever started it: with them it ends
HELD = {signal.SIGCHLD, *LEFT}  # until a fork is known: what is sent to it before it listens is not lost
NOT_FORKED = 71  # EX_OSERR of sysexits.h
PR_SET_NAME = 15  # linux/prctl.h


class Warm:
    """The process, as long as it is needed; ``env`` is what it and its forks see."""

    def __init__(self, modules: Iterable[str], env: Mapping[str, str]) -> None:
        self._orders, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "pipelines.cli.warm", str(theirs.fileno()), *modules]
            self._process = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                start_new_session=True,
            )  # fmt: skip

    @property
    def is_gone(self) -> bool:
        """Whether it can no longer be asked."""
        return self._process.poll() is not None

    def fork(self, words: Sequence[str], out: int, err: int, **place: object) -> socket.socket:
        """Order what ``python -m WORDS`` does; ``place`` names another ``cwd`` and ``env``.

        On the socket come its process id (0 where there was no room for it) and then its exit code, each a text; nothing more comes
        where the warm process is gone.
        """
        ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs, suppress(BrokenPipeError, ConnectionResetError):
            order = json.dumps({"words": words, **place}).encode()
            socket.send_fds(self._orders, [order], [out, err, theirs.fileno()])
        return ours

    def close(self) -> None:
        """End it, and whatever it has forked well."""
        self._process.kill()
        self._process.wait()
        self._orders.close()


def _serve(orders: socket.socket, modules: Iterable[str]) -> None:
    for name in modules:
        with suppress(Exception):  # what is broken breaks again in the fork, where somebody listens
            import_module(name)
    gc.collect()
    gc.freeze()  # a fork copies what its collector touches
    ours, answers = os.getpid(), dict[int, socket.socket]()
    handlers = {which: signal.signal(which, signal.SIG_IGN) for which in LEFT}
    handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: _tell_ends(answers))
    while True:
        order, files, _, _ = socket.recv_fds(orders, LONGEST, 3)
        if not order:
            return
        *said, answer = files
        signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
        pid = _fork(said[1])
        if pid == 0:
            for which, handler in handlers.items():
                signal.signal(which, handler)
            for other in (orders, *answers.values()):
                other.close()
            _begin(ours, *files)
            _obey(**json.loads(order))
            return
        answers[pid] = socket.socket(fileno=answer)
        for file in said:
            os.close(file)
        _tell(answers[pid], max(pid, 0))
        if pid < 0:
            _tell(answers[pid], NOT_FORKED)
            answers.pop(pid).close()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)


def _fork(err: int) -> int:
    """Fork; -1 where the system has no room for another process, which is said on what would be its standard error."""
    try:
        return os.fork()
    except OSError as error:
        os.write(err, f"cannot be started: {error.strerror}\n".encode())
        return -1


def _tell_ends(answers: dict[int, socket.socket]) -> None:
    """Tell the ends of all forks that have ended."""
    with suppress(ChildProcessError):  # another signal came in between, and its handler has told of the last one
        while answers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with answers.pop(pid) as answer:
                _tell(answer, os.waitstatus_to_exitcode(status))


def _tell(answer: socket.socket, number: int) -> None:
    with suppress(OSError):  # whoever asked is gone
        answer.send(str(number).encode())


def _begin(parent: int, *files: int) -> None:
    """Become a process like one that was started: with its own session, its own output, and nobody's children."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)
    os.setsid()
    end_with(parent, signal.SIGTERM)
    for number, name in enumerate(("stdout", "stderr"), start=1):
        os.dup2(files[number - 1], number)
        was = getattr(sys, name)  # it knows whether one can seek in what it was opened on
        now = open(number, "w", buffering=1, encoding=was.encoding, errors=was.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, now)
        setattr(sys, f"__{name}__", now)
    for file in files:
        os.close(file)


def _obey(words: list[str], cwd: str = "", env: Mapping[str, str] | None = None) -> None:
    if env is not None:
        os.environ.clear()
        os.environ.update(env)
        time.tzset()
    if cwd:
        os.chdir(cwd)
        sys.path[0] = cwd
    ctypes.CDLL(None).prctl(PR_SET_NAME, " ".join(words[1:3]).encode())  # "crawl liputan6", in top and ps
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])

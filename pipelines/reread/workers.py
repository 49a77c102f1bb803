"""Who reads: this process, all cores of this machine, or a Dask cluster; the answers come in the order of the questions.

Processes are spawned, not forked: a fork would keep the socket of a database connection, and with it the lock on an outlet.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pipelines.ends import end_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

AHEAD = 3  # chunks under way for each worker
Given = TypeVar("Given")
Done = TypeVar("Done")


class WorkerLost(Exception):
    """A worker process was killed; str() is one line."""


class NoAddress(Exception):
    """What a scheduler's address should be, and is not; str() is one line."""


class MissingExtra(Exception):
    """What this needs is not installed; str() is one line."""


class Workers(Protocol):
    """Whoever can be asked."""

    count: int

    def in_order(self, work: Callable[[Given], Done], chunks: Iterable[Given]) -> Iterator[tuple[Given, Done]]:
        """Give each chunk with what came of it."""
        ...


class Alone:
    """No one but this process."""

    count = 1

    def in_order(self, work: Callable[[Given], Done], chunks: Iterable[Given]) -> Iterator[tuple[Given, Done]]:
        """One after the other."""
        return ((chunk, work(chunk)) for chunk in chunks)


class Many:
    """Whoever takes work and gives a promise: processes of our own, or a cluster's."""

    def __init__(self, submit: Callable[..., Any], count: int) -> None:
        self.submit, self.count = submit, count

    def in_order(self, work: Callable[[Given], Done], chunks: Iterable[Given]) -> Iterator[tuple[Given, Done]]:
        """Keep every worker busy and no more than that: the chunks are made as they are needed."""
        under_way: deque[tuple[Given, Any]] = deque()
        try:
            for chunk in chunks:
                under_way.append((chunk, self.submit(work, chunk)))
                if len(under_way) >= AHEAD * self.count:
                    yield _first(under_way)
            while under_way:
                yield _first(under_way)
        except BrokenProcessPool as error:
            raise WorkerLost("a worker process was killed (out of memory?); the same command goes on from there") from error


def _first(under_way: deque[tuple[Any, Any]]) -> tuple[Any, Any]:
    chunk, promise = under_way.popleft()
    return chunk, promise.result()


@contextmanager
def workers(jobs: int | None = None, scheduler: str | None = None) -> Iterator[Workers]:
    """Open them: on a cluster, else ``jobs`` processes (default: one a core). Before any database connection."""
    if scheduler:
        with _cluster(scheduler) as opened:
            yield opened
    elif (count := jobs or os.cpu_count() or 1) == 1:
        yield Alone()
    else:
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(count, mp_context=spawn, initializer=_begin, initargs=(os.getpid(),))
        done = False
        try:
            yield Many(pool.submit, count)
            done = True
        finally:
            # waited for where nothing is under way: Python 3.11 may meet its own closing pipe at exit and print a traceback
            pool.shutdown(wait=done, cancel_futures=True)


@contextmanager
def _cluster(address: str) -> Iterator[Workers]:
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtra("a cluster needs: pip install 'kliping[cluster]'") from error
    _is_scheduler(address)
    with Client(address, timeout="10s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
        count = sum(client.nthreads().values()) or 1
        yield Many(lambda work, chunk: client.submit(work, chunk, pure=False), count)


def _is_scheduler(address: str) -> None:
    """NoAddress, or OSError where nothing there speaks as Dask's schedulers do: its client would wait for ever."""
    import socket
    from urllib.parse import urlsplit

    try:
        where = urlsplit(address)
        scheme, host, port = where.scheme, where.hostname, where.port
    except ValueError:  # a bracket without its other, a port that is no number
        scheme, host, port = "", None, None
    if scheme not in ("tcp", "tls") or not host or not port:
        raise NoAddress("needs an address as tcp://host:8786")
    with socket.create_connection((host, port), timeout=10) as line:
        line.settimeout(10)
        if scheme == "tcp" and not line.recv(1):  # a scheduler speaks first
            msg = "is no Dask scheduler"
            raise OSError(msg)


def _begin(parent: int) -> None:
    """A worker dies with its parent, even one that was killed, and leaves Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(parent, signal.SIGKILL)

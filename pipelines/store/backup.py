"""The whole database in one file and back, by pg_dump and pg_restore. The archive beside it is files: copy those as files."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from subprocess import DEVNULL, PIPE, Popen
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from pipelines.store.alone import Busy
from pipelines.store.cluster import in_one_line
from pipelines.store.errors import DatabaseError, Misuse
from pipelines.store.programs import called
from pipelines.store.reader import VEILED
from pipelines.whole_files import part_of, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

BARE = ("--no-owner", "--no-privileges")  # the server that takes it in need not know the roles of the one it came from
# Everything of ours lives in these two; PUBLIC's right to look into the first is every database's default.
EMPTIED = """
    DROP SCHEMA IF EXISTS procrastinate CASCADE; DROP SCHEMA public CASCADE;
    CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC
"""
# pg_restore 18 sets it above all, in its first lines, and servers before 17 do not know it
UNKNOWN, PREAMBLE = b"SET transaction_timeout", 40


def backup(file: Path) -> int:
    """Write all of it to ``file``, which appears only when it is whole, readable by us alone; give its bytes."""
    try:
        with _alone(file) as lock, whole(file) as part:
            argv, environment = called("pg_dump", "--format=custom", *BARE, "--file", str(part))
            run = partial(subprocess.run, stdin=DEVNULL, capture_output=True, text=True, check=False)
            done = run(argv, env=environment, pass_fds=[lock])  # it holds the lock too: it outlives us where we are killed
            if done.returncode:
                raise DatabaseError(_said("pg_dump", done.returncode, done.stderr))
            os.fsync(lock)
    except FileExistsError as error:
        raise Misuse(f"{error.filename}: {error.strerror}") from error
    except OSError as error:
        raise DatabaseError(f"{error.filename}: {error.strerror}") from error
    return file.stat().st_size


@contextmanager
def _alone(file: Path) -> Iterator[int]:
    """Make what becomes ``file``, readable by us alone, and lock it, before anything is asked of the server; give the lock.

    Busy where somebody writes it, be it the pg_dump of a backup that was killed. Misuse where nobody can.
    """
    part = part_of(file)
    try:
        written = os.open(part, os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise Misuse(f"{file}: {error.strerror}") from error
    try:
        if not (_locks(written) and _is_at(part, written)):  # else it became the file meanwhile
            raise Busy
        try:
            yield written
        finally:
            if _is_at(part, written):  # nothing became of it
                part.unlink()
    finally:
        os.close(written)


def _locks(written: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(written, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _is_at(part: Path, written: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(part.stat(), os.fstat(written))
    return False


def holds(connection: Connection) -> int:
    """Count the tables that hold a row; Alembic's own does not count."""
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return sum(connection.scalar(text(f'SELECT EXISTS (SELECT FROM "{name}")')) for name in names)  # noqa: S608 (its own names)


def restore(file: Path) -> None:
    """Put back what ``file`` holds in the place of all that is there: all of it or nothing."""
    told, environment = called("pg_restore", "--list", str(file))
    looked = subprocess.run([told[0], *told[3:]], env=environment, stdin=DEVNULL, capture_output=True, text=True, check=False)
    if looked.returncode:
        raise Misuse(f"{file}: is no backup that `kliping db backup` wrote: {in_one_line(looked.stderr)}")
    read, environment = called("pg_restore", *BARE, "--file=-", str(file))
    write, _ = called("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-")
    with (
        Popen([read[0], *read[3:]], stdout=PIPE, stderr=PIPE, env=environment) as reading,
        Popen(write, stdin=PIPE, stdout=DEVNULL, stderr=PIPE, env=environment) as writing,
    ):
        written = _pour(reading, writing)
        if reading.stdout:
            reading.stdout.close()  # where psql has ended, pg_restore would wait for somebody to take the rest
        said = b"".join(stream.read() for stream in (writing.stderr, reading.stderr) if stream)
    if not written or writing.returncode:
        why = _said("psql", writing.returncode, said.decode(errors="replace"))
        raise DatabaseError(f"{file}: nothing was restored: {why}")


def _pour(reading: Popen[bytes], writing: Popen[bytes]) -> bool:
    """Pass the script on; COMMIT comes last and only if it was whole, for psql commits by itself whatever was cut off."""
    assert reading.stdout and writing.stdin  # noqa: PT018 (both are pipes)
    with suppress(BrokenPipeError), writing.stdin as script:
        script.write(f"BEGIN; SET LOCAL client_min_messages = warning; {EMPTIED};\n".encode())
        script.writelines(line for line in islice(reading.stdout, PREAMBLE) if not line.startswith(UNKNOWN))
        shutil.copyfileobj(reading.stdout, script)
        if reading.wait():
            return False
        script.write(f"{VEILED};\nCOMMIT;\n".encode())
        return True
    return False


def _said(program: str, code: int, told: str) -> str:
    """Why a program failed, in one line; one that was killed said nothing."""
    return in_one_line(told) or f"{program} was ended by {signal.Signals(-code).name if code < 0 else f'exit code {code}'}"

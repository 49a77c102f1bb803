"""A log for programs on request: JSON lines in one file that any number of processes share, turned over at a size."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SIZE, KEEP = 10, 5  # megabytes of one file; how many older ones are kept
MEGA = 1_000_000


class JsonLines(logging.Formatter):
    """One object a record: when, how grave, from where, what was said, and the traceback if there is one."""

    def __init__(self, **always: str) -> None:
        super().__init__()
        self.always = always

    def format(self, record: logging.LogRecord) -> str:
        """Write it; ``facts`` that the caller gave as an extra stand beside the rest."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "from": record.name, "pid": record.process}
        line |= self.always | getattr(record, "facts", {}) | {"said": record.getMessage()}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Shared(RotatingFileHandler):
    """The standard handler under a lock between processes, on the file that has the name now: another may have turned it over."""

    full = False  # whether we said that it is

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            with self._alone():
                self._follow()
                super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Say once in a line that the file takes nothing: logging would print a traceback for every record."""
        error = sys.exception()
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self.full:
            self.full = True
            print(f"KLIPING_LOG: {self.baseFilename}: {error.strerror or error}", file=sys.stderr)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(f"{self.baseFilename}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _follow(self) -> None:
        now = Path(self.baseFilename)
        if self.stream and now.exists() and os.path.samestat(now.stat(), os.fstat(self.stream.fileno())):
            return
        if self.stream:
            self.stream.close()
        self.stream = self._open()


def begin(environment: Mapping[str, str], **always: str) -> logging.Handler | None:
    """Log to KLIPING_LOG from here on, if it is set; ValueError, one line, where it cannot be.

    A file is turned over at KLIPING_LOG_SIZE megabytes (10), and KLIPING_LOG_KEEP (5) older ones are kept.
    """
    file = environment.get("KLIPING_LOG")
    if not file:
        return None
    size = _number(environment, "KLIPING_LOG_SIZE", SIZE, least=1 / MEGA, needs="a number above 0")
    keep = _number(environment, "KLIPING_LOG_KEEP", KEEP, least=1, needs="a number from 1")
    try:
        handler = Shared(file, maxBytes=int(size * MEGA), backupCount=int(keep), encoding="utf-8")
    except OSError as error:
        raise ValueError(f"KLIPING_LOG: {error.filename}: {error.strerror}") from error
    handler.setFormatter(JsonLines(**always))
    handler.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    return handler


def _number(environment: Mapping[str, str], name: str, usual: float, *, least: float, needs: str) -> float:
    given = environment.get(name) or str(usual)
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not least <= number <= MEGA:  # the library counts the older files one by one
        raise ValueError(f"{name}={given}: needs {needs}, up to {MEGA}")
    return number

"""One process at a time: a lock of the database's that belongs to a session and dies with it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


class Busy(Exception):
    """Another process holds the lock."""


@contextmanager
def alone(engine: Engine, lock: int) -> Iterator[None]:
    """Hold ``lock`` on a connection of its own; Busy at once where somebody else has it."""
    with engine.connect() as guard:
        if not guard.scalar(select(func.pg_try_advisory_lock(lock))):
            raise Busy
        guard.commit()
        try:
            yield
        finally:  # the lock is the session's, and the session goes back to the pool
            guard.scalar(select(func.pg_advisory_unlock(lock)))

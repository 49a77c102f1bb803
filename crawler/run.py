"""A run as the database knows it: its number, and the outlet's lock, held for as long as the run lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from pipelines.store import runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Engine


class Locked(Exception):
    """Another run works on the outlet; its text names it."""


class Run:
    """Begins with the lock; ``hold`` takes it again after the server dropped the connection that held it."""

    def __init__(self, engine: Engine, outlet: str, arguments: Mapping[str, str]) -> None:
        self.engine, self.outlet = engine, outlet
        self.held = self._lock()
        with engine.begin() as connection:
            runs.release_dead(connection, outlet)
            self.id = runs.begin_run(connection, outlet, arguments)

    def hold(self) -> None:
        """Make sure that the outlet is still ours; Locked where another run was quicker."""
        try:
            self.held.scalar(select(1))
        except DBAPIError:
            self.held.invalidate()
            self.held.close()
            self.held = self._lock()

    def end(self, code: int, counts: Mapping[str, int]) -> None:
        """Write how it ended, and give the lock back."""
        with self.engine.begin() as connection:
            runs.end_run(connection, self.id, code, counts)
        self.held.close()

    def _lock(self) -> Connection:
        held = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        held.detach()  # back in the pool it would take the lock along
        if holder := runs.lock(held, self.outlet):
            held.close()
            raise Locked(holder)
        return held

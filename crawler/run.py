"""A run as the database knows it: its number, and the outlet's lock, held for as long as the run lives."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from pipelines.archive import Archive
from pipelines.store import runs, vitals
from pipelines.store.engine import data_dir
from pipelines.store.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Engine

    from pipelines.vitals import Signs


class Run:
    """Begins with the lock; ``hold`` takes it again after the server dropped the connection that held it."""

    def __init__(self, engine: Engine, outlet: str, arguments: Mapping[str, str]) -> None:
        self.engine, self.outlet = engine, outlet
        self.patiently = Patience()
        self.archive = Archive(data_dir() / "archive", outlet)
        self._one_at_a_time = Lock()
        self._held: Connection | None = runs.locked(self.engine, self.outlet)
        with engine.begin() as connection:
            runs.release_dead(connection, outlet)
            self.id = runs.begin_run(connection, outlet, arguments)

    def hold(self) -> None:
        """Make sure that the outlet is still ours; Locked where another run was quicker. Threads may call it."""
        with self._one_at_a_time:
            if self._held is not None and not _answers(self._held):
                self._held = None
            if self._held is None:
                self._held = runs.locked(self.engine, self.outlet)

    def end(self, code: int, counts: Mapping[str, int], signs: Signs) -> None:
        """Close the archive, write how it ended and its vital signs, and give the lock back; again, where the server was away."""
        with suppress(OSError):  # a full disk: what is not on it has no row either
            self.archive.close()
        with self.engine.begin() as connection:
            vitals.keep(connection, self.id, signs)
            runs.end_run(connection, self.id, code, counts)
        if self._held is not None:
            self._held.close()


def _answers(held: Connection) -> bool:
    """Ask; a connection that the server dropped is thrown away."""
    try:
        return held.scalar(select(1)) == 1
    except DBAPIError:
        held.invalidate()
        held.close()
        return False

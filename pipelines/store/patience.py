"""Waiting for a database that went away: every piece of work here can be done again from its start."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from pipelines.store.errors import DatabaseError
from pipelines.store.numbers import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

logger = logging.getLogger(__name__)
WAIT = 120.0  # seconds
TOO_LARGE = "54"  # SQLSTATE: a value that no index takes; psycopg2 calls it an OperationalError, as if the server were gone
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0  # seconds between two tries
Done = TypeVar("Done")


def limit() -> float:
    """Seconds a piece of work waits for its database (KLIPING_DB_WAIT); ValueError where that is no number."""
    return number("KLIPING_DB_WAIT", WAIT, "seconds")


class Patience:
    """One run's patience with its database. Once it is at its end nobody waits again: threads may share it."""

    def __init__(self) -> None:
        self.at_its_end = False

    def __call__(self, work: Callable[[], Done]) -> Done:
        """Do ``work``, again and again while the server is away; DatabaseError, one line, where it stays away or refuses."""
        until, wait = time.monotonic() + limit(), FIRST_WAIT
        while True:
            try:
                return work()
            except (DBAPIError, DatabaseError, NoConnectionFree) as error:
                line = " ".join(str(getattr(error, "orig", error)).split())
                if not _away(error):
                    raise DatabaseError(f"the database refuses: {line}") from error
                if self.at_its_end or time.monotonic() + wait > until:
                    self.at_its_end = True
                    raise DatabaseError(f"the database stayed away: {line}") from error
                logger.warning("database away (%s); trying again in %.1f s", line, wait)
                time.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)


def unhurried(connection: Connection) -> None:
    """Let this transaction rest between two rows for as long as their reader works, whatever its role's timeout."""
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _away(error: Exception) -> bool:
    """Tell a server that is gone, starting, full or short of connections from work it refuses."""
    if isinstance(error, DBAPIError):
        if (getattr(error.orig, "pgcode", None) or "").startswith(TOO_LARGE):
            return False
        return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    return True

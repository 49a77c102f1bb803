"""PostgreSQL's own programs, told where the database is by arguments and environment: no password stands on a command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from psycopg2.extensions import make_dsn

from pipelines.store import engine

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRETS = {"password": "PGPASSWORD"}  # what libpq also reads from the environment


def called(name: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Give argv and environment of psql, pg_dump or pg_restore; DatabaseError where there is none."""
    words = engine.words()
    return [str(engine.binary(name)), "-d", place(words), *arguments], os.environ | _secrets(words)


def place(words: Mapping[str, str]) -> str:
    """Write the address in libpq's words, without its password."""
    written: str = make_dsn(**{name: value for name, value in words.items() if name not in SECRETS})
    return written


def _secrets(words: Mapping[str, str]) -> dict[str, str]:
    return {variable: words[name] for name, variable in SECRETS.items() if name in words}

"""One real PostgreSQL for the whole session, a fresh and migrated database for each test that asks for one."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg2
import pytest

from pipelines.store import embedded, engine, schema
from pipelines.store.address import name_no_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawling import Fresh
    from sqlalchemy import Engine

name_no_server(os.environ)  # the server of whoever runs the tests is theirs: no test and no child of one hears of it
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # under cron a crawl finds its bytecode too: a quarter of a second each
TEMPLATE = "kliping_template"
NUMBERS = count()
ROOM = 4 << 30  # bytes, for the servers of four workers
LONG = (
    "test_exits", "test_looks", "test_rebuild", "test_doors", "test_reclean", "test_promises", "test_fuzz", "test_crawl",
    "test_run", "test_engine", "test_history", "test_verify", "test_alarms", "test_outages",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take a minute or more: at the end all but one worker would wait for them."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a server that lives for the session; its database of that address is a migrated template."""
    home = Path(tempfile.mkdtemp(prefix="kliping-tests-", dir=_quickest()))
    home.chmod(0o755)  # root's server runs as another user and has to pass
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KLIPING_DATA", str(home / "data"))
        plain = engine.url()
        data = engine.cluster()
    hasten(plain, data)
    _order(plain, f"CREATE DATABASE {TEMPLATE}")
    address = urlsplit(plain)._replace(path=f"/{TEMPLATE}").geturl()
    with _open(address) as opened:
        schema.upgrade(opened)
    yield address
    embedded.stop(data)
    shutil.rmtree(home)


def hasten(address: str, data: Path) -> None:
    """Let a server be quick and careless; AssertionError if its data is not in ``data``, which goes with the session."""
    with closing(psycopg2.connect(address)) as link, link.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        (where,) = cursor.fetchone()
    assert Path(where) == data, f"the server at {where} is none of the tests'"
    # Nothing there outlives the session, so nothing waits for the disk, is written twice or kept for long.
    hasty = (f"ALTER SYSTEM SET {setting}" for setting in ("fsync = off", "full_page_writes = off", "max_wal_size = '128MB'"))
    _order(address, *hasty, "SELECT pg_reload_conf()")


def _quickest() -> Path | None:
    """Memory where there is room: a database is three hundred files, which a disk's file system takes its time to make."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else None


@pytest.fixture(scope="session")
def fresh(server: str) -> Fresh:
    """Make a database for as long as a ``with`` lasts, a copy of the template or of another one, and give its address."""
    return partial(_fresh, server)


@pytest.fixture
def address(fresh: Fresh) -> Iterator[str]:
    """The address of a fresh, migrated database: DATABASE_URL for a child process."""
    with fresh() as made:
        yield made


@pytest.fixture
def database(address: str) -> Iterator[Engine]:
    """An engine on that database."""
    with _open(address) as opened:
        yield opened


@pytest.fixture
def empty(server: str) -> Iterator[Engine]:
    """An engine on a database without tables."""
    with _fresh(server, "template1") as made, _open(made) as opened:
        yield opened


@pytest.fixture(params=["LATIN1", "SQL_ASCII"])
def narrow(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without tables that is not encoded in UTF-8; its name ends in the encoding's."""
    more = f"ENCODING '{request.param}' LOCALE 'C'"
    with _fresh(server, "template0", more, suffix=f"_{request.param}".lower()) as made:
        yield made


@contextmanager
def _fresh(server: str, template: str = TEMPLATE, more: str = "", *, suffix: str = "") -> Iterator[str]:
    name = f"test_{next(NUMBERS)}{suffix}"
    home = urlsplit(server)._replace(path="/postgres").geturl()
    _order(home, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy {more}")
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    _order(home, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _open(address: str) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", address)
        opened = engine.connect()
    yield opened
    opened.dispose()


def _order(address: str, *orders: str) -> None:
    link = psycopg2.connect(address)
    link.autocommit = True
    with link.cursor() as cursor:
        for order in orders:
            cursor.execute(order)
    link.close()

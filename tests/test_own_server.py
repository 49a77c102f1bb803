"""Tests, benchmarks and the demo have servers of their own, whatever DATABASE_URL(_FILE) say to whoever runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from conftest import hasten
from crawling import ROOT
from invented import asked

from benchmarks import export, search_corpus, stage
from pipelines.store import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that root's server may pass; pytest's own tmp_path is closed to it."""
    path = Path(tempfile.mkdtemp(prefix="kliping-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def theirs(empty: Engine, server: str, tmp_path: Path) -> dict[str, str]:
    """What their environment says, in two ways: where a database of theirs is, which has no tables."""
    (name,) = asked(empty, "SELECT current_database()")[0]
    address = urlsplit(server)._replace(path=f"/{name}").geturl()
    file = tmp_path / "address"
    file.write_text(f"{address}\n")
    return {"DATABASE_URL": address, "DATABASE_URL_FILE": str(file)}


@pytest.mark.soak
def test_the_tests_leave_theirs_alone(theirs: dict[str, str]) -> None:
    """On this session's server they would find the template of this session."""
    one = f"{ROOT}/tests/test_schema.py::test_every_table_and_column_explains_itself"
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", one]
    env = os.environ | {"DATABASE_URL_FILE": theirs["DATABASE_URL_FILE"]}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_other_server_is_made_careless(address: str, database: Engine, tmp_path: Path) -> None:
    told = "SELECT pg_read_file('postgresql.auto.conf')"
    before = asked(database, told)
    with pytest.raises(AssertionError, match="is none of the tests'"):
        hasten(address, tmp_path)
    assert asked(database, told) == before


@pytest.mark.soak
@pytest.mark.parametrize("name", ["export", "search", "stage"])
def test_the_benchmarks_leave_theirs_alone(
    theirs: dict[str, str], empty: Engine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in (theirs | {"KLIPING_DATA": "x"}).items():
        monkeypatch.setenv(variable, value)  # and puts it back: some of them drop and set it for good
    monkeypatch.setattr(export, "SIZES", ())
    {"export": export.main, "search": search, "stage": staged}[name]()
    assert asked(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


@pytest.mark.soak
def test_the_demo_leaves_theirs_alone(theirs: dict[str, str], empty: Engine, folder: Path) -> None:
    """Nor does it tell those whom a crawl of theirs tells; here they could not even be told."""
    told = {"KLIPING_PING_URL": "x", "KLIPING_ALARM_WEBHOOK": "x", "KLIPING_ALARM_SLACK_FILE": "/no/such", "KLIPING_PERMIT": "x"}
    env = os.environ | theirs | told | {"KLIPING_DATA": str(folder / "data")}
    done = subprocess.run([sys.executable, "-m", "demo"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert embedded.stop(folder / "data" / "postgres")
    assert (done.returncode, done.stderr) == (0, "")
    assert asked(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


def search() -> None:
    with search_corpus.server():
        pass


def staged() -> None:
    with stage.stage(1):
        pass

"""Upkeep, by a real PostgreSQL's own programs: backup and restore, readers, old records, room on the disk, secrets in files."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from crawling import ROOT, crawling, ended
from invented import asked, everything
from small_outlets import seeds_of
from sqlalchemy import text
from test_schema import fill

from pipelines.nouns import Exit
from pipelines.secret import SecretError, secret
from pipelines.store import backup, disk, programs, prune, runs, schema
from pipelines.store.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

PASSWORD = "rahasia-Sekali"
READER = "pembaca"


def kliping(*arguments: str, given: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli.main", *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KLIPING_", "DATABASE_"))}
    if given is None:
        return ended(command, kept | env)
    how = {"capture_output": True, "text": True, "timeout": 60}
    return subprocess.run(command, cwd=ROOT, env=kept | env, input=given, check=False, **how)


def held(database: Engine) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, without the number of the transaction that wrote them."""
    return {table: [tuple(row[1:]) for row in rows] for table, rows in everything(database).items()}


def refused(done: subprocess.CompletedProcess[str], code: Exit) -> str:
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr.strip()


@pytest.mark.parametrize("words", [("db", "backup"), ("health", "--prometheus"), ("health", "--html")])
@pytest.mark.usefixtures("database")
def test_a_pipe_or_a_device_is_not_replaced_by_a_file(address: str, tmp_path: Path, words: tuple[str, ...]) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    said = refused(kliping(*words, str(pipe), DATABASE_URL=address), Exit.USAGE)
    assert said.endswith(f"{pipe}: a device or a pipe stands there; name a file")
    assert pipe.is_fifo()


def test_a_backup_comes_back_whole(address: str, database: Engine, empty: Engine, tmp_path: Path) -> None:
    fill(database)
    before = held(database)
    file = tmp_path / "kliping.dump"
    written = kliping("db", "backup", str(file), DATABASE_URL=address)
    assert written.returncode == Exit.DONE, written.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["kliping.dump"]
    elsewhere = urlsplit(address)._replace(path=f"/{_name(empty)}").geturl()
    back = kliping("db", "restore", str(file), DATABASE_URL=elsewhere)
    assert (back.returncode, back.stderr) == (Exit.DONE, "")
    assert held(empty) == before
    assert kliping("db", "check", DATABASE_URL=elsewhere).returncode == Exit.DONE
    with empty.begin() as connection:
        number = runs.begin_run(connection, "pagi", {})
    assert number > max(row[0] for row in before["runs"]), "the counters came along"


def test_a_database_in_a_narrow_encoding_gets_no_tables(narrow: str) -> None:
    line = refused(kliping("db", "upgrade", DATABASE_URL=narrow), Exit.SCHEMA)
    assert re.search(r"the database test_\d+_(\w+) is encoded in (?i:\1), Kliping needs UTF8", line)
    assert "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0" in line


def test_a_schema_that_no_backup_knows_gets_no_tables(address: str, empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE SCHEMA elsewhere"))
    here = urlsplit(address)._replace(path=f"/{_name(empty)}").geturl()
    there = {"DATABASE_URL": here, "PGOPTIONS": "-c search_path=elsewhere,public"}
    assert "would go into the schema elsewhere" in refused(kliping("db", "upgrade", **there), Exit.SCHEMA)
    assert asked(empty, "SELECT count(*) FROM pg_tables WHERE schemaname IN ('elsewhere', 'public')") == [(0,)]


def test_a_restore_over_something_is_asked_for(address: str, database: Engine, tmp_path: Path) -> None:
    file = tmp_path / "kliping.dump"
    fill(database)
    assert kliping("db", "backup", str(file), DATABASE_URL=address).returncode == Exit.DONE
    before = held(database)
    with database.begin() as connection:
        connection.execute(text("DELETE FROM pages"))
        connection.execute(text("CREATE TABLE of_tomorrow (id int REFERENCES runs)"))
    assert "say --yes" in refused(kliping("db", "restore", str(file), DATABASE_URL=address), Exit.USAGE)
    assert held(database) != before
    assert kliping("db", "restore", str(file), "--yes", DATABASE_URL=address).returncode == Exit.DONE
    assert held(database) == before
    assert asked(database, "SELECT to_regclass('of_tomorrow') IS NULL") == [(True,)]


def test_a_torn_backup_changes_nothing(address: str, database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(database)
    before = held(database)
    monkeypatch.setenv("DATABASE_URL", address)
    file = tmp_path / "kliping.dump"
    whole = backup.backup(file)
    for length in (0, 100, whole // 2, whole - 200):
        file.write_bytes(file.read_bytes()[:length] if length else b"x")
        with pytest.raises(DatabaseError, match=r"nothing was restored|is no backup"):
            backup.restore(file)
        assert held(database) == before
        backup.backup(file)


@pytest.mark.timeout(60)
def test_a_psql_that_dies_ends_the_restore(
    address: str, database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE much AS SELECT repeat(md5(i::text), 100) AS said FROM generate_series(1, 3000) i"))
    before = held(database)
    monkeypatch.setenv("DATABASE_URL", address)
    file = tmp_path / "kliping.dump"
    backup.backup(file)
    monkeypatch.setattr(backup, "called", lambda name, *words: (["false"], {}) if name == "psql" else programs.called(name, *words))
    with pytest.raises(DatabaseError, match="nothing was restored"):
        backup.restore(file)
    assert held(database) == before


def test_a_script_holds_nothing_that_a_server_before_17_does_not_know(
    address: str, database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    monkeypatch.setenv("DATABASE_URL", address)
    backup.backup(file := tmp_path / "kliping.dump")
    script = tmp_path / "script.sql"
    kept = ["tee", str(script)], {}
    monkeypatch.setattr(backup, "called", lambda name, *words: kept if name == "psql" else programs.called(name, *words))
    backup.restore(file)
    told = script.read_text(encoding="utf-8")
    assert "transaction_timeout" not in told
    assert told.startswith("BEGIN;")
    assert told.endswith("COMMIT;\n")
    assert "SET statement_timeout = 0;" in told


def test_no_restore_under_a_crawl(address: str, database: Engine, tmp_path: Path) -> None:
    file = tmp_path / "kliping.dump"
    file.write_bytes(b"")
    with database.connect() as crawler:
        assert runs.lock(crawler, "pagi") is None
        said = refused(kliping("db", "restore", str(file), "--yes", DATABASE_URL=address), Exit.LOCKED)
    assert "being crawled" in said


def test_a_backup_that_fails_leaves_the_last_one(address: str, database: Engine, tmp_path: Path) -> None:
    file = tmp_path / "kliping.dump"
    file.write_text("the last one")
    gone = urlsplit(address)._replace(path="/gone").geturl()
    assert "has no database gone" in refused(kliping("db", "backup", str(file), DATABASE_URL=gone), Exit.DATABASE)
    assert file.read_text() == "the last one"
    assert [path.name for path in tmp_path.iterdir()] == ["kliping.dump"]
    assert "/proc/x.dump: No such file" in refused(kliping("db", "backup", "/proc/x.dump", DATABASE_URL=address), Exit.USAGE)
    assert "its folder is not there" in refused(kliping("db", "backup", "/no/such/x", DATABASE_URL=address), Exit.USAGE)
    assert "is no file" in refused(kliping("db", "restore", "/no/such/x", DATABASE_URL=address), Exit.USAGE)


def test_a_backup_leaves_alone_what_another_one_writes(address: str, tmp_path: Path) -> None:
    file, part = tmp_path / "kliping.dump", tmp_path / ".kliping.dump.part"
    part.write_text("half of it")
    with part.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        said = refused(kliping("db", "backup", str(file), DATABASE_URL=address), Exit.LOCKED)
        assert "another backup is being written to it" in said
        assert part.read_text() == "half of it"
    assert kliping("db", "backup", str(file), DATABASE_URL=address).returncode == Exit.DONE
    assert [path.name for path in tmp_path.iterdir()] == ["kliping.dump"]


def test_a_program_that_is_killed_is_named(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setattr(backup, "called", lambda *_: (["sh", "-c", "kill -9 $$"], {}))
    with pytest.raises(DatabaseError, match="pg_dump was ended by SIGKILL"):
        backup.backup(tmp_path / "kliping.dump")


def test_no_password_on_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://saya:{PASSWORD}@db.example:5433/x?sslmode=require")
    argv, environment = programs.called("psql", "-c", "SELECT 1")
    assert PASSWORD not in " ".join(argv)
    assert environment["PGPASSWORD"] == PASSWORD
    assert {"host=db.example", "port=5433", "user=saya", "dbname=x", "sslmode=require"} <= set(argv[2].split())


@pytest.fixture
def lets_readers_in(database: Engine) -> Iterator[None]:
    """The session's server, asking READER for a password."""
    (hba,) = asked(database, "SHOW hba_file")[0]
    with open(hba, encoding="utf-8") as file:  # noqa: PTH123
        was = file.read()

    def write(content: str) -> None:
        with open(hba, "w", encoding="utf-8") as out:  # noqa: PTH123
            out.write(content)
        asked(database, "SELECT pg_reload_conf()")

    write(f"local all {READER} scram-sha-256\n{was}")
    yield
    write(was)
    with database.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {READER}; DROP ROLE {READER}"))


def test_a_reader_reads_and_writes_nothing(address: str, database: Engine, lets_readers_in: None, tmp_path: Path) -> None:
    fill(database)
    with database.begin() as connection:
        connection.execute(text("GRANT CREATE ON SCHEMA public TO PUBLIC"))  # as before PostgreSQL 15
    made = kliping("db", "grant-reader", READER, given=f"{PASSWORD}\n", DATABASE_URL=address)
    assert (made.returncode, made.stderr) == (Exit.DONE, "")
    assert made.stdout.startswith(f"{READER}: made")
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE of_tomorrow AS SELECT 1 AS x"))
    with closing(_as_reader(address, PASSWORD)) as link, link, link.cursor() as ask:
        ask.execute("SELECT count(*) FROM articles, of_tomorrow")
        assert ask.fetchone()[0] > 0
        ask.execute("SELECT id, query FROM watches")
    forbidden = ("DELETE FROM runs", "CREATE TABLE own (x int)", "INSERT INTO runs (outlet, host, pid) VALUES ('x', 'x', 1)")
    for order in ("SELECT target FROM watches", *forbidden):
        with closing(_as_reader(address, PASSWORD)) as link, link.cursor() as ask:
            link.autocommit = True
            ask.execute("SET default_transaction_read_only = off")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                ask.execute(order)
    theirs = urlsplit(address)._replace(netloc=f"{READER}:{PASSWORD}@").geturl()
    env = {"KLIPING_DATA": str(tmp_path), "KLIPING_SEEDS": str(seeds_of(tmp_path, "kabar")), "KLIPING_CONTACT": "x@x.example"}
    for words in (("index", "--again"), ("forget", "kabar/1", "--yes"), ("missing", "kabar", "--retry"), ("crawl", "kabar")):
        assert "this role may only read" in refused(kliping(*words, DATABASE_URL=theirs, **env), Exit.USAGE)
    assert not (tmp_path / "archive" / "journal.jsonl").exists(), "nobody shall forget by the archive what the database keeps"
    file = tmp_path / "new"
    file.write_text("baru-Sekali\n")
    again = kliping("db", "grant-reader", READER, DATABASE_URL=address, KLIPING_READER_PASSWORD_FILE=str(file))
    assert again.stdout.startswith(f"{READER}: renewed")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        _as_reader(address, PASSWORD)
    _as_reader(address, "baru-Sekali").close()


def test_watches_made_anew_keep_their_target_from_readers(
    address: str, database: Engine, lets_readers_in: None, tmp_path: Path
) -> None:
    assert kliping("db", "grant-reader", READER, given=f"{PASSWORD}\n", DATABASE_URL=address).returncode == Exit.DONE
    sees = f"SELECT has_column_privilege('{READER}', 'watches', c, 'SELECT') FROM unnest(ARRAY['query', 'target']) c"
    file = tmp_path / "kliping.dump"
    assert kliping("db", "backup", str(file), DATABASE_URL=address).returncode == Exit.DONE
    assert kliping("db", "restore", str(file), "--yes", DATABASE_URL=address).returncode == Exit.DONE
    assert asked(database, sees) == [(True,), (False,)]
    schema.downgrade(database, "0010")
    schema.upgrade(database)
    assert asked(database, sees) == [(True,), (False,)]


@pytest.mark.parametrize(("name", "given", "code", "said"), [
    ("kliping", PASSWORD, Exit.USAGE, "no reader's name"),
    ("orang", "", Exit.USAGE, "no password given"),
])  # fmt: skip
def test_no_reader(address: str, name: str, given: str, code: Exit, said: str) -> None:
    done = kliping("db", "grant-reader", name, given=given, DATABASE_URL=address)
    assert said in refused(done, code)
    assert PASSWORD not in done.stderr


def test_no_reader_of_the_embedded_one(tmp_path: Path) -> None:
    done = kliping("db", "grant-reader", "orang", given=PASSWORD, KLIPING_DATA=str(tmp_path))
    assert "set DATABASE_URL" in refused(done, Exit.USAGE)
    assert list(tmp_path.iterdir()) == []


def test_old_records_go_and_nothing_else(address: str, database: Engine) -> None:
    fill(database)
    with database.begin() as connection:
        connection.execute(text("UPDATE runs SET ended_at = now() - interval '400 days'"))
        connection.execute(text("INSERT INTO runs (outlet, host, pid, ended_at) SELECT outlet, 'x', 1, now() FROM runs"))
        connection.execute(text("UPDATE rejects SET refused_at = now() - interval '400 days' WHERE story_id = '2'"))
    before = held(database)
    ages = ("--runs", "365d", "--rejects", "365d")
    counted = kliping("db", "prune", "--dry-run", *ages, DATABASE_URL=address)
    assert counted.stdout.splitlines()[0] == f"runs: {len(before['runs']) // 2} older than 365 days would be deleted"
    assert held(database) == before
    assert kliping("db", "prune", DATABASE_URL=address).stdout.startswith("nothing is pruned")
    assert held(database) == before
    done = kliping("db", "prune", DATABASE_URL=address, KLIPING_KEEP_RUNS="365d", KLIPING_KEEP_REJECTS="365d")
    assert "were deleted" in done.stdout, done.stderr
    after = held(database)
    assert len(after["runs"]) == len(before["runs"]) // 2
    assert asked(database, "SELECT state FROM pages WHERE story_id = '2'") == [("refused",)]
    assert after["rejects"] == []
    for kept in ("articles", "revisions"):
        assert after[kept] == before[kept]
    assert len(after["pages"]) == len(before["pages"])
    assert "is no age" in refused(kliping("db", "prune", "--runs", "1 year", DATABASE_URL=address), Exit.USAGE)


def test_the_last_run_of_an_outlet_stays(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("INSERT INTO runs (outlet, host, pid, ended_at) VALUES ('x', 'x', 1, now() - interval '9 years')"))
        assert prune.prune(connection, "runs", asked(database, "SELECT interval '1 day'")[0][0]) == 0


def test_a_crawl_needs_room(address: str, tmp_path: Path) -> None:
    with crawling(address, tmp_path) as crawl:
        done = crawl(KLIPING_DISK_FLOOR="900000000")
        line = refused(done, Exit.DATABASE)
        assert re.search(r"[\d,]+ MB free, 900,000,000 needed \(KLIPING_DISK_FLOOR\)", line)
        assert refused(crawl.kliping("run", KLIPING_DISK_FLOOR="900000000"), Exit.DATABASE).startswith("kliping run: /")
        assert "needs a number of megabytes" in refused(crawl.kliping("run", KLIPING_DISK_FLOOR="viel"), Exit.USAGE)
        assert "needs a number of megabytes" in crawl(KLIPING_DISK_FLOOR="viel").stderr
        assert crawl.asked() == []
        assert crawl.rows("SELECT * FROM runs") == []


def test_the_floor_is_that_of_the_datas_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_DATA", str(tmp_path / "not" / "yet"))
    monkeypatch.setenv("KLIPING_DISK_FLOOR", "0")
    disk.check()
    monkeypatch.delenv("KLIPING_DISK_FLOOR")
    assert disk.floor() == disk.FLOOR
    monkeypatch.setenv("KLIPING_DATA", f"/{'x' * 300}/data")  # as little to be looked at as root's home is by others
    with pytest.raises(DatabaseError, match="File name too long; KLIPING_DATA may name another"):
        disk.check()


def test_a_secret_in_a_file(address: str, database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "address"
    file.write_text(f"{address}\n")
    assert kliping("db", "check", DATABASE_URL_FILE=str(file)).returncode == Exit.DONE
    said = refused(kliping("db", "check", DATABASE_URL_FILE="/no/such/file"), Exit.USAGE)
    assert "DATABASE_URL_FILE: /no/such/file: No such file" in said
    monkeypatch.setenv("X_FILE", str(file))
    assert secret("X") == address
    monkeypatch.setenv("X", "first")
    assert secret("X") == "first"
    file.write_text("\n")
    monkeypatch.delenv("X")
    with pytest.raises(SecretError, match="is empty"):
        secret("X")
    monkeypatch.setenv("X", "first")
    file.write_bytes(b"\xff\xfe")
    monkeypatch.delenv("X")
    with pytest.raises(SecretError, match="is no text"):
        secret("X")


def test_sql_is_the_wheels_psql(address: str, database: Engine) -> None:
    done = kliping("sql", "-c", "SELECT 6 * 7 AS jawab", "--csv", DATABASE_URL=address, PATH="/nowhere")
    assert (done.returncode, done.stdout) == (0, "jawab\n42\n"), done.stderr


def test_old_code_refuses_a_newer_schema_in_one_line(address: str, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for verb in (("list",), ("db", "check"), ("db", "upgrade"), ("run",), ("sql", "-c", "SELECT 1")):
        said = refused(kliping(*verb, DATABASE_URL=address), Exit.SCHEMA)
        assert f"revision 9999, newer than this Kliping knows ({schema.HEAD}): upgrade Kliping" in said


def test_a_listing_names_the_zone_of_its_times_and_a_run_that_never_was(address: str, database: Engine) -> None:
    fill(database)
    runs_told = kliping("runs", DATABASE_URL=address).stdout
    assert ("started (WIB)" in runs_told, "ended (WIB)" in runs_told) == (True, True), runs_told
    assert "refused (WIB)" in kliping("refusals", DATABASE_URL=address).stdout
    assert '"started_at": ' in kliping("runs", "--format", "jsonl", DATABASE_URL=address).stdout
    assert "no run 999 is known" in refused(kliping("list", "--run", "999", DATABASE_URL=address), Exit.USAGE)


def _name(database: Engine) -> str:
    return asked(database, "SELECT current_database()")[0][0]


def _as_reader(address: str, password: str) -> psycopg2.extensions.connection:
    parts = urlsplit(address)
    host = parse_qs(parts.query)["host"][0] if parts.query else parts.hostname
    return psycopg2.connect(host=host, port=5432, user=READER, password=password, dbname=parts.path[1:])

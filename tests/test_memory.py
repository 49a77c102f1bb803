"""Promises of the crawl's memory: nothing announced is forgotten, nothing leased twice, no outlet worked on by two."""

from __future__ import annotations

import os
import re
import socket
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from invented import NOON, OUTLET, a_run, address_of, asked, everything, link
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound

from pipelines.store import looks
from pipelines.store.discovered import discover
from pipelines.store.memory import Due, due_count, lease, mark, next_due
from pipelines.store.runs import begin_run, end_run, lock, release_dead

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


def found(database: Engine, run: int, *links: object) -> int:
    with database.begin() as connection:
        return discover(connection, run, OUTLET, links)


def leased(database: Engine, run: int, limit: int = 99, only: list[str] | None = None) -> list[str]:
    with database.begin() as connection:
        return [due.story_id for due in lease(connection, run, OUTLET, limit, only)]


def marked(database: Engine, story_id: str, **how: object) -> str:
    with database.begin() as connection:
        return mark(connection, OUTLET, story_id, **how)


def test_discover_tells_new_from_known(database: Engine) -> None:
    run = a_run(database)
    assert found(database, run) == 0
    assert (
        found(
            database,
            run,
            link("1", door="feed"),
            link("2", published_at=NOON, title="Dua"),
            link("1", published_at=NOON),
            link("1", title="Satu"),
        )
        == 2
    )
    want = [
        ("1", address_of("1"), "discovered", "feed", NOON, "Satu", run),
        ("2", address_of("2"), "discovered", "", NOON, "Dua", run),
    ]
    told = "SELECT story_id, url, state, door, announced_at, title_announced, discovered_by FROM pages ORDER BY 1"
    assert asked(database, told) == want
    before = everything(database)
    again = link("1", door="sitemap", published_at=NOON + timedelta(days=1), title="Lain")
    assert found(database, run, again, link("2")) == 0
    assert everything(database) == before
    assert found(database, run, again, link("3")) == 1


def test_discover_fills_only_gaps(database: Engine) -> None:
    run = a_run(database)
    found(database, run, link("1"), link("2", title="Dua"))
    assert found(database, a_run(database), link("1", published_at=NOON), link("2", published_at=NOON, title="Lain")) == 0
    assert found(database, run, link("1", title="Satu")) == 0
    want = [("1", NOON, "Satu", run), ("2", NOON, "Dua", run)]
    assert asked(database, "SELECT story_id, announced_at, title_announced, discovered_by FROM pages ORDER BY 1") == want


def test_discover_survives_what_the_web_sends(database: Engine) -> None:
    year_one = datetime(1, 1, 1, tzinfo=UTC)
    assert (
        found(
            database,
            a_run(database),
            link("1", title="a\0b\ud800", published_at=year_one),
            link("2", title="'; DROP TABLE pages; --%s"),
        )
        == 2
    )
    assert asked(database, "SELECT title_announced, announced_at FROM pages ORDER BY story_id") == [
        ("ab?", None),
        ("'; DROP TABLE pages; --%s", None),
    ]


@pytest.mark.parametrize("stories", [5_000, pytest.param(50_000, marks=pytest.mark.soak)])
def test_discover_many(database: Engine, capsys: pytest.CaptureFixture[str], stories: int) -> None:
    run = a_run(database)
    many = range(stories * 6 // 5)
    links = [link(str(n % stories), published_at=NOON - timedelta(minutes=n), title=f"Judul {n}") for n in many]
    times = []
    for new in (stories, 0):
        began = monotonic()
        assert found(database, run, *links) == new
        times.append(monotonic() - began)
    began = monotonic()
    assert len(leased(database, run, 32)) == 32
    times.append(monotonic() - began)
    with capsys.disabled():
        told = "{:,} links to {:,} stories: new {:.2f} s, known {:.2f} s; 32 leased in {:.3f} s"
        print(f"\n{told.format(len(many), stories, *times)}")
    assert times[0] < 20


def test_two_that_discover_the_same_in_different_orders(database: Engine) -> None:
    runs = a_run(database), a_run(database)
    links = [link(str(n), published_at=NOON) for n in range(8_000)]
    gate, new = Barrier(2, timeout=30), []

    def walk(run: int, order: int) -> None:
        for at in range(0, 8_000, 1_000):
            gate.wait()
            new.append(found(database, run, *links[at : at + 1_000][::order]))

    threads = [Thread(target=walk, args=each) for each in zip(runs, (1, -1), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(new) == 8_000


def test_lease_gives_newest_first_then_undated_in_feed_order(database: Engine) -> None:
    run = a_run(database)
    found(database, run, link("7"), link("5"), link("1", published_at=NOON))
    found(database, run, link("6"), link("2", published_at=NOON + timedelta(hours=1)), link("8"))
    assert leased(database, run, 2) == ["2", "1"]
    assert leased(database, run) == ["6", "8", "7", "5"]
    assert leased(database, run) == []


def test_lease_tells_what_the_fetch_needs(database: Engine) -> None:
    run = a_run(database)
    found(database, run, link("1"))
    with database.begin() as connection:
        connection.execute(text("""UPDATE pages SET etag = '"x"', last_modified = 'Sun', tries = 2"""))
        assert lease(connection, run, OUTLET, 1) == [Due("1", address_of("1"), 2, '"x"', "Sun")]


def test_lease_keeps_to_its_outlet_and_its_list(database: Engine) -> None:
    run = a_run(database)
    found(database, run, *(link(str(n)) for n in range(5)))
    with database.begin() as connection:
        discover(connection, run, "warta", [link("9")])
        assert due_count(connection, OUTLET) == 5
        assert due_count(connection, OUTLET, ["3", "9", "77"]) == 1
        assert due_count(connection, OUTLET, []) == 0
    assert leased(database, run, only=["3", "9", "77"]) == ["3"]
    assert leased(database, run, only=[]) == []
    with database.begin() as connection:
        assert due_count(connection, OUTLET) == 4


def test_two_leases_at_once_never_overlap_and_never_wait(database: Engine) -> None:
    runs = a_run(database), a_run(database)
    found(database, runs[0], *(link(str(n)) for n in range(20)))
    with database.begin() as one, database.begin() as other:
        other.execute(text("SET LOCAL lock_timeout = '1s'"))
        taken = [{due.story_id for due in lease(each, run, OUTLET, 12)} for each, run in zip((one, other), runs, strict=True)]
    assert [len(each) for each in taken] == [12, 8]
    assert not taken[0] & taken[1]


def test_many_leases_at_once_take_each_story_once(database: Engine) -> None:
    run = a_run(database)
    found(database, run, *(link(str(n)) for n in range(500)))
    taken: list[str] = []

    def work() -> None:
        while some := leased(database, run, 7):
            taken.extend(some)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=int) == [str(n) for n in range(500)]


@pytest.mark.parametrize("state", ["gone", "forbidden", "unchanged"])
def test_a_story_that_is_settled_is_not_due(database: Engine, state: str) -> None:
    run = a_run(database)
    found(database, run, link("1"))
    leased(database, run)
    assert marked(database, "1", state=state, cause="404\0", http_status=404) == state
    assert asked(database, "SELECT state, cause, http_status, leased_by, tries FROM pages") == [(state, "404", 404, None, 0)]
    assert leased(database, run) == []


def test_a_host_that_rests_is_asked_when_it_is_ready(database: Engine) -> None:
    found(database, a_run(database), link("1"))
    marked(database, "1", state="failed", cause="it rests", retry_after=7.5, tried=False)
    with database.begin() as connection:
        assert next_due(connection, OUTLET) == pytest.approx(7.5, abs=2)


AGES = [("10 minutes", "50 minutes"), ("2 hours", "22 hours"), ("7 days", "1 day"), ("9 days", None)]


@pytest.mark.parametrize(("age", "later"), AGES)
def test_a_forbidden_story_is_asked_for_once_more(database: Engine, age: str, later: str | None) -> None:
    """The bar may have been a wall's, or a robots.txt's of one evening; an hour, a day and eight days after its discovery."""
    run = a_run(database)
    found(database, run, link("1"))
    with database.begin() as connection:
        connection.execute(text(f"UPDATE pages SET discovered_at = now() - interval '{age}'"))
    marked(database, "1", state="forbidden", cause="HTTP 403", http_status=403)
    soon = f"next_look_at = discovered_at + interval '{age}' + interval '{later}'" if later else "next_look_at IS NULL"
    assert asked(database, f"SELECT {soon} FROM pages") == [(True,)]
    with database.begin() as connection:
        connection.execute(text("UPDATE pages SET next_look_at = now() - interval '1 second' WHERE next_look_at IS NOT NULL"))
        due = looks.lease(connection, run, OUTLET, 9)
    assert [(one.story_id, one.look) for one in due] == ([("1", False)] if later else [])


def test_a_failing_story_is_tried_eight_times_ever_later_then_dead(database: Engine) -> None:
    run = a_run(database)
    found(database, run, link("1"))
    for wait in (30, 120, 480, 1920, 7680, 30720, 86400):
        assert leased(database, run) == ["1"]
        assert marked(database, "1", state="failed", cause="timeout") == "failed"
        assert leased(database, run) == []
        with database.begin() as connection:
            assert next_due(connection, OUTLET) == pytest.approx(wait, abs=3)
            connection.execute(text("UPDATE pages SET next_try_at = now() - interval '1 s'"))
            assert next_due(connection, OUTLET) == 0
            assert due_count(connection, OUTLET) == 1
    assert leased(database, run) == ["1"]
    assert marked(database, "1", state="failed", cause="timeout") == "dead"
    assert asked(database, "SELECT state, tries, cause, next_try_at, leased_by FROM pages") == [("dead", 8, "timeout", None, None)]
    with database.begin() as connection:
        assert (next_due(connection, OUTLET), leased(database, run)) == (None, [])


@pytest.mark.parametrize(("said", "waits"), [(0.0, 30), (-5.0, 30), (7.5, 30), (100_000.0, 100_000), (1e30, 30 * 86_400)])
def test_retry_after_is_obeyed_where_it_is_longer(database: Engine, said: float, waits: float) -> None:
    """A server that says 0 with every 503 would else count a story out in two seconds."""
    found(database, a_run(database), link("1"))
    marked(database, "1", state="failed", cause="503", http_status=503, retry_after=said)
    with database.begin() as connection:
        assert next_due(connection, OUTLET) == pytest.approx(waits, abs=2)
        assert next_due(connection, OUTLET, ["2"]) is None


def test_what_a_clock_that_was_ahead_put_off_is_due(database: Engine) -> None:
    run = a_run(database)
    found(database, run, link("1"))
    marked(database, "1", state="failed", cause="503", http_status=503)
    with database.begin() as connection:
        connection.execute(text("UPDATE pages SET next_try_at = now() + interval '1 year'"))
    assert leased(database, run) == ["1"]


def test_marking_a_story_that_nobody_knows_is_loud(database: Engine) -> None:
    with pytest.raises(NoResultFound):
        marked(database, "1", state="gone", cause="404")


@pytest.fixture
def sessions(database: Engine) -> tuple[Connection, Connection]:
    opened = tuple(database.connect().execution_options(isolation_level="AUTOCOMMIT") for _ in range(2))
    yield opened
    for session in opened:
        session.invalidate()
        session.close()


def test_lock_names_its_holder(database: Engine, sessions: tuple[Connection, Connection]) -> None:
    one, other = sessions
    assert lock(one, OUTLET) is None
    began = monotonic()
    assert lock(other, OUTLET, wait=0.3) == "kabar is being crawled by a run that has just begun"
    assert 0.3 <= monotonic() - began < 1.5
    run = begin_run(one, OUTLET, {})
    where = re.escape(f"(host {socket.gethostname()}, pid {os.getpid()})")
    said = lock(other, OUTLET, wait=0) or ""
    assert re.fullmatch(rf"kabar is being crawled by run {run} since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d \S+ {where}", said)
    assert lock(other, "warta", wait=0) is None


def test_lock_is_free_when_its_holder_is_gone(sessions: tuple[Connection, Connection]) -> None:
    one, other = sessions
    assert lock(one, OUTLET) is None
    pid = one.connection.dbapi_connection.get_backend_pid()
    waiting = Thread(target=lambda: other.execute(text("SELECT pg_sleep(0.4), pg_terminate_backend(:pid)"), {"pid": pid}))
    with one.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as third:
        waiting.start()
        assert lock(third, OUTLET) is None
        waiting.join()
        third.invalidate()


def test_the_next_run_takes_over_what_a_dead_one_held(database: Engine) -> None:
    dead, elsewhere = a_run(database), a_run(database, "warta")
    found(database, dead, link("1"), link("2"))
    with database.begin() as connection:
        discover(connection, elsewhere, "warta", [link("3")])
        lease(connection, elsewhere, "warta", 1)
    assert leased(database, dead, 1) == ["1"]
    with database.begin() as connection:
        assert release_dead(connection, OUTLET) == 1
        run = begin_run(connection, OUTLET, {"limit": "3"})
    assert leased(database, run) == ["1", "2"]
    ended = "SELECT id, ended_at IS NOT NULL, exit_code FROM runs ORDER BY id"
    assert asked(database, ended) == [(dead, True, None), (elsewhere, False, None), (run, False, None)]
    assert asked(database, "SELECT leased_by FROM pages WHERE outlet = 'warta'") == [(elsewhere,)]


def test_a_run_that_ends_gives_back_what_it_leased(database: Engine) -> None:
    run = a_run(database)
    found(database, run, link("1"))
    leased(database, run)
    with database.begin() as connection:
        end_run(connection, run, 9, {"stored": 7})
    assert asked(database, "SELECT exit_code, counts, ended_at >= started_at, pid FROM runs") == [
        (9, {"stored": 7}, True, os.getpid())
    ]
    assert leased(database, a_run(database)) == ["1"]


def test_deleting_a_run_leaves_its_stories(database: Engine) -> None:
    run = a_run(database)
    found(database, run, link("1"))
    leased(database, run)
    with database.begin() as connection:
        connection.execute(text("DELETE FROM runs"))
    assert asked(database, "SELECT discovered_by, leased_by FROM pages") == [(None, None)]

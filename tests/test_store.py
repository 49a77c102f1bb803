"""Promises of the store's writer and of its answers, each kept by a real server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import psycopg2
import pytest
from invented import CUTS, NOON, OUTLET, a_run, address_of, article, asked, everything, link, page, refused, stored, unread
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from pipelines import extract
from pipelines.nouns import Block, Cut, Page, Reading, Reason
from pipelines.outlets import generic, outlet_of
from pipelines.store import ask
from pipelines.store.discovered import discover
from pipelines.store.keep import MENDED, Kept, Outcome, write
from pipelines.store.memory import lease
from pipelines.store.runs import end_run
from pipelines.store.withdrawal import withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Engine

BATCH = [stored("1"), refused("2", Reason.NO_TITLE, Reason.NO_BODY), unread("3"), stored("4", kind="photo", body="x")]


def story(database: Engine, key: str) -> ask.Story:
    with database.connect() as connection:
        (found,) = ask.story(connection, key)
    return found


def test_a_story_comes_back_as_it_was(database: Engine) -> None:
    run = a_run(database)
    assert write(database, run, [stored("1")]) == [Outcome("1", "stored", new=True)]
    found = story(database, "1")
    was = article("1")
    assert found.article is not None
    for name in (
        "url",
        "kind",
        "title",
        "published_at",
        "modified_at",
        "section",
        "dateline",
        "source_credit",
        "text",
        "language",
        "words",
        "layout",
    ):
        assert found.article[name] == getattr(was, name), name
    assert [found.article[name] for name in ("authors", "editors", "tags")] == [
        ["Sri Wahyuni"],
        ["Budi Santoso", "Ni Luh Ayu"],
        ["cabai", "pasar"],
    ]
    assert found.article["body"] == [{"kind": b.kind, "text": b.text} for b in was.body]
    assert found.article["images"] == [{"caption": i.caption, "url": i.url} for i in was.images]
    assert [(cut["rule"], cut["text"], cut["at"]) for cut in found.cuts] == [(cut.rule, cut.text, cut.at) for cut in CUTS]
    page_row = {"state": "stored", "etag": '"1"', "http_status": 200, "archive_offset": 7, "tries": 0, "discovered_by": run}
    assert {name: found.page[name] for name in page_row} == page_row


def test_outcomes_stand_in_the_batchs_order(database: Engine) -> None:
    done = write(database, a_run(database), BATCH[::-1])
    assert [(one.story_id, one.state, one.new) for one in done] == [
        ("4", "stored", True),
        ("3", "failed", False),
        ("2", "refused", False),
        ("1", "stored", True),
    ]
    assert done[2].cause == "no title found; no text left where the story should stand"
    assert done[1].cause == "the reader broke"


def test_a_good_batch_is_one_transaction_of_few_statements(database: Engine) -> None:
    run = a_run(database)
    said: list[str] = []
    event.listen(database, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement.split("(")[0]))
    event.listen(database, "commit", lambda _c: said.append("COMMIT"))
    write(database, run, [stored(str(n)) for n in range(50)])
    assert said == [
        "INSERT INTO pages ",
        "INSERT INTO articles ",
        "WITH back AS \n",  # what was withdrawn and is new again stands
        "INSERT INTO revisions ",
        "DELETE FROM rejects WHERE ",
        "DELETE FROM cuts USING unnest",
        "INSERT INTO cuts ",
        "COMMIT",
    ]


def test_nothing_to_write(database: Engine) -> None:
    assert write(database, a_run(database), []) == []


def test_a_second_write_adds_no_row_and_changes_none(database: Engine) -> None:
    run = a_run(database)
    write(database, run, BATCH)
    before = everything(database)
    assert not any(one.new for one in write(database, run, BATCH))
    assert everything(database) == before
    later = [
        replace(kept, page=replace(kept.page, fetched_at=NOON + timedelta(days=1), headers=(("ETag", "other"),))) for kept in BATCH
    ]
    write(database, run, [kept for kept in later if kept.reading])
    assert everything(database) == before


@pytest.mark.parametrize(
    "told",
    [
        {"title": "Harga beras naik"}, {"body": (Block("p", "Lain."),)}, {"authors": ()}, {"modified_at": None}, {"section": None},
        {"images": ()}, {"sources": {"title": "css"}}, {"tags": ("cabai",)}, {"words": 7},
    ],
    ids=lambda told: next(iter(told)),
)  # fmt: skip
def test_a_changed_reading_changes_its_row(database: Engine, told: dict[str, object]) -> None:
    run = a_run(database)
    write(database, run, [stored("1"), stored("2")])
    before = everything(database)
    assert write(
        database, run, [Kept(OUTLET, "1", page("1"), None, replace(stored("1").reading, result=article("1", **told)))]
    ) == [Outcome("1", "stored", new=False)]
    after = everything(database)
    assert {name for name in after if after[name] != before[name]} - {"revisions"} == {"articles"}
    assert len(after["revisions"]) == len(before["revisions"]), "one fetch is one version, however often it is read"
    assert sum(row not in before["articles"] for row in after["articles"]) == 1


def test_fewer_cuts_leave_no_old_ones(database: Engine) -> None:
    run = a_run(database)
    write(database, run, [stored("1"), stored("2")])
    write(database, run, [stored("1", cuts=CUTS[1:2])])
    assert asked(database, "SELECT story_id, position, rule FROM cuts ORDER BY 1, 2") == [
        ("1", 0, CUTS[1].rule), ("2", 0, CUTS[0].rule), ("2", 1, CUTS[1].rule), ("2", 2, CUTS[2].rule),
    ]  # fmt: skip
    write(database, run, [stored("1", cuts=())])
    assert asked(database, "SELECT count(*) FROM cuts WHERE story_id = '1'") == [(0,)]


def test_a_refusal_goes_when_the_story_is_stored_after_all(database: Engine) -> None:
    run = a_run(database)
    write(database, run, [refused("1")])
    assert asked(database, "SELECT reasons, detail FROM rejects") == [([Reason.NO_BODY.value], "fence")]
    assert write(database, run, [stored("1")]) == [Outcome("1", "stored", new=True)]
    assert asked(database, "SELECT * FROM rejects") == []
    assert asked(database, "SELECT state, cause FROM pages") == [("stored", None)]


def test_a_refusal_later_keeps_the_text_and_the_cuts_that_explain_it(database: Engine) -> None:
    run = a_run(database)
    write(database, run, [stored("1")])
    write(database, run, [refused("1")])
    found = story(database, "1")
    assert (found.page["state"], found.reject is None, found.article is None, len(found.cuts)) == ("refused", False, False, 3)


def test_a_story_twice_in_a_batch_is_the_last(database: Engine) -> None:
    done = write(database, a_run(database), [stored("1", title="Lama"), stored("1", title="Baru")])
    assert done == [Outcome("1", "stored", new=True)] * 2
    assert asked(database, "SELECT title FROM articles") == [("Baru",)]


BAD = {
    "NUL in the title": stored("5", title="Harga\0cabai"),
    "NUL in the body": stored("5", body="x").reading
    and Kept(OUTLET, "5", page("5"), None, Reading("", OUTLET, "5", article("5", body=(Block("p", "a\0b"),)))),
    "lone surrogate": stored("5", title="Harga \ud83d cabai"),
    "lone surrogate in a cut": stored("5", cuts=(Cut("x", "\ud83d"),)),
    "no title": stored("5", title=""),
    "unknown kind": stored("5", kind="video"),
    "year 1": stored("5", published_at=datetime(1, 1, 1, tzinfo=UTC)),
    "tag too large for its index": stored("5", tags=("".join(chr(0x4E00 + n * 7919 % 20000) for n in range(20000)),)),
    "words beyond an integer": stored("5", words=2**31),
    "not JSON": stored("5", sources={"title": object()}),
    "not a value": stored("5", section=object()),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_row_spares_its_batch(database: Engine, bad: Kept) -> None:
    run = a_run(database)
    good, failed, also_good = write(database, run, [stored("1"), bad, stored("9")])
    assert (good, also_good) == (Outcome("1", "stored", new=True), Outcome("9", "stored", new=True))
    assert (failed.state, failed.new) == ("failed", False)
    assert failed.cause
    assert asked(database, "SELECT story_id FROM articles ORDER BY 1") == [("1",), ("9",)]
    assert asked(database, "SELECT state, tries, cause, http_status, digest IS NOT NULL FROM pages WHERE story_id = '5'") == [
        ("failed", 1, failed.cause, 200, True)
    ]


LONG = "".join(sha256(b"%d" % number).hexdigest() for number in range(60))  # 3,840 characters that no index can shorten
LINKS = "".join(f'<a href="/tag/{tag[:9]}" class="tags--snippet__link">{tag}</a> ' for tag in ("cabai", LONG, "pasar"))
TAGGED = {
    "at a seed's place": ("https://www.liputan6.com/bisnis/read/5590118/x", LINKS, "css:"),
    "in a meta": ("https://kabar.example/x", f'<meta name="news_keywords" content="cabai, {LONG}, pasar">', "meta:news_keywords"),
    "for search engines": ("https://kabar.example/x", f'<meta name="keywords" content="cabai, {LONG}, pasar">', "meta:keywords"),
    "printed": ("https://kabar.example/x", f'<meta name="keywords" content="cabai, {LONG[:150]}, pasar">{LINKS}', "printed"),
}


@pytest.mark.parametrize("name", TAGGED)
def test_what_no_index_takes_is_no_tag_and_costs_no_story(database: Engine, name: str) -> None:
    url, tags, source = TAGGED[name]
    story = "<p>" + "Harga cabai di pasar itu naik dua kali lipat sejak hujan turun tanpa henti. " * 9 + "</p>"
    html = f"<h1>Harga Cabai Naik</h1><div class='article-content-body__item-content'>{story}</div><div>{tags}</div>"
    outlet = outlet_of(url) or generic(url)
    assert outlet
    reading = extract(Page(url, html.encode()), outlet)
    assert reading.article
    assert reading.article.sources["tags"]["from"].startswith(source)
    told = Kept(OUTLET, "1", page("1"), None, reading)
    assert write(database, a_run(database), [told]) == [Outcome("1", "stored", new=True)]
    assert asked(database, "SELECT tags FROM articles")[0][0] == ["cabai", "pasar"]


def test_a_bad_page_keeps_what_can_be_kept(database: Engine) -> None:
    served = Page(
        address_of("1"), b"\0", "text/html\0", headers=(("ETag", "\ud800\0"), ("X", "y")), asked_url=address_of("1") + "\0"
    )
    write(database, a_run(database), [replace(stored("1"), page=served)])
    assert asked(database, "SELECT state, content_type, etag, url FROM pages") == [("stored", "text/html", "?", address_of("1"))]


def test_a_row_that_cannot_be_written_at_all_is_said_to_have_failed(database: Engine) -> None:
    good, failed = write(database, a_run(database), [stored("1"), replace(stored("5"), story_id="")])
    assert (good.state, failed.state) == ("stored", "failed")
    assert "ck_pages_key" in failed.cause


def test_a_run_that_does_not_exist_is_no_bad_row_s_silence(database: Engine) -> None:
    assert write(database, 99, [stored("1")])[0].cause.startswith('insert or update on table "pages" violates foreign key')


def test_a_failed_reading_counts_once_a_fetch(database: Engine) -> None:
    run = a_run(database)
    for _ in range(3):
        write(database, run, [unread("1")])
    assert asked(database, "SELECT state, tries FROM pages") == [("failed", 1)]
    for hours in range(1, 8):
        done = write(database, run, [replace(unread("1"), page=replace(page("1"), fetched_at=NOON + timedelta(hours=hours)))])
    assert asked(database, "SELECT state, tries FROM pages") == [("dead", 8)]
    assert done[0].state == "dead"
    before = everything(database)
    assert (
        write(database, run, [replace(unread("1"), page=replace(page("1"), fetched_at=NOON + timedelta(hours=7)))])[0].state
        == "dead"
    )
    assert everything(database) == before


def test_a_write_ends_the_lease(database: Engine) -> None:
    run = a_run(database)
    with database.begin() as connection:
        discover(connection, run, OUTLET, [link(str(n)) for n in range(1, 5)])
        assert len(lease(connection, run, OUTLET, 9)) == 4
    write(database, run, BATCH)
    assert asked(database, "SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]


def breaking(database: Engine, when: str) -> list[int]:
    """End the writer's own backend in mid-transaction, once, just before it says ``when``."""
    ended: list[int] = []

    def end(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if when in statement and not ended:
            ended.append(connection.connection.dbapi_connection.get_backend_pid())
            with database.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ended[0]})

    event.listen(database, "before_cursor_execute", end)
    return ended


@pytest.mark.parametrize("when", ["INSERT INTO pages", "INSERT INTO articles", "DELETE FROM rejects", "INSERT INTO cuts"])
def test_a_lost_connection_keeps_nothing_and_the_replay_everything(database: Engine, when: str) -> None:
    run = a_run(database)
    before = everything(database)
    ended = breaking(database, when)
    with pytest.raises(OperationalError):
        write(database, run, BATCH)
    assert ended
    assert everything(database) == before
    assert [one.state for one in write(database, run, BATCH)] == ["stored", "refused", "failed", "stored"]


def test_a_commit_whose_answer_is_lost_is_replayed_without_a_trace(database: Engine) -> None:
    run = a_run(database)

    def lose(connection: Connection) -> None:
        connection.connection.dbapi_connection.commit()
        raise OperationalError("COMMIT", {}, psycopg2.OperationalError("server closed the connection unexpectedly"))

    event.listen(database, "commit", lose, once=True)
    with pytest.raises(OperationalError):
        write(database, run, BATCH)
    before = everything(database)
    assert len(before["articles"]) == 2
    write(database, run, BATCH)
    assert everything(database) == before


def together(*what: Callable[[], object]) -> list[BaseException]:
    failures: list[BaseException] = []
    gate = Barrier(len(what))

    def do(one: Callable[[], object]) -> None:
        try:
            gate.wait()
            one()
        except BaseException as error:  # noqa: BLE001 a thread's error is lost otherwise
            failures.append(error)

    threads = [Thread(target=do, args=(one,)) for one in what]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_two_writers_at_once_do_not_deadlock(database: Engine) -> None:
    run = a_run(database)
    ids = [str(n) for n in range(200)]

    def writer(order: Sequence[str], title: str) -> None:
        for round_ in range(5):
            write(database, run, [stored(each, title=f"{title} {round_}") if int(each) % 7 else refused(each) for each in order])

    assert (
        together(lambda: writer(ids, "Harga"), lambda: writer(ids[::-1], "Cuaca"), lambda: writer(ids[50:] + ids[:50], "Jalan"))
        == []
    )
    assert asked(database, "SELECT count(*), count(DISTINCT split_part(title, ' ', 1)) FROM articles") == [(171, 1)]
    assert asked(database, "SELECT state, count(*) FROM pages GROUP BY 1 ORDER BY 1") == [("refused", 29), ("stored", 171)]


def test_speed_of_writing(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    run = a_run(database)
    began = datetime.now(UTC)
    for start in range(0, 1000, 100):
        write(database, run, [stored(str(n)) for n in range(start, start + 100)])
    each = (datetime.now(UTC) - began) / timedelta(milliseconds=1000)
    with capsys.disabled():
        print(f"\nstored 1,000 stories in batches of 100: {each:.2f} ms a story")
    assert each < 20


def test_newest(database: Engine) -> None:
    first, other = a_run(database), a_run(database, "warta")
    write(
        database,
        first,
        [stored("1", published_at=None), stored("2"), refused("3"), stored("4", published_at=NOON + timedelta(days=1), cuts=())],
    )
    with database.begin() as connection:
        end_run(connection, first, 0, {"stored": 3})
    write(database, other, [replace(stored("2"), outlet="warta")])
    second = a_run(database)
    write(database, second, [stored("2"), stored("5", published_at=NOON - timedelta(days=1))])
    with database.connect() as connection:
        assert [(h.outlet, h.story_id, h.cuts) for h in ask.newest(connection)] == [
            ("kabar", "4", 0), ("kabar", "2", 3), ("warta", "2", 3), ("kabar", "5", 3), ("kabar", "1", 3),
        ]  # fmt: skip
        assert [h.story_id for h in ask.newest(connection, OUTLET, 2)] == ["4", "2"]
        assert [h.story_id for h in ask.newest(connection, run=first)] == ["4", "2", "1"]
        assert [h.story_id for h in ask.newest(connection, run=second)] == ["5"]
        assert ask.newest(connection, OUTLET, 1)[0] == ask.Headline(
            NOON + timedelta(days=1), OUTLET, "Bisnis", "Harga cabai naik 4", 6, 0, "4", address_of("4")
        )


def test_story_by_every_name(database: Engine) -> None:
    run = a_run(database)
    write(
        database,
        run,
        [
            stored("1", url="https://kabar.example/1"),
            refused("2"),
            replace(stored("1", url="https://warta.example/1"), outlet="warta"),
        ],
    )
    with database.connect() as connection:
        for key, outlets in {
            "1": ["kabar", "warta"], "kabar/1": ["kabar"], "warta/1": ["warta"], "https://kabar.example/1": ["kabar"],
            address_of("1"): ["kabar", "warta"], "kabar/9": [], "9": [], "": [], "https://kabar.example/": [],
        }.items():  # fmt: skip
            assert [found.outlet for found in ask.story(connection, key)] == outlets, key
        (found,) = ask.story(connection, "2")
    assert (found.article, found.reject and found.reject["reasons"], len(found.cuts)) == (None, [Reason.NO_BODY.value], 1)


def test_states_refusals_and_runs(database: Engine) -> None:
    run = a_run(database)
    write(database, run, BATCH)
    with database.begin() as connection:
        discover(connection, run, OUTLET, [link("7"), link("8")])
        end_run(connection, run, 4, {"stored": 2})
    a_run(database, "warta")
    with database.connect() as connection:
        counts = {"discovered": 2, "stored": 2, "refused": 1, "failed": 1}
        assert ask.states(connection) == {OUTLET: counts}
        assert ask.states(connection, "warta") == {}
        assert [(r.story_id, r.reasons) for r in ask.refusals(connection, OUTLET)] == [
            ("2", [Reason.NO_TITLE.value, Reason.NO_BODY.value])
        ]
        assert ask.refusals(connection, "warta") == []
        assert [(r.outlet, r.exit_code, r.counts, r.arguments) for r in ask.runs(connection)] == [
            ("warta", None, {}, {"limit": "3"}), ("kabar", 4, {"stored": 2}, {"limit": "3"}),
        ]  # fmt: skip
        assert [r.outlet for r in ask.runs(connection, OUTLET, 5)] == [OUTLET]


def test_a_held_story_on_which_our_reader_breaks_stays_as_it_is(database: Engine) -> None:
    write(database, a_run(database), [stored("1")])
    before = asked(database, "SELECT text, read_at FROM articles")
    (done,) = write(database, a_run(database), [refused("1", Reason.READER_FAILED)])
    assert (done.state, done.new) == ("stored", False)
    row = ("unchanged", "the reader broke on this page", NOON + MENDED)
    assert asked(database, "SELECT state, cause, next_look_at FROM pages") == [row]
    assert (asked(database, "SELECT text, read_at FROM articles"), asked(database, "SELECT * FROM rejects")) == (before, [])
    (new,) = write(database, a_run(database), [refused("2", Reason.READER_FAILED)])
    assert new.state == "refused"


def test_a_whole_story_is_not_replaced_by_a_part_of_it(database: Engine) -> None:
    write(database, a_run(database), [stored("1"), stored("2", partial=True)])
    before = asked(database, "SELECT title, read_at FROM articles WHERE story_id = '1'")
    again = [stored(number, body="<html>baru</html>", title="Sebagian", partial=True) for number in "12"]
    later = [replace(kept, page=replace(kept.page, fetched_at=NOON + timedelta(hours=1)), next_look=NOON) for kept in again]
    done = write(database, a_run(database), later)
    assert [(one.state, one.new, one.changed) for one in done] == [("stored", False, False), ("stored", False, True)]
    assert asked(database, "SELECT title, read_at FROM articles WHERE story_id = '1'") == before
    row = ("unchanged", "part of the story was not at hand this time", NOON)
    assert asked(database, "SELECT state, cause, next_look_at FROM pages WHERE story_id = '1'") == [row]
    write(database, a_run(database), [stored("2", body="<html>utuh</html>", title="Utuh")])
    assert asked(database, "SELECT title, partial FROM articles WHERE story_id = '2'") == [("Utuh", False)]


def test_a_withdrawn_story_that_comes_again_stands_and_may_be_withdrawn_again(database: Engine) -> None:
    run = a_run(database)
    write(database, run, [stored("1")])
    for _ in range(2):
        with database.begin() as connection:
            withdraw(connection, [(OUTLET, "1")])
        write(database, run, [stored("1", body="<html>Lain</html>")])
        assert asked(database, "SELECT count(*) FROM articles") == [(1,)]
        assert asked(database, "SELECT count(*) FROM withdrawn") == [(0,)]

"""Watches: a new story that answers is told once, whoever is told and whatever fails on the way; no secret is shown."""

from __future__ import annotations

import email
import email.policy
import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from crawling import started
from invented import a_run, asked
from listener import Listener, Postbox, listening
from sqlalchemy import text
from test_snapshot import kept

from pipelines.cli.delivery import AT_ONCE
from pipelines.cli.main import main
from pipelines.cli.steps import follow
from pipelines.clippings import Match
from pipelines.nouns import Block, Exit
from pipelines.show import atom
from pipelines.store import watches
from pipelines.store.keep import write
from pipelines.store.versions import forget

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from pipelines.store.keep import Kept

ENTRY = "{http://www.w3.org/2005/Atom}entry"
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
SECRET = "T0K3N-geheim"


@pytest.fixture(autouse=True)
def ready(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("KLIPING_DATA", str(tmp_path / "data"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening(Listener()) as heard:
        yield heard


def store(database: Engine, *titles: str) -> None:
    write(database, a_run(database), [told(f"{number}{title[:3]}", title) for number, title in enumerate(titles)])


def told(story_id: str, title: str) -> Kept:
    return kept(story_id, title=title, tags=(), images=(), body=(Block("p", f"{title}."),))


def kliping(*arguments: str) -> int:
    return main(["watch", *arguments])


def entries(path: Path) -> list[str | None]:
    return [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in ET.parse(path).getroot().iter(ENTRY)]


def test_a_title_that_no_xml_may_hold() -> None:
    """Stored by an earlier reader, it must not break the feed of all that stands beside it."""
    title = "Harga \x1bcabai\ufffe naik"
    told = atom.feed(1, "cabai", NOW, [Match("liputan6", "1", "https://www.liputan6.com/read/1/x", title, None, NOW, NOW, "")])
    assert ET.fromstring(told).findtext(f"{ENTRY}/{ENTRY.removesuffix('entry')}title") == "Harga cabai naik"


def test_new_matches_once_each(database: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(database, "Dulu cabai")
    assert kliping("add", "cabai -beras", "--to", f"rss:{tmp_path / 'cabai.xml'}") == 0
    assert kliping("deliver") == 0
    assert "0 stories told" in capsys.readouterr().out, "what was stored before is no news"
    store(database, "Cabai naik", "Kapal tiba", "Harga cabainya & <beras>", "Petani cabai")
    assert kliping("deliver") == 0
    assert "2 stories told" in capsys.readouterr().out
    assert sorted(map(str, entries(tmp_path / "cabai.xml"))) == ["Cabai naik", "Petani cabai"]
    assert kliping("deliver") == 0
    assert "0 stories told" in capsys.readouterr().out
    write(database, a_run(database), [told("0Cab", "Cabai naik lagi")])
    assert kliping("deliver") == 0
    assert "0 stories told" in capsys.readouterr().out, "a correction is no new story"
    assert asked(database, "SELECT count(*), count(told_at) FROM matches") == [(2, 2)]


def test_a_webhook_that_fails_is_told_again_and_no_secret_is_shown(
    database: Engine, listener: Listener, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kliping("add", "cabai", "--to", f"webhook:{listener.url}/{SECRET}") == 0
    store(database, "Cabai naik")
    listener.status = 500
    assert kliping("deliver") == 5
    said = capsys.readouterr()
    assert "HTTP 500" in said.err
    listener.status = 200
    listener.heard.clear()
    assert kliping("deliver") == 0
    assert kliping("deliver") == 0
    ((path, _, body),) = listener.heard
    assert path == f"/{SECRET}"
    assert [story["title"] for story in json.loads(body)["stories"]] == ["Cabai naik"]
    assert kliping("list") == 0
    assert SECRET not in said.err + said.out + capsys.readouterr().out


def test_an_address_may_stand_in_the_environment_and_one_that_fails_bars_nobody(
    database: Engine, listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KLIPING_HOOK", f"{listener.url}/{SECRET}")
    assert kliping("add", "cabai", "--to", "rss:/proc/x.xml") == 0
    assert kliping("add", "cabai", "--to", "webhook:env:KLIPING_HOOK") == 0
    assert kliping("add", "cabai") == 0
    store(database, "Cabai naik")
    assert kliping("deliver") == 5
    assert "watch 1: rss:/proc/x.xml: " in capsys.readouterr().err
    assert len(listener.heard) == 1
    assert entries(tmp_path / "data/watches/3.xml") == ["Cabai naik"]


def test_a_query_that_is_refused_by_now_bars_nobody(database: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for target in ("rss:" + str(tmp_path / "1.xml"), "rss:" + str(tmp_path / "2.xml")):
        assert kliping("add", "cabai", "--to", target) == 0
    with database.begin() as connection:
        connection.execute(text("UPDATE watches SET query = 'tempat:cabai' WHERE id = 1"))
    store(database, "Cabai naik")
    assert kliping("deliver") == 5
    assert capsys.readouterr().err.startswith("watch 1: tempat:cabai: no field is called 'tempat'")
    assert entries(tmp_path / "2.xml") == ["Cabai naik"]


def test_one_that_is_removed_meanwhile_bars_nobody(database: Engine, listener: Listener) -> None:
    assert kliping("add", "naik") == 0
    assert kliping("add", "cabai", "--to", f"webhook:{listener.url}") == 0
    store(database, "Cabai naik")
    with database.begin() as connection:
        assert watches.remove(connection, 1)
        delivery = started([sys.executable, "-m", "pipelines.cli.main", "watch", "deliver"], os.environ)
        while not asked(database, "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"):
            assert delivery.poll() is None
            time.sleep(0.05)
    said, complained = delivery.communicate(timeout=60)
    assert (delivery.returncode, said, complained) == (0, "1 stories told\n", "")
    assert len(listener.heard) == 1
    assert asked(database, "SELECT watch FROM matches WHERE told_at IS NOT NULL") == [(2,)]


def test_a_feed_is_of_one_watch_and_its_place_is_told(database: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kliping("add", "cabai", "--to", f"rss:{tmp_path / 'x.xml'}") == 0
    assert kliping("add", "beras", "--to", f"rss:{tmp_path / 'x.xml'}") == 2
    assert "watch 1 writes that file" in capsys.readouterr().err
    assert kliping("add", "beras") == kliping("add", "kapal") == 0
    assert kliping("list", "--format", "jsonl") == 0
    said = capsys.readouterr().out
    for feed in ("2.xml", "3.xml"):
        assert said.count(str(tmp_path / "data/watches" / feed)) == 2


def test_run_tells_of_each_that_fails_in_a_line(
    database: Engine, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HALF", "hooks.example/x")
    for target in ("rss:/proc/x.xml", "webhook:env:NOPE", "webhook:env:HALF"):
        assert kliping("add", "cabai", "--to", target) == 0
    store(database, "Cabai naik")
    capfd.readouterr()
    assert follow(("watch", "deliver"), verbose=False) == 5
    first, *others = capfd.readouterr().err.splitlines()
    assert first.startswith("watch deliver: exit 5: watch 1: rss:/proc/x.xml: ")
    assert others == [
        "watch deliver: exit 5: watch 2: webhook:env:NOPE: NOPE is not set",
        "watch deliver: exit 5: watch 3: webhook:env:HALF: HALF: needs an address as https://HOST/PATH",
    ]


def test_times_are_those_of_jakarta(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert kliping("add", "cabai") == 0
    with database.begin() as connection:
        connection.execute(text("UPDATE watches SET created_at = '2026-11-22 20:30+00'"))
    capsys.readouterr()
    assert kliping("list") == 0
    seen = capsys.readouterr().out
    assert "created (WIB)" in seen
    assert "2026-11-23 03:30" in seen
    assert kliping("list", "--format", "jsonl") == 0
    assert json.loads(capsys.readouterr().out)["created_at"] == "2026-11-23T03:30:00+07:00"


def test_many_are_told_in_bounded_messages(database: Engine, listener: Listener) -> None:
    assert kliping("add", "cabai", "--to", f"webhook:{listener.url}/x") == 0
    store(database, *(f"Cabai {number}" for number in range(AT_ONCE + 10)))
    assert kliping("deliver") == 0
    assert [len(json.loads(body)["stories"]) for _, _, body in listener.heard] == [AT_ONCE, 10]


def test_mail(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(Postbox()) as postbox:
        monkeypatch.setenv("KLIPING_SMTP", f"smtp://127.0.0.1:{postbox.server_address[1]}")
        assert kliping("add", "cabai", "--to", "mail:redaksi@kliping.example") == 0
        store(database, "Cabai naik")
        assert kliping("deliver") == 0
        (letter,) = postbox.letters
    mail = email.message_from_string(letter, policy=email.policy.default)
    assert (mail["Subject"], mail["To"]) == ("Kliping: 1 new: cabai", "redaksi@kliping.example")
    assert "Cabai naik" in mail.get_content()
    assert mail["Message-ID"].startswith("<watch-")
    assert mail["Date"].datetime.tzinfo is not None


def test_who_is_refused_for_good_is_named_and_the_others_are_told_once(
    database: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with listening(Postbox()) as postbox:
        postbox.refuses = {"malam@": "550 nobody here"}
        monkeypatch.setenv("KLIPING_SMTP", f"smtp://127.0.0.1:{postbox.server_address[1]}")
        assert kliping("add", "cabai", "--to", "mail:jaga@kliping.example,malam@kliping.example") == 0
        store(database, "Cabai naik")
        assert [kliping("deliver"), kliping("deliver")] == [Exit.ALARM, Exit.DONE]
        assert len(postbox.letters) == 1
    assert "1 of its addresses refused: SMTP 550" in capsys.readouterr().err


def test_a_server_that_is_no_address_bars_nobody(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KLIPING_SMTP", "smtp://[x")
    assert kliping("add", "cabai", "--to", "mail:jaga@kliping.example") == 0
    assert kliping("add", "cabai", "--to", f"rss:{tmp_path / 'x.xml'}") == 0
    store(database, "Cabai naik")
    assert kliping("deliver") == Exit.ALARM
    assert "KLIPING_SMTP: needs smtp://… or smtps://…" in capsys.readouterr().err
    assert entries(tmp_path / "x.xml") == ["Cabai naik"]


def test_one_file_is_one_watchs_by_whatever_path(database: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "there")
    assert kliping("add", "cabai", "--to", f"rss:{tmp_path / 'there' / 'x.xml'}") == 0
    assert kliping("add", "harga", "beras", "--to", f"rss:{tmp_path / 'here' / 'x.xml'}") == Exit.USAGE
    assert "watch 1 writes that file" in capsys.readouterr().err


def test_remove_and_forget(database: Engine, tmp_path: Path) -> None:
    assert kliping("add", "cabai", "--to", f"rss:{tmp_path / 'x.xml'}") == 0
    store(database, "Cabai naik")
    assert kliping("deliver") == 0
    with database.begin() as connection:
        forget(connection, "kabar", "0Cab")
    assert asked(database, "SELECT count(*) FROM matches") == [(0,)]
    assert entries(tmp_path / "x.xml") == ["Cabai naik"]
    assert kliping("deliver") == 0
    assert entries(tmp_path / "x.xml") == []
    written = (tmp_path / "x.xml").stat().st_mtime_ns
    assert kliping("deliver") == 0
    assert (tmp_path / "x.xml").stat().st_mtime_ns == written
    assert kliping("remove", "1") == 0
    assert kliping("remove", "1") == 2
    assert asked(database, "SELECT count(*) FROM watches") == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cabai", "--to", "fax:1"], "needs mail:ADDRESS"),
        (["cabai", "--to", "webhook:ftp://x"], "needs an address as https://HOST/PATH"),
        (["cabai", "--to", "webhook:http://"], "needs an address as https://HOST/PATH"),
        (["cabai", "--to", "webhook:https:///x"], "needs an address as https://HOST/PATH"),
        (["cabai", "--to", "webhook:https://[x"], "needs an address as https://HOST/PATH"),
        (["cabai", "--to", "mail:redaksi"], "is no address"),
        (["cabai", "--to", "mail:a@[x"], "is no address"),
        (["cabai", "--to", "mail:a@x.example;b@x.example"], "several stand between commas"),
        (["cabai", "--to", "webhook:https://saya:rahasia@x.example/"], "needs an address as https://HOST/PATH"),
        (["cabai", "--to", "rss:/no/such/x.xml"], "/no/such/x.xml: its folder is not there"),
        (['"cabai'], "cabai"),
        ([""], ""),
    ],
)
def test_what_cannot_be_watched_is_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert kliping("add", *arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line

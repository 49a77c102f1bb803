"""The corpus as it stood: yesterday's text of a corrected story, one order for ever, families that do not straddle."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from invented import NOON, OUTLET, a_run, article, page
from sqlalchemy import insert

from pipelines.cli.main import main
from pipelines.nouns import Block, Reading
from pipelines.store import snapshot
from pipelines.store.keep import Kept, write
from pipelines.store.snapshot import Key, Wish
from pipelines.store.tables import families, withdrawn

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

HOUR = timedelta(hours=1)
LATER = NOON + 30 * HOUR


def told(database: Engine, wish: Wish, after: Key | None = None) -> list[Any]:
    with snapshot.frozen(database) as connection:
        return list(snapshot.clippings(connection, wish, after))


def ids(database: Engine, **wish: Any) -> list[str]:
    return [clipping.id for _, clipping in told(database, Wish(**{"as_of": LATER} | wish))]


def kept(story_id: str, seen: Any = NOON, outlet: str = OUTLET, **facts: Any) -> Kept:
    made = article(story_id, outlet=outlet, **facts)
    served = replace(page(story_id, f"{made}"), fetched_at=seen)
    return Kept(outlet, story_id, served, None, Reading(made.url, outlet, story_id, made))


def family(database: Engine, founder: str, *members: str, since: Any = NOON) -> None:
    with database.begin() as connection:
        for member in (founder, *members):
            outlet, _, story_id = member.partition("/")
            connection.execute(insert(families).values(outlet=outlet, story_id=story_id, since=since, family=founder))


def test_a_corrected_story_is_told_as_it_stood(database: Engine) -> None:
    run = a_run(database)
    write(database, run, [kept("1", title="Harga naik")])
    correction = {"title": "Harga turun", "section": "Ekonomi", "body": (Block("p", "Ralat."),), "words": 1}
    write(database, run, [kept("1", NOON + 24 * HOUR, **correction)])
    (_, before), (_, after) = (told(database, Wish(NOON + hours * HOUR))[0] for hours in (23, 24))
    assert (before.title, before.section, before.text, before.words, before.seen_at) == (
        "Harga naik", "Bisnis", "Harga cabai naik.\n\nSebabnya\n\nHujan turun.", 6, NOON,
    )  # fmt: skip
    assert (after.title, after.section, after.text, after.words) == ("Harga turun", "Ekonomi", "Ralat.", 1)
    assert told(database, Wish(NOON - HOUR)) == []


def test_the_order_is_that_of_the_bytes(database: Engine) -> None:
    names = ["b", "B", "a-b", "ab", "é", "10", "9"]
    write(database, a_run(database), [kept(name) for name in names])
    assert ids(database) == [f"{OUTLET}/{name}" for name in sorted(names, key=str.encode)]
    assert [clipping.story_id for _, clipping in told(database, Wish(LATER), Key(0, OUTLET, "a-b"))] == ["ab", "b", "é"]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"outlets": ("warta",)}, ["warta/3"]),
        ({"sections": ("dunia",)}, ["kabar/2"]),
        ({"languages": ("en",)}, ["kabar/2"]),
        ({"since": NOON + HOUR}, ["kabar/2", "warta/3"]),
        ({"until": NOON + HOUR}, ["kabar/1"]),
        ({"since": NOON + HOUR, "until": NOON + 2 * HOUR}, ["kabar/2"]),
    ],
)
def test_filters(database: Engine, wish: dict[str, Any], expected: list[str]) -> None:
    stories = [
        kept("1"),
        kept("2", section="Dunia", language="en", published_at=NOON + HOUR),
        kept("3", NOON + 2 * HOUR, outlet="warta", published_at=None),  # told by when it was seen
    ]
    write(database, a_run(database), stories)
    assert ids(database, **wish) == expected


def test_one_of_a_family_is_its_first_publisher_as_far_as_was_known(database: Engine) -> None:
    first = kept("9", outlet="warta", published_at=NOON - HOUR)
    write(database, a_run(database), [kept("1"), first, kept("3"), kept("4", published_at=NOON - 2 * HOUR)])
    family(database, "kabar/1", "warta/9")
    family(database, "kabar/1", "kabar/4", since=NOON + HOUR)
    assert ids(database, one_per_family=True, as_of=NOON + HOUR / 2) == ["kabar/3", "kabar/4", "warta/9"]
    assert ids(database, one_per_family=True) == ["kabar/3", "kabar/4"]
    families_told = {clipping.id: clipping.family for _, clipping in told(database, Wish(LATER))}
    assert families_told == {"kabar/1": "kabar/1", "kabar/3": "kabar/3", "kabar/4": "kabar/1", "warta/9": "kabar/1"}


def test_a_split_goes_by_date_and_parts_no_family(database: Engine) -> None:
    stories = [kept(f"{n:02}", published_at=NOON + n * HOUR, seen=NOON + n * HOUR) for n in range(20)]
    write(database, a_run(database), stories)
    family(database, "kabar/00", "kabar/19", "kabar/18")
    wish = Wish(LATER, split=(60, 20, 20))
    parts: dict[int, list[int]] = {0: [], 1: [], 2: []}
    for key, clipping in told(database, wish):
        parts[key.part].append(int(clipping.story_id))
    assert parts == {0: [*range(10), 18, 19], 1: [10, 11, 12, 13], 2: [14, 15, 16, 17]}
    with snapshot.frozen(database) as connection:
        assert snapshot.counts(connection, wish) == {"train": 12, "dev": 4, "test": 4}


def test_a_withdrawn_story_is_told_only_as_of_before(database: Engine) -> None:
    write(database, a_run(database), [kept("1"), kept("2")])
    with database.begin() as connection:
        connection.execute(insert(withdrawn).values(outlet=OUTLET, story_id="1", withdrawn_at=NOON + HOUR, article={}))
    assert ids(database) == ["kabar/2"]
    assert ids(database, as_of=NOON) == ["kabar/1", "kabar/2"]
    with snapshot.frozen(database) as connection:
        assert snapshot.as_it_stood(connection, OUTLET, "1", LATER) is None
        assert snapshot.as_it_stood(connection, OUTLET, "1", NOON) is not None


def test_what_is_crawled_meanwhile_is_not_seen(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "BATCH", 2)
    run = a_run(database)
    write(database, run, [kept(f"{n}") for n in range(5)])
    with snapshot.frozen(database) as connection:
        found = snapshot.clippings(connection, Wish(LATER))
        first = next(found)[1].story_id
        write(database, run, [kept("6"), kept("4", NOON + HOUR, title="Ralat")])
        rest = [(clipping.story_id, clipping.title) for _, clipping in found]
    assert [first, *(story for story, _ in rest)] == ["0", "1", "2", "3", "4"]
    assert rest[-1][1] == "Harga cabai naik 4"


@pytest.mark.parametrize(
    "copied",
    [
        "http://www.liputan6.com/bisnis/read/5583914/harga-cabai", "https://www.liputan6.com/bisnis/read/5583914/harga-cabai/",
        "https://www.liputan6.com/bisnis/read/5583914/harga-cabai?page=2", "https://m.liputan6.com/bisnis/read/5583914/naik",
        "https://www.liputan6.com/news/read/5583914/lain?utm_source=x#baca", "www.liputan6.com/bisnis/read/5583914",
    ],
)  # fmt: skip
def test_a_story_is_known_by_any_address_a_person_copies(
    copied: str, database: Engine, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("KLIPING_DATA", str(tmp_path))
    write(database, a_run(database), [kept("5583914", outlet="liputan6")])
    for verb in (["show"], ["history"], ["family"], ["forget", "--yes"]):
        assert main([*verb, copied]) == 0, verb


def test_an_address_of_a_broken_seed_is_one_line(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("KLIPING_SEEDS", str(tmp_path))
    (tmp_path / "rusak.toml").write_text('hosts = ["rusak.example"]')
    assert main(["show", "https://rusak.example/read/1"]) == 2
    assert capsys.readouterr().err.startswith("kliping show: rusak.toml: ")
    assert main(["show", "https://www.liputan6.com/news/read/1234567/x"]) == 2
    assert "no story 'https" in capsys.readouterr().err


def test_show_as_of_gives_yesterdays_text_of_a_corrected_story(
    database: Engine, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    run = a_run(database)
    write(database, run, [kept("1", title="Harga naik", tags=("[Foto] cabai",), partial=True)])
    write(database, run, [kept("1", NOON + 24 * HOUR, title="Harga turun", body=(Block("p", "Ralat."),), words=1)])

    def shown(*arguments: str) -> str:
        assert main(["show", "kabar/1", *arguments]) == 0
        return capsys.readouterr().out

    assert "Ralat." in shown()
    assert "partial" not in shown()
    yesterday = shown("--as-of", "2026-11-22")
    assert yesterday.startswith("kabar/1  as seen 2026-11-22 12:00 WIB\n")
    assert "\ntags: [Foto] cabai\n" in yesterday
    assert "\npartial: yes\n\nHarga naik\n\nHarga cabai naik.\n" in yesterday
    assert "Ralat" not in yesterday
    assert json.loads(shown("--as-of", "2026-11-23T11:59:59+07:00", "--format", "jsonl"))["title"] == "Harga naik"
    assert json.loads(shown("--as-of", "2026-11-23T12:00", "--format", "jsonl"))["title"] == "Harga turun"
    assert main(["show", "kabar/1", "--as-of", "2026-11-21"]) == 2
    assert "was not yet held then" in capsys.readouterr().err

"""Kinship: copies are linked whatever an editor did to them, what only looks alike is not, and a run never looks twice."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from invented import NOON, OUTLET, a_run, asked
from test_snapshot import HOUR, kept
from test_upkeep import kliping

from benchmarks.kin import measure
from benchmarks.kin_corpus import Newsroom, make
from pipelines.cli.main import main
from pipelines.credit import Said, said
from pipelines.kin import bands, shape
from pipelines.nouns import Block
from pipelines.store.alone import Busy
from pipelines.store.families import BATCH, relate
from pipelines.store.keep import write
from pipelines.store.versions import forget

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from pipelines.store.keep import Kept

NAMES = {"antara": "antaranews", "liputan6.com": "liputan6", "liputan6": "liputan6", "kabar": "kabar", "kabar.example": "kabar"}


@pytest.mark.parametrize("variation", ["near", pytest.param("held", marks=pytest.mark.soak)])
def test_copies_are_found_and_what_looks_alike_is_not(variation: str) -> None:
    told = measure(make(21, 700, variation))
    assert told.precision > 0.95
    assert told.recall > 0.93


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(31, 35))
def test_copies_at_length(seed: int) -> None:
    assert measure(make(seed)).f1 > 0.96


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"url": "https://www.liputan6.com/news/read/1/x"}, Said("canonical", "liputan6")),
        ({"credit": "Antara"}, Said("credit", "antaranews")),
        ({"credit": "Reuters"}, Said("credit", "Reuters")),
        ({"text": "Harga naik.\n\nSumber: Liputan6.com"}, Said("text", "liputan6")),
        ({"text": "Harga naik, dikutip dari Antara, Senin."}, Said("text", "antaranews")),
        ({"text": "Melansir Liputan6, harga naik."}, Said("text", "liputan6")),
        ({"text": "Sumber: Kabar"}, None),
        ({"text": "Sumber: Polisi"}, None),
        ({"text": "x " * 300 + "dikutip dari Antara " + "x " * 300}, None),
        ({"credit": "kabar"}, None),
    ],
)
def test_where_a_story_says_it_is_from(facts: dict[str, Any], expected: Said | None) -> None:
    given = {"url": "https://www.kabar.example/1", "credit": None, "text": "Harga naik."} | facts
    assert said("kabar", names=NAMES, **given) == expected


def test_a_caption_has_no_shape() -> None:
    assert bands(shape("Petani memanen padi di sawah.")) == []


def story(story_id: str, text: str, outlet: str = OUTLET, hours: int = 0, **facts: Any) -> Kept:
    blocks = tuple(Block("p", part) for part in text.split("\n\n"))
    told = {"body": blocks, "published_at": NOON + hours * HOUR, "source_credit": None, "title": f"Berita {story_id}"} | facts
    return kept(story_id, NOON + hours * HOUR, outlet, **told)


def run(database: Engine) -> tuple[int, int]:
    done = list(relate(database, NAMES))
    return sum(looked for looked, _ in done), sum(linked for _, linked in done)


@pytest.fixture
def texts() -> list[str]:
    room = Newsroom(5)
    return ["\n\n".join(room.paragraphs(8, 8)) for _ in range(4)]


NOW = "SELECT DISTINCT ON (outlet, story_id) outlet || '/' || story_id, family FROM families ORDER BY outlet, story_id, since DESC"


def test_a_family_keeps_its_name_and_a_run_looks_at_nothing_twice(database: Engine, texts: list[str]) -> None:
    number = a_run(database)
    copy = story("2", texts[0] + "\n\nSumber: Liputan6", "warta")
    write(database, number, [story("1", texts[0], hours=2), copy, story("3", texts[1])])
    assert run(database) == (3, 2)
    assert run(database) == (0, 0)
    assert dict(asked(database, NOW)) == {"kabar/1": "warta/2", "warta/2": "warta/2"}
    write(database, number, [story("4", texts[0], "suluh", hours=-5)])
    assert run(database) == (1, 1)
    assert dict(asked(database, NOW))["suluh/4"] == "warta/2"
    assert asked(database, "SELECT count(*) FROM articles") == [(4,)]


def test_a_story_that_is_rewritten_leaves_its_family_and_a_past_export_does_not_see_it(database: Engine, texts: list[str]) -> None:
    number = a_run(database)
    write(database, number, [story("1", texts[0]), story("2", texts[0], "warta", hours=1)])
    run(database)
    write(database, number, [story("2", texts[1], "warta", hours=3)])
    assert run(database) == (1, 1)
    assert dict(asked(database, NOW)) == {"kabar/1": "kabar/1", "warta/2": "warta/2"}
    assert asked(database, "SELECT count(*) FROM families WHERE story_id = '2'") == [(2,)]


def test_two_families_that_turn_out_one(database: Engine, texts: list[str]) -> None:
    number = a_run(database)
    halves = texts[0], texts[1]
    for place, text in enumerate(halves):
        write(database, number, [story(f"{place}a", text), story(f"{place}b", text, "warta", hours=1)])
    run(database)
    assert len(set(dict(asked(database, NOW)).values())) == 2
    write(database, number, [story("both", "\n\n".join(halves), "suluh", hours=2)])
    run(database)
    assert set(dict(asked(database, NOW)).values()) == {"kabar/0a"}
    assert len(dict(asked(database, NOW))) == 5


def test_what_is_forgotten_is_in_no_family(database: Engine, texts: list[str]) -> None:
    write(database, a_run(database), [story("1", texts[0]), story("2", texts[0], "warta", hours=1)])
    run(database)
    with database.begin() as connection:
        forget(connection, OUTLET, "1")
    assert asked(database, "SELECT outlet FROM families") == [("warta",)]
    assert asked(database, "SELECT outlet FROM kin") == [("warta",)]


def test_batches_end_as_one_would(database: Engine, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert BATCH > 5
    monkeypatch.setattr("pipelines.store.families.BATCH", 1)
    write(database, a_run(database), [story(f"{n}", texts[n % 2], ("kabar", "warta")[n // 2 % 2], hours=n) for n in range(6)])
    assert run(database)[0] == 6
    assert set(dict(asked(database, NOW)).values()) == {"kabar/0", "kabar/1"}


def test_one_at_a_time(database: Engine, texts: list[str]) -> None:
    write(database, a_run(database), [story("1", texts[0])])
    first = relate(database, NAMES)
    next(first)
    with pytest.raises(Busy):
        next(relate(database, NAMES))
    first.close()
    assert run(database) == (0, 0)


def test_the_command_line(
    database: Engine, address: str, texts: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    first, second = story("1", texts[0]), story("2", texts[0] + "\n\nSumber: Detik", "warta", hours=1)
    write(database, a_run(database), [first, second, story("3", texts[1])])
    assert main(["kin"]) == 0
    assert capsys.readouterr().out == "3 stories compared, 2 linked anew\n"
    assert main(["family", "warta/2", "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["outlet"], row["first"]) for row in rows] == [("kabar", True), ("warta", False)]
    assert {row["family"] for row in rows} == {"kabar/1"}
    assert all(row["published_at"].endswith("+07:00") for row in rows)
    assert (rows[1]["kin"], rows[1]["said"], rows[1]["said_outlet"], rows[1]["share"]) == ("kabar/1", "text", "detik", 1.0)
    assert main(["family", "kabar/1"]) == 0
    assert "100% with kabar/1" in capsys.readouterr().out
    assert main(["family", "kabar/3"]) == 0
    assert "no near-copy of it is known" in capsys.readouterr().out
    assert main(["family", "kabar/9"]) == 2


def test_a_broken_seed_keeps_nobody_from_being_compared(database: Engine, address: str, texts: list[str], tmp_path: Path) -> None:
    (tmp_path / "patah.toml").write_text("name = 1\n", encoding="utf-8")
    write(database, a_run(database), [story("1", texts[0]), story("2", texts[0] + "\n\nSumber: Detik", "warta", hours=1)])
    done = kliping("kin", DATABASE_URL=address, KLIPING_SEEDS=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "2 stories compared, 2 linked anew\n")
    assert done.stderr == "kliping kin: patah goes without its names: patah.toml: name: needs a text\n"
    assert asked(database, "SELECT said_outlet FROM families WHERE said IS NOT NULL") == [("detik",)]


def test_of_an_id_in_use_at_several_outlets_each_family_is_shown_once(
    database: Engine, address: str, texts: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    same = [story("1", texts[0], outlet, hours=hours) for hours, outlet in enumerate((OUTLET, "warta"))]
    other = [story("1", texts[1], "harian"), story("2", texts[1], "warta", hours=1)]
    write(database, a_run(database), [*same, *other])
    run(database)
    assert main(["family", "1", "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["family"], row["outlet"]) for row in rows] == [
        ("harian/1", "harian"), ("harian/1", "warta"), ("kabar/1", "kabar"), ("kabar/1", "warta"),
    ]  # fmt: skip
    assert main(["family", "1"]) == 0
    assert capsys.readouterr().out.count("published (WIB)") == 2


@pytest.mark.parametrize("verb", [("kin",), ("family", "kabar/1")], ids=["kin", "family"])
def test_without_its_extra_it_says_what_to_install(
    verb: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main([*verb]) == 2
    assert capsys.readouterr().err == f"kliping {verb[0]}: kinship needs datasketch: pip install 'kliping[kin]'\n"
    assert timedelta(hours=1) == HOUR

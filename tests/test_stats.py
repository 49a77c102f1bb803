"""Statistics: what is counted, drawn in a terminal and in files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from invented import CUTS, NOON, a_run, stored
from test_snapshot import HOUR, kept

from pipelines.cli.main import main
from pipelines.show.bars import bar, printable, spark
from pipelines.store.keep import write

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

WHEN = ("--since", "2026-11-20", "--until", "2026-11-23")


@pytest.fixture
def corpus(database: Engine, address: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("DATABASE_URL", address)
    stories = [
        stored("1", cuts=CUTS),
        kept("2", words=250, section="Dunia"),
        kept("3", published_at=NOON - 48 * HOUR, words=2000, section=None),
        kept("4", outlet="warta", published_at=NOON - 19 * HOUR),  # 17.00 of the day before in UTC, midnight in Jakarta
        kept("5", published_at=None),
        kept("6", published_at=NOON - 200 * HOUR),
    ]
    write(database, a_run(database), stories)
    return database


def test_what_is_counted(corpus: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", *WHEN, "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["outlet"], row["day"], row["stories"]) for row in rows if "day" in row] == [
        ("kabar", "2026-11-20", 1), ("kabar", "2026-11-22", 2), ("warta", "2026-11-21", 1),
    ]  # fmt: skip
    assert {row["section"]: row["stories"] for row in rows if "section" in row} == {"Bisnis": 2, "Dunia": 1, "(none)": 1}
    assert {row["words"]: row["stories"] for row in rows if "words" in row} == {0: 2, 200: 1, 1500: 1}
    assert {row["rule"]: (row["cuts"], row["characters"]) for row in rows if "rule" in row} == {
        cut.rule: (1, len(cut.text)) for cut in CUTS
    }  # fmt: skip


def test_the_lengths_add_up_to_the_stories(corpus: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    write(corpus, a_run(corpus), [kept(f"1{words}", words=words) for words in (201, 250, 299, 1499, 1500, 1600)])
    assert main(["stats", *WHEN, "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["words"]: row["stories"] for row in rows if "words" in row} == {0: 2, 200: 4, 1400: 1, 1500: 3}
    assert main(["stats", *WHEN]) == 0
    seen = capsys.readouterr().out
    assert re.search(r"^200 to 299 +4 ", seen, re.MULTILINE)
    assert "10 stories" in seen


def test_what_people_see(corpus: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", *WHEN]) == 0
    seen = capsys.readouterr().out
    assert "by day, 2026-11-20 to 2026-11-22" in seen
    assert "▅·█" in seen
    assert "1500 and more" in seen
    assert "4 stories, and 1 without a date, which are not counted" in seen
    assert main(["stats", "--until", "2020-01-01"]) == 0
    assert "nothing was published in these days" in capsys.readouterr().out
    assert main(["stats", *WHEN, "--outlet", "warta"]) == 0
    assert "kabar" not in capsys.readouterr().out


def test_columns_and_bars() -> None:
    assert [printable("·▃▅█▏", code) for code in ("utf-8", "ascii", "latin-1", None)] == ["·▃▅█▏", ".35#-", ".35#-", "·▃▅█▏"]
    assert spark([0, 1, 2, 4]) == "·▃▅█"
    assert spark([1] * 120) == "█" * 60
    assert spark([]) == ""
    assert [bar(n, 80, 10) for n in (0, 1, 40, 80)] == ["", "▏", "█" * 5, "█" * 10]


def test_pictures_are_files_and_the_same_again(corpus: Engine, tmp_path: Path) -> None:
    for place in ("a", "b"):
        assert main(["stats", *WHEN, "--png", str(tmp_path / place), "--svg", str(tmp_path / place)]) == 0
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == [f"{name}.{form}" for name in ("cuts", "days", "lengths", "sections") for form in ("png", "svg")]
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
        if path.suffix == ".svg":
            assert ET.parse(path).getroot().tag.endswith("svg")
        else:
            assert path.read_bytes().startswith(b"\x89PNG")
    assert ">kabar<" in (tmp_path / "a/days.svg").read_text(encoding="utf-8")


def test_without_its_extra_it_says_what_to_install(
    corpus: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["stats", "--png", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "kliping stats: a picture needs matplotlib: pip install 'kliping[plots]'\n"

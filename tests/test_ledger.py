"""The ledger of what was announced: the last days on which anything is known, as a table and as a picture."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from invented import NOON, OUTLET, a_run, asked, link, refused, stored

from pipelines.cli.main import main
from pipelines.nouns import Reason
from pipelines.show.heat import share
from pipelines.store import looks, memory
from pipelines.store.discovered import discover
from pipelines.store.keep import write
from pipelines.store.ledger import coverage, missing

if TYPE_CHECKING:
    from sqlalchemy import Engine

DAY = NOON.date()


@pytest.fixture
def ledger(database: Engine, address: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Two outlets, three days: stories held, refused, missing."""
    monkeypatch.setenv("DATABASE_URL", address)
    run = a_run(database)
    write(database, run, [stored("1"), stored("2", published_at=NOON - timedelta(days=2)), refused("3")])
    with database.begin() as connection:
        discover(connection, run, OUTLET, [link("3", published_at=NOON), link("4", published_at=NOON)], "feed")
        discover(connection, run, "warta", [link("9", published_at=NOON - timedelta(days=40))])
    return database


def test_the_last_days_are_days_and_not_rows(ledger: Engine) -> None:
    with ledger.connect() as connection:
        told = coverage(connection, None, 2)
        assert [(row.day, row.outlet, row.known, row.held, row.refused, row.missing) for row in told] == [
            (DAY, OUTLET, 3, 1, 1, 1),
            (DAY - timedelta(days=2), OUTLET, 1, 1, 0, 0),
        ]
        assert [row.outlet for row in coverage(connection, None, 3)] == [OUTLET, OUTLET, "warta"]
        assert [row.missing for row in coverage(connection, "warta", 1)] == [1]


def test_a_retry_reopens_what_is_missing_and_looks_at_what_is_refused(ledger: Engine) -> None:
    run = a_run(ledger)
    write(ledger, run, [refused("5", Reason.VIDEO), stored("6")])
    write(ledger, run, [refused("6")])  # and its text is held
    with ledger.begin() as connection:
        assert [row.story_id for row in missing(connection, OUTLET)] == ["4"]
        ids = [row.story_id for row in missing(connection, OUTLET, walled=True)]
        assert (ids, memory.reopen(connection, OUTLET, ids)) == (["3", "4"], 1)
        assert [due.story_id for due in memory.lease(connection, run, OUTLET, 9)] == ["4"]
        assert [(due.story_id, due.repeat) for due in looks.lease(connection, run, OUTLET, 9)] == [("3", True)]
    assert asked(ledger, "SELECT state, cause IS NULL FROM pages WHERE story_id = '3'") == [("refused", False)]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_picture_is_one(ledger: Engine, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"coverage.{kind}"
    assert main(["coverage", "--picture", str(path)]) == 0
    assert capsys.readouterr().out.strip() == str(path)
    if kind == "png":
        assert path.read_bytes().startswith(b"\x89PNG")
    else:
        assert ET.parse(path).getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("name", "said"),
    [("coverage.pdf", "ends in .png or .svg"), ("/no/such/folder/c.svg", "No such file"), ("c.svg", "kliping[plots]")],
)
def test_a_mistake_is_one_line(
    ledger: Engine, name: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if "plots" in said:
        monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main(["coverage", "--picture", name]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert not Path(name).exists()


@pytest.mark.parametrize(
    ("known", "refused", "missing", "held"), [(4, 0, 1, 0.75), (4, 2, 1, 0.5), (2, 2, 0, 1.0), (1, 0, 1, 0.0)]
)
def test_what_was_read_and_is_no_article_is_no_loss(known: int, refused: int, missing: int, held: float) -> None:
    assert share({"known": known, "refused": refused, "missing": missing}) == held

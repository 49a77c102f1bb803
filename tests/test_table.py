"""Rows as a table, and one by one where a terminal is too narrow for columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipelines.show import table

if TYPE_CHECKING:
    from typing import Any

ROWS: list[dict[str, Any]] = [
    {
        "published_at": datetime(2026, 11, 22, 8, tzinfo=UTC),
        "outlet": "antaranews",
        "title": "Harga [cabai] naik",
        "kicker": r"Kode \[/b] \[red]rusak",
        "words": 164,
        "story": "5590118",
    },
    {"published_at": None, "outlet": "kompas", "title": "Panen", "kicker": "", "words": 9, "story": "1"},
]


@pytest.mark.parametrize(("width", "line"), [(180, "Harga [cabai] naik"), (40, "title         Harga [cabai] naik")])
def test_no_word_is_broken_however_narrow(
    width: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "WIDTH_OF_A_PIPE", width)
    table.show(ROWS, "table", "newest")
    said = capsys.readouterr().out
    assert line in said
    assert r"Kode \[/b] \[red]rusak" in said
    assert "newest" in said
    for word in ("antaranews", "2026-11-22", "5590118", "kompas"):
        assert word in said


def test_a_long_address_is_folded_and_the_rest_stays_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "WIDTH_OF_A_PIPE", 60)
    table.show([{"outlet": "kompas", "url": "https://www.kompas.com/read/" + "x" * 60}], "table")
    assert "─" * 50 in capsys.readouterr().out


def test_on_a_terminal_a_long_value_is_folded_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"outlet": "kompas", "counts": ", ".join(f"{number} requests" for number in range(20)), "more": "x " * 30}
    for name in ("a_host", "an_hour", "a_word", "a_name"):
        row[name] = "x" * 12
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    table.show([row], "table")
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 50
    assert "counts   0 requests, 1 requests, 2 requests, 3\n         requests, 4" in told

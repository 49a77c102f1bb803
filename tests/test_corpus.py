"""The corpus as a library: what its documentation shows is what it does."""

from __future__ import annotations

import doctest
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from invented import NOON, a_run
from test_snapshot import HOUR, kept

import pipelines
import pipelines.corpus
from pipelines import Corpus
from pipelines.nouns import Block
from pipelines.store import search_index
from pipelines.store.keep import write

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture
def corpus(database: Engine, address: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("DATABASE_URL", address)
    first = kept("1", title="Harga cabai naik", body=(Block("p", "Harga cabai naik dua kali lipat."),))
    paddy = (Block("p", "Padi dipanen hari ini."),)
    second = kept("2", title="Panen raya di lereng", published_at=NOON - 24 * HOUR, words=4, body=paddy)
    third = kept("3", outlet="warta", title="Kapal tiba lagi", section="Dunia", body=(Block("p", "Kapal itu tiba."),))
    write(database, a_run(database), [first, second, third])
    list(search_index.index(database))
    return database


def test_the_documentation_is_true(corpus: Engine) -> None:
    told = {"Corpus": Corpus, "datetime": datetime, "UTC": UTC}
    done = doctest.testmod(pipelines.corpus, extraglobs=told, raise_on_error=False, verbose=False)
    assert done.attempted >= 10
    assert done.failed == 0


def test_it_is_told_by_address_too_and_iterates(corpus: Engine) -> None:
    with Corpus.open() as opened:
        assert [story.id for story in opened] == ["kabar/1", "kabar/2", "warta/3"]
        story = opened.get("2")
        assert story
        found = opened.get(story.url)
        assert found
        assert found.id == "kabar/2"
        assert opened.get("kabar/9") is None
        assert opened.to_arrow(outlets=["detik"]).num_rows == 0
        for mistyped in (lambda: opened.to_pandas(outlets=["kabar", "suluh"]), lambda: opened.search("cabai", outlets="suluh")):
            with pytest.raises(ValueError, match="no outlet named 'suluh'; known: antaranews"):
                mistyped()
        assert opened.to_arrow(outlets="kabar").equals(opened.to_arrow(outlets=["kabar"]))
        assert opened.to_arrow(outlets="kabar").num_rows > 0


def test_a_day_is_no_moment_and_nothing_no_limit(corpus: Engine) -> None:
    with Corpus.open() as opened:
        for day in ("2026-11-22", date(2026, 11, 22)):
            with pytest.raises(ValueError, match="give a datetime with a zone"):
                opened.stories(since=day)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="from 1 on"):
            opened.search("harga", limit=0)


def test_a_moment_without_a_zone_is_refused(corpus: Engine) -> None:
    naive = NOON.replace(tzinfo=None)
    with Corpus.open() as opened:
        for asked in (
            lambda: opened.stories(since=naive),
            lambda: opened.to_arrow(until=naive),
            lambda: opened.get("kabar/1", as_of=naive),
            lambda: opened.search("cabai", since=naive),
        ):
            with pytest.raises(ValueError, match="has no zone"):
                asked()


def test_a_library_that_reads_pages_imports_no_database() -> None:
    look = "import pipelines, sys; assert 'sqlalchemy' not in sys.modules; pipelines.Corpus; assert 'sqlalchemy' in sys.modules"
    subprocess.run([sys.executable, "-c", look], check=True, timeout=60)
    assert "Corpus" in pipelines.__all__
    with pytest.raises(AttributeError, match="Korpus"):
        _ = pipelines.Korpus

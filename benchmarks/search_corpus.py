"""What the search benchmark searches: a throwaway server, and stories put into it without a crawl."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import tempfile
import tomllib
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from pipelines.store import embedded, engine, schema, spelling
from pipelines.store.address import name_no_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

HERE = Path(__file__).parent
PAGES = HERE.parent / "tests/pages"
NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
ENTRY = """
    INSERT INTO pages (outlet, story_id, url, state) VALUES (:outlet, :story_id, :url, 'stored');
"""
STORY = """
    INSERT INTO articles (outlet, story_id, url, kind, title, authors, published_at, section, tags, body, text, images, words)
    VALUES (:outlet, :story_id, :url, 'article', :title, :authors, :published_at, :section, :tags, '[]', :text, '[]', 0)
"""


@contextmanager
def server() -> Iterator[Engine]:
    """A server of our own, migrated and empty, that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="kliping-bench-"))
    home.chmod(0o755)  # root's server runs as another user and has to pass
    name_no_server(os.environ)
    os.environ["KLIPING_DATA"] = str(home / "data")
    try:
        opened = engine.connect()
        schema.upgrade(opened)
        spelling.ready(opened)
        yield opened
        opened.dispose()
    finally:
        embedded.stop(engine.cluster())
        shutil.rmtree(home)


def questions() -> list[dict[str, Any]]:
    """The judged questions."""
    asked: list[dict[str, Any]] = tomllib.loads((HERE / "search_judged.toml").read_text(encoding="utf-8"))["query"]
    return asked


def judged(asked: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, int]]]:
    """Give the stories of all questions and the demo's, and for each question the grades of those it names."""
    stories = [_of_page(path) for path in sorted(PAGES.glob("*/*.json"))]
    stories = [story for story in stories if story]
    grades: list[dict[str, int]] = []
    for number, question in enumerate(asked):
        told = [(key, each) for key in ("good", "fair", "bad") for each in question.get(key, [])]
        named = {f"{number}-{place}": (key, each) for place, (key, each) in enumerate(told)}
        stories += [_invented(name, each) for name, (_, each) in named.items()]
        grades.append({name: {"good": 2, "fair": 1}[key] for name, (key, _) in named.items() if key != "bad"})
    ids = {story["title"]: story["story_id"] for story in stories}
    for question, own in zip(asked, grades, strict=True):
        for key, grade in (("demo", 2), ("demo_fair", 1), ("also", 2), ("also_fair", 1)):
            own |= {ids[each] if key.startswith("also") else each: grade for each in question.get(key, [])}
    return stories, grades


def _invented(name: str, told: str) -> dict[str, Any]:
    title, _, body = told.partition(" / ")
    return _story(name, title, body)


def _of_page(path: Path) -> dict[str, Any]:
    told = json.loads(path.read_text(encoding="utf-8"))
    if not told.get("title"):
        return {}
    body = "\n\n".join(block["text"] for block in told.get("body", []))
    name = f"{path.parent.name}/{path.stem}"
    return _story(name, told["title"], body) | {"tags": told.get("tags") or [], "authors": told.get("authors") or []}


def _story(name: str, title: str, body: str) -> dict[str, Any]:
    age = timedelta(days=random.Random(name).uniform(0, 365))  # noqa: S311 (no secret)
    return {
        "outlet": "kabar", "story_id": name, "url": f"https://kabar.example/{name}", "title": title, "authors": [], "tags": [],
        "published_at": NOW - age, "section": None, "text": body,
    }  # fmt: skip


def texts(folder: Path) -> list[dict[str, Any]]:
    """Real stories of a dump, each address once; none if there is no dump."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for told in map(json.loads, lines):
                if told["title"] and told["text"]:
                    body = "\n\n".join(line for line in told["text"].replace("\0", "").splitlines() if line.strip())
                    found.setdefault(told["url"], _story(told["url"], told["title"], body))
    return list({story["title"]: story for story in found.values()}.values())


def put(opened: Engine, stories: list[dict[str, Any]]) -> None:
    """Store stories as if a crawl had."""
    with opened.begin() as connection:
        for statement in (ENTRY, STORY):
            connection.execute(text(statement), stories)

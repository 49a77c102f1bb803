"""The steps of a crawl, each by itself in this process: milliseconds of CPU a page for reading, archiving and storing."""

from __future__ import annotations

import gzip
import os
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import trafilatura

from benchmarks.pages import made
from pipelines import Page, extract
from pipelines.archive.writer import Archive
from pipelines.outlets import load
from pipelines.readers.encoding import decoded
from pipelines.store import engine
from pipelines.store.keep import Kept, write
from pipelines.store.runs import begin_run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipelines.nouns import Place

BATCH = 50  # pages; what a crawl in a hurry stores at a time
READERS = """
import sys, time, gzip, pathlib
pages = [gzip.decompress(pathlib.Path(name).read_bytes()).decode() for name in sys.argv[2:]]
if sys.argv[1] == "newspaper4k":
    from newspaper import Article
    def read(html):
        article = Article("https://www.liputan6.com/news/read/1/x", language="id")
        article.download(input_html=html); article.parse()
else:
    from newsplease import NewsPlease
    def read(html): NewsPlease.from_html(html, "https://www.liputan6.com/news/read/1/x")
read(pages[0])
start = time.process_time()
for html in pages: read(html)
print((time.process_time() - start) / len(pages) * 1000)
"""


def sample(count: int) -> list[Page]:
    """Pages as a crawl holds them, compressed on the wire."""
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("ETag", '"x"'))
    return [_page(f"https://www.liputan6.com{page.path}", page.html.encode(), headers) for page in made(count)]


def _page(url: str, body: bytes, headers: tuple[tuple[str, str], ...]) -> Page:
    return Page(url, body, fetched_at=datetime.now(UTC), headers=headers, wire=gzip.compress(body, 6), asked_url=url)


def reading(pages: Sequence[Page]) -> tuple[float, float]:
    """Ours and trafilatura's own full extraction, taking turns at each page; ``time.thread_time`` counts no other process."""
    outlet = load("liputan6")
    ours = theirs = 0.0
    for page in pages:
        start = time.thread_time()
        extract(page, outlet)
        middle = time.thread_time()
        trafilatura.bare_extraction(decoded(page.body, page.content_type), url=page.url, with_metadata=True)
        ours, theirs = ours + middle - start, theirs + time.thread_time() - middle
    return ours / len(pages) * 1000, theirs / len(pages) * 1000


def others(site: Path, count: int) -> dict[str, float]:
    """Further extractors, from a virtual environment of their own that KLIPING_RIVALS names; what is not there is left out."""
    python = os.environ.get("KLIPING_RIVALS", "")
    files = sorted(map(str, site.glob("*.html.gz")))[:count]
    found = {}
    for name in ("newspaper4k", "news-please") if python else ():
        done = subprocess.run([python, "-c", READERS, name, *files], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            found[name] = float(done.stdout.split()[-1])
    return found


def archiving(pages: Sequence[Page]) -> float:
    """Append and sync, a batch at a time."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder), "liputan6")
        return _timed(pages, lambda batch: _archived(archive, batch))


def storing(pages: Sequence[Page], address: str) -> float:
    """Write readings of stories that are new, a batch in a transaction; the database's own work is not counted."""
    outlet = load("liputan6")
    kept = [Kept(outlet.slug, outlet.story_id(page.url) or "", page, None, extract(page, outlet)) for page in pages]
    with patch.dict(os.environ, {"DATABASE_URL": address}):
        opened = engine.connect()
    with opened.begin() as connection:
        run = begin_run(connection, outlet.slug, {})
    write(opened, run, kept[:2])  # statements are made once
    spent = _timed(kept[2:], lambda batch: write(opened, run, batch))
    opened.dispose()
    return spent


def _archived(archive: Archive, batch: Sequence[Page]) -> list[Place]:
    places = [archive.append(page) for page in batch]
    archive.sync()
    return places


def _timed(things: Sequence[Any], do: Callable[[Sequence[Any]], object]) -> float:
    start = time.thread_time()
    for first in range(0, len(things), BATCH):
        do(things[first : first + BATCH])
    return (time.thread_time() - start) / len(things) * 1000

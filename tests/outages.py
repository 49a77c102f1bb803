"""A server of a test's own, to be stopped, killed and starved; and how a crawl of a made site is watched and judged."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.store import embedded, engine, schema

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from crawling import Crawl
    from warm import Fork

FAST = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
# A page is stored, its text there and its record in the archive, or none of them is.
HALF_WRITTEN = """
    SELECT count(*) FROM pages LEFT JOIN articles USING (outlet, story_id)
    WHERE (state = 'stored') <> (title IS NOT NULL) OR (state = 'stored' AND archive_file IS NULL)
"""


@contextmanager
def a_server(folder: Path | None = None) -> Iterator[tuple[Path, str]]:
    """An embedded server and its address, migrated; it keeps what it commits, as a real one does."""
    home = Path(tempfile.mkdtemp(prefix="kliping-outage-", dir=folder))
    home.chmod(0o755)  # root's server runs as another user and has to pass
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("DATABASE_URL", raising=False)
        environment.setenv("KLIPING_DATA", str(home / "data"))
        opened = engine.connect()
        schema.upgrade(opened)
        opened.dispose()
        data, address = engine.cluster(), engine.url()
    try:
        yield data, address
    finally:
        embedded.stop(data)
        shutil.rmtree(home)


def asked_at_least(crawl: Crawl, run: subprocess.Popen[str] | Fork, requests: int, seconds: float = 60) -> bool:
    """Wait until a run has asked that many stories more than were asked before; false if it ended first."""
    until, before = time.monotonic() + seconds, len(crawl.asked("/read/"))
    while len(crawl.asked("/read/")) - before < requests:
        assert time.monotonic() < until, "nothing happened"
        if run.poll() is not None:
            return False
        time.sleep(0.02)
    return True


def whole(crawl: Crawl, stories: int) -> None:
    """Every story once, none half written, nothing left leased."""
    assert crawl.rows("SELECT count(*), count(DISTINCT title) FROM articles WHERE story_id >= '7'") == [(stories, stories)]
    assert crawl.rows("SELECT count(*) FROM revisions") == [(stories,)]
    assert crawl.rows(HALF_WRITTEN) == [(0,)]
    assert crawl.rows("SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]

"""One run an outlet: of five that start at once one works, also right after the first was killed; the others name it."""

from __future__ import annotations

import re
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawling import ROOT, crawling

from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawling import Crawl

NAMED = r"^liputan6: liputan6 is being crawled by run (\d+) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ \(host \S+, pid (\d+)\)$"
STARTS = 5


@contextmanager
def starts(crawl: Crawl) -> Iterator[list[subprocess.Popen[str]]]:
    """Five crawls at once, slow enough to meet; none outlives the test."""
    how = {"cwd": ROOT, "env": crawl.env, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    begun = [subprocess.Popen(crawl.command("liputan6"), **how) for _ in range(STARTS)]
    try:
        yield begun
    finally:
        for one in begun:
            one.kill()
            one.communicate()


def refused(begun: list[subprocess.Popen[str]]) -> tuple[subprocess.Popen[str], list[str]]:
    """Wait until all but one have ended; give the one, and what the others said."""
    end = time.monotonic() + 120
    while sum(one.poll() is None for one in begun) > 1:
        assert time.monotonic() < end
        time.sleep(0.1)
    (working,) = (one for one in begun if one.poll() is None)
    others = [one for one in begun if one is not working]
    assert [one.returncode for one in others] == [Exit.LOCKED] * (STARTS - 1)
    return working, [one.stderr.read() for one in others if one.stderr]


def test_five_at_once_and_five_after_kill_9_of_the_first(address: str, tmp_path: Path) -> None:
    with crawling(address, tmp_path) as crawl:
        with starts(crawl) as begun:
            working, said = refused(begun)
            for line in said:
                named = re.match(NAMED, line.strip())
                assert named, line
                assert named.groups() == ("1", str(working.pid))
            working.kill()
            with starts(crawl) as again:
                heir, said = refused(again)
                assert {re.match(NAMED, line.strip()).groups() for line in said} == {("2", str(heir.pid))}
                heir.terminate()
                heir.wait(timeout=60)
        ended = crawl.rows("SELECT id, exit_code, ended_at IS NULL FROM runs ORDER BY id")
        assert ended == [(1, None, False), (2, Exit.INTERRUPTED, False)], "the killed one is known to be over, and how is not"
        assert crawl.rows("SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]

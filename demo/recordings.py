"""What was recorded: rows of a tsv, and what each of them answers.

A row: url, file (relative to the tsv), content type [, status [, headers as JSON]].
{today} and {yesterday} in a url are dates in Jakarta, as 2026/07/24.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import datetime, timedelta, timezone
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from email.message import Message
    from pathlib import Path

WIB = timezone(timedelta(hours=7))


class Answer(NamedTuple):
    """What goes back to the client, not yet packed."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


class Recording(NamedTuple):
    """One row: a file and how it is to be served."""

    file: Path
    kind: str
    status: int = 200
    headers: Mapping[str, str] = {}

    def answer(self, asked: Message) -> Answer:
        """Give the file, or 304 to whoever has it already."""
        body = self.file.read_bytes()
        if self.file.suffix == ".gz" and "gzip" not in self.kind:
            body = gzip.decompress(body)
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        modified = formatdate(self.file.stat().st_mtime, usegmt=True)
        headers = {"Content-Type": self.kind, "Last-Modified": modified}
        headers["ETag"] = f"W/{etag}"
        known = asked["If-None-Match"]
        fresh = etag in known if known else asked["If-Modified-Since"] == modified
        if fresh and self.status == HTTPStatus.OK:
            return Answer(304, headers)
        return Answer(self.status, {**headers, **self.headers}, body)


ALLOW_ALL = Answer(200, {"Content-Type": "text/plain"}, b"User-agent: *\nAllow: /\n")
NOT_RECORDED = Answer(404, {"Content-Type": "text/html"}, b"<h1>Not recorded</h1>")
BUSY = Answer(503, {"Content-Type": "text/plain", "Retry-After": "1"}, b"busy")


def recordings(tsvs: Iterable[Path]) -> dict[str, Recording]:
    """Every row by its url; of two rows for one url the later wins."""
    found = {}
    for tsv in tsvs:
        for line in tsv.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                url, file, kind, *more = line.split("\t")
                status = int(more[0]) if more and more[0] else 200
                headers = json.loads(more[1]) if more[1:] else {}
                found[url] = Recording(tsv.parent / file, kind, status, headers)
    return found


def names(url: str) -> Iterator[str]:
    """Yield what a url may be recorded as: itself, or with its date as {today}."""
    now = datetime.now(WIB)
    yield url
    yield url.replace(f"{now:%Y/%m/%d}", "{today}")
    yield url.replace(f"{now - timedelta(days=1):%Y/%m/%d}", "{yesterday}")

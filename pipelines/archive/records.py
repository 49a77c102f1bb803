"""What is written of a page: the bytes of its WARC 1.1 records, made by hand, for warcio needs thirty times as long. Pure.

Fields of our own begin with ``Kliping-``; WARC has every tool pass over what it does not know.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from pipelines.archive.members import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.nouns import Page

END = b"\r\n\r\n"
PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
# The chunks are joined before we see the body, so the header would make a reader look for them.
_HOP = {"transfer-encoding", "connection"}
_SECRET = {"proxy-authorization", "authorization", "cookie"}
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Origin:
    """The record that a revisit refers to."""

    id: str
    url: str
    date: str
    payload: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a fetch is archived as: its response's id, and the members of response and request."""

    id: str
    members: bytes = field(repr=False)
    first: int  # bytes of the response's member, which comes first


def exchange(page: Page, told: Mapping[str, str], warcinfo: str) -> Exchange:
    """Make the records of one fetch. ``told`` are fields of our own."""
    body = page.body if page.wire is None else page.wire
    head = _http(page, len(body))
    facts = {"WARC-Payload-Digest": digest(body), "WARC-Block-Digest": digest(head, body)}
    if page.truncated:
        facts["WARC-Truncated"] = page.truncated
    own = new_id()
    warc = _warc("response", page, len(head) + len(body), facts | _told(page, told) | _info(warcinfo), own)
    response = pack(warc + head, body + END, packed=page.wire is not None and _is_packed(page))
    return Exchange(own, response + _request(page, own, warcinfo), len(response))


def revisit(page: Page, origin: Origin, told: Mapping[str, str], warcinfo: str) -> Exchange:
    """Make the records of a fetch that brought what ``origin`` holds."""
    how = "server-not-modified" if page.status == HTTPStatus.NOT_MODIFIED else "identical-payload-digest"
    head = _http(page, None)
    facts = {
        "WARC-Profile": PROFILES + how,
        "WARC-Refers-To": origin.id,
        "WARC-Refers-To-Target-URI": origin.url,
        "WARC-Refers-To-Date": origin.date,
        "WARC-Payload-Digest": origin.payload,
        "WARC-Block-Digest": digest(head),
    }
    own = new_id()
    warc = _warc("revisit", page, len(head), facts | _told(page, told) | _info(warcinfo), own)
    said = pack(warc + head, END, packed=False)
    return Exchange(own, said + _request(page, own, warcinfo), len(said))


def missed(url: str, at: datetime, told: Mapping[str, str], info: str) -> Exchange:
    """Make the record of a request that no answer came to; ``told`` says what became of it."""
    own = new_id()
    head = _head("metadata", own, written(at), {"WARC-Target-URI": url} | dict(told) | _info(info))
    said = pack(head + _length("application/warc-fields", 0), END, packed=False)
    return Exchange(own, said, len(said))


def warcinfo(file: str, fields: Mapping[str, str]) -> tuple[str, bytes]:
    """Make the record that opens a file; give its id and its member."""
    own, block = new_id(), "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    head = _head("warcinfo", own, written(datetime.now(UTC)), {"WARC-Filename": file, "WARC-Block-Digest": digest(block)})
    return own, pack(head + _length("application/warc-fields", len(block)) + block, END, packed=False)


def tombstone() -> bytes:
    """What stands where a forgotten page lay."""
    return _head("metadata", new_id(), written(datetime.now(UTC)), {}) + b"Content-Length: 0\r\n\r\n" + END


def digest(*parts: bytes) -> str:
    """The digest that every WARC tool knows; it guards against decay, not against an adversary."""
    summed = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        summed.update(part)
    return f"sha1:{b32encode(summed.digest()).decode()}"


def new_id() -> str:
    """A record's name."""
    return f"<urn:uuid:{uuid4()}>"


def written(moment: datetime) -> str:
    """An instant as WARC 1.1 writes it, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _request(page: Page, response: str, warcinfo: str) -> bytes:
    parts = urlsplit(page.url)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    asked = [pair for pair in page.asked if pair[0].lower() not in _SECRET]
    named = any(name.lower() == "host" for name, _ in asked)
    lines = asked if named else [("Host", parts.netloc.rpartition("@")[2]), *asked]
    head = _lines(f"GET {path} HTTP/1.1", lines)
    facts = {"WARC-Concurrent-To": response, "WARC-Block-Digest": digest(head)}
    warc = _warc("request", page, len(head), facts | _info(warcinfo))
    return pack(warc + head, END, packed=True)


def _warc(kind: str, page: Page, length: int, facts: dict[str, str], own: str = "") -> bytes:
    date = written(page.fetched_at or datetime.now(UTC))
    head = _head(kind, own or new_id(), date, {"WARC-Target-URI": page.url} | facts)
    return head + _length(f"application/http;msgtype={'request' if kind == 'request' else 'response'}", length)


def _info(warcinfo: str) -> dict[str, str]:
    return {"WARC-Warcinfo-ID": warcinfo} if warcinfo else {}


def _told(page: Page, told: Mapping[str, str]) -> dict[str, str]:
    """Fields of our own: what the bytes do not say and a rebuild must know."""
    fields = dict(told)
    if page.asked_url not in (None, page.url):
        fields["Kliping-Asked-URI"] = str(page.asked_url)
    return fields


def _head(kind: str, own: str, date: str, facts: Mapping[str, str]) -> bytes:
    lines = [f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {own}\r\nWARC-Date: {date}\r\n"]
    lines += [f"{name}: {_one_line(value)}\r\n" for name, value in facts.items()]
    return "".join(lines).encode(errors="replace")


def _length(kind: str, length: int) -> bytes:
    return f"Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n".encode()


def _http(page: Page, length: int | None) -> bytes:
    kept = [(f"X-Archive-Orig-{name}" if name.lower() in _HOP else name, value) for name, value in page.headers]
    headers = [pair for pair in kept if pair[0].lower() != "content-length"]
    if page.wire is None:  # the body is unpacked already
        headers = [(f"X-Archive-Orig-{name}" if name.lower() == "content-encoding" else name, value) for name, value in headers]
    said = [] if length is None else [("Content-Length", str(length))]
    return _lines(f"HTTP/1.1 {page.status} {_PHRASES.get(page.status, 'Unknown')}", [*said, *headers])


def _lines(first: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [first, *(f"{name}: {_one_line(value)}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1", errors="replace")


def _one_line(value: str) -> str:
    return value if "\n" not in value and "\r" not in value else " ".join(value.split())


def _is_packed(page: Page) -> bool:
    return any(name.lower() == "content-encoding" for name, _ in page.headers)

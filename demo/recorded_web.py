"""A recorded web on loopback: a proxy that answers any host, https too, from files.

No request leaves the machine. A crawler that honours https_proxy runs unchanged:

    python -m demo.recorded_web --tsv demo/RECORDED.tsv --ca ca.pem --port 8899 &
    export https_proxy=http://127.0.0.1:8899 SSL_CERT_FILE=$PWD/ca.pem

What it answers is in recordings.py; a page not recorded is a 404, and a host without
a robots.txt allows everything.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
import json
import signal
import sys
import tempfile
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from demo.authority import Authority
from demo.recordings import ALLOW_ALL, BUSY, NOT_RECORDED, names, recordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from email.message import Message

    from demo.recordings import Answer, Recording


class RecordedWeb(ThreadingHTTPServer):
    """The server and its notebook of what was asked."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, pages: Mapping[str, Recording], ca: Path, log: Path | None, port: int
    ) -> None:
        super().__init__(("127.0.0.1", port), Visit)
        self.pages, self.ca, self.log = pages, ca, log
        self.authority = Authority(ca)
        self.delay = self.fault = 0.0
        self.asked: list[dict[str, Any]] = []
        self.notebook = threading.Lock()

    @property
    def url(self) -> str:
        """The proxy's own address, for http_proxy and https_proxy."""
        return f"http://127.0.0.1:{self.server_port}"

    def requests(self) -> list[dict[str, Any]]:
        """Give the requests so far: t, method, url, status, ua and what was known."""
        return list(self.asked)

    def env(self) -> dict[str, str]:
        """Give what a child process needs in its environment to come here."""
        proxies = {"http_proxy": self.url, "https_proxy": self.url, "no_proxy": ""}
        return {**proxies, "SSL_CERT_FILE": str(self.ca)}

    def answer(self, url: str, asked: Message) -> Answer:
        """Answer as recorded; asked are the headers of the request."""
        if self.faulty(url):
            return BUSY
        for name in names(url):
            if name in self.pages:
                return self.pages[name].answer(asked)
        return ALLOW_ALL if urlsplit(url).path == "/robots.txt" else NOT_RECORDED

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client hang up, or mistrust us, without a word."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def faulty(self, url: str) -> bool:
        """Fail by the url and how often it was asked: alike in every run."""
        tries = sum(line["url"] == url for line in self.asked)
        draw = hashlib.sha256(f"{url}#{tries}".encode()).digest()[:4]
        return int.from_bytes(draw) < self.fault * 2**32

    def note(self, **line: Any) -> None:
        """Write a request down, in memory and in the log."""
        with self.notebook:
            self.asked.append({"t": round(time.time(), 3), **line})
            if self.log:
                with self.log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps(self.asked[-1]) + "\n")


class Visit(BaseHTTPRequestHandler):
    """One connection of a client, in the clear or through a tunnel."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: RecordedWeb
    origin = ""

    def do_CONNECT(self) -> None:
        """Open the tunnel, and be the host at its other end."""
        host, _, port = self.path.rpartition(":")
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        self.wfile.flush()
        # urllib opens its tunnel in HTTP/1.0, which would end it here.
        self.close_connection = False
        context = self.server.authority.context(host)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.origin = f"https://{host}" if port == "443" else f"https://{self.path}"

    def do_GET(self) -> None:
        """Answer one request and note it."""
        url, headers = self.origin + self.path, self.headers
        time.sleep(self.server.delay)
        answer = self.server.answer(url, headers)
        self.server.note(
            method=self.command,
            url=url,
            status=answer.status,
            ua=headers["User-Agent"],
            if_none_match=headers["If-None-Match"],
            if_modified_since=headers["If-Modified-Since"],
        )
        self.send(answer)

    def do_HEAD(self) -> None:
        """Answer like GET; send() leaves the body out."""
        self.do_GET()

    def send(self, answer: Answer) -> None:
        """Send it as news sites do: packed, if the client can unpack it."""
        body, headers = answer.body, dict(answer.headers)
        if body and "gzip" in (self.headers["Accept-Encoding"] or ""):
            body = gzip.compress(body, mtime=0)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self.send_response(answer.status)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def finish(self) -> None:
        """Close the tunnel too, for wrapping took its socket from the server: each part, though its client is gone."""
        for part in (self.wfile, self.rfile, self.connection):
            with contextlib.suppress(OSError):
                part.close()

    def log_message(self, *_: Any) -> None:
        """Say nothing on standard error: the notebook has it all."""


@contextlib.contextmanager
def recorded_web(
    tsvs: Iterable[Path],
    *,
    ca: Path | None = None,
    log: Path | None = None,
    port: int = 0,
) -> Iterator[RecordedWeb]:
    """Serve in a thread until the block ends; web.delay and web.fault may be set."""
    with tempfile.TemporaryDirectory() as room:
        web = RecordedWeb(recordings(tsvs), ca or Path(room) / "ca.pem", log, port)
        threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield web
        finally:
            web.shutdown()
            web.server_close()


def main() -> None:
    """Serve until interrupted; the first line printed is the proxy's address."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--tsv", type=Path, action="append", required=True, help="rows; later ones win")
    add("--ca", type=Path, help="write the authority's certificate here")
    add("--port", type=int, default=0, help="0 takes a free one")
    add("--log", type=Path, help="append each request here as a line of JSON")
    add("--delay", type=float, default=0, help="seconds before each answer")
    add("--fault", type=float, default=0, help="share of requests to answer with 503")
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with recorded_web(said.tsv, ca=said.ca, log=said.log, port=said.port) as web:
        web.delay, web.fault = said.delay, said.fault
        print(web.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()

"""Whoever is on call, on loopback: a web server that takes what is posted, a mail server that takes what is mailed."""

from __future__ import annotations

import socketserver
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Listener(ThreadingHTTPServer):
    """Answers 200, or what ``status`` says; each request is (path, headers, body)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.heard: list[tuple[str, dict[str, str], str]] = []
        self.status, self.delay, self.elsewhere = 200, 0.0, ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Post(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.heard.append((self.path, dict(self.headers), body))
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        if self.server.elsewhere:
            self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class Postbox(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as it takes to be handed a letter (RFC 5321), with a password (RFC 4954)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Letter)
        self.letters: list[str] = []
        self.logins: list[str] = []
        self.refusal = ""
        self.refuses: dict[str, str] = {}  # addresses, each with what it is answered


class _Letter(socketserver.StreamRequestHandler):
    server: Postbox

    def handle(self) -> None:
        self.say("220 postbox")
        for line in self.rfile:
            word = line.decode().strip()
            verb = word.partition(" ")[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.letters.append(b"".join(lines).decode())
            if verb == "AUTH":
                self.server.logins.append(word)
            self.say(next((said for who, said in self.server.refuses.items() if verb == "RCPT" and who in word), self.answer(verb)))
            if verb == "QUIT":
                return

    def answer(self, verb: str) -> str:
        if verb == "MAIL" and self.server.refusal:
            return self.server.refusal
        return {"EHLO": "250-postbox\r\n250 AUTH PLAIN", "QUIT": "221 bye", "AUTH": "235 you are"}.get(verb, "250 good")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def listening(made: Listener | Postbox) -> Iterator[Any]:
    threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()

"""A pooler in miniature before a real server: one connection for everybody, as by the transaction, or one for each."""

from __future__ import annotations

import socketserver
import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg2

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODYS_PID = 1
STATES = {0: b"I", 1: b"T", 2: b"T", 3: b"E"}  # libpq's, as ReadyForQuery says them


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


class Client(socketserver.StreamRequestHandler):
    """Speaks PostgreSQL's protocol 3.0 as far as simple queries need it; names in capitals are those of its manual."""

    server: Pooler

    def handle(self) -> None:
        (length,) = struct.unpack("!I", self.rfile.read(4))
        self.rfile.read(length - 4)
        greeting = [message(b"R", struct.pack("!I", 0))]  # AuthenticationOk
        greeting += [message(b"S", b"%b\0%b\0" % said) for said in ((b"server_version", b"18.0"), (b"client_encoding", b"UTF8"))]
        self.wfile.write(b"".join([*greeting, message(b"K", struct.pack("!II", NOBODYS_PID, 7)), message(b"Z", b"I")]))
        link = self.server.shared or psycopg2.connect(self.server.address)
        link.autocommit = True
        while (kind := self.rfile.read(1)) == b"Q":
            (length,) = struct.unpack("!I", self.rfile.read(4))
            with self.server.turn, link.cursor() as cursor:
                cursor.execute(self.rfile.read(length - 4).rstrip(b"\0"))
                answer = b"".join(told(cursor)) + message(b"C", b"SELECT 1\0")
                self.wfile.write(answer + message(b"Z", STATES[link.info.transaction_status]))
        assert kind in (b"X", b"")  # Terminate


def told(cursor: Any) -> Iterator[bytes]:
    if cursor.description is None:
        return
    kinds = ((each.name.encode(), struct.pack("!IHIhih", 0, 0, each.type_code, -1, -1, 0)) for each in cursor.description)
    columns = [b"%b\0%b" % kind for kind in kinds]
    yield message(b"T", struct.pack("!H", len(columns)) + b"".join(columns))
    for row in cursor.fetchall():
        cells = [str(value).encode() for value in row]
        yield message(b"D", struct.pack("!H", len(cells)) + b"".join(struct.pack("!I", len(cell)) + cell for cell in cells))


class Pooler(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, address: str, *, shares: bool) -> None:
        super().__init__(("127.0.0.1", 0), Client)
        self.address, self.turn = address, threading.Lock()
        self.shared = psycopg2.connect(address) if shares else None


@contextmanager
def pooled(address: str, *, shares: bool) -> Iterator[str]:
    """Give the pooler's host and port."""
    with Pooler(address, shares=shares) as pooler:
        threading.Thread(target=pooler.serve_forever, daemon=True).start()
        yield "{}:{}".format(*pooler.server_address)
        pooler.shutdown()

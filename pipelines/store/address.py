"""DATABASE_URL in libpq's words and back, and what libpq answers in ours; nothing here connects, and no password gets out."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg2
from psycopg2.extensions import parse_dsn

from pipelines.secret import SecretError, secret
from pipelines.store.errors import DatabaseError, Misuse

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_FORM = "postgresql://user:password@host:port/database"
MOST = 65_535  # the highest port
_SCHEMES = {"postgres", "postgresql", "postgresql+psycopg2"}

# What libpq and the server say, and what it means. Another language than English comes through as it is.
_MEANINGS = {
    "password authentication failed": "refuses the password given for {user}",
    "no password supplied": "wants a password for {user}, and DATABASE_URL has none",
    "database .* does not exist": "has no database {dbname}: create it, or correct DATABASE_URL",
    "role .* does not exist": "has no user {user}",
    "Connection refused|No such file or directory": "is down: nothing answers there",
    "could not translate host name": "cannot be found: no such host",
    "closed the connection unexpectedly": "fell while it answered: try again",
    "timeout expired": "does not answer in time",
    "too many clients|remaining connection slots": "has no connection left: stop another client, or raise max_connections",
    "starting up|shutting down|recovery|not yet accepting": "is starting or stopping: try again in a moment",
}


# What libpq says of an address that no state of the server makes right.
_WRONG = r"invalid (?:\w+ value|\"\w+\" value|integer value|port number)|definition of service .* not found|could not match \d+ "


def given() -> str:
    """Return DATABASE_URL, or what the file DATABASE_URL_FILE holds, as it stands; empty if there is none."""
    try:
        return secret("DATABASE_URL")
    except SecretError as error:
        raise Misuse(str(error)) from error


def name_no_server(environment: MutableMapping[str, str]) -> None:
    """Take out what names a server, by itself or by a file: who reads this environment then starts or uses the embedded one."""
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        environment.pop(name, None)


def parsed(url: str) -> dict[str, str]:
    """Translate into libpq's words. Nothing of a malformed address is repeated: it may be the password."""
    scheme, _, rest = url.partition("://")
    if scheme not in _SCHEMES:
        begins = f"begins with {scheme}://" if re.fullmatch(r"[\w+.-]+", scheme) and rest else "is no address"
        raise Misuse(f"DATABASE_URL {begins}: Kliping needs {_FORM}")
    try:
        words: dict[str, str] = parse_dsn("postgresql://" + rest)
    except psycopg2.ProgrammingError as error:
        if name := _unknown(rest, str(error)):
            raise Misuse(f"DATABASE_URL: {name!r} is no parameter of libpq's") from None
        words = {}
    if not words or re.search(r"[/?@]", rest.rpartition("@")[0]):
        raise Misuse(f"DATABASE_URL is malformed: it is {_FORM}, with @ in a password as %40, / as %2F, % as %25")
    if wrong := [port for port in words.get("port", "").split(",") if port and not (port.isdecimal() and 0 < int(port) <= MOST)]:
        raise Misuse(f"DATABASE_URL: {wrong[0]!r} is no port: it is {_FORM}")
    if "sslpassword" in words:  # psql has no variable for it, and a command line is read by everyone
        raise Misuse("DATABASE_URL: sslpassword would stand on psql's command line; use a key without one")
    return words


def _unknown(rest: str, said: str) -> str:
    """The parameter that libpq does not know; empty where what it quotes may be a piece of a password."""
    found = re.search(r'invalid URI query parameter: "(\w+)"', said)
    return found[1] if found and re.match(r"(?:[^/?@]*@)?[^/?@:]*(?::[\d,]*)?(?:/[^?@]*)?\?[^@]*$", rest) else ""


def place(words: dict[str, str]) -> str:
    """Say where in short: host:port, of each where several are named, or the socket's directory."""
    hosts, ports = words.get("host", "localhost").split(","), words.get("port", "").split(",")
    each = ports * len(hosts) if len(ports) == 1 else ports
    return ", ".join(f"{host}:{port}" if port else host for host, port in zip_longest(hosts, each, fillvalue=""))


def written(words: dict[str, str]) -> str:
    """Write an address without its password."""
    user, host, port, dbname = (words.get(key, "") for key in ("user", "host", "port", "dbname"))
    where, query = ("", f"?host={quote(host)}") if host.startswith("/") else (host, "")
    return f"postgresql://{quote(user)}{'@' if user else ''}{where}{':' if port else ''}{port}/{quote(dbname)}{query}"


def trouble(said: str, words: dict[str, str]) -> DatabaseError:
    """Give the error that a failed connection means, in one line; Misuse where the address is wrong whatever answers there."""
    known = {"user": "the user", "dbname": "of that name"} | words
    plain = " ".join(said.split())
    plain = plain.replace(words["password"], "***") if words.get("password") else plain
    if wrong := re.search(_WRONG, plain):
        return Misuse(f"DATABASE_URL, or what libpq reads beside it (PGSSLMODE and the like): {plain[wrong.start() :]}")
    for pattern, ours in _MEANINGS.items():
        if re.search(pattern, said):
            return DatabaseError(f"PostgreSQL at {place(words)} {ours.format_map(known)}")
    return DatabaseError(f"PostgreSQL at {place(words)}: {plain}")

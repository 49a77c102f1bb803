"""Sending a word to an address that the operator gave: verified, bounded in time, silent about the address: it is a secret."""

from __future__ import annotations

import json
from smtplib import SMTPResponseException
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from crawler.guard import user_agent
from pipelines.secret import SecretError, secret

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 10.0  # for one answer
PATIENCE = 15.0  # for the whole of it: a server may drip


class Unsent(Exception):
    """What was to be sent and was not; its text tells nothing of the address."""


class _Straight(HTTPRedirectHandler):
    """Follows nobody: a redirect would carry the message, and turn it into a question, somewhere else."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


def told(name: str) -> str:
    """Give what the environment says under a name, or a file of that name; Unsent where it cannot be read."""
    try:
        return secret(name)
    except SecretError as error:
        raise Unsent(f"{name}_FILE cannot be read") from error


def post(url: str, said: dict[str, Any] | str) -> None:
    """POST JSON, or a text; Unsent where it is not taken."""
    data, kind = (said.encode(), "text/plain") if isinstance(said, str) else (json.dumps(said).encode(), "application/json")

    def ask() -> None:
        headers = {"Content-Type": f"{kind}; charset=utf-8", "User-Agent": user_agent()}
        request = Request(url, data=data, headers=headers, method="POST")  # noqa: S310 (the operator's own address)
        with build_opener(_Straight).open(request, timeout=SECONDS) as answer:
            answer.read(1024)

    bounded(ask)


def bounded(send: Callable[[], None]) -> None:
    """Send, or give it up in good time; Unsent with the kind of the trouble and nothing of what an error's text may hold."""
    trouble: list[str] = []

    def work() -> None:
        try:
            send()
        except Exception as error:  # noqa: BLE001 (whatever it is, the alarm has its exit code and its line)
            trouble.append(_kind(error))

    worker = Thread(target=work, daemon=True)
    worker.start()
    worker.join(PATIENCE)
    if worker.is_alive():
        raise Unsent(f"no answer in {PATIENCE:.0f} s")
    if trouble:
        raise Unsent(trouble[0])


def _kind(error: Exception) -> str:
    if isinstance(error, Unsent):
        return str(error)
    if isinstance(error, HTTPError):
        error.close()
        return f"HTTP {error.code}"
    if isinstance(error, SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    reason = getattr(error, "reason", None)
    return type(reason if isinstance(reason, Exception) else error).__name__

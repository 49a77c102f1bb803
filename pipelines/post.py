"""Sending a word to an address that the operator gave: verified, bounded in time, silent about the address: it is a secret."""

from __future__ import annotations

import json
import ssl
from smtplib import SMTP, SMTP_SSL, SMTPResponseException
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import unquote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pipelines.secret import SecretError, secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from urllib.parse import SplitResult

SECONDS = 10.0  # for one answer
PATIENCE = 15.0  # for the whole of it: a server may drip
PORTS = {"smtp": 587, "smtps": 465}
HOME = ("localhost", "127.0.0.1", "::1")


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
        headers = {"Content-Type": f"{kind}; charset=utf-8", "User-Agent": "Kliping"}
        request = Request(url, data=data, headers=headers, method="POST")  # noqa: S310 (the operator's own address)
        with build_opener(_Straight).open(request, timeout=SECONDS) as answer:
            answer.read(1024)

    bounded(ask)


def mail(by: SplitResult, message: EmailMessage) -> None:
    """Hand a message to a mail server; a password goes over no wire that is not encrypted. To be called by ``bounded``."""
    context, host = ssl.create_default_context(), by.hostname or "localhost"
    port = by.port or PORTS[by.scheme]
    secure = by.scheme == "smtps"
    with SMTP_SSL(host, port, timeout=SECONDS, context=context) if secure else SMTP(host, port, timeout=SECONDS) as server:
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            secure = True
        if by.username:
            if not secure and host not in HOME:
                raise Unsent("the mail server offers no encryption: no password is sent")
            server.login(unquote(by.username), unquote(by.password or ""))
        server.send_message(message)


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

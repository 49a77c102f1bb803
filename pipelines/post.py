"""Sending a word to an address that the operator gave: verified, bounded in time, silent about the address: it is a secret."""

from __future__ import annotations

import json
import re
import ssl
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from smtplib import SMTP, SMTP_SSL, SMTPRecipientsRefused, SMTPResponseException
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pipelines.secret import SecretError, secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from urllib.parse import SplitResult

SECONDS = 10.0  # for one answer
PATIENCE = 15.0  # for the whole of it: a server may drip
WEIGHED = 120.0  # seconds in which a mail server takes a message that it has; RFC 5321 §4.5.3.2.6 would give it ten minutes
PERMANENT = 500  # SMTP's refusals from here on are for good
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
        build_opener(_Straight).open(request, timeout=SECONDS).close()  # it has the message: what else it says is no matter

    bounded(ask)


def write(to: str, subject: str, text: str, *, by: str, sender: str, stamp: str = "") -> str:
    """Mail a text and say how many of the addresses ``to`` (between commas) are refused for good; Unsent where it is not taken.

    ``by`` and ``sender`` name the variables of the server (smtp://localhost:25) and of who writes (whom it goes to); by its
    ``stamp`` a reader's program knows a letter again that came twice.
    """

    def send() -> str:
        message = EmailMessage()
        message["Subject"] = " ".join(subject.split())[:200]
        message["From"], message["To"] = told(sender) or to.partition(",")[0], to
        domain = re.sub(r"[^\w.-]", "", to.rpartition("@")[2]) or "localhost"
        message["Date"], message["Message-ID"] = localtime(), f"<{stamp}@{domain}>" if stamp else make_msgid(domain=domain)
        message.set_content(text)
        return mail(_server(by), message)

    return str(bounded(send, PATIENCE + WEIGHED))


def _server(name: str) -> SplitResult:
    try:
        server = urlsplit(told(name) or "smtp://localhost:25")
        known = server.scheme in PORTS and (server.port or True)
    except ValueError:  # a bracket that is left open, a port that is no number
        known = False
    if known:
        return server
    raise Unsent(f"{name}: needs smtp://… or smtps://…")


def mail(by: SplitResult, message: EmailMessage) -> str:
    """Hand a message to a mail server and say how many it refuses for good; Unsent where it takes nobody, or one perhaps later.

    A password goes over no wire that is not encrypted. To be called by ``bounded``.
    """
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
        if server.sock:
            server.sock.settimeout(WEIGHED)
        refused, taken = _handed(server, message)
    codes = [code for code, _ in refused.values()]
    told = f"{len(codes) if taken else 'all'} of its addresses refused: SMTP {min(codes, default=0)}"
    if not taken or any(code < PERMANENT for code in codes):
        raise Unsent(told)
    return told if codes else ""


def _handed(server: SMTP, message: EmailMessage) -> tuple[dict[str, tuple[int, bytes]], bool]:
    """Who is refused, each with the code; and whether anybody is not."""
    try:
        return server.send_message(message), True
    except SMTPRecipientsRefused as error:
        return error.recipients, False


def bounded(send: Callable[[], Any], patience: float | None = None) -> Any:
    """Send, or give it up in good time; Unsent with the kind of the trouble and nothing of what an error's text may hold."""
    trouble: list[str] = []
    given: list[Any] = []

    def work() -> None:
        try:
            given.append(send())
        except Exception as error:  # noqa: BLE001 (whatever it is, the alarm has its exit code and its line)
            trouble.append(_kind(error))

    worker = Thread(target=work, daemon=True)
    worker.start()
    seconds = PATIENCE if patience is None else patience
    worker.join(seconds)
    if worker.is_alive():
        raise Unsent(f"no answer in {seconds:.0f} s")
    if trouble:
        raise Unsent(trouble[0])
    return given[0]


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

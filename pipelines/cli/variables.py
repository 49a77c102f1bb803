"""What the environment says in vain: a line each where a crawl begins. ``kliping --help`` has the names that are read."""

from __future__ import annotations

import os
import re
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipelines.cli.mistake import all_outlets
from pipelines.permits import named
from pipelines.secret import SecretError, secret

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = "KLIPING_"
UNTOLD = {"ALLOW_PRIVATE", "ALARM_TELEGRAM_API", "RIVALS", "TABS"}  # for tests, benchmarks and the image

_ADDRESS = r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*"  # RFC 5322's addr-spec, without quoted and bracketed forms
_NAMED = rf"(?:{_ADDRESS}|[^<>,;@\r\n]{{1,60}}<{_ADDRESS}>)"  # "Jaga <jaga@redaksi.example>"
ADDRESSES = re.compile(rf"{_NAMED}(?: ?, ?{_NAMED})*")
WEB = ("an address that begins with https://", r"https?://\S+")
MAIL = ("smtp://… or smtps://…", r"smtps?://\S+")
CHAT = "KLIPING_ALARM_TELEGRAM_CHAT"
TELLING = {  # where nobody would be told, and nobody would hear of that before it matters
    "KLIPING_ALARM_EMAIL": ("addresses, between commas", ADDRESSES.pattern),
    "KLIPING_ALARM_SLACK": WEB,
    "KLIPING_ALARM_SMTP": MAIL,
    "KLIPING_ALARM_TELEGRAM": ("a bot's token, as 123456:ABC", r"\d+:[\w-]+"),
    "KLIPING_ALARM_WEBHOOK": WEB,
    "KLIPING_PING_URL": WEB,
    "KLIPING_SMTP": MAIL,
}


def warn(verb: str) -> None:
    """Tell of them; the crawl goes on."""
    for line in (*_strange(), *_unknown(), *_unsendable()):
        print(f"kliping {verb}: {line}", file=sys.stderr, flush=True)


def _strange() -> Iterator[str]:
    known = _known()
    for name in sorted(os.environ):
        own = name.removeprefix(OURS)
        if own == name or own.removesuffix("_FILE") in known:
            continue
        if near := get_close_matches(own, known, 1, 0.75):
            yield f"{name} is not read: is {OURS}{near[0]} meant?"
        elif not os.environ[name].startswith(("https://", "http://")):  # which a watch may read: webhook:env:NAME
            yield f"{name} is not read; `kliping --help` names what is"


def _known() -> set[str]:
    from pipelines.cli.main import EPILOG

    return UNTOLD | {*re.findall(rf"\b{OURS}(\w+)", EPILOG)}


def _unknown() -> Iterator[str]:
    slugs = named()
    for slug in sorted(slugs.difference(all_outlets()) if slugs else ()):
        yield f"KLIPING_PERMIT: no outlet named {slug!r}"


def _unsendable() -> Iterator[str]:
    """What is wrong with each, and nothing of what it is: it may be a secret."""
    for name, (needed, shape) in TELLING.items():
        try:
            value = secret(name)
        except SecretError as error:
            yield str(error)
            continue
        if value and not re.fullmatch(shape, value):
            yield f"{name} needs {needed}: as it is, nobody is told"
    if _is_said("KLIPING_ALARM_TELEGRAM") and not _is_said(CHAT):
        yield f"{CHAT} is not set: as it is, nobody is told by Telegram"


def _is_said(name: str) -> bool:
    """Whether a variable is set, to more than nothing, or names a file."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))

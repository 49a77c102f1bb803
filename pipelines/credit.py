"""Where a story says it is from: its canonical address, the agency it credits, "Sumber: …" or "dikutip dari …". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = r"(?P<name>[\w.]+(?: [A-Z][\w.]*)?)"
_FROM = r"\b(?:di(?:kutip|lansir|sadur)|me(?:lansir|ngutip|nyadur))(?: kembali)?(?: dari)?(?: laman)? "
_SAYS = re.compile(rf"(?:\bSumber(?: berita| asli)?\s*:\s*|{_FROM}){_NAME}", re.IGNORECASE)
EDGE = 400  # characters at either end: further in, what is quoted is a part of the story


@dataclass(frozen=True, slots=True)
class Said:
    """``how``: canonical, credit or text; ``source``: the outlet's slug, or the name as printed where no seed knows it."""

    how: str
    source: str


def said(outlet: str, url: str, credit: str | None, text: str, names: Mapping[str, str]) -> Said | None:
    """Read where a story says it is from, the surest way first; None where it says nothing, or names its own outlet.

    ``names`` are hosts, names and brands of outlets in small letters, each with its slug.
    """
    if (home := _host(url, names)) and home != outlet:
        return Said("canonical", home)
    if credit and (source := names.get(credit.lower(), credit)) != outlet:
        return Said("credit", source)
    for match in _SAYS.finditer(text if len(text) < 2 * EDGE else f"{text[:EDGE]}\n{text[-EDGE:]}"):
        words = match["name"].rstrip(".").lower()
        known = names.get(words) or names.get(words.split()[0])
        if known and known != outlet:
            return Said("text", known)
    return None


def _host(url: str, names: Mapping[str, str]) -> str | None:
    host = (urlsplit(url).hostname or "").split(".")
    return next((names[own] for place in range(len(host) - 1) if (own := ".".join(host[place:])) in names), None)

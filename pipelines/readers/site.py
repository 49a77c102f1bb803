"""What a page calls the site it stands on: no author's name, and no part of a title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.readers import ask
from pipelines.readers.whole import key, whole

if TYPE_CHECKING:
    from collections.abc import Container

    from pipelines.readers.sheet import Sheet

WORDS = 4  # of a headline, the least
CHANNEL = 40  # characters, the most
_WORD = re.compile(r"\w+")
_SUFFIX = re.compile(r"\.(?:(?:co|com|my|web|or|ac|go|sch|biz|desa)\.)?[a-z]{2,}$")  # of a host: ".co.id", ".com"
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")  # "Kejari Tahan Bendahara Desa yang ..."
_PAGER = re.compile(r"(?i)\s(?:[-–—|] )?halaman (?:all|semua|\d{1,2})(?: [-–—|] \S.{1,40})?$")  # "Tips Tanam Cabai Halaman all"
_PARTS = re.compile(r"\s+[|\-–—»·•]\s+")
_PREFIXED = re.compile(r"(?P<site>[^:|]{2,40}?)(?:\s?[:|]|\s[-–—])\s+(?P<title>\S.+)")  # "KapanLagi.com: …"
_CHANNELLED = re.compile(r"[^:|]{2,40}?\s[-–—:|]\s+(?P<title>\S.+)")  # "Musik - …"
_SUFFIXED = re.compile(r"(?P<title>.+\S)\s+[|\-–—»·•:]\s+(?P<site>.{2,60})")


def sites_of(sheet: Sheet, url: str) -> list[str]:
    """What a page calls the site it stands on, and its host's own name: no author, and no part of a title."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    said = [*ask(sheet, "meta", "og:site_name"), *ask(sheet, "meta", "application-name"), *ask(sheet, "json_ld", "publisher.name")]
    return list(dict.fromkeys([*said, host, ".".join(host.split(".")[-2:]), _SUFFIX.sub("", host).split(".")[-1]]))


def is_channel(name: str, url: str) -> bool:
    """Whether a name is the site's own with a channel's glued to it: kumparanBISNIS, kumparanNEWS."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return any(re.fullmatch(rf"{re.escape(part)}[A-Z]+", name) for part in host.split(".")[:-1])


def bare_title(sheet: Sheet, title: str, sites: list[str]) -> str:
    """The title less the site's name around it: where the site is called so, or where the page prints the rest as its headline.

    For a logo in an <h1>, and for a meta that breaks off, the headline that the page prints.
    """
    printed, own = ask(sheet, "css", "h1, h2"), {key(site) for site in sites}
    if key(title) in own or _CUT.search(title):
        uncut = (one for one in printed if key(one) not in own and one.startswith("" if key(title) in own else _CUT.sub("", title)))
        title = next(uncut, title)
    title = next((one for one in printed if _goes_on(title, one, own)), title)
    while match := _SUFFIXED.fullmatch(title):
        if key(match["site"]) not in own and match["title"] not in printed:
            break
        title = match["title"]
    title = paged if (paged := _PAGER.sub("", title)) in printed else title
    before = _PREFIXED.fullmatch(title)
    title = before["title"] if before and key(before["site"]) in own else title
    channel = _CHANNELLED.fullmatch(title)
    if channel and (channel["title"] in printed or (not printed and key(channel["title"]) in whole(sheet).keys)):
        return channel["title"]
    return _said_otherwise(sheet, title) or title


def _goes_on(title: str, printed: str, own: Container[str]) -> bool:
    """Whether nothing but channel, site and date stands behind the headline: "… | Sosbud | DW.COM | 03.05.2016"."""
    if len(printed.split()) < WORDS or not title.startswith(printed):
        return False
    first, *parts = _PARTS.split(title[len(printed) :])
    return not first and any(key(part) in own for part in parts) and all(len(part) <= CHANNEL for part in parts)


def _said_otherwise(sheet: Sheet, title: str) -> str | None:
    """The page's one headline where a plugin gave search engines another: it shares half of its words, and holds it not."""
    printed = ask(sheet, "css", "h1")
    ours, theirs = (set(_WORD.findall(text.casefold())) for text in (title, printed[0] if len(printed) == 1 else ""))
    near = len(theirs) >= WORDS and 2 * len(ours & theirs) >= min(len(ours), len(theirs))
    lines = {key(text) for text in ask(sheet, "css", "h1, h2, h3")} if near else set()
    return printed[0] if near and not any(key(title) in line or line in key(title) for line in lines) else None

"""The further pages of a story that its outlet parts: which addresses a page names for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pipelines.outlets import Outlet
    from pipelines.readers.sheet import Sheet

# Detik's page two names page one as …/1, an address of its own: the way back is told by what the link says
_BACK = re.compile(r"^(?:(?:hal(?:aman|\.)?|page) *)?1$|^(?:sebelum|prev|kembali)|^[«‹<←]", re.IGNORECASE)
_ON = re.compile(
    r"^(?:(?:hal(?:aman|\.)?|page) *)?(?:[2-9]|[1-9]\d)$|selanjutnya|berikut|lanjut|semua|^(?:next|all|show all)\b|^[»›→>]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:/page)?/\d{1,2}$")  # WordPress's pages of one story
NEXT = "link[rel=next], a[rel=next], a.post-page-numbers, .post-nav-links a, .page-links a, .prevnextpost-links a"
LINKS = 2_000  # looked at


def further(sheet: Sheet, outlet: Outlet, url: str) -> list[str]:
    """Give, in the page's order, the other addresses of this very story that ``outlet.more`` selects."""
    if not outlet.more:
        return []
    hrefs = (node.attributes.get("href") or "" for node in sheet.tree.css(outlet.more) if not _BACK.search(node.text().strip()))
    links = dict.fromkeys(joined(url, href).partition("#")[0] for href in hrefs if href)
    own, here = outlet.story_id(url), {url, url.partition("?")[0]}
    return [link for link in links if link not in here and own is not None and outlet.story_id(link) == own]


def joined(url: str, href: str) -> str:
    """Give the address that a page names; empty where it is none, ``http://[`` for one."""
    try:
        return urljoin(url, href)
    except ValueError:
        return ""


def is_part(sheets: Iterable[tuple[Sheet, str]], outlet: Outlet, held: Collection[str]) -> bool:
    """Say whether one of a story's pages, each with its address, names a page that is not among those held."""
    return any(link not in held for sheet, url in sheets for link in further(sheet, outlet, url))


def next_pages(sheet: Sheet, url: str) -> set[str]:
    """Give the further pages to which a page of any site leads on, by ``rel=next`` or as WordPress does: its address, a number."""
    hrefs = [node.attributes.get("href") for node in sheet.tree.css(NEXT)]
    links = {joined(url, href).partition("#")[0] for href in hrefs if href}
    return {link for link in links - {url} if _bare(link) == _bare(url)}


def _bare(url: str) -> str:
    return _NUMBER.sub("", url.partition("?")[0].rstrip("/"))


def goes_on(sheet: Sheet, outlet: Outlet, url: str) -> set[str]:
    """Give the other addresses of this story to which the page leads on, wherever its template does so; no seed is asked."""
    own, here = outlet.story_id(url), {url, url.partition("?")[0]}
    hrefs = [node.attributes.get("href") for node in sheet.tree.css("link[rel=next], a[rel=next]")]
    hrefs += [node.attributes.get("href") for node in sheet.tree.css("a[href]")[:LINKS] if _ON.search(node.text().strip())]
    links = {joined(url, href).partition("#")[0] for href in hrefs if href}
    return {link for link in links - here if own is not None and outlet.story_id(link) == own}

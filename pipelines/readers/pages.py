"""The further pages of a story that its outlet parts: which addresses a page names for them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from pipelines.outlets import Outlet
    from pipelines.readers.sheet import Sheet


def further(sheet: Sheet, outlet: Outlet, url: str) -> list[str]:
    """Give, in the page's order, the other addresses of this very story that ``outlet.more`` selects."""
    if not outlet.more:
        return []
    hrefs = (node.attributes.get("href") or "" for node in sheet.tree.css(outlet.more))
    links = dict.fromkeys(joined(url, href).partition("#")[0] for href in hrefs if href)
    own, here = outlet.story_id(url), {url, url.partition("?")[0]}
    return [link for link in links if link not in here and own is not None and outlet.story_id(link) == own]


def joined(url: str, href: str) -> str:
    """Give the address that a page names; empty where it is none, ``http://[`` for one."""
    try:
        return urljoin(url, href)
    except ValueError:
        return ""


def names_more(sheet: Sheet, outlet: Outlet, url: str) -> bool:
    """Say whether the page holds only part of its story."""
    return bool(further(sheet, outlet, url))

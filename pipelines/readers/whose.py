"""Whose page it is: which story a page says it is, by its canonical address and its ``og:url``. No line of a story here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.outlets import outlet_of
from pipelines.readers import ask
from pipelines.readers.pages import joined
from pipelines.readers.whole import key, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.outlets import Outlet
    from pipelines.readers.sheet import Sheet

WORDED = "-."  # in an id: a slug, which a corrected headline changes, or a host, where copies stand


def another(sheet: Sheet, outlet: Outlet, url: str) -> str | None:
    """Give the story that the page says it is, if both of its addresses name the same one and it is not that of ``url``.

    One alone may be wrong: home pages carry the top story's as ``og:url``, copies their original's. Ids of words are not asked.
    """
    own, said = outlet.story_id(url), _said(sheet, outlet, url)
    if not len(set(said)) == 1 < len(said):
        return None
    story = said[0]
    return story if own and story and story != own and not any(sign in own + story for sign in WORDED) else None


def foreign(sheet: Sheet, outlet: Outlet, url: str) -> str | None:
    """Give the story of another known outlet that every address which the page prints names, as ``outlet/id``."""
    addresses = {joined(url, values[0]) for values in _printed(sheet, outlet) if values}
    owned = {address: outlet_of(address) for address in addresses if not outlet.owns(address)}
    told = {f"{owner.slug}/{own}" for address, owner in owned.items() if owner and (own := owner.story_id(address))}
    return min(told) if told and len(owned) == len(addresses) else None


def is_part_of(story: str, title: str, sheet: Sheet, outlet: Outlet, url: str) -> bool:
    """Whether a page served at ``url`` is one of a story's: it names no other, and by its address or its title this one."""
    said = {one for one in _said(sheet, outlet, url) if one}
    if outlet.story_id(url) != story or (said and story not in said):
        return False
    return story in said or any(key(title) in one for one in whole(sheet).titles)


def _said(sheet: Sheet, outlet: Outlet, url: str) -> list[str | None]:
    """One id for each of the addresses that the page prints, None for what is no story of the outlet."""
    return [outlet.story_id(joined(url, values[0])) for values in _printed(sheet, outlet) if values]


def _printed(sheet: Sheet, outlet: Outlet) -> Iterator[list[str]]:
    return (ask(sheet, source.technique, source.asked) for source in outlet.fields.get("canonical", ()))

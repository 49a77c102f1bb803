"""What a page prints of its story beside the text, where no seed says at what place: date, who wrote, who edited, tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.indonesian.dates import ZONES, instant, zone_of
from pipelines.readers.dated import date_of
from pipelines.readers.headline import head_of, titles_of
from pipelines.readers.people import people
from pipelines.readers.signed import credits_of, named_of, rows_of
from pipelines.readers.stacked import own
from pipelines.readers.tagged import tags_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from pipelines.outlets import Outlet
    from pipelines.readers.sheet import Sheet
    from pipelines.readers.whole import Whole

FEW = 2  # tags; a meta with one names the word that search engines shall find
DATES = ("published_at", "modified_at")
_EASTERN = re.compile(r"\d\+0?[89](?::?00)?$")  # WITA or WIT: nobody's default, so somebody set it
_NEWSROOM = re.compile(r"(?i)\w\.(?:com|co\.id|id|net)\b|\b(?:media|news|newsroom|redaksi|developer|online|press)$|^PT\b")


def printed(sheet: Sheet, page: Whole, title: str | None) -> dict[str, list[str]]:
    """Give by field what the page prints, as printed; what it prints nowhere is left out."""
    titles = titles_of(page, title)
    head = head_of(page, titles)
    signed = {**credits_of(page, head, titles), **rows_of(page), "named": named_of(page, title)}
    said = {"published_at": date_of(page, titles), **signed, **tags_of(sheet, page, titles)}
    return {name: values for name, values in said.items() if values}


def told(found: dict[str, Any], said: dict[str, list[str]], outlet: Outlet) -> dict[str, Any]:
    """The fields, with what the page prints where that is better: a role tells who is no author, a list of tags what is no tag."""
    changed: dict[str, Any] = _people(said, ("authors", "editors"), outlet)
    held = {role: tuple(name for name in found[role] if not _NEWSROOM.search(name)) for role in ("authors", "editors")}
    rows = [name for name in held if f"in_{name}" in said and not (name in said or held[name])]
    said = said | {name: said[f"in_{name}"] for name in rows}
    changed |= _people(said, rows, outlet)
    if len(said.get("called", [])) > len(found["tags"]) < FEW:
        said = {"tags": said["called"]} | said
    if "tags" in said and not _is_shouted(said["tags"], found["tags"]):
        changed["tags"] = tuple(said["tags"])
    moments = _moments(found, said["published_at"][0], outlet) if "published_at" in said else {}
    sources = {name: {"from": "printed", "said": " | ".join(said[name])} for name in changed | moments if name != "modified_at"}
    editors = {name.casefold() for name in changed.get("editors", ())}
    authors = tuple(name for name in held["authors"] if name.casefold() not in editors)
    if not changed.setdefault("authors", authors) and (named := _people(said, ["named"], outlet)):
        changed["authors"] = named["named"]
        sources["authors"] = {"from": "printed", "said": " | ".join(said["named"])}
    return found | held | changed | moments | {"sources": found["sources"] | sources}


def _is_shouted(tags: Sequence[str], metas: Sequence[str]) -> bool:
    """Whether tags are those of the metas, in capitals."""
    return {tag.casefold() for tag in tags} == {tag.casefold() for tag in metas} and all(map(str.isupper, tags))


def _moments(found: dict[str, Any], line: str, outlet: Outlet) -> dict[str, datetime | None]:
    """The dates that a printed line corrects: absent ones, those of another zone than it says, a day's midnight."""
    zone, own = zone_of(line) or outlet.zone, ZONES[outlet.zone]
    moment, meta = instant(line, zone), found["published_at"]
    if moment is None or (meta and meta.replace(second=0) == moment.replace(second=0)):
        return {}
    wall = found["sources"]["published_at"]["said"].replace("T", " ")[:16] if meta else ""
    if wall == f"{moment:%Y-%m-%d %H:%M}":  # KLY's pages of 2021 called WIB -07:00, and many of Bali and Makassar call WITA WIB
        if not zone_of(line) and _EASTERN.search(found["sources"]["published_at"]["said"]):
            return {}
        said = {name: instant(found["sources"][name]["said"][:19], zone) for name in DATES if found[name]}
        return {name: at and at.astimezone(own) for name, at in said.items()}
    return {"published_at": moment.astimezone(own)} if not meta or wall == f"{moment:%Y-%m-%d} 00:00" else {}


def _people(said: dict[str, list[str]], roles: Iterable[str], outlet: Outlet) -> dict[str, tuple[str, ...]]:
    """Names of persons by role; a newsroom's is none, whether a seed knows it or not."""
    named = {role: [name for name in people(said.get(role, []), outlet.houses) if not _NEWSROOM.search(name)] for role in roles}
    return {role: tuple(names) for role, names in named.items() if names}


def supplied(found: dict[str, Any], sheet: Sheet, outlet: Outlet) -> dict[str, Any]:
    """The fields of a page whose seed found no author, date, editor or tag at its places: layouts change, what is printed stays."""
    asked = [name for name in ("authors", "editors", "published_at", "tags") if outlet.fields.get(name)]
    empty = [name for name in asked if name not in found["sources"] and not found[name]]
    if not empty:
        return found
    page, _ = own(sheet)
    said = printed(sheet, page, found["title"])
    said["authors"] = said.get("authors", said.get("in_authors", said.get("named", [])))
    said["editors"] = said.get("editors", said.get("in_editors", []))
    said["tags"] = said.get("tags", said.get("called", []))
    more: dict[str, Any] = _people(said, ("authors", "editors"), outlet) | {"tags": tuple(said["tags"])}
    more["published_at"] = instant(said["published_at"][0], outlet.zone) if "published_at" in said else None
    edited = {name.casefold() for name in (*found["editors"], *more.get("editors", ()))}
    more["authors"] = tuple(name for name in more.get("authors", ()) if name.casefold() not in edited)
    changed = {name: more[name] for name in empty if more.get(name)}
    sources = {name: {"from": "printed", "said": " | ".join(said[name])} for name in changed}
    return found | changed | {"sources": found["sources"] | sources}

"""The fields of a story, each from the first source that prints anything; what nobody prints is absent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.indonesian.dates import instant
from pipelines.readers import ask
from pipelines.readers.bounds import TAG
from pipelines.readers.pages import joined
from pipelines.readers.people import once, people
from pipelines.readers.whose import another

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.outlets import Outlet
    from pipelines.readers.sheet import Sheet
    from pipelines.seedtables import Source

_NEWS = "berita|news|kabar|informasi|portal|situs|media|terkini|terbaru|terupdate|terpercaya|terpopuler|terhangat"
_DESKS = "online|harian|indonesia|nasional|utama|hari ini|ekonomi|bisnis|olahraga|politik|dunia|hiburan"
_SITE_WIDE = re.compile(rf"(?i)(?:{_NEWS}|online|indonesia|harian)(?: (?:{_NEWS}|{_DESKS}))*")


def fields_of(sheet: Sheet, outlet: Outlet, url: str, kind: str | None) -> dict[str, Any]:
    """Give the fields of a Draft by name, with ``sources`` saying which reader gave each."""
    found = {name: _first(sheet, outlet, name) for name in outlet.fields}
    printed = {name: values for name, (_, values) in found.items()}
    published, modified = (_instant(printed.get(name, []), outlet) for name in ("published_at", "modified_at"))
    canonical = _canonical(printed.get("canonical", []), outlet, url)
    title = next(iter(printed.get("title", [])), None)
    return {
        "url": canonical,
        "story_id": another(sheet, outlet, url) or outlet.story_id(canonical) or outlet.story_id(url),
        "kind": _kind(printed.get("kind", []), kind),
        "title": title,
        "authors": people(printed.get("authors", []), outlet.houses),
        "editors": people(printed.get("editors", []), outlet.houses),
        "published_at": published,
        "modified_at": modified,
        "section": next(iter(printed.get("section", [])), None),
        "tags": _tags(*found.get("tags", ("", [])), title or ""),
        "source_credit": next(iter(printed.get("source_credit", [])), None),
        "sources": {name: {"from": source, "said": " | ".join(values)} for name, (source, values) in found.items() if values},
    }


def _first(sheet: Sheet, outlet: Outlet, name: str) -> tuple[str, list[str]]:
    """The first source with an answer, though it be the newsroom's own name: what the page prints, it means.

    A date's source must also be readable: home pages carry the placeholder ``[publishdate]``.
    """
    for source in outlet.fields[name]:
        values = _parts(source, ask(sheet, source.technique, source.asked))
        if name.endswith("_at"):
            values = [value for value in values if instant(value, outlet.zone)]
        if name == "authors" and not outlet.layouts and not people(values, outlet.houses):
            continue  # where no seed says whose page it is, a brand is no answer
        if values:
            return str(source), values
    return "", []


def keywords(said: str) -> tuple[str, ...]:
    """Tags of a meta for search engines, less what a template adds to every story's: "berita terkini, portal Indonesia"."""
    words = [part.strip() for part in said.split(",") if 0 < len(part.strip()) <= TAG]
    own = [word for word in words if not _SITE_WIDE.fullmatch(word)]
    return once(own if len(words) - len(own) > 1 else words)  # one alone is a tag of the newsroom's


def _tags(source: str, values: list[str], title: str) -> tuple[str, ...]:
    """Printed tags stand one an element; metas and inline objects list them between commas. The title among them is no tag."""
    if not source.startswith("css:"):
        values = [part.strip() for value in values for part in value.split(",")]
    tags = [value.lstrip("#").strip() for value in values if value.strip("# ")]
    return once([tag for tag in tags if len(tag) <= TAG and tag.casefold() != title.casefold()])


def _parts(source: Source, values: list[str]) -> list[str]:
    """Of each value the part that the source's pattern names: its first group, or all that it matches."""
    if source.pattern is None:
        return values
    found = (source.pattern.search(value) for value in values)
    return [(match[1] if source.pattern.groups else match[0]).strip() for match in found if match]


def _instant(values: list[str], outlet: Outlet) -> datetime | None:
    return instant(values[0], outlet.zone) if values else None


def _canonical(printed: list[str], outlet: Outlet, url: str) -> str:
    """The canonical address, if it names the same story: home pages and copies name others."""
    own = outlet.story_id(url)
    for value in printed:
        link = outlet.bare(joined(url, value))
        if (found := outlet.story_id(link)) and (own is None or found == own):
            return link
    return outlet.bare(url)


def _kind(printed: list[str], layout: str | None) -> str:
    said = " ".join(printed).casefold()
    return next((kind for kind in ("photo", "video") if kind in said), layout or "article")

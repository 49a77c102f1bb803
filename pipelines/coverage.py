"""What a seed finds on the pages held: field by field, how many pages say it and which source told. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pipelines.nouns import PROSE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.nouns import Draft, Reading

FIELDS = ("title", "authors", "editors", "published_at", "modified_at", "section", "tags", "dateline", "source_credit")


def coverage(drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """One row a field: on how many pages it is found, by which sources, and what the first one said."""
    rows = [_row(name, drafts) for name in FIELDS]
    told = [draft for draft in drafts if any(block.kind in PROSE for block in draft.blocks)]
    layouts = Counter(draft.layout for draft in told if draft.layout)
    return [*rows, {"field": "body", "pages": len(told), "of": len(drafts), "sources": _counted(layouts), "first": _opening(told)}]


def refused(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """One row a refused page, with its reasons."""
    return [
        {"url": reading.url, "reasons": [*map(str, reading.reject.reasons), *filter(None, [reading.reject.detail])]}
        for reading in readings
        if reading.reject
    ]


def _row(name: str, drafts: Sequence[Draft]) -> dict[str, Any]:
    found = [draft for draft in drafts if getattr(draft, name)]
    sources = Counter(draft.sources[name]["from"] if name in draft.sources else "a rule" for draft in found)
    first = getattr(found[0], name) if found else None
    return {"field": name, "pages": len(found), "of": len(drafts), "sources": _counted(sources), "first": first}


def _counted(sources: Counter[str]) -> str:
    return ", ".join(f"{source} {count}" for source, count in sources.most_common())


def _opening(told: Sequence[Draft]) -> str:
    return next((block.text[:60] for draft in told for block in draft.blocks if block.kind in PROSE), "")

"""Pages of an outlet that fit no layout of its seed: how they are read until somebody has added the layout."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipelines.masthead import masthead
from pipelines.outlets import shared
from pipelines.seedfiles import folders
from pipelines.seedwords import GENERIC

if TYPE_CHECKING:
    from pipelines.outlets import Outlet
    from pipelines.rules import Rule
    from pipelines.seedfiles import Seeds
    from pipelines.seedtables import Source

ASKED_BEHIND = ("title", "published_at")  # what a story cannot be without


def is_stray(layout: str | None, outlet: Outlet) -> bool:
    """Whether a page that was read as ``layout`` is one: of an outlet without layouts every page is read so."""
    return layout == GENERIC and bool(outlet.layouts)


def as_read(outlet: Outlet, layout: str | None = GENERIC) -> Outlet:
    """Give the outlet as a page was read by it: itself; for a stray without its layouts, and with the generic rules behind its own.

    Title and date may stand where the generic reading looks for them. Other sources stay the outlet's own: what that would ask
    besides says on some outlets what is not so (the editor in merdeka.com's inline object, Media Indonesia's ``dateModified``).
    """
    if not is_stray(layout, outlet):
        return outlet
    sources, rules, desks = _generic(folders(), outlet.hosts[0])
    fields = {name: tuple(dict.fromkeys((*outlet.fields.get(name, ()), *sources[name]))) for name in ASKED_BEHIND}
    return replace(outlet, layouts=(), rules=outlet.rules + rules, fields={**outlet.fields, **fields}, desks=outlet.desks + desks)


@cache
def _generic(seeds: Seeds, host: str) -> tuple[dict[str, tuple[Source, ...]], tuple[Rule, ...], tuple[str, ...]]:
    sources, rules, desks = shared(seeds, fenced=False)
    return sources, (masthead(host), *(rule for rule in rules if rule.name.startswith(f"{GENERIC}/"))), desks

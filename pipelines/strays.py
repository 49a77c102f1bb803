"""Pages of an outlet that fit no layout of its seed: how they are read until somebody has added the layout."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.outlets import of_host
from pipelines.seedwords import GENERIC

if TYPE_CHECKING:
    from pipelines.outlets import Outlet

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
    other = of_host(outlet.hosts[0])
    rules = tuple(rule for rule in other.rules if rule.name.startswith(f"{GENERIC}/"))
    fields = {name: tuple(dict.fromkeys((*outlet.fields.get(name, ()), *other.fields[name]))) for name in ASKED_BEHIND}
    desks = outlet.desks + other.desks
    return replace(outlet, layouts=(), rules=outlet.rules + rules, fields={**outlet.fields, **fields}, desks=desks)

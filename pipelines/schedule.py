"""Which outlets are due: by how often their seeds want their doors asked, and when that was last done. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import datetime

    from pipelines.outlets import Outlet

GRACE = timedelta(minutes=1)  # cron's own minutes are not to turn every 20 minutes into every 25


def due(outlets: Iterable[Outlet], begun: Mapping[str, datetime], busy: Container[str], now: datetime) -> list[str]:
    """Give the slugs whose time has come, the longest overdue first. One without doors or at work already is never due."""
    late = {outlet.slug: _late(outlet, begun.get(outlet.slug), now) for outlet in outlets if outlet.doors}
    now_due = (slug for slug, by in late.items() if by >= timedelta() and slug not in busy)
    return sorted(now_due, key=late.__getitem__, reverse=True)


def _late(outlet: Outlet, begun: datetime | None, now: datetime) -> timedelta:
    """By how much a round is overdue, negative before its time; one that was never made is overdue for ever."""
    if begun is None:
        return timedelta.max
    return now - begun - outlet.every + min(GRACE, outlet.every / 10)

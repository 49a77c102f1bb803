"""Whether an outlet may be crawled: free unless its seed says ask, and then only where the operator permits it by name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.outlets import Outlet


def permitted(outlet: Outlet) -> bool:
    """Say whether the seed or the operator (KLIPING_PERMIT=a,b) permits it."""
    return outlet.permission == "free" or outlet.slug in named()


def named() -> set[str]:
    """Whom the operator permits."""
    return {slug for name in os.environ.get("KLIPING_PERMIT", "").split(",") if (slug := name.strip())}

"""What an answer that brings no story means for its address; the crawl and a rebuild read it alike. Pure."""

from __future__ import annotations

from typing import Literal

LEAST = 400  # the status from which an answer brings no story
GONE = {404, 410}
FORBIDDEN = {401, 402, 403, 451}


def state_of(status: int) -> Literal["gone", "forbidden", "failed"]:
    """Give the address's next state for a status that brings no story."""
    return "gone" if status in GONE else "forbidden" if status in FORBIDDEN else "failed"


def cause_of(status: int) -> str:
    """Say it in a few words."""
    return f"HTTP {status}"

"""Numbers in the environment that the store asks for."""

from __future__ import annotations

import os


def number(name: str, usual: float, what: str) -> float:
    """Give the number that ``name`` holds, none below 0, else the usual one; ValueError, one line, where it holds none."""
    given = os.environ.get(name, "").strip()
    try:
        found = float(given or usual)
    except ValueError:
        found = -1.0
    if not 0 <= found < float("inf"):
        msg = f"{name}={given}: needs a number of {what}"
        raise ValueError(msg)
    return found

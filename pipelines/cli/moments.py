"""Days and instants as people type them; a day without a clock is a day in WIB, the zone of most desks."""

from __future__ import annotations

import argparse
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from pipelines.indonesian.dates import ZONES


def day(text: str) -> date:
    """Read a day, in whatever zone it is asked of."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day as 2026-11-26") from None


def begin(text: str) -> datetime:
    """Read a day as its first moment, or an instant (2026-11-26T17:00+07:00; WIB if it names no zone)."""
    return _read(text, 0)


def end(text: str) -> datetime:
    """Read a day as the first moment after it, or an instant."""
    return _read(text, 1)


def _read(text: str, days: int) -> datetime:
    whole = None
    with suppress(ValueError):  # a day in any of ISO 8601's forms
        whole = date.fromisoformat(text)
    try:
        if whole:
            return datetime.combine(whole + timedelta(days=days), time(), ZONES["WIB"]).astimezone(UTC)
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=ZONES["WIB"])).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no day as 2026-11-26 and no instant as 2026-11-26T17:00+07:00") from None

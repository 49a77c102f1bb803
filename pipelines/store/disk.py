"""Whether the disk has room for a crawl: a full one would cost the database its peace and the archive its last page."""

from __future__ import annotations

import shutil

from pipelines.store.embedded import data_dir
from pipelines.store.errors import DatabaseError
from pipelines.store.numbers import number

FLOOR = 1_000.0  # megabytes
MEGA = 1_000_000


def floor() -> float:
    """Megabytes that must be free on KLIPING_DATA's disk (KLIPING_DISK_FLOOR; 0 asks for none). ValueError is one line."""
    return number("KLIPING_DISK_FLOOR", FLOOR, "megabytes")


def check() -> None:
    """DatabaseError, one line, where less is free."""
    home, wanted = data_dir(), floor()
    try:
        place = next(path for path in (home, *home.parents) if path.exists())
        free = shutil.disk_usage(place).free / MEGA
    except OSError as error:  # a folder on the way that we may not enter
        raise DatabaseError(f"{error.filename}: {error.strerror}; KLIPING_DATA may name another directory") from error
    if free < wanted:
        raise DatabaseError(f"{place}: {free:,.0f} MB free, {wanted:,.0f} needed (KLIPING_DISK_FLOOR): make room, then crawl")

"""Files that are there whole or not at all: written beside their place, then put into it at one stroke."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def whole(path: Path, mark: str = "part") -> Iterator[Path]:
    """Give a file to write instead of ``path``, which it becomes at the end; after an error the old one stands. Raises OSError.

    A killed writer leaves its file behind, and the next one writes over it; ``mark`` tells writers apart who come at the same time.
    FileExistsError where a device or a pipe stands, which must not be replaced.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FileExistsError(errno.EEXIST, "a device or a pipe stands there; name a file", str(path))
    part = part_of(path, mark)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def part_of(path: Path, mark: str = "part") -> Path:
    """Where ``whole`` has ``path`` written."""
    return path.with_name(f".{path.name}.{mark}")

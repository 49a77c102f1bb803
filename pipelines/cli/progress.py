"""How far long work is: a line on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def bar(total: int | None, unit: str) -> Iterator[Any]:
    """Give what is to be called with each further number of what is counted."""
    from tqdm import tqdm

    with tqdm(total=total, unit=unit, disable=None, leave=False, file=sys.stderr) as line:
        yield line.update

"""Everything that knows Scrapy, and alone touches the web. What Scrapy loads first: until a crawl listens, Ctrl-C is exit 9 too."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pipelines.nouns import Exit

if TYPE_CHECKING:
    from types import TracebackType


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(Exit.INTERRUPTED)
    sys.__excepthook__(kind, error, trace)


sys.excepthook = _ended

"""Kliping's core as a library: ``from pipelines import extract, load, Page``. Knows no Scrapy, no network.

``Corpus`` is the database's door; it is imported when it is named, so that reading a page needs no database.
"""

from typing import TYPE_CHECKING, Any

from pipelines.clippings import Clipping
from pipelines.extract import extract, extract_text
from pipelines.nouns import Article, Block, Cut, Page, Reading, Reason, Reject
from pipelines.outlets import Outlet, SeedError, load, outlet_of

if TYPE_CHECKING:
    from pipelines.corpus import Corpus

__all__ = [
    "Article",
    "Block",
    "Clipping",
    "Corpus",
    "Cut",
    "Outlet",
    "Page",
    "Reading",
    "Reason",
    "Reject",
    "SeedError",
    "extract",
    "extract_text",
    "load",
    "outlet_of",
]


def __getattr__(name: str) -> Any:
    if name != "Corpus":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipelines.corpus import Corpus

    return Corpus

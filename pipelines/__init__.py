"""Kliping's core as a library: ``from pipelines import extract, load, Page``. Knows no Scrapy, no network."""

from pipelines.extract import extract, extract_text
from pipelines.nouns import Article, Block, Cut, Page, Reading, Reason, Reject
from pipelines.outlets import Outlet, SeedError, load, outlet_of

__all__ = [
    "Article",
    "Block",
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

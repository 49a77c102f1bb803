"""The columns: every table of the store and what stands in it. Alembic reads this and nothing else; no query lives here."""

from pipelines.store.tables.base import HEAD, Instant, metadata
from pipelines.store.tables.crawl import FORGOTTEN, HELD, OPEN, READ, STATES, days, doors, pages, rebuilds, rests, runs, vitals
from pipelines.store.tables.kinship import families, kin
from pipelines.store.tables.search import search_index, vocabulary
from pipelines.store.tables.stories import articles, cuts, rejects, revisions, withdrawn
from pipelines.store.tables.watches import matches, watches

__all__ = [
    "FORGOTTEN", "HEAD", "HELD", "OPEN", "READ", "STATES", "Instant", "articles", "cuts", "days",
    "doors", "families", "kin", "matches", "metadata", "pages", "rebuilds", "rejects", "rests", "revisions", "runs",
    "search_index", "vitals", "vocabulary", "watches", "withdrawn",
]  # fmt: skip

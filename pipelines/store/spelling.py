"""Spelling: what someone may have meant by a word that no story prints. Needs the extension pg_trgm, and is silent without it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from math import log
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pipelines.indonesian.words import STOP, words
from pipelines.store.errors import only_reads

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection, Engine

SHORTEST = 4  # letters of a word that can be misspelt and still be recognised
ALIKE = 0.25  # of the trigrams of both words; two letters swapped leave a third
_QUOTED = re.compile(r'"[^"]*"')
_LIKE_IT = text("""
    SELECT word, stories FROM vocabulary WHERE length(word) BETWEEN :length - 2 AND :length + 2
    AND similarity(word, :word) >= :alike ORDER BY similarity(word, :word) DESC, stories DESC LIMIT 30
""")


def ready(engine: Engine) -> str | None:
    """Make sure of the extension; else say in one line why there will be no suggestions."""
    try:
        with engine.begin() as connection:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except DBAPIError as error:
        if only_reads(error):  # then nothing can be indexed either
            raise
        return f"no spelling suggestions: {' '.join(str(error.orig).split())}"
    return None


def suggestion(connection: Connection, query: str, strangers: AbstractSet[str]) -> str | None:
    """Give the query with the likeliest word for each stranger in it; None if there is nothing better to say."""
    if not connection.scalar(text("SELECT to_regprocedure('similarity(text, text)') IS NOT NULL")):
        return None
    better, at = "", 0
    quoted = [match.span() for match in _QUOTED.finditer(query)]  # as printed is as printed
    for word in words(query):
        own = any(first <= word.start < last for first, last in quoted)
        if not own and word.form in strangers - STOP and len(word.form) >= SHORTEST and (meant := _meant(connection, word.form)):
            better += query[at : word.start] + meant
            at = word.end
    return better + query[at:] if at else None


def _meant(connection: Connection, form: str) -> str | None:
    """Choose among the words that share most trigrams the one that is most alike letter by letter, common ones first."""
    rows = connection.execute(_LIKE_IT, {"word": form, "length": len(form), "alike": ALIKE}).all()
    rated = [(SequenceMatcher(None, form, row.word).ratio() + 0.02 * log(row.stories), row.word) for row in rows]
    return max(rated)[1] if rated else None

"""Watches: queries that somebody wants to be told of, and the stories that answered them."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Identity, Index, Integer, Table, Text, func

from pipelines.store.tables.base import Instant, key_columns, may, metadata, must

watches = Table(
    "watches",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True, comment="number of the watch"),
    must("query", Text, "what is looked for, in the words of kliping search"),
    must("target", Text, "who is told: mail:ADDRESS, webhook:URL, webhook:env:NAME or rss:FILE"),
    must("created_at", Instant, "since when; stories stored before are no news", server_default=func.now()),
    may("looked_at", Instant, "when new stories were last looked for; null before the first time"),
    comment="Queries that somebody wants to be told of",
)

matches = Table(
    "matches",
    metadata,
    Column("watch", ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True, comment="number of the watch"),
    *key_columns(),
    must("found_at", Instant, "when it was found to answer, by the database's clock", server_default=func.now()),
    may("told_at", Instant, "when it was delivered; null until then"),
    ForeignKeyConstraint(["outlet", "story_id"], ["articles.outlet", "articles.story_id"], ondelete="CASCADE"),
    Index(None, "outlet", "story_id"),
    comment="Stories that answered a watch; each is delivered once",
)

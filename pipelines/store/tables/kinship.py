"""Near-copies: by what a story is recognised, and to which family it belongs."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Float, ForeignKeyConstraint, Index, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from pipelines.store.tables.base import Instant, among, key_columns, may, metadata, must


def of_article() -> ForeignKeyConstraint:
    """The story itself; what was found of its kin goes with it."""
    return ForeignKeyConstraint(["outlet", "story_id"], ["articles.outlet", "articles.story_id"], ondelete="CASCADE")


kin = Table(
    "kin",
    metadata,
    *key_columns(),
    must("read_at", Instant, "read_at of the reading that was compared: a later one is compared anew"),
    must("bands", ARRAY(BigInteger), "its MinHash in bands: a story with one in common is looked at; {} if too short"),
    of_article(),
    Index(None, "bands", postgresql_using="gin"),
    Index(None, "read_at"),
    comment="By what near-copies of a story are found; one row for every story that was compared",
)

families = Table(
    "families",
    metadata,
    *key_columns(),
    Column("since", Instant, primary_key=True, comment="when it was found there, by the database's clock; the newest row counts"),
    must("family", Text, "outlet/id of the story that founded the family; its own where it left one"),
    may("share", Float, "how much of the shorter text the nearest relative shares, 0 to 1; null of the founder"),
    may("kin_outlet", Text, "outlet of that nearest relative; null of the founder"),
    may("kin_story_id", Text, "story id of that nearest relative; null of the founder"),
    may("said", Text, "how its page says where it is from: canonical, credit or text; null if it does not"),
    may("said_outlet", Text, "outlet it says it is from; null if it does not"),
    of_article(),
    Index(None, "family"),
    among("said", "canonical", "credit", "text"),
    CheckConstraint("num_nulls(share, kin_outlet, kin_story_id) IN (0, 3)", "kin"),
    CheckConstraint("num_nulls(said, said_outlet) IN (0, 2)", "direction"),
    comment="Stories that share their text, of one outlet or of several; none is ever deleted for being a copy",
)

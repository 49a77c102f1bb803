"""What search compares: a row a story with its lexemes, and the vocabulary they were printed in."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

from pipelines.store.tables.base import Instant, key_columns, may, metadata, must

search_index = Table(
    "search_index",
    metadata,
    *key_columns(),
    may("published_at", Instant, "as in articles; null if the outlet does not say"),
    must("read_at", Instant, "which reading of the story this is, as in articles"),
    must("lexemes", TSVECTOR, "stems (tulis), words as printed (=menulis), names (^terawan), fields (author:sri); A title, B lead"),
    ForeignKeyConstraint(["outlet", "story_id"], ["articles.outlet", "articles.story_id"], ondelete="CASCADE"),
    postgresql_with={"toast_tuple_target": "8160"},  # ranking reads thousands of rows: unpacking each would cost more than the rest
    comment="What search looks in, made by `kliping index` from articles; it can be emptied and is then made anew",
)
Index(None, search_index.c.lexemes, postgresql_using="gin")
Index(None, search_index.c.published_at.desc().nulls_last())
Index(None, search_index.c.read_at)

vocabulary = Table(
    "vocabulary",
    metadata,
    Column("word", Text, primary_key=True, comment="a word as printed, in lower case and without accents"),
    must("stem", Text, "what search compares it by"),
    must("stories", Integer, "stories in search_index that print it"),
    must("names", Integer, "those of them that print it as a name: always with a capital, in mid-sentence"),
    CheckConstraint("stories > 0 AND names BETWEEN 0 AND stories", "counts"),
    comment="Every word of the stories in search_index, for spelling, for names and to know what is rare",
)
Index(None, vocabulary.c.stem)

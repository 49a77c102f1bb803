"""Search: what it looks in, and the vocabulary; `kliping index` fills both."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0005"
down_revision = "0004"

TEXT, NUMBER, INSTANT = sa.Text(), sa.Integer(), sa.DateTime(timezone=True)
KEY = ("outlet", "story_id")


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def upgrade() -> None:
    op.create_index("ix_articles_read_at", "articles", ["read_at"])
    create_search_index()
    create_vocabulary()


def downgrade() -> None:
    op.drop_table("vocabulary")
    op.drop_table("search_index")
    op.drop_index("ix_articles_read_at", "articles")


def create_search_index() -> None:
    said = "stems (tulis), words as printed (=menulis), names (^terawan), fields (author:sri); A title, B lead"
    op.create_table(
        "search_index",
        column("outlet", TEXT, "slug of the outlet, the name of its seed file"),
        column("story_id", TEXT, "the outlet's own id of the story, the same on every host and slug"),
        column("published_at", INSTANT, "as in articles; null if the outlet does not say", nullable=True),
        column("read_at", INSTANT, "which reading of the story this is, as in articles"),
        column("lexemes", TSVECTOR(), said),
        sa.PrimaryKeyConstraint(*KEY, name="pk_search_index"),
        sa.ForeignKeyConstraint(
            KEY, ["articles.outlet", "articles.story_id"], "fk_search_index_outlet_articles", ondelete="CASCADE"
        ),
        comment="What search looks in, made by `kliping index` from articles; it can be emptied and is then made anew",
    )
    op.create_index("ix_search_index_lexemes", "search_index", ["lexemes"], postgresql_using="gin")
    op.create_index("ix_search_index_published_at", "search_index", [sa.text("published_at DESC NULLS LAST")])
    op.create_index("ix_search_index_read_at", "search_index", ["read_at"])


def create_vocabulary() -> None:
    op.create_table(
        "vocabulary",
        column("word", TEXT, "a word as printed, in lower case and without accents"),
        column("stem", TEXT, "what search compares it by"),
        column("stories", NUMBER, "stories in search_index that print it"),
        column("names", NUMBER, "those of them that print it as a name: always with a capital, in mid-sentence"),
        sa.PrimaryKeyConstraint("word", name="pk_vocabulary"),
        sa.CheckConstraint("stories > 0 AND names BETWEEN 0 AND stories", op.f("ck_vocabulary_counts")),
        comment="Every word of the stories in search_index, for spelling, for names and to know what is rare",
    )
    op.create_index("ix_vocabulary_stem", "vocabulary", ["stem"])

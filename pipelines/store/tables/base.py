"""What every table is made of: the metadata, the shapes of columns, the newest revision. No table and no query lives here."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKeyConstraint, MetaData, Text
from sqlalchemy.dialects.postgresql import ARRAY

HEAD = "0018"  # the newest revision below migrations/versions; known here so that checking it imports no Alembic

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    },
)

Texts = ARRAY(Text)
Instant = DateTime(timezone=True)

# A CMS without a date prints year 1, which PostgreSQL keeps as 1 BC in UTC and psycopg2 then cannot read back.
EPOCH = "'1900-01-01 00:00:00+00'"


def among(column: str, *words: str) -> CheckConstraint:
    """A column that holds one of these words."""
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, words))})", column)


def must(name: str, kind: Any, comment: str, **how: Any) -> Column[Any]:
    """A column that is never null."""
    return Column(name, kind, nullable=False, comment=comment, **how)


def may(name: str, kind: Any, comment: str) -> Column[Any]:
    """A column that may be null; its comment says when."""
    return Column(name, kind, nullable=True, comment=comment)


def key_columns(outlet: str = "slug of the outlet, the name of its seed file") -> tuple[Column[Any], Column[Any]]:
    """Outlet and story id: the key of all that is known of a story."""
    return (
        Column("outlet", Text, primary_key=True, comment=outlet),
        Column("story_id", Text, primary_key=True, comment="the outlet's own id of the story, the same on every host and slug"),
    )


def of_page() -> ForeignKeyConstraint:
    """The story's page; what hangs on it goes with it."""
    return ForeignKeyConstraint(["outlet", "story_id"], ["pages.outlet", "pages.story_id"], ondelete="CASCADE")

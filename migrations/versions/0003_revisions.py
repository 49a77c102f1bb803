"""Looking again: every version of a story, when its page is looked at next, and the tombstone of a forgotten one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0003"
down_revision = "0002"

TEXT, TEXTS, INSTANT = sa.Text(), ARRAY(sa.Text()), sa.DateTime(timezone=True)
KEY = ("outlet", "story_id")
BEFORE = "'discovered', 'fetched', 'stored', 'unchanged', 'refused', 'gone', 'forbidden', 'failed', 'dead'"
SAID = "discovered, fetched, stored, unchanged, refused, gone, forbidden, failed (tried again)"
CAUSE = "why it is refused, gone, forbidden, failed or dead"

# What is held already becomes its own first version.
FIRST_VERSIONS = """
    INSERT INTO revisions (outlet, story_id, fetched_at, changed, title, authors, editors, published_at, modified_at, body, text)
    SELECT outlet, story_id, coalesce(fetched_at, read_at), '{}', title, authors, editors, published_at, modified_at, body, text
    FROM articles JOIN pages USING (outlet, story_id)
"""


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def states(allowed: str, comment: str, cause: str) -> None:
    op.drop_constraint(op.f("ck_pages_state"), "pages")
    op.create_check_constraint(op.f("ck_pages_state"), "pages", f"state IN ({allowed})")
    op.execute(f"COMMENT ON COLUMN pages.state IS '{comment}'")
    op.execute(f"COMMENT ON COLUMN pages.cause IS '{cause}; else null'")


def upgrade() -> None:
    look = "when a held story is to be looked at again; null if it is not"
    op.add_column("pages", column("next_look_at", INSTANT, look, nullable=True))
    states(f"{BEFORE}, 'forgotten'", f"{SAID}, dead (not) or forgotten", f"{CAUSE}, or why the last look at a held one failed")
    held = "next_look_at IS NULL OR state IN ('stored', 'unchanged')"
    op.create_check_constraint(op.f("ck_pages_next_look"), "pages", held)
    free = sa.text("leased_by IS NULL AND next_look_at IS NOT NULL")
    op.create_index("ix_pages_look", "pages", ["outlet", "next_look_at"], postgresql_where=free)
    create_revisions()
    op.execute(FIRST_VERSIONS)
    op.execute("UPDATE pages SET state = 'forgotten', cause = NULL WHERE state = 'gone' AND cause = 'forgotten'")


def downgrade() -> None:
    # A gone story is not asked again either, so that no tombstone is lost on the way down and up.
    op.execute("UPDATE pages SET state = 'gone', cause = 'forgotten' WHERE state = 'forgotten'")
    op.drop_table("revisions")
    op.drop_index("ix_pages_look", "pages")
    op.drop_column("pages", "next_look_at")
    states(BEFORE, f"{SAID} or dead (not)", CAUSE)


def create_revisions() -> None:
    fields = "title, authors, editors, published_at, body"
    said = "when the outlet said it was last changed; alone it makes no version: many print the hour"
    op.create_table(
        "revisions",
        column("outlet", TEXT, "slug of the outlet, the name of its seed file"),
        column("story_id", TEXT, "the outlet's own id of the story, the same on every host and slug"),
        column("fetched_at", INSTANT, "when this version was first seen: its page's arrival"),
        column("changed", TEXTS, f"{fields}: what differs from the version before; {{}} of the first"),
        column("title", TEXT, "headline of this version"),
        column("authors", TEXTS, "bylines of this version"),
        column("editors", TEXTS, "editors of this version"),
        column("published_at", INSTANT, "when the outlet said it was published; null if it did not say", nullable=True),
        column("modified_at", INSTANT, said, nullable=True),
        column("body", JSONB(), "the body of this version, as in articles"),
        column("text", TEXT, "that body as plain text, a blank line between blocks"),
        sa.PrimaryKeyConstraint(*KEY, "fetched_at", name="pk_revisions"),
        sa.ForeignKeyConstraint(
            KEY, ["pages.outlet", "pages.story_id"], "fk_revisions_outlet_pages", ondelete="CASCADE"
        ),
        comment="Every version of a story that was seen, the first one too; the newest is the one in articles",
    )

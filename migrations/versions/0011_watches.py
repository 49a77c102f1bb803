"""Watches: queries that somebody wants to be told of, and the stories that answered them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TEXT, INSTANT = sa.Text(), sa.DateTime(timezone=True)


def column(name: str, kind: Any, comment: str, *, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment, **how)


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), comment="number of the watch"),
        column("query", TEXT, "what is looked for, in the words of kliping search"),
        column("target", TEXT, "who is told: mail:ADDRESS, webhook:URL, webhook:env:NAME or rss:FILE"),
        column("created_at", INSTANT, "since when; stories stored before are no news", server_default=sa.func.now()),
        column("looked_at", INSTANT, "when new stories were last looked for; null before the first time", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_watches"),
        comment="Queries that somebody wants to be told of",
    )
    op.create_table(
        "matches",
        column("watch", sa.Integer(), "number of the watch"),
        column("outlet", TEXT, "slug of the outlet, the name of its seed file"),
        column("story_id", TEXT, "the outlet's own id of the story, the same on every host and slug"),
        column("found_at", INSTANT, "when it was found to answer, by the database's clock", server_default=sa.func.now()),
        column("told_at", INSTANT, "when it was delivered; null until then", nullable=True),
        sa.PrimaryKeyConstraint("watch", "outlet", "story_id", name="pk_matches"),
        sa.ForeignKeyConstraint(["watch"], ["watches.id"], "fk_matches_watch_watches", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ("outlet", "story_id"), ["articles.outlet", "articles.story_id"], "fk_matches_outlet_articles", ondelete="CASCADE"
        ),
        comment="Stories that answered a watch; each is delivered once",
    )
    op.create_index("ix_matches_outlet_story_id", "matches", ["outlet", "story_id"])


def downgrade() -> None:
    op.drop_table("matches")
    op.drop_table("watches")

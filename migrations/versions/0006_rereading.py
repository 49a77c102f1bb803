"""Reading again: why a version came to be, stories that today's rules refuse, pages that were pruned from the archive."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

TEXT, INSTANT = sa.Text(), sa.DateTime(timezone=True)
SEEN = "when this version was first seen: its page''s arrival"


def column(name: str, kind: Any, comment: str, *, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment, **how)


def upgrade() -> None:
    why = "outlet: the newsroom made it; reread: our rules read the same page differently"
    op.add_column("revisions", column("cause", TEXT, why, server_default="outlet"))
    op.create_check_constraint(op.f("ck_revisions_cause"), "revisions", "cause IN ('outlet', 'reread')")
    op.execute(f"COMMENT ON COLUMN revisions.fetched_at IS '{SEEN}; of a reread one, when it was read again'")
    pruned = "when its page was pruned from the archive: it cannot be read again; else null"
    op.add_column("pages", column("pruned_at", INSTANT, pruned, nullable=True))
    create_withdrawn()


def downgrade() -> None:
    # Whoever goes back has the stories stand again, with the state that was theirs.
    stood = "SELECT (jsonb_populate_record(NULL::articles, article)).* FROM withdrawn"
    op.execute(f"INSERT INTO articles {stood} ON CONFLICT DO NOTHING")
    op.execute("DELETE FROM rejects USING withdrawn w WHERE (rejects.outlet, rejects.story_id) = (w.outlet, w.story_id)")
    op.execute(
        "UPDATE pages SET state = 'stored', cause = NULL FROM withdrawn w "
        "WHERE (pages.outlet, pages.story_id) = (w.outlet, w.story_id) AND state = 'refused'"
    )
    op.drop_table("withdrawn")
    op.drop_column("pages", "pruned_at")
    op.execute(f"COMMENT ON COLUMN revisions.fetched_at IS '{SEEN}'")
    op.execute("DELETE FROM revisions WHERE cause = 'reread'")
    op.drop_column("revisions", "cause")


def create_withdrawn() -> None:
    op.create_table(
        "withdrawn",
        column("outlet", TEXT, "slug of the outlet, the name of its seed file"),
        column("story_id", TEXT, "the outlet's own id of the story, the same on every host and slug"),
        column("withdrawn_at", INSTANT, "when a rereading refused it, by the database's clock", server_default=sa.func.now()),
        column("article", JSONB(), "its row of articles as it stood, column by column"),
        sa.PrimaryKeyConstraint("outlet", "story_id", name="pk_withdrawn"),
        sa.ForeignKeyConstraint(
            ("outlet", "story_id"), ["pages.outlet", "pages.story_id"], "fk_withdrawn_outlet_pages", ondelete="CASCADE"
        ),
        comment="Stories that stood until today's rules refused their page; a row goes when the story stands again",
    )

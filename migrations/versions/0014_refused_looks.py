"""A story that was refused, forbidden or gone is asked for again some times: what came may have been a wall."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"

BEFORE = "when a held story is to be looked at again; null if it is not"
SINCE = "when a held story is to be looked at again, or a refused, forbidden or withdrawn one asked for once more; null if never"
HELD, LOOKED_AT = "'stored', 'unchanged'", "'stored', 'unchanged', 'refused', 'gone', 'forbidden'"


def upgrade() -> None:
    _may(LOOKED_AT, SINCE)


def downgrade() -> None:
    op.execute("UPDATE pages SET next_look_at = NULL WHERE next_look_at IS NOT NULL AND state IN ('refused', 'gone', 'forbidden')")
    _may(HELD, BEFORE)


def _may(states: str, comment: str) -> None:
    op.drop_constraint("ck_pages_next_look", "pages")
    op.create_check_constraint(op.f("ck_pages_next_look"), "pages", f"next_look_at IS NULL OR state IN ({states})")
    op.execute(f"COMMENT ON COLUMN pages.next_look_at IS '{comment}'")

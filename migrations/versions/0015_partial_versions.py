"""Whether a version is a part of its story: of the newest version that is known, of those before it nobody noted it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

COMMENT = "whether part of it was not at hand; null of versions kept before that was noted"
NEWEST = """
    UPDATE revisions r SET partial = a.partial
    FROM articles a
    WHERE (a.outlet, a.story_id) = (r.outlet, r.story_id) AND NOT EXISTS (
        SELECT FROM revisions later
        WHERE (later.outlet, later.story_id) = (r.outlet, r.story_id) AND later.fetched_at > r.fetched_at
    )
"""


def upgrade() -> None:
    op.add_column("revisions", sa.Column("partial", sa.Boolean, comment=COMMENT))
    op.execute(NEWEST)


def downgrade() -> None:
    op.drop_column("revisions", "partial")

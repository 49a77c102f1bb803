"""What ``layout`` says: since a page that fits none of its seed's is read without one, ``generic`` too."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

BEFORE = "layout of the seed whose fence matched the page"
SINCE = "layout of the seed whose fence holds the story; generic: read without one"


def upgrade() -> None:
    _say(SINCE)


def downgrade() -> None:
    _say(BEFORE)


def _say(comment: str) -> None:
    op.execute(f"COMMENT ON COLUMN articles.layout IS '{comment}'")

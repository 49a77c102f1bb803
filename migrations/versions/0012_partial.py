"""What ``partial`` says: since pages for subscribers are told apart, more than that pages are missing."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

BEFORE = {
    "articles": "whether the page named further pages of the story that were not at hand",
    "stories": "whether further pages of the story were not at hand",
}
SINCE = dict.fromkeys(BEFORE, "whether part of the story was not at hand: further pages, or what subscribers alone see")


def upgrade() -> None:
    _say(SINCE)


def downgrade() -> None:
    _say(BEFORE)


def _say(comments: dict[str, str]) -> None:
    for place, comment in comments.items():
        op.execute(f"COMMENT ON COLUMN {place}.partial IS '{comment}'")

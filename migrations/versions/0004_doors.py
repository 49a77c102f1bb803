"""What each door told: which doors announced a story, and how a door was last asked and answered."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0004"
down_revision = "0003"

TEXT, INSTANT, TEXTS = sa.Text(), sa.DateTime(timezone=True), ARRAY(sa.Text())
TOLD = "doors that announced it, as the seed writes them; {} if asked for by hand, or found before this was noted"
URL = "the address as it is asked, the first that a door announced; another that a door gave after that one was gone"


def column(name: str, kind: Any, comment: str, *, nullable: bool = False, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment, **how)


def upgrade() -> None:
    op.add_column("pages", column("announced_by", TEXTS, TOLD, server_default="{}"))
    op.execute(f"COMMENT ON COLUMN pages.url IS '{URL}'")
    op.create_table(
        "doors",
        column("outlet", TEXT, "slug of the outlet, the name of its seed file"),
        column("url", TEXT, "the address asked; of a door with pages, that of its first"),
        column("etag", TEXT, "ETag of its last whole answer; null if it sent none or may not be asked so", nullable=True),
        column("last_modified", TEXT, "Last-Modified of that answer; null likewise", nullable=True),
        column("digest", TEXT, "sha256 in hex of the story ids it announced then, sorted; null if there were none", nullable=True),
        column("lies", sa.Boolean(), "whether it once gave other stories under the same ETag", server_default=sa.false()),
        column("finished", sa.Boolean(), "whether the last walk through it came to its end", server_default=sa.false()),
        column("whole_at", INSTANT, "when it last came whole, by the database's clock; null if it never did", nullable=True),
        sa.PrimaryKeyConstraint("outlet", "url", name="pk_doors"),
        comment="How a door answered last: what to ask it next time, and whether the walk through it was finished",
    )


def downgrade() -> None:
    op.drop_table("doors")
    op.drop_column("pages", "announced_by")
    op.execute("COMMENT ON COLUMN pages.url IS 'the address as it is asked, the first that a door announced'")

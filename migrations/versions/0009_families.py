"""Near-copies: by what a story is recognised, and to which family it belongs since when."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0009"
down_revision = "0008"

TEXT, INSTANT = sa.Text(), sa.DateTime(timezone=True)
KEY = ("outlet", "story_id")
SHARE = "how much of the shorter text the nearest relative shares, 0 to 1; null of the founder"


def column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def key(table: str) -> tuple[sa.Column[Any] | sa.ForeignKeyConstraint, ...]:
    return (
        column("outlet", TEXT, "slug of the outlet, the name of its seed file"),
        column("story_id", TEXT, "the outlet's own id of the story, the same on every host and slug"),
        sa.ForeignKeyConstraint(
            KEY, ["articles.outlet", "articles.story_id"], f"fk_{table}_outlet_articles", ondelete="CASCADE"
        ),
    )


def upgrade() -> None:
    op.create_table(
        "kin",
        *key("kin"),
        column("read_at", INSTANT, "read_at of the reading that was compared: a later one is compared anew"),
        column("bands", ARRAY(sa.BigInteger()), "its MinHash in bands: a story with one in common is looked at; {} if too short"),
        sa.PrimaryKeyConstraint(*KEY, name="pk_kin"),
        comment="By what near-copies of a story are found; one row for every story that was compared",
    )
    op.create_index("ix_kin_bands", "kin", ["bands"], postgresql_using="gin")
    op.create_index("ix_kin_read_at", "kin", ["read_at"])
    op.create_table(
        "families",
        *key("families"),
        column("since", INSTANT, "when it was found there, by the database's clock; the newest row counts"),
        column("family", TEXT, "outlet/id of the story that founded the family; its own where it left one"),
        column("share", sa.Float(), SHARE, nullable=True),
        column("kin_outlet", TEXT, "outlet of that nearest relative; null of the founder", nullable=True),
        column("kin_story_id", TEXT, "story id of that nearest relative; null of the founder", nullable=True),
        column("said", TEXT, "how its page says where it is from: canonical, credit or text; null if it does not", nullable=True),
        column("said_outlet", TEXT, "outlet it says it is from; null if it does not", nullable=True),
        sa.PrimaryKeyConstraint(*KEY, "since", name="pk_families"),
        sa.CheckConstraint("said IN ('canonical', 'credit', 'text')", op.f("ck_families_said")),
        sa.CheckConstraint("num_nulls(share, kin_outlet, kin_story_id) IN (0, 3)", op.f("ck_families_kin")),
        sa.CheckConstraint("num_nulls(said, said_outlet) IN (0, 2)", op.f("ck_families_direction")),
        comment="Stories that share their text, of one outlet or of several; none is ever deleted for being a copy",
    )
    op.create_index("ix_families_family", "families", ["family"])


def downgrade() -> None:
    op.drop_table("families")
    op.drop_table("kin")

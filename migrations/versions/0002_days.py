"""Days of the dated indexes that were walked to their end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "days",
        sa.Column("outlet", sa.Text(), nullable=False, comment="slug of the outlet, the name of its seed file"),
        sa.Column("door", sa.Text(), nullable=False, comment="address of the dated door, with {date} and {page} where they go"),
        sa.Column("day", sa.Date(), nullable=False, comment="the day, in the outlet's zone"),
        sa.Column(
            "announced", sa.Integer(), nullable=False,
            comment="stories that the door announced for the day when it was last walked to its end",
        ),
        sa.Column(
            "complete", sa.Boolean(), nullable=False,
            comment="whether the day was over when it was walked: then it is not walked again",
        ),
        sa.Column(
            "walked_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(),
            comment="when the walk ended, by the database's clock",
        ),
        sa.PrimaryKeyConstraint("outlet", "door", "day", name="pk_days"),
        comment=(
            "Days of an outlet's dated indexes that were walked to their end, "
            "so that a walk back in time goes on where it stopped"
        ),
    )


def downgrade() -> None:
    op.drop_table("days")

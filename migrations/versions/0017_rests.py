"""Hosts that asked to be left alone are, by the runs that follow too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    until = "until when it is not asked, by the database's clock; may be over"
    op.create_table(
        "rests",
        sa.Column("host", sa.Text(), nullable=False, comment="name of the host"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment=until),
        sa.PrimaryKeyConstraint("host", name="pk_rests"),
        comment="Hosts that asked to be left alone for longer than a run waits (Retry-After): no run asks them anything until then",
    )


def downgrade() -> None:
    op.drop_table("rests")

"""A rebuild that was cut short is known by the database that it filled, and by no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

SINCE = "Hosts that asked to be left alone (Retry-After): no run asks them anything until then"
BEFORE = "Hosts that asked to be left alone for longer than a run waits (Retry-After): no run asks them anything until then"


def upgrade() -> None:
    outlet = "slug of the outlet, the name of its seed file"
    begun = "when its rebuild began, by the database's clock"
    op.create_table(
        "rebuilds",
        sa.Column("outlet", sa.Text(), nullable=False, comment=outlet),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(), comment=begun),
        sa.PrimaryKeyConstraint("outlet", name="pk_rebuilds"),
        comment="Rebuilds that have not ended: the next one takes out what such a one put in. Empty, unless one was killed",
    )
    op.create_table_comment("rests", SINCE, existing_comment=BEFORE)


def downgrade() -> None:
    op.create_table_comment("rests", BEFORE, existing_comment=SINCE)
    op.drop_table("rebuilds")

"""A run's vital signs, from which the outlet's usual is learnt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run = "run that counted; its signs go with it"
    name = "what was counted: read, stories, words, or a kind and what it is about (field authors, rule kompas/dateline)"
    op.create_table(
        "vitals",
        sa.Column("run", sa.Integer(), nullable=False, comment=run),
        sa.Column("name", sa.Text(), nullable=False, comment=name),
        sa.Column("count", sa.Integer(), nullable=False, comment="in how many stories; of an amount, how many there were"),
        sa.Column("total", sa.Double(), nullable=True, comment="sum of ln(amount + 1); null where there is nothing to sum"),
        sa.Column("squares", sa.Double(), nullable=True, comment="sum of their squares; null likewise"),
        sa.PrimaryKeyConstraint("run", "name", name="pk_vitals"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], "fk_vitals_run_runs", ondelete="CASCADE"),
        comment="What a run's fresh stories looked like, counted at its end; from it an outlet's usual is learnt",
    )


def downgrade() -> None:
    op.drop_table("vitals")

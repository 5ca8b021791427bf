"""The plans that the rep approved: each approval a row, and each setting aside."""

import sqlalchemy as sa
from alembic import op

from assistant.store.migrations.triggers import append_only

revision = "v0003"
down_revision = "v0002"


def upgrade() -> None:
    op.create_table(
        "plan_approval",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("deal_id", sa.String(80), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("days", sa.Text, nullable=False),
        sa.Column("at", sa.String(40)),
        sa.ForeignKeyConstraint(["deal_id", "seq"], ["decision_date.deal_id", "decision_date.seq"]),
    )
    op.create_index("ix_plan_approval_deal_id", "plan_approval", ["deal_id"])
    append_only("plan_approval", "what was approved stays in the history; the last word counts")

"""What the rep chose for a plan's milestones, and the invites that were placed in a calendar."""

import sqlalchemy as sa
from alembic import op

from assistant.store.migrations.triggers import append_only

revision = "v0004"
down_revision = "v0003"


def upgrade() -> None:
    op.add_column("plan_approval", sa.Column("schedule", sa.String(10), nullable=False, server_default="off"))
    op.create_table(
        "plan_choice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("deal_id", sa.String(80), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("milestone", sa.String(80), nullable=False),
        sa.Column("choice", sa.String(10), nullable=False),
        sa.Column("into", sa.String(80)),
        sa.Column("at", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["deal_id", "seq"], ["decision_date.deal_id", "decision_date.seq"]),
    )
    op.create_index("ix_plan_choice_deal_id", "plan_choice", ["deal_id"])
    append_only("plan_choice", "what was chosen stays in the history; the last word counts")
    op.create_table(
        "invite",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("deal_id", sa.String(80), sa.ForeignKey("deal.id"), nullable=False),
        sa.Column("milestone", sa.String(80), nullable=False),
        sa.Column("uid", sa.String(200), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("placed", sa.Text),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_index("ix_invite_deal_id", "invite", ["deal_id"])
    op.create_index("ix_invite_uid", "invite", ["uid"])
    append_only("invite", "what was placed stays in the history; the last row of a meeting counts")

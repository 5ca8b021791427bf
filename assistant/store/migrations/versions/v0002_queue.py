"""The queue with its versions and decisions, the rep's acts, the journal of effects, the audit trail."""

import sqlalchemy as sa
from alembic import op

from assistant.store.migrations.triggers import append_only

revision = "v0002"
down_revision = "v0001"

_OPEN_DRAFT = sa.text("kind = 'draft' AND state IN ('open', 'snoozed', 'approved', 'filed')")


def upgrade() -> None:
    _items()
    _history()
    _outside()


def _items() -> None:
    op.create_table(
        "queue_item",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("deal_id", sa.String(80), sa.ForeignKey("deal.id"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created", sa.String(40), nullable=False),
        sa.Column("purpose", sa.String(40)),
        sa.Column("content", sa.Text),
        sa.Column("gaps", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("rank", sa.Float, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint(
            "gaps = '[]' OR state NOT IN ('approved', 'filed', 'sent')", name="nothing_leaves_with_a_gap"
        ),
    )
    op.create_index("ix_queue_item_deal_id", "queue_item", ["deal_id"])
    op.create_index(
        "one_open_draft_a_deal",
        "queue_item",
        ["deal_id"],
        unique=True,
        sqlite_where=_OPEN_DRAFT,
        postgresql_where=_OPEN_DRAFT,
    )


def _history() -> None:
    op.create_table(
        "queue_content",
        sa.Column("item_id", sa.Integer, sa.ForeignKey("queue_item.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text),
        sa.Column("gaps", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    append_only("queue_content", "the versions of a draft stay as they were", key="item_id version")
    op.create_table(
        "queue_decision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("queue_item.id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("before", sa.String(40), nullable=False),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("until_before", sa.Date),
        sa.Column("until_after", sa.Date),
        sa.Column("version_before", sa.Integer, nullable=False),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_queue_decision_item_id", "queue_decision", ["item_id"])
    append_only("queue_decision", "a decision stays in the history; undo adds another")
    op.create_table(
        "act",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("deal_id", sa.String(80), sa.ForeignKey("deal.id"), nullable=False),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("queue_item.id")),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
    )


def _outside() -> None:
    op.create_table(
        "effect",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("queue_item.id")),
        sa.Column("fingerprint", sa.String(80), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("intended", sa.String(40), nullable=False),
        sa.Column("ended", sa.String(40)),
        sa.Column("ref", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("deal_id", sa.String(80)),
        sa.Column("ref", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
    )
    append_only("audit", "the audit trail is only added to")

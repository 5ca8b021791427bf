"""Deals, their decision dates, what the rep said of threads, meetings and proposals."""

import sqlalchemy as sa
from alembic import op

from assistant.store.migrations.triggers import append_only, refuse

revision = "v0001"
down_revision = None

_FIXED = "a decision date is written once"


def upgrade() -> None:
    _deals()
    _decision_dates()
    _choices()


def _deals() -> None:
    op.create_table(
        "deal",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("created", sa.String(40), nullable=False),
        sa.Column("domains", sa.Text, nullable=False),
        sa.Column("contacts", sa.Text, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("country", sa.String(10)),
        sa.Column("timezone", sa.String(80)),
        sa.Column("resume_on", sa.Date),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("extra", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    refuse(
        "deal",
        "UPDATE OF id",
        "the id of a deal is for ever",
        name="keeps_its_id",
        condition="NEW.id <> OLD.id",
    )


def _decision_dates() -> None:
    op.create_table(
        "decision_date",
        sa.Column("deal_id", sa.String(80), sa.ForeignKey("deal.id"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )
    append_only("decision_date", _FIXED, key="deal_id seq")
    last = "SELECT COALESCE(MAX(seq), 0) FROM decision_date WHERE deal_id = NEW.deal_id"
    refuse("decision_date", "INSERT", _FIXED, name="follows_the_last", condition=f"NEW.seq <> ({last}) + 1")


def _choices() -> None:
    op.create_table(
        "thread_choice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("deal_id", sa.String(80), sa.ForeignKey("deal.id")),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    append_only("thread_choice", "what was said of a thread stays; the last word counts")
    op.create_table(
        "spoken",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("deal_id", sa.String(80), sa.ForeignKey("deal.id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("who", sa.Text),
        sa.Column("day", sa.Date),
    )
    op.create_table("dismissed_proposal", sa.Column("key", sa.String(200), primary_key=True))
    op.create_table(
        "milestone_done",
        sa.Column("deal_id", sa.String(80), sa.ForeignKey("deal.id"), primary_key=True),
        sa.Column("milestone_id", sa.String(80), primary_key=True),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )

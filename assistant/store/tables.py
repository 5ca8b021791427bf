"""The user's own work as tables: deals, choices, the queue, the journal of effects, the audit trail.

What the database itself enforces (triggers, the one open draft a deal) is written in `migrations`; a test
compares these tables with what the migrations make.
"""

from datetime import date

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from assistant.domain.deal import Contact, Evidence, Stage
from assistant.domain.draft import Content, Fact, Gap, ItemKind, ItemState, Purpose
from assistant.domain.invite import InviteState
from assistant.domain.ports import PlacedEvent
from assistant.store.columns import Instant, Moment, Packed, RowKey, Word
from assistant.store.values import EffectState

LEDGER = MetaData()

deal = Table(
    "deal",
    LEDGER,
    Column("id", String(80), primary_key=True),
    Column("name", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("domains", Packed[tuple[str, ...]](tuple[str, ...]), nullable=False),
    Column("contacts", Packed[tuple[Contact, ...]](tuple[Contact, ...]), nullable=False),
    Column("stage", Word(Stage), nullable=False),
    Column("country", String(10)),
    Column("timezone", String(80)),
    Column("resume_on", Date),
    Column("notes", Text, nullable=False),
    Column("extra", Packed[tuple[tuple[str, str], ...]](tuple[tuple[str, str], ...]), nullable=False),
    Column("version", Integer, nullable=False),
)

decision_date = Table(
    "decision_date",
    LEDGER,
    Column("deal_id", ForeignKey("deal.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("evidence", Packed[Evidence](Evidence), nullable=False),
)

thread_choice = Table(
    "thread_choice",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("deal_id", ForeignKey("deal.id")),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

spoken = Table(
    "spoken",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("deal_id", ForeignKey("deal.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("who", Text),
    Column("day", Date),
)

dismissed_proposal = Table("dismissed_proposal", LEDGER, Column("key", String(200), primary_key=True))

milestone_done = Table(
    "milestone_done",
    LEDGER,
    Column("deal_id", ForeignKey("deal.id"), primary_key=True),
    Column("milestone_id", String(80), primary_key=True),
    Column("on", Date, nullable=False),
    Column("by", Text, nullable=False),
)

plan_approval = Table(
    "plan_approval",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("deal_id", String(80), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("days", Packed[dict[str, date]](dict[str, date]), nullable=False),
    Column("at", Instant),
    Column("schedule", String(10), nullable=False, server_default="off"),
    ForeignKeyConstraint(["deal_id", "seq"], ["decision_date.deal_id", "decision_date.seq"]),
)
"""A row without `at` sets aside what was approved before it."""

plan_choice = Table(
    "plan_choice",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("deal_id", String(80), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("milestone", String(80), nullable=False),
    Column("choice", String(10), nullable=False),
    Column("into", String(80)),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(["deal_id", "seq"], ["decision_date.deal_id", "decision_date.seq"]),
)
"""A milestone's last row counts: "drop", "merge" (into another one), or "keep"."""

invite = Table(
    "invite",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("deal_id", ForeignKey("deal.id"), nullable=False, index=True),
    Column("milestone", String(80), nullable=False),
    Column("uid", String(200), nullable=False, index=True),
    Column("state", Word(InviteState), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("content", Packed[Content](Content), nullable=False),
    Column("placed", Packed[PlacedEvent](PlacedEvent)),
    Column("at", Instant, nullable=False),
)

queue_item = Table(
    "queue_item",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("deal_id", ForeignKey("deal.id"), nullable=False, index=True),
    Column("kind", Word(ItemKind), nullable=False),
    Column("title", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("purpose", Word(Purpose)),
    Column("content", Packed[Content](Content)),
    Column("gaps", Packed[tuple[Gap, ...]](tuple[Gap, ...]), nullable=False),
    Column("reasons", Packed[tuple[Evidence, ...]](tuple[Evidence, ...]), nullable=False),
    Column("facts", Packed[tuple[Fact, ...]](tuple[Fact, ...]), nullable=False),
    Column("rank", Float, nullable=False),
    Column("state", Word(ItemState), nullable=False),
    Column("until", Date),
    Column("version", Integer, nullable=False),
    Column("note", Text, nullable=False),
)

queue_content = Table(
    "queue_content",
    LEDGER,
    Column("item_id", ForeignKey("queue_item.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", Packed[Content](Content)),
    Column("gaps", Packed[tuple[Gap, ...]](tuple[Gap, ...]), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

queue_decision = Table(
    "queue_decision",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("item_id", ForeignKey("queue_item.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("before", Word(ItemState), nullable=False),
    Column("after", Word(ItemState), nullable=False),
    Column("until_before", Date),
    Column("until_after", Date),
    Column("version_before", Integer, nullable=False),
    Column("edited", Boolean, nullable=False),
    Column("note", Text, nullable=False),
)

act = Table(
    "act",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("what", String(80), nullable=False),
    Column("deal_id", ForeignKey("deal.id"), nullable=False),
    Column("item_id", ForeignKey("queue_item.id")),
    Column("payload", Text, nullable=False),
    Column("undone", Boolean, nullable=False),
)

effect = Table(
    "effect",
    LEDGER,
    Column("key", String(200), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("account", Text, nullable=False),
    Column("item_id", ForeignKey("queue_item.id")),
    Column("fingerprint", String(80), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", Word(EffectState), nullable=False),
    Column("intended", Instant, nullable=False),
    Column("ended", Instant),
    Column("ref", Text),
    Column("why", Text, nullable=False),
)

audit = Table(
    "audit",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("what", String(80), nullable=False),
    Column("deal_id", String(80)),
    Column("ref", Text),
    Column("detail", Text, nullable=False),
)

routine = Table(
    "routine",
    LEDGER,
    Column("name", String(40), primary_key=True),
    Column("account", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("next_due", Moment),
    Column("claimed_by", String(80)),
    Column("claimed_until", Moment),
    Column("began", Moment),
    Column("ended", Moment),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Moment),
    Column("why", Text, nullable=False),
    Column("remaining", Integer, nullable=False),
)
"""`account` is "" where a routine is for all; `rule` is what `next_due` was counted by."""

pause = Table(
    "pause",
    LEDGER,
    Column("id", RowKey, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("until", Date),
)
"""The last row counts; one without `until` ends the pause before it."""

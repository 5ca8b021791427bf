"""The mirror's tables. Any change here, or of what is kept in them, raises `MIRROR_VERSION`: all is pulled anew."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from assistant.store.columns import RowKey

MIRROR_VERSION: Final = 3
MIRROR = MetaData()

version = Table("mirror_version", MIRROR, Column("version", Integer, primary_key=True, autoincrement=False))

cursor = Table(
    "mirror_cursor",
    MIRROR,
    Column("account", Text, primary_key=True),
    Column("what", String(40), primary_key=True),
    Column("cursor", Text, nullable=False),
)

message = Table(
    "mirror_message",
    MIRROR,
    Column("key", RowKey, primary_key=True, autoincrement=False),
    Column("message_id", Text, nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False, index=True),
    Column("addressed", LargeBinary, nullable=False),
    Column("thread", Text, nullable=False, index=True),
    Column("at", BigInteger),
    Column("offset", Integer),
    Column("role", String(10), nullable=False),
    Column("automatic", String(20)),
    Column("subject", Text, nullable=False),
    Column("subject_key", Text, nullable=False),
    Index("ix_mirror_message_subject", "subject_key", "at"),
)
"""`digest` is of sender, date, subject and text, `addressed` of the recipients; `role` is the best copy's."""

body = Table(
    "mirror_body",
    MIRROR,
    Column("key", ForeignKey("mirror_message.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
)
"""The heavy part, apart, so that what only counts and matches doesn't page through it."""

place = Table(
    "mirror_place",
    MIRROR,
    Column("account", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("key", ForeignKey("mirror_message.key"), index=True),
    Column("role", String(10), nullable=False),
    Column("etag", Text, nullable=False),
    Column("flags", Text, nullable=False),
    PrimaryKeyConstraint("account", "folder", "remote_id"),
    sqlite_with_rowid=False,
)
"""One copy. Without a key: known, and kept out on purpose."""

alias = Table(
    "mirror_alias",
    MIRROR,
    Column("message_id", Text, nullable=False),
    Column("key", ForeignKey("mirror_message.key", ondelete="CASCADE"), nullable=False, index=True),
    PrimaryKeyConstraint("message_id", "key"),
    sqlite_with_rowid=False,
)

person = Table(
    "mirror_person",
    MIRROR,
    Column("key", ForeignKey("mirror_message.key", ondelete="CASCADE"), nullable=False),
    Column("field", String(10), nullable=False),
    Column("email", Text, nullable=False, index=True),
    Column("site", Text, nullable=False, index=True),
    Column("name", Text),
    PrimaryKeyConstraint("key", "field", "email"),
    sqlite_with_rowid=False,
)
"""`site` is the domain with its labels reversed ("org.example.mail"), so that a domain finds its subdomains."""

thread_id = Table(
    "mirror_thread_id",
    MIRROR,
    Column("message_id", Text, nullable=False),
    Column("thread", Text, nullable=False, index=True),
    PrimaryKeyConstraint("message_id"),
    sqlite_with_rowid=False,
)
"""The thread of every Message-ID that was ever seen, also of those that were only referred to."""

reading = Table(
    "mirror_reading",
    MIRROR,
    Column("key", ForeignKey("mirror_message.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("reading", LargeBinary, nullable=False),
)

event = Table(
    "mirror_event",
    MIRROR,
    Column("key", RowKey, primary_key=True, autoincrement=False),
    Column("account", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("uid", Text, nullable=False, index=True),
    Column("recurrence_id", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("start_at", BigInteger, nullable=False, index=True),
    Column("start_offset", Integer, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("details", LargeBinary, nullable=False),
    Index("ix_mirror_event_object", "account", "calendar", "remote_id"),
)

event_person = Table(
    "mirror_event_person",
    MIRROR,
    Column("key", ForeignKey("mirror_event.key", ondelete="CASCADE"), nullable=False),
    Column("email", Text, nullable=False, index=True),
    Column("site", Text, nullable=False, index=True),
    PrimaryKeyConstraint("key", "email"),
    sqlite_with_rowid=False,
)

problem = Table(
    "mirror_problem",
    MIRROR,
    Column("account", Text, nullable=False),
    Column("where", Text, nullable=False),
    Column("why", Text, nullable=False),
    PrimaryKeyConstraint("account", "where", "why"),
)

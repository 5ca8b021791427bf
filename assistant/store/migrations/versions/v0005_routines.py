"""What happens by itself and when it's due next, and the days on which the rep is away."""

import sqlalchemy as sa
from alembic import op

from assistant.store.migrations.triggers import append_only

revision = "v0005"
down_revision = "v0004"


def upgrade() -> None:
    op.create_table(
        "routine",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("next_due", sa.BigInteger),
        sa.Column("claimed_by", sa.String(80)),
        sa.Column("claimed_until", sa.BigInteger),
        sa.Column("began", sa.BigInteger),
        sa.Column("ended", sa.BigInteger),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failing_since", sa.BigInteger),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("remaining", sa.Integer, nullable=False),
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("until", sa.Date),
    )
    append_only("pause", "when the rep was away stays in the history; the last word counts")

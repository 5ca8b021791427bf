"""Triggers by which the database itself keeps a promise, whatever program writes to it (SQLite's dialect)."""

from alembic import op


def refuse(table: str, when: str, because: str, *, name: str, condition: str = "") -> None:
    """Make `when` ("UPDATE", "DELETE", "INSERT", "UPDATE OF id") on the table fail with `because`."""
    only = f"WHEN {condition} " if condition else ""
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} {only}BEGIN SELECT RAISE(ABORT, '{because}'); END"
    )


def append_only(table: str, because: str, *, key: str = "id") -> None:
    """Rows can be added, and neither changed nor deleted, nor replaced by an INSERT OR REPLACE.

    `key` names the columns of the primary key: a conflict clause would delete the old row without firing the
    DELETE trigger, so an INSERT whose key is already there is refused first.
    """
    same = " AND ".join(f"{column} = NEW.{column}" for column in key.split())
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
    refuse(table, "UPDATE", because, name="is_not_changed")
    refuse(table, "DELETE", because, name="is_not_deleted")
    refuse(table, "INSERT", because, name="is_not_replaced", condition=there)

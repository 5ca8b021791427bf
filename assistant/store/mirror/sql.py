"""Bulk statements on the driver's level, and lists cut to what one statement takes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Table

T = TypeVar("T")

CHUNK: Final = 500
"""Values in one IN list, rows in one batch."""


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values in lists of at most `size`, in their order."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def insert_many(
    connection: Connection, table: Table, columns: str, rows: Iterable[tuple[Any, ...]], on_conflict: str = ""
) -> None:
    """Insert the rows in batches past SQLAlchemy's own machinery, which would take longer than the database.

    `columns` are names with spaces between them; `on_conflict` is what SQLite and PostgreSQL both understand.
    """
    names = columns.split()
    listed = ", ".join(f'"{name}"' for name in names)
    clause = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    sql = f"INSERT INTO {table.name} ({listed}) VALUES ({', '.join('?' * len(names))}){clause}"
    for chunk in chunks(rows):
        connection.exec_driver_sql(driver_sql(connection, sql), chunk)


def rows_in(connection: Connection, sql: str, values: Iterable[Any], *, first: Sequence[Any] = ()) -> Iterator[Any]:
    """Rows of a statement that ends in IN, for all the values, past SQLAlchemy's own machinery as `insert_many` is.

    `first` are the parameters before the list.
    """
    for chunk in chunks(values):
        listed = f"{sql} ({', '.join('?' * len(chunk))})"
        yield from connection.exec_driver_sql(driver_sql(connection, listed), (*first, *chunk))


def driver_sql(connection: Connection, sql: str) -> str:
    """The statement, written with ?, in the driver's own style of parameters."""
    return sql if connection.dialect.paramstyle == "qmark" else sql.replace("?", "%s")

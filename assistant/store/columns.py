"""Column types of the store: instants with their offset, enumerations, and values as JSON."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

import msgspec
from sqlalchemy import BigInteger, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

RowKey: Final = BigInteger().with_variant(Integer, "sqlite")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WALL: Final = _EPOCH.replace(tzinfo=None)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970 in UTC: sorts and compares as a number."""
    return (at - _EPOCH) // _MICROSECOND


def offset_of(at: datetime) -> int:
    """Seconds east of UTC, kept so that a time reads as its writer wrote it."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(f"a naive time can't be stored: {at}")
    return int(offset.total_seconds())


def instant(at: int, offset: int) -> datetime:
    """The aware time back from `micros` and `offset_of`."""
    wall = _EPOCH_WALL + timedelta(microseconds=at, seconds=offset)
    return wall.replace(tzinfo=timezone(timedelta(seconds=offset)) if offset else UTC)


class Instant(TypeDecorator[datetime]):
    """An aware datetime as ISO 8601 text with its offset; readable by eye, not for sorting."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"a naive time can't be stored: {value}")
        return value.isoformat() if value is not None else None

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if value is not None else None


class Moment(TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970, back in UTC: to be compared by the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        return micros(value) if value is not None else None

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        return instant(value, 0) if value is not None else None


class Word(TypeDecorator[E], Generic[E]):
    """A member of a StrEnum, by its value."""

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | None, _dialect: Dialect) -> str | None:
        return str(value) if value is not None else None

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> E | None:
        return self.words(value) if value is not None else None


class Packed(TypeDecorator[T], Generic[T]):
    """A frozen value, or a tuple of them, as JSON text; typed again on the way out."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: T | None, _dialect: Dialect) -> str | None:
        return pack(value) if value is not None else None

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> T | None:
        if value is None:
            return None
        unpacked: T = msgspec.json.decode(value, type=self.kind)
        return unpacked


def pack(value: object) -> str:
    """A frozen value as JSON text."""
    return msgspec.json.encode(value).decode()

"""What the commands take from the command line: a day."""

from datetime import date

import click


class Day(click.ParamType[date]):
    """A day in ISO 8601."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write it like 2026-11-30", param, ctx)


DAY = Day()

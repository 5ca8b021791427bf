"""What the commands take from the command line: a day, an item's number, a text."""

from datetime import date

import click

from assistant.errors import InputError
from assistant.workflows.plausible import day_of


class Day(click.ParamType[date]):
    """A plausible day in ISO 8601."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return day_of(str(value))
        except InputError as error:
            self.fail(str(error), param, ctx)


DAY = Day()
ITEM = click.IntRange(1, 2**31 - 1)
"""The number of a queue item."""

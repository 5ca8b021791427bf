"""Days as a mail names them."""

from datetime import date

import pytest

from assistant.guard.dates import mentions

DAY = date(2026, 9, 9)


@pytest.mark.parametrize(
    "text",
    ["by 9 September", "on September 9", "on Sept. 9th", "the 9th", "9th of September", "am 9. September",
     "le 9 septembre", "el 9 de septiembre", "2026-09-09", "09.09.", "9/9"],
)  # fmt: skip
def test_a_day_is_recognised(text: str) -> None:
    assert mentions(text, [DAY])


@pytest.mark.parametrize("text", ["by 19 September", "on September 29", "the 19th", "9 October", "row 9", "at 9"])
def test_another_day_is_not_it(text: str) -> None:
    assert not mentions(text, [DAY])

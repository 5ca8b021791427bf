from datetime import date

import pytest

from assistant.language.packs import load
from assistant.reading.absence import return_day

SENT = date(2026, 6, 3)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I'm back on 15 June.", date(2026, 6, 15)),
        ("Away until 15 June.", date(2026, 6, 15)),
        ("At a fair until Wednesday; Thursday I am at my desk again.", date(2026, 6, 4)),
        ("On holiday from 5 June to 19 June.", date(2026, 6, 19)),
        ("Ich bin bis zum 15. Juni nicht im Büro.", date(2026, 6, 15)),
        ("Je suis en congés jusqu'au 15 juin.", date(2026, 6, 15)),
        ("Estaré fuera de la oficina hasta el 15 de junio.", date(2026, 6, 15)),
        ("Sono in ferie fino al 15 giugno.", date(2026, 6, 15)),
        ("Jestem na urlopie do 15 czerwca.", date(2026, 6, 15)),
        ("I'm ill.", None),
    ],
)
def test_the_day_of_return_comes_before_the_end_of_the_absence(text: str, day: date | None) -> None:
    assert return_day(text, SENT, load("assistant.reading.packs", "automatic")) == day

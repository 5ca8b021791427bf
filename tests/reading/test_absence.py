from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("Our plant is closed and reopens on July 20.", date(2026, 7, 20)),
        ("Sick today, sorry, back at my desk tomorrow.", date(2026, 6, 4)),
        ("Bank holiday on Monday, so expect me Tuesday next week.", date(2026, 6, 9)),
        ("I'll not be reachable. Monday I read everything.", date(2026, 6, 8)),
        ("I'm away for two weeks from today.", date(2026, 6, 17)),
        ("Cast on my arm, can't type, out two weeks.", date(2026, 6, 17)),
        ("Ich bin krank und voraussichtlich ab 15.6. wieder erreichbar.", date(2026, 6, 15)),
        ("Unser Büro ist nicht besetzt, am Montag, 8. Juni, lesen wir alles.", date(2026, 6, 8)),
        ("Nos bureaux sont fermés aujourd'hui ; nous reprenons lundi 8 juin.", date(2026, 6, 8)),
        ("Réouverture le 15 juin. Bel été !", date(2026, 6, 15)),
        ("Estoy de vacaciones y me incorporo el 15 de junio.", date(2026, 6, 15)),
        ("De permiso del 3 de junio al 24 de agosto.", date(2026, 8, 24)),
        ("Automatic reply: Re: a decision by 5 June?\n\nI'm back on the 15th.", date(2026, 6, 15)),
        ("I don't work on Fridays.", None),
        ("No trabajo lunes ni martes.", None),
        ("I'm on leave. Back in September.", None),
    ],
)
def test_the_day_of_return_comes_before_the_end_of_the_absence(text: str, day: date | None) -> None:
    assert return_day(text, SENT, load("assistant.reading.packs", "automatic")) == day


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    day = return_day(text, SENT, load("assistant.reading.packs", "automatic"))
    assert day is None or day > SENT

"""What the Spanish rules hear in sentences that aren't their examples."""

from datetime import date

import pytest

from assistant.reading.their_days import decision_day
from assistant.reading.view import View, pack_of, view

SENT = date(2026, 3, 2)


def seen(text: str, question: str = "replies") -> View:
    return view(text, pack_of(question, "es"), SENT)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("El proyecto ha quedado descartado.", "no"),
        ("Nos hemos decantado por otra empresa.", "no"),
        ("Denme de baja de la lista, por favor.", "no"),
        ("Tenemos el presupuesto congelado hasta nueva orden.", "not_now"),
        ("Escríbame después de las fiestas y lo vemos.", "not_now"),
        ("La gerencia aprobó el presupuesto.", "yes"),
        ("Adjunto la orden de compra firmada.", "yes"),
        ("Yo ya no llevo compras.", "referral"),
    ],
)
def test_what_a_customer_says_weighs_enough(text: str, kind: str) -> None:
    assert seen(text).weight(kind) >= 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("No le digo que no.", "no"),
        ("La reunión queda cancelada.", "no"),
        ("Nos quedamos con vuestra propuesta.", "no"),
        ("No hay prisa.", "no"),
        ("La junta no lo ha aprobado.", "yes"),
        ("De momento ninguna duda.", "not_now"),
    ],
)
def test_the_neighbours_of_a_kind_are_left(text: str, kind: str) -> None:
    assert seen(text).weight(kind) < 2


def test_a_day_beside_a_word_of_deciding_is_their_decision_day() -> None:
    said = decision_day(seen("El consejo lo vota el 20 de marzo."), SENT)
    assert said is not None
    assert said.days.last == date(2026, 3, 20)


def test_a_request_to_call_again_is_one() -> None:
    assert any(seen("Llámeme el 12 de mayo.").having("contact"))


def test_a_question_of_ours_about_their_decision_is_heard() -> None:
    assert seen("¿Quién aprueba la compra?", "moves").weight("clarity_strong") >= 2
    assert seen("¿Le queda alguna duda?", "moves").weight("clarity_strong") == 0

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.detect import language_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Thanks for the offer, we will look at it with the team next week."),
        ("de", "Vielen Dank für das Angebot, wir schauen es uns nächste Woche mit dem Team an."),
        ("fr", "Merci pour votre offre, nous la regardons avec l'équipe la semaine prochaine."),
        ("es", "Gracias por la oferta, la vemos con el equipo la próxima semana."),
        ("it", "Grazie per l'offerta, la guardiamo con il team la prossima settimana."),
        ("nl", "Bedankt voor het aanbod, wij bekijken het volgende week met het team."),
        ("pt", "Obrigado pela proposta, vamos ver isso com a equipe na próxima semana, está bem para nós."),
        ("da", "Tak for tilbuddet, vi ser på det sammen med holdet i næste uge."),
        ("sv", "Tack för offerten, vi tittar på den tillsammans med gruppen nästa vecka."),
    ],
)
def test_function_words_tell_the_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "12.05.2026", "Orchard Mill", "OK", "👍"])
def test_what_has_no_function_words_stays_undecided(text: str) -> None:
    assert language_of(text) == "und"


@given(st.text(max_size=200))
def test_any_text_gets_a_two_letter_code_or_und(text: str) -> None:
    assert language_of(text) in {"en", "de", "fr", "es", "it", "nl", "pt", "da", "sv", "und"}

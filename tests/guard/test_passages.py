"""Passages in another language than the rest of the text."""

import pytest

from assistant.domain.draft import Severity
from assistant.guard import lint

MAIL = (
    "Hi Nora,\n\nThank you for the note about the depot test. Would Thursday, 7 May, 10:00 suit you and Pete? "
    "Ole brings two handhelds.\n\n{}\n\nBest,\nMara"
)
OURS = "1_quota_own_interest"


@pytest.mark.parametrize(
    "passage",
    [
        "Unser Quartal endet am Freitag, bitte unterschreiben.",
        "Unser Quartal endet bald. Bitte unterschreiben Sie vorher.",
        "Nuestro trimestre cierra el viernes y necesito su firma.",
        "Notre trimestre se termine vendredi, il me faut votre signature.",
    ],
)
def test_a_passage_is_judged_in_its_own_language(passage: str) -> None:
    text = MAIL.format(passage)
    found = [each for each in lint(text) if each.severity is Severity.BLOCK]
    assert OURS in {each.family for each in found}
    for each in found:
        assert text[each.start : each.end] == each.text
        assert each.text in passage


@pytest.mark.parametrize(
    "passage",
    [
        "El formulario llega a su abogada el día 6 de junio.",
        "Die Messung läuft am Dienstag um neun in Halle 2.",
        "Danke schön und bis bald!",
        "Please ask for José de la Cruz or Mme Lefèvre at the gate.",
        "Ole Lund, Pete Ward, Nora Vale, Ines Ortiz, Hugo Blanc, Uwe Kern.",
    ],
)
def test_a_passage_that_presses_nobody_passes(passage: str) -> None:
    assert lint(MAIL.format(passage)) == []


@pytest.mark.parametrize(
    "passage",
    [
        "Il nostro trimestre finisce venerdì e dovete firmare adesso.",
        "Ons kwartaal eindigt vrijdag en ik heb uw handtekening nodig.",
        "Kwartał kończy się w piątek, proszę podpisać dzisiaj.",
        "Наш квартал заканчивается в пятницу, подпишите сегодня.",
        "我们的季度在星期五结束，请今天签字好吗谢谢您",
    ],
)
def test_a_passage_that_nobody_here_reads_asks_for_a_look(passage: str) -> None:
    (found,) = lint(MAIL.format(passage))
    assert (found.rule, found.severity, found.text) == ("unread-language", Severity.WARN, passage)


def test_a_look_is_asked_for_beside_what_is_stopped() -> None:
    passage = "Il nostro trimestre finisce venerdì e dovete firmare adesso."
    rules = [each.rule for each in lint(MAIL.format(f"It would help me reach my quota.\n\n{passage}"))]
    assert rules[-1] == "unread-language"
    assert len(rules) == 2


def test_a_whole_text_that_nobody_here_reads_is_told_of_once() -> None:
    text = "Volevo solo sapere se avete già deciso. Il trimestre finisce venerdì e dovete firmare adesso."
    assert [(each.rule, each.text) for each in lint(text)] == [("unread-language", text)]


def test_a_no_in_the_text_holds_for_the_passage() -> None:
    passage = "Könnten wir es nicht doch mit einem kleineren Umfang versuchen?"
    text = f"Hi Nora,\n\nThank you for the clear no.\n\n{passage}\n\nMara"
    assert "9_push_after_no" in {each.family for each in lint(text) if each.severity is Severity.BLOCK}


def test_a_short_nudge_in_another_language_is_filled_by_what_stands_beside_it() -> None:
    assert [
        each
        for each in lint(MAIL.format("Bitte melden Sie sich jederzeit gern bei mir."))
        if each.severity is Severity.BLOCK
    ] == []

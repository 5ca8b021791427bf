"""What the German rules hear in sentences that aren't their examples."""

import pytest

from assistant.language.packs import Pack
from assistant.reading.view import pack_of, view

REPLIES, MOVES = pack_of("replies", "de"), pack_of("moves", "de")


def holds(pack: Pack, text: str, kind: str) -> bool:
    return view(text, pack, None).weight(kind) >= 2


@pytest.mark.parametrize(
    "text",
    [
        "Wir verfolgen das Vorhaben nicht weiter.",
        "Das kommt für uns nicht mehr infrage.",
        "Von einer Zusammenarbeit nehmen wir Abstand.",
        "Der Zuschlag ging an einen Mitbewerber.",
        "Wir lehnen das Angebot dankend ab.",
        "Der Stadtrat hat die Vorlage abgelehnt.",
        "Wir bauen das jetzt selbst.",
        "Kein Interesse, danke.",
        "Nein, danke.",
        "Löschen Sie bitte unsere Daten.",
    ],
)
def test_a_german_no_is_found_wherever_its_negation_stands(text: str) -> None:
    assert holds(REPLIES, text, "no")


@pytest.mark.parametrize(
    "text",
    [
        "Das ist kein Nein.",
        "Den Termin am Montag muss ich absagen.",
        "Am Freitag gibt es ein klares Ja oder Nein.",
        "Kein Problem, der Vertrag ist unterwegs.",
        "Der Vorstand hat das Angebot noch nicht abgelehnt.",
        "Wir haben uns für Ihr Angebot entschieden.",
    ],
)
def test_a_german_no_to_a_detail_is_none(text: str) -> None:
    assert not holds(REPLIES, text, "no")


@pytest.mark.parametrize(
    "text",
    [
        "Das Projekt liegt auf Eis.",
        "Vor dem Herbst rühren wir das nicht an.",
        "Bitte fragen Sie im Frühjahr noch einmal nach.",
        "Bis Jahresende gilt ein Investitionsstopp.",
        "Heuer geht sich das nicht mehr aus.",
        "Dafür haben wir momentan keine Kapazität.",
        "Sobald der Umzug vorbei ist, melde ich mich wieder bei Ihnen.",
    ],
)
def test_a_german_not_now_is_found(text: str) -> None:
    assert holds(REPLIES, text, "not_now")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Wir nehmen Ihr Angebot an.", "yes"),
        ("Der Beirat hat die Mittel bewilligt.", "yes"),
        ("Über die Vergabe stimmt der Ausschuss am 4. Mai ab.", "decision"),
        ("Am 4. Mai legen wir uns fest.", "decision"),
        ("Bitte wenden Sie sich an meine Kollegin Frau Ahrens.", "referral"),
        ("Passt Ihnen Donnerstag um 10 Uhr?", "scheduling"),
        ("Der Preis liegt über unserem Budget.", "objection"),
        ("Könnten Sie uns bitte das Datenblatt schicken?", "question"),
        ("Ich gebe Ihnen bis Montag Bescheid.", "commitment"),
    ],
)
def test_what_a_german_reply_does_is_found(text: str, kind: str) -> None:
    assert holds(REPLIES, text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ihre Entscheidung respektieren wir.", "exit"),
        ("Ich wollte kurz nachhaken.", "nudge"),
        ("Bei Fragen melden Sie sich einfach.", "offer"),
        ("Anbei die Referenzliste.", "sent"),
        ("Wer hat bei Ihnen das letzte Wort?", "clarity_sure"),
        ("Was müsste passieren, damit Sie Nein sagen?", "clarity_strong"),
        ("Sehen wir uns am Montag um 9 Uhr in der Werkstatt?", "meeting_strong"),
        ("Die Auswertung schicke ich Ihnen bis Freitag.", "promise"),
    ],
)
def test_what_a_german_move_does_is_found(text: str, kind: str) -> None:
    assert holds(MOVES, text, kind)

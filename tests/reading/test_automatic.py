from dataclasses import replace
from datetime import UTC, date

import pytest

from assistant.domain.mail import Address, FolderRole
from assistant.domain.reading import Automatic, AutomaticKind
from assistant.language.packs import Rule, load
from assistant.reading import automatic
from tests.reading.mail import message

RULES = [
    pytest.param(pack, rule, id=f"{pack}:{rule.id}")
    for pack in ("absence", "signs")
    for rule in load("assistant.reading.packs", pack).rules
]

DELIVERY_STATUS = "Final-Recipient: rfc822; gone@orchardmill.example\nAction: failed\nStatus: 5.1.1\n"


def kind_of(found: Automatic | None) -> AutomaticKind | None:
    return found.kind if found else None


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Tallyboard rollout",
        "Out of Office: Tallyboard rollout",
        "Abwesenheitsnotiz: Angebot",
        "Réponse automatique : offre",
        "Respuesta automática: oferta",
        "Risposta automatica: offerta",
        "Automatisch antwoord: aanbod",
        "Resposta automática: proposta",
        "自動返信: 見積り",
    ],
)
def test_an_absence_is_known_by_its_subject_in_many_languages(subject: str) -> None:  # E1.6
    assert kind_of(automatic(message("…", subject=subject), UTC)) is AutomaticKind.OUT_OF_OFFICE


def test_an_absence_tells_until_when_and_who_stands_in() -> None:  # E1.1, E1.3
    found = automatic(
        message(
            "I am out of the office and back on 15 June. In urgent cases write to otto.vane@orchardmill.example.",
            headers=(("auto-submitted", "auto-replied"),),
        ),
        UTC,
    )
    assert found is not None
    assert (found.away_until, found.stand_in) == (date(2026, 6, 15), "otto.vane@orchardmill.example")


@pytest.mark.parametrize("text", ["I am out of the office until 2 June 2020.", "I am on leave until 30 December."])
def test_a_day_of_return_in_the_past_or_far_away_is_left_out(text: str) -> None:  # E1.1
    found = automatic(message(text, subject="Automatic reply: x"), UTC)
    assert found is not None
    assert found.away_until is None


def test_an_absence_without_headers_is_known_by_its_text() -> None:  # E1.6
    found = automatic(
        message("I am currently out of the office until 15 June with no access to email.", subject="Hello"), UTC
    )
    assert kind_of(found) is AutomaticKind.OUT_OF_OFFICE


@pytest.mark.parametrize(
    "text",
    [
        "On leave, back on 4 May. Noah minds the shop.",
        "Hello,\n\nthank you for your message. I'm at a fair in Oslo with hardly any signal until Thursday.\n\nInes",
        "Our office is closed for Easter and opens again on 7 April. For urgent orders call the switchboard.",
        "I've left for the day. Your mail will be read on Monday.",
        "<p>Hi,</p><p>I&#39;m on parental leave until 4 May.</p>",
        "Guten Tag,\n\nich bin bis 3.6. im Urlaub. Ihre Nachricht wird nicht weitergeleitet.\n\nViele Grüße\nInes",
        "Unsere Praxis bleibt vom 2. bis 20. Juli geschlossen.",
        "Automatische Antwort: Derzeit befinde ich mich in Elternzeit, meine Vertretung ist Herr Brandt.",
        "Bonjour,\n\nje suis en congés jusqu'au 15 juin. En cas d'urgence, appelez M. Brandt.",
        "Réponse automatique : notre cabinet est fermé du 24 décembre au 4 janvier.",
        "Estoy de vacaciones hasta el 15 de junio. Si es urgente, llame a la centralita.",
        "Durante mi ausencia no se leerá este buzón. Vuelvo el lunes.",
    ],
)
def test_a_bare_text_that_only_tells_an_absence_is_one(text: str) -> None:  # E1.6
    assert kind_of(automatic(message(text, subject=""), UTC)) is AutomaticKind.OUT_OF_OFFICE


@pytest.mark.parametrize(
    "text",
    [
        "Your message to gone@orchardmill.example could not be delivered.\nReason: user unknown.",
        "550 5.1.1 <gone@orchardmill.example>: I have no such mailbox.",
        "421 4.3.0 Try later",
        "552 Requested mail action aborted: exceeded storage allocation",
        "554 5.4.6 Too many hops",
        "Ihre Nachricht konnte nicht zugestellt werden: das Postfach existiert nicht.",
        "Votre message n'a pas pu être remis à son destinataire.",
        "Su mensaje no pudo ser entregado: el buzón está lleno.",
    ],
)
def test_a_bare_text_of_a_mail_server_is_a_bounce(text: str) -> None:  # E1.8
    assert kind_of(automatic(message(text, subject=""), UTC)) is AutomaticKind.BOUNCE


@pytest.mark.parametrize(
    "text",
    [
        "450 licences would do. Storage is what worries us.",
        "We relay orders by hand, with too few hops between the cellars.",
        "The requested actions are done: version 4.12.3 runs.",
    ],
)
def test_a_person_who_speaks_of_numbers_and_storage_is_no_mail_server(text: str) -> None:  # E1.8
    assert automatic(message(text, subject=""), UTC) is None


def test_an_absence_told_to_several_people_is_a_persons_mail() -> None:
    everyone = tuple(Address(f"{name}@tallwood.example") for name in ("robin", "kim", "lee"))
    told = message("I will be out of the office on Monday.", subject="Out of office")
    assert automatic(replace(told, to=everyone), UTC) is None


def test_what_we_wrote_ourselves_is_no_machine_by_its_words_alone() -> None:
    told = message("I'm on leave until 4 May. Noah minds the shop.", subject="")
    assert automatic(replace(told, role=FolderRole.SENT), UTC) is None


def test_an_automatic_receipt_of_a_request_is_no_absence() -> None:  # E1.17
    found = automatic(
        message("We have received your request. Ticket no. 4711.", headers=(("auto-submitted", "auto-replied"),)), UTC
    )
    assert kind_of(found) is AutomaticKind.MACHINE


def test_a_report_that_the_headers_do_not_announce_is_a_bounce() -> None:  # E1.8
    headers = (("content-type", "multipart/mixed"), ("return-path", "<>"))
    found = automatic(message("Delivery problems.", subject="Status", headers=headers, report=DELIVERY_STATUS), UTC)
    assert found is not None
    assert (found.kind, found.failed) == (AutomaticKind.BOUNCE, ("gone@orchardmill.example",))


def test_an_automatic_answer_of_a_mail_server_is_a_bounce() -> None:  # E1.7
    found = automatic(
        message(
            "A message that you sent could not be delivered to one of its recipients.",
            subject="Warning",
            sender="mailer-daemon@mx.orchardmill.example",
            headers=(("auto-submitted", "auto-replied"),),
        ),
        UTC,
    )
    assert kind_of(found) is AutomaticKind.BOUNCE


def test_the_words_that_an_exchange_server_puts_before_a_subject_are_enough() -> None:
    found = automatic(message("See the attached mail.", subject="Undeliverable: our offer"), UTC)
    assert kind_of(found) is AutomaticKind.BOUNCE


def test_a_bounce_that_a_person_passes_on_is_their_mail() -> None:
    told = message("FYI, I never got yours.", subject="FW: Returned mail: user unknown")
    assert automatic(told, UTC) is None


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_every_rule_of_an_absence_finds_its_examples_and_leaves_the_others(pack: str, rule: Rule) -> None:
    def found(text: str) -> bool:
        return rule.id in {match.rule.id for match in load("assistant.reading.packs", pack).find(text)}

    assert min(len(rule.bad), len(rule.good)) >= 2
    assert [text for text in rule.bad if not found(text)] == []
    assert [text for text in rule.good if found(text)] == []


def test_somebody_who_left_is_told_from_somebody_away() -> None:  # E1.4
    found = automatic(message("Otto Vane has left the company.", subject="Automatic reply: x"), UTC)
    assert kind_of(found) is AutomaticKind.LEFT_COMPANY


@pytest.mark.parametrize(
    "headers",
    [(("x-auto-response-suppress", "All"),), (("auto-submitted", "auto-forwarded"),), (("auto-submitted", "no"),)],
)
def test_a_header_that_a_persons_mail_may_carry_proves_nothing(headers: tuple[tuple[str, str], ...]) -> None:  # E1.7
    assert automatic(message("We decide on 19 June.", headers=headers), UTC) is None


def test_a_report_is_a_bounce_even_if_marked_as_a_reply() -> None:  # E1.7, E1.8
    found = automatic(
        message(
            "Your message could not be delivered.",
            subject="Undeliverable: offer",
            headers=(
                ("auto-submitted", "auto-replied"),
                ("content-type", "multipart/report; report-type=delivery-status"),
            ),
            report=DELIVERY_STATUS,
        ),
        UTC,
    )
    assert found is not None
    assert (found.kind, found.failed) == (AutomaticKind.BOUNCE, ("gone@orchardmill.example",))


def test_a_delay_is_no_bounce() -> None:  # E1.9
    headers = (("content-type", "multipart/report; report-type=delivery-status"),)
    report = DELIVERY_STATUS.replace("failed", "delayed").replace("5.1.1", "4.4.1")
    assert kind_of(automatic(message("Still trying.", headers=headers, report=report), UTC)) is AutomaticKind.DELAY


def test_a_bounce_without_a_report_is_known_by_its_text() -> None:
    found = automatic(
        message(
            "550 5.1.1 <gone@orchardmill.example>: user unknown",
            subject="Mail delivery failed",
            sender="mailer-daemon@mx.orchardmill.example",
        ),
        UTC,
    )
    assert found is not None
    assert (found.kind, found.failed) == (AutomaticKind.BOUNCE, ("gone@orchardmill.example",))


@pytest.mark.parametrize(
    ("subject", "headers", "kind"),
    [
        ("Read: offer", (), AutomaticKind.RECEIPT),
        ("x", (("content-type", "multipart/report; report-type=disposition-notification"),), AutomaticKind.RECEIPT),
        ("Recall: price list", (), AutomaticKind.RECALL),
        ("Accepted: security review", (), AutomaticKind.CALENDAR_REPLY),
        ("June letter", (("list-unsubscribe", "<https://news.example.com/u>"),), AutomaticKind.NEWSLETTER),
        ("[dock] minutes", (("list-id", "<dock.example.org>"),), AutomaticKind.LIST),
        ("Build failed", (("auto-submitted", "auto-generated"),), AutomaticKind.MACHINE),
    ],
)
def test_receipts_lists_and_machines_are_no_replies(
    subject: str, headers: tuple[tuple[str, str], ...], kind: AutomaticKind
) -> None:  # E1.13, E1.17, E1.28
    assert kind_of(automatic(message("Text.", subject=subject, headers=headers), UTC)) is kind


def test_a_no_reply_sender_is_a_machine() -> None:  # E1.18
    assert kind_of(automatic(message("Viewed.", sender="no-reply@portal.example.com"), UTC)) is AutomaticKind.MACHINE


def test_a_calendar_reply_names_the_event_and_the_answer() -> None:  # E1.14
    part = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:ev1@tallwood.example\r\n"
    part += "ATTENDEE;PARTSTAT=DECLINED:mailto:ines.marlowe@orchardmill.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    found = automatic(message("", calendar=(part,)), UTC)
    assert found is not None
    assert (found.kind, found.event_uid, found.partstat) == (
        AutomaticKind.CALENDAR_REPLY,
        "ev1@tallwood.example",
        "DECLINED",
    )


def test_the_long_uid_of_a_calendar_reply_is_read_whole() -> None:  # E1.14
    uid = "040000008200E00074C5B7101A82E008" * 3
    part = f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{uid[:70]}\r\n {uid[70:]}\r\nEND:VEVENT\r\n"
    found = automatic(message("", calendar=(part,)), UTC)
    assert found is not None
    assert found.event_uid == uid


@pytest.mark.parametrize("method", ["REFRESH", "DECLINECOUNTER"])
def test_what_only_speaks_about_an_invitation_is_no_persons_mail(method: str) -> None:  # E1.14
    part = f"BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\nUID:ev2@orchardmill.example\nEND:VEVENT\nEND:VCALENDAR\n"
    found = automatic(message("The talk", calendar=(part,)), UTC)
    assert found is not None
    assert (found.kind, found.partstat) == (AutomaticKind.CALENDAR_REPLY, None)


def test_an_invitation_is_told_from_its_answer() -> None:  # E1.15
    part = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:ev2@orchardmill.example\nEND:VEVENT\nEND:VCALENDAR\n"
    assert kind_of(automatic(message("", calendar=(part,)), UTC)) is AutomaticKind.CALENDAR_REQUEST


@pytest.mark.parametrize(
    "text",
    [
        "I will be out of the office on Friday, so could we talk on Thursday instead?",
        "We decide on 19 June. The office in Leeds gets it first.",
        "Our address list is attached, two users could not be imported.",
        "Your mail bounced last week, I hope this one arrives. Here is the list that you asked for.",
        "Thanks!",
        "I'm away from the 3rd to the 9th; any time outside that suits me for a visit.",
        "The owner is on leave until 14 July; when he's back he decides between the two.",
        "We're out, the budget went elsewhere.",
        "Thanks for letting us know that the office is closed on the 26th.",
        "I'm on a training course this week. In the evenings I could talk.",
        "Ich bin bis Freitag im Urlaub, danach entscheiden wir.",
        "Solange die Kollegin in Elternzeit ist, bleibt das Projekt liegen.",
        "Je suis en congé, mais le devis est validé : vous pouvez commencer lundi.",
        "I'm on vacation until Monday. We have chosen the other firm.",
        "Estoy de viaje hasta el lunes; firmamos el contrato a la vuelta.",
        "The tender is closed until further notice.",
        "Our address for invoices has changed, please use the new one.",
        "Your bid bond is being returned to you.",
        "On 4.3.2 you ticked partly: what is missing?",
    ],
)
def test_a_persons_mail_is_left_alone(text: str) -> None:
    assert automatic(message(text), UTC) is None

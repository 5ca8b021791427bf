import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.packs import Rule, load
from assistant.reading import new_text
from assistant.reading.parts.body import said

FOOTERS = load("assistant.reading.packs", "footers")
OWN = "The import test can start on Monday. Who signs for you?"


@pytest.mark.parametrize(
    "history",
    [
        "On Tue, 2 Jun 2026 at 09:12, Robin Tate <rep@tallwood.example> wrote:\n> When can we start?\n> Robin",
        "On Tue, 2 Jun 2026 at 09:12, Robin Tate\n<rep@tallwood.example> wrote:\n\n> When can we start?",
        "Am 02.06.2026 um 09:12 schrieb Robin Tate <rep@tallwood.example>:\n> Wann fangen wir an?",
        "Le mar. 2 juin 2026 à 09:12, Robin Tate <rep@tallwood.example> a écrit :\n> Quand commence-t-on ?",
        "El mar, 2 jun 2026 a las 9:12, Robin Tate (<rep@tallwood.example>) escribió:\n> ¿Cuándo empezamos?",
        "Op di 2 jun 2026 om 09:12 schreef Robin Tate <rep@tallwood.example>:\n> Wanneer beginnen we?",
        "-----Original Message-----\nFrom: Robin Tate\nSent: Tuesday, June 2, 2026\nTo: Ines\nSubject: Start\n\nWhen?",
        "________________________________\nFrom: Robin Tate <rep@tallwood.test>\nSent: 2 June 2026\nTo: Ines\n"
        "Subject: Start\n\nWhen can we start?",
        "From: Robin Tate\nSent: Tuesday, June 2, 2026 9:12 AM\nTo: Ines Marlowe\nSubject: Start\n\nWhen can we start?",
        "*From:* Robin Tate\n*Sent:* June 2, 2026\n*To:* Ines\n*Subject:* Start\n\nWhen can we start?",
        "Von: Robin Tate\nGesendet: Dienstag, 2. Juni 2026 09:12\nAn: Ines\nBetreff: Start\n\nWann fangen wir an?",
        "---------------- Forwarded by Ines Marlowe/Orchard on 06/02/2026 09:12 AM ----------------\n\nold",
        "_____________________Reply Separator_____________________\nSubject: Start\nAuthor: Robin Tate\n\nWhen can we?",
        "Od: Robin Tate\nWysłano: wtorek, 2 czerwca 2026\nDo: Ines\nTemat: Start\n\nKiedy?",
        '"Robin Tate" <rep@tallwood.example> on 06/02/2026 09:12:04 AM\nTo: Ines Marlowe\ncc:\nSubject: Start\n\nWhen?',
        "Robin Tate/Tallwood\n06/02/2026 09:12 AM\nTo\tInes Marlowe/Orchard\nSubject\tStart\n\nWhen can we start?",
        "Begin forwarded message:\n\nFrom: Robin Tate\nSubject: Start\n\nWhen can we start?",
        "Robin Tate schrieb am 02.06.2026 um 09:12:\n> Wann fangen wir an?",
        "Robin Tate <rep@tallwood.example> schrieb am Di., 2. Juni 2026, 09:12:\nWann fangen wir an?",
        "Am Dienstag, 2. Juni 2026, 09:12:34 MESZ hat Robin Tate <rep@tallwood.example> Folgendes geschrieben:\nWann?",
        "Le mardi 2 juin 2026 à 09:12:34 UTC+2, Robin Tate <rep@tallwood.example> a écrit :\nQuand ?",
        "Robin Tate <rep@tallwood.example> escribió el mar., 2 jun. 2026 a las 9:12:\n¿Cuándo empezamos?",
        "El mar, 2 jun 2026 a las 9:12, Robin Tate\n(<rep@tallwood.example>) escribió:\n> ¿Cuándo?",
        "-------- Ursprüngliche Nachricht --------\nVon: Robin\nDatum: 2.6.26\nAn: Ines\nBetreff: Start\n\nWann?",
        "----- Ursprüngliche Mail -----\nVon: Robin Tate\n\nWann fangen wir an?",
        "----- Mail original -----\nDe: Robin Tate\n\nQuand commence-t-on ?",
        "Expéditeur : Robin Tate\nDate : 02/06/2026\nPour : Ines Marlowe\nObjet : essai\n\nQuand ?",
        "De: Robin Tate\nEnviado el: martes, 2 de junio de 2026 9:12\nPara: Ines\nAsunto: prueba\n\n¿Cuándo?",
        "Robin Tate/VENTAS/T\n02/06/2026 09:12 a. m.\nPara: ines@orchardmill.example\nAsunto: prueba\n\n¿Cuándo?",
        "Robin Tate/Verkauf\n02.06.2026 09:12\n\nBetreff\tRe: Start\n\nWann fangen wir an?",
        ">>> Robin Tate 2/6/26 >>>\nWhen can we start?",
        "--- Der ursprüngliche Nachrichtentext:\nBetreff: Start\nWann fangen wir an?",
        "Message original\nDe : Robin Tate\nÀ : Ines\nObjet : essai\n\nQuand ?",
    ],
)
def test_history_is_left_out(history: str) -> None:
    assert new_text(f"{OWN}\n\n{history}") == OWN


@pytest.mark.parametrize(
    "footer",
    [
        "-- \nInes Marlowe\nHead of Operations, Orchard Mill\n+44 20 7946 0011",
        "Ines Marlowe\nHead of Operations\nOrchard Mill Ltd\nwww.orchardmill.example",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "This e-mail is confidential and intended solely for the addressee. If you received it in error, delete it.",
        "Please consider the environment before you print this.",
        "Gesendet mit der GMX Mail App",
        "Envoyé depuis mon mobile",
        "Enviado desde mi celular",
        "Sent from my phone. Excuse the brevity.",
        "Diese Nachricht ist vertraulich. Sollten Sie nicht der Empfänger sein, löschen Sie sie.",
        "Ce message est confidentiel. Si vous l'avez reçu par erreur, détruisez-le.",
        "No imprima este correo si no es necesario.",
        "Views expressed are those of the sender.",
        "Grab 20 minutes with me: https://cal.example/ines",
    ],
)
def test_signatures_and_footers_are_left_out(footer: str) -> None:
    assert new_text(f"{OWN}\n\n{footer}") == OWN


def test_closing_words_are_new_text_and_the_card_below_them_is_not() -> None:
    text = f"{OWN}\n\nBest regards,\nInes\n\nInes Marlowe\nOrchard Mill | +44 20 7946 0011"
    assert new_text(text) == f"{OWN}\n\nBest regards,\nInes"


@pytest.mark.parametrize(
    "closing",
    [
        "Best regards,\nInes",
        "Thanks,\nInes Marlowe",
        "Many thanks",
        "Ines",
        "Best, Ines",
        "VG Ines",
        "Mit freundlichen Grüßen\n\nInes Marlowe\nLeiterin Einkauf\nObstmühle GmbH",
        "Freundliche Grüsse\nInes",
        "Viele Grüße aus Leipzig\nInes",
        "Bien à vous,\nInès",
        "Un cordial saludo,\nInés",
        "With best regards\n\nProcurement\nOrchard Mill & Cie.",
        "Ines Marlowe, Head of Operations\nOrchard Mill (Pty) Ltd",
        'Ines Marlowe, Parish Clerk\n"Pressed with love"',
        "Ines | Orchard & Mill | call or text",
    ],
)
def test_what_is_said_ends_before_the_closing_words(closing: str) -> None:
    assert said(f"{OWN}\n\n{closing}") == OWN


@pytest.mark.parametrize(
    "last",
    [
        "Approved",
        "Agreed.",
        "Friday",
        "12.05.2026 10:00",
        "Go ahead",
        "Monday works",
        "Einverstanden",
        "Accepté",
        "Aprobado",
        "Where do we stand?",
        "Book me in for Tuesday 10:00.",
        "Meet us at 10 on Friday at the gate.",
        "Prices are fine for us.",
        "TVA comprise ?",
        "Please write to noah@orchardmill.example.",
        "Call me on Friday: 555 1234",
        "Sent by courier this morning, it is with you on Friday.",
        "This message has two attachments, please sign both.",
        "Best price wins, so it is yours.",
        "Thanks, Tuesday works",
    ],
)
def test_a_short_answer_at_the_end_is_no_signature(last: str) -> None:
    assert said(f"Hello Robin,\n\nthe board has met.\n\n{last}").endswith(last)
    assert said(f"Hello Robin,\n\n{last}").endswith(last)


@pytest.mark.parametrize("thanks", ["Thanks!", "Vielen Dank", "Merci", "Gracias"])
def test_thanks_with_nothing_but_a_greeting_above_them_are_what_is_said(thanks: str) -> None:
    assert said(f"Hello Robin,\n\n{thanks}\nInes").startswith(f"Hello Robin,\n\n{thanks}")


@pytest.mark.parametrize(
    "text",
    [
        "On 5 May the board wrote the following:\nWe will not renew.",
        "Am 5. Mai schrieb uns die Bank Folgendes:\nKein Kredit vor Juli.",
        "Le 5 mai la direction nous a écrit ceci :\nPas d'achat cette année.",
        "El jueves 5 el comité nos escribió lo siguiente:\nNo habrá compra.",
    ],
)
def test_what_somebody_wrote_to_them_is_told_by_them(text: str) -> None:
    assert new_text(text) == text


def test_a_row_of_a_table_is_no_quote() -> None:
    text = "These are our volumes:\n\n| Site | Units |\n| Leeds | 40 |\n\nCan you price them?"
    assert new_text(text) == text


@pytest.mark.parametrize("sign_off", ["Viele Grüße\nInes", "Best,\nInes Marlowe", "Un saludo,\nInés"])
@pytest.mark.parametrize("mark", ["PS:", "P.S.", "P. D.:"])
def test_a_postscript_is_said_and_the_name_above_it_is_not(sign_off: str, mark: str) -> None:
    assert said(f"Thanks, got it.\n\n{sign_off}\n\n{mark} we decide on 12 June.") == (
        f"Thanks, got it.\n\n{mark} we decide on 12 June."
    )


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>Hello,</p><p>no thanks&nbsp;!<br>Not now.</p>", "Hello,\n\nno thanks !\nNot now."),
        ("<div>It&#39;s a yes</div><div><br></div><div>R&amp;D signs</div>", "It's a yes\n\nR&D signs"),
        ("<ul><li>1 June: test</li><li>9 June: yes or no</li></ul>", "- 1 June: test\n- 9 June: yes or no"),
        ("<p class=MsoNormal>We sign.<o:p></o:p></p><p><o:p>&nbsp;</o:p></p>", "We sign."),
        ("<table><tr><td>Decision</td><td>12 June</td></tr></table>", "Decision  12 June"),
        ("<html><head><style>p {color: red}</style></head><body><p>Yes.</p></body></html>", "Yes."),
        ("Yes.<br>--&nbsp;<br>Ines Marlowe", "Yes."),
        ("Yes.<blockquote>Shall we?</blockquote>", "Yes."),
        ("Yes.<br><br><b>From:</b> Robin<br><b>Sent:</b> Monday<br><b>To:</b> Ines<br>Shall we?", "Yes."),
        ("Ask <noah@orchardmill.example>, see <https://orchardmill.example/a> or 3 < 5.", None),
    ],
)
def test_markup_that_was_left_counts_as_what_it_means(markup: str, plain: str | None) -> None:
    assert new_text(markup) == (plain or markup)


@given(
    decision=st.sampled_from(
        ["We decide on 12 June.", "Wir sagen ab.", "On signe lundi", "Aprobado", "Who signs for you?"]
    ),
    greeting=st.sampled_from(["", "Hello Robin,\n\n", "Guten Tag Herr Tate,\n"]),
    before=st.sampled_from(["", "Thanks for the paper. ", "Merci pour le devis.\n\n"]),
    closing=st.sampled_from(["", "\n\nBest,\nInes", "\n\nMit freundlichen Grüßen\nInes Marlowe", "\n\nInes"]),
    footer=st.sampled_from(["", "\n\nSent from my iPhone", "\n-- \nInes Marlowe\n+44 20 7946 0011"]),
    history=st.sampled_from(["", "\n\nOn Tue, 2 Jun 2026 at 09:12, Robin <r@t.example> wrote:\n> The old words."]),
)
def test_the_sentence_that_decides_is_never_cut_off(
    decision: str, greeting: str, before: str, closing: str, footer: str, history: str
) -> None:
    text = said(f"{greeting}{before}{decision}{closing}{footer}{history}")
    assert decision in text
    assert "old words" not in text


@pytest.mark.parametrize("rule", FOOTERS.rules, ids=[rule.id for rule in FOOTERS.rules])
def test_every_rule_of_the_footers_finds_its_examples_and_leaves_the_others(rule: Rule) -> None:
    def found(text: str) -> bool:
        return rule.id in {match.rule.id for match in FOOTERS.find(text)}

    assert min(len(rule.bad), len(rule.good)) >= 2
    assert [text for text in rule.bad if not found(text)] == []
    assert [text for text in rule.good if found(text)] == []


def test_a_long_part_below_two_dashes_is_no_signature() -> None:
    rows = "\n".join(f"Row {n} is checked by Noah while the test runs." for n in range(20))
    assert new_text(f"{OWN}\n--\n{rows}").endswith("while the test runs.")


def test_of_a_text_with_countless_lines_the_first_and_the_last_are_read() -> None:
    text = new_text("\n".join([OWN, *["row"] * 9000, "We decide on 12 June."]))
    assert (text[: len(OWN)], text[-21:], text.count("\n") < 2000) == (OWN, "We decide on 12 June.", True)


def test_answers_between_quoted_lines_are_new_text() -> None:
    text = "> Who signs for you?\n\nMr Brandt does.\n\n> And when?\n\nOn 12 June."
    assert new_text(text) == "Mr Brandt does.\n\n\nOn 12 June."


def test_a_postscript_below_the_signature_stays() -> None:
    text = f"{OWN}\n\nBest,\nInes\n\nPS: we decide on 12 June, not later."
    assert "we decide on 12 June" in new_text(text)


def test_a_sentence_below_the_closing_words_stays() -> None:
    assert "Please hold the slot for us." in new_text("Thanks,\nInes\n\nPlease hold the slot for us.")


def test_the_parents_lines_are_taken_out_whatever_the_client_wrote_above_them() -> None:
    parent = "When can the import test start?\nWe would bring Noah and his tool.\n\nRobin"
    text = f"{OWN}\n\nRobin Tate skrifaði svo:\nWhen can the import test start?\nWe would bring Noah and his tool."
    assert "Noah" not in new_text(text, parent=parent)


def test_an_answer_below_unmarked_history_is_found_with_the_parent() -> None:
    parent = "When can the import test start with your own files?"
    text = f"On Tue, 2 Jun 2026, Robin Tate wrote:\n{parent}\n\n{OWN}"
    assert new_text(text, parent=parent) == OWN


def test_a_bare_forward_has_no_new_text() -> None:
    assert new_text("---------- Forwarded message ---------\nFrom: A\nDate: x\nSubject: y\nTo: z\n\nold") == ""


def test_a_single_word_is_kept_although_it_looks_like_a_name() -> None:
    assert new_text("Approved") == "Approved"


def test_a_sentence_with_from_and_a_colon_is_no_header_block() -> None:
    text = "From: the first to the last page it reads well.\nWe sign on Friday."
    assert new_text(text) == text


def test_remains_of_quoted_printable_are_cleaned() -> None:
    assert new_text("It works.=20\n=20\nWe&nbsp;sign today.") == "It works.\n\nWe sign today."


@pytest.mark.parametrize(
    "piece",
    ["On x\n", "> a\n", "From: a\n", "-- \n", "Regards,\n", "On ", "____\n", "wrote:\n", "a: ", "<p>", "<!--", "&lt;"],
)
def test_hostile_text_comes_back_without_an_error(piece: str) -> None:
    assert isinstance(new_text(piece * 2000), str)


@given(st.text(max_size=400))
def test_every_line_of_the_new_text_stands_in_the_original(text: str) -> None:
    original = " ".join(
        text.replace("\u200b", "").replace("&nbsp;", " ").replace("&amp;", "&").replace("=20", "").split()
    )
    for line in new_text(text).replace("=20", "").split("\n"):
        assert " ".join(line.split()) in original


def test_endless_blanks_are_no_part_of_the_text() -> None:
    assert new_text("We decide on 4 June" + " " * 20_000 + "at noon.") == "We decide on 4 June  at noon."

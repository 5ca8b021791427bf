import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading import new_text
from assistant.reading.body import said

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
    ],
)
def test_signatures_and_footers_are_left_out(footer: str) -> None:
    assert new_text(f"{OWN}\n\n{footer}") == OWN


def test_closing_words_are_new_text_and_the_card_below_them_is_not() -> None:
    text = f"{OWN}\n\nBest regards,\nInes\n\nInes Marlowe\nOrchard Mill | +44 20 7946 0011"
    assert new_text(text) == f"{OWN}\n\nBest regards,\nInes"


@pytest.mark.parametrize("closing", ["Best regards,\nInes", "Thanks,\nInes Marlowe", "Many thanks", "Ines"])
def test_what_is_said_ends_before_the_closing_words(closing: str) -> None:
    assert said(f"{OWN}\n\n{closing}") == OWN


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
    "piece", ["On x\n", "> a\n", "From: a\n", "-- \n", "Regards,\n", "On ", "____\n", "wrote:\n", "a: "]
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

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.parts.quoted import Quoted, quoted

SENT = date(2026, 3, 4)
SECOND = date(2026, 2, 2)
INES = "ines@harbour.example"


def parts(text: str, sent: date | None = SENT) -> tuple[Quoted, ...]:
    return quoted(text, sent)


def only(text: str) -> Quoted:
    (part,) = parts(text)
    return part


@pytest.mark.parametrize(
    "head",
    [
        "On Mon, Feb 2, 2026 at 10:15 AM Ines Okafor <ines@harbour.example> wrote:",
        "On 2 Feb 2026, at 10:15, Ines Okafor <ines@harbour.example> wrote:",
        "Am Mo., 2. Feb. 2026 um 10:15 Uhr schrieb Ines Okafor <ines@harbour.example>:",
        "Am 02.02.2026 um 10:15 schrieb Ines Okafor <ines@harbour.example>:",
        "Le lun. 2 févr. 2026 à 10:15, Ines Okafor <ines@harbour.example> a écrit :",
        "El lun, 2 feb 2026 a las 10:15, Ines Okafor (<ines@harbour.example>) escribió:",
        "On Mon, Feb 2, 2026 at 10:15 AM Ines Okafor\n<ines@harbour.example> wrote:",
    ],
)
def test_an_attribution_line_names_the_writer_and_the_day(head: str) -> None:
    part = only(f"See below.\n\n{head}\n\n> We decide in June.\n")
    assert (part.email, part.name, part.day, part.text) == (INES, "Ines Okafor", SECOND, "We decide in June.")


@pytest.mark.parametrize(
    "head",
    [
        "From: Ines Okafor <ines@harbour.example>\nSent: Monday, February 2, 2026 10:15 AM\nTo: Noor\nSubject: Plan",
        "Von: Okafor, Ines <ines@harbour.example>\nGesendet: Montag, 2. Februar 2026 10:15\nAn: Noor\nBetreff: Plan",
        "De : Ines Okafor <ines@harbour.example>\nEnvoyé : lundi 2 février 2026 10:15\nÀ : Noor\nObjet : Plan",
        "De: Ines Okafor <ines@harbour.example>\nEnviado el: lunes, 2 de febrero de 2026 10:15\nPara: Noor\nAsunto: X",
        "---------- Forwarded message ---------\nFrom: Ines Okafor <ines@harbour.example>\n"
        "Date: Mon, 2 Feb 2026 at 10:15\nSubject: Plan\nTo: <noor@brightlane.example>\n",
    ],
)
def test_a_header_block_names_the_writer_and_the_day(head: str) -> None:
    part = only(f"See below.\n\n{head}\n\nWe decide in June.\n")
    assert (part.email, part.name, part.day, part.text) == (INES, "Ines Okafor", SECOND, "We decide in June.")


def test_a_forward_of_apple_mail_is_a_header_block_inside_marks() -> None:
    text = f"Begin forwarded message:\n\n> From: Ines <{INES}>\n> Date: 2 February 2026\n> To: Noor\n>\n> We decide.\n"
    part = only(text)
    assert (part.email, part.day, part.text) == (INES, SECOND, "We decide.")


def test_a_history_within_the_history_has_its_own_writer() -> None:
    text = (
        "Thanks!\n\nOn Tue, Feb 3, 2026 at 9:00 AM Noor Haddad <noor@brightlane.example> wrote:\n> Here it is.\n>\n"
        f"> On Mon, Feb 2, 2026 at 10:15 AM Ines Okafor <{INES}> wrote:\n>> Could you send it?\n>\n> Best,\n> Noor\n"
    )
    assert [(part.name, part.day, part.text) for part in parts(text)] == [
        ("Noor Haddad", date(2026, 2, 3), "Here it is.\n\n\nBest,\nNoor"),
        ("Ines Okafor", SECOND, "Could you send it?"),
    ]


def test_what_stands_after_a_marked_quote_is_the_writers_own() -> None:
    text = f"On 2 Feb 2026 at 10:15, Ines <{INES}> wrote:\n> One question.\n\nOur answer.\n\n> Another.\n\nAnd ours.\n"
    assert "answer" not in "".join(part.text for part in parts(text))


def test_each_of_several_header_blocks_ends_the_one_above() -> None:
    head = "From: {} <{}>\nSent: {} 10:15\nTo: x\nSubject: Plan\n\n{}\n\n"
    text = "FYI\n\n" + head.format("Lena", "lena@harbour.example", "3 February 2026", "It holds.")
    text += head.format("Ines", INES, "2 February 2026", "We decide in June.")
    assert [(part.email, part.text) for part in parts(text)] == [
        ("lena@harbour.example", "It holds."),
        (INES, "We decide in June."),
    ]


def test_a_quote_without_a_word_about_its_writer_is_nobodys() -> None:
    part = only("> We decide in June.\n\nFine.\n")
    assert (part.email, part.name, part.day) == (None, None, None)


def test_a_day_after_the_mail_itself_is_none_of_its_history() -> None:
    assert only(f"On 2 May 2026 at 10:15, Ines <{INES}> wrote:\n> We decide.\n").day is None


def test_a_day_that_may_be_another_is_uncertain() -> None:
    assert not only(f"On 2/3/2026 10:15 AM, Ines <{INES}> wrote:\n> We decide.\n").certain


def test_a_mail_without_history_has_no_parts() -> None:
    assert parts("Hi Noor,\n\nWe decide on 12 March.\n\nInes\n") == ()


def test_without_the_day_of_the_mail_no_part_has_one() -> None:
    assert parts(f"On 2 Feb 2026 at 10:15, Ines <{INES}> wrote:\n> We decide.\n", None)[0].day is None


def test_a_quote_within_a_quote_a_hundred_deep_is_read_to_its_end() -> None:
    text = "\n".join(">" * depth + " deep" for depth in range(100))
    assert parts(text)


@given(st.text(alphabet=st.sampled_from("On 2 Feb wrote:\n>From: Sent ab@c.de-_|"), max_size=300))
def test_any_history_is_taken_apart_without_an_error(text: str) -> None:
    assert all(part.text for part in parts(text))

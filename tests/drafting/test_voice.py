"""How a rep greets and signs is learned from what they sent."""

import pytest

from assistant.domain.mail import Address
from assistant.drafting.voice import Salutation, Voice, learn, salutation, signed

MARA = Address("mara.lindqvist@tallwood.example", "Mara Lindqvist")


def mail(greeting: str, *end: str) -> str:
    return "\n".join((greeting, "", "The notes are attached.", "", *end))


@pytest.mark.parametrize(
    ("line", "word", "name", "mark"),
    [
        ("Hi Priya,", "Hi", "Priya", ","),
        ("hello Tom and Ada", "Hello", "Tom and Ada", ""),
        ("Dear Ms Raman,", "Dear", "Ms Raman", ","),
        ("Hey Jean-Luc!", "Hey", "Jean-Luc", "!"),
        ("Good morning Priya,", "Hello", "Priya", ","),
        ("Hello,", "Hello", None, ","),
        ("Hi Siân -", "Hi", "Siân", "-"),
    ],
)
def test_a_greeting_is_split_into_word_name_and_mark(line: str, word: str, name: str | None, mark: str) -> None:
    assert salutation(mail(line)) == Salutation(word, name, mark)


@pytest.mark.parametrize("line", ["The notes are attached.", "Hi Priya, here are the notes.", "Hidden costs", ""])
def test_a_first_line_that_greets_nobody_is_no_greeting(line: str) -> None:
    assert salutation(line) is None


def test_a_greeting_reads_again_as_it_was_written() -> None:
    assert str(Salutation("Dear", "Ms Raman", ",")) == "Dear Ms Raman,"


def test_the_end_of_a_mail_is_sign_off_name_and_signature() -> None:
    text = mail("Hi Tom,", "Best,", "Mara", "", "Tallwood Software", "+49 30 5550100")
    assert signed(text) == ("Best,", "Mara", ("Tallwood Software", "+49 30 5550100"))


def test_the_separator_of_a_signature_is_kept() -> None:
    sent = [mail("Hi Tom,", "Best,", "Mara", "", "-- ", "Mara Lindqvist", "Tallwood Software")] * 2
    assert learn(sent, MARA).close == "Best,\nMara\n\n-- \nMara Lindqvist\nTallwood Software"


def test_quoted_history_does_not_sign() -> None:
    text = mail("Hi Tom,", "On Monday Tom wrote:", "> See you", "> Cheers,", "> Tom")
    assert signed(text) is None


def test_a_phone_is_nobodys_signature() -> None:
    assert signed(mail("Hi Tom,", "Best,", "Mara", "Sent from my phone")) == ("Best,", "Mara", ())


def test_most_mails_decide() -> None:
    sent = [
        mail("Hello Priya,", "Cheers,", "Mara"),
        mail("Hello Tom,", "Cheers,", "Mara"),
        mail("Dear Ms Raman,", "Kind regards,", "Mara Lindqvist"),
    ]
    assert learn(sent, MARA) == Voice("Mara", "Hello", ",", sign_off="Cheers,")


def test_a_signature_is_taken_over_where_most_mails_carry_it() -> None:
    sent = [mail("Hi Tom,", "Best,", "Mara", "Tallwood Software")] * 3 + [mail("Hi Tom,", "Best,", "Mara")]
    assert learn(sent, MARA).signature == ("Tallwood Software",)


def test_a_signature_that_differs_from_mail_to_mail_is_left_out() -> None:
    sent = [mail("Hi Tom,", "Best,", "Mara", f"Room {n}") for n in range(3)]
    assert learn(sent, MARA).signature == ()


def test_a_rep_who_greets_by_surname_is_formal() -> None:
    sent = [mail("Dear Ms Raman,", "Kind regards", "Mara Lindqvist")] * 2
    voice = learn(sent, MARA)
    assert voice.surname
    assert voice.close == "Kind regards,\nMara Lindqvist"


def test_a_colleague_who_signs_is_not_the_rep() -> None:
    assert learn([mail("Hi Tom,", "Cheers,", "Jonas")], MARA).name == "Mara Lindqvist"


def test_without_sent_mail_the_reps_own_name_signs() -> None:
    assert learn([], MARA) == Voice("Mara Lindqvist")


def test_without_a_name_the_address_serves() -> None:
    assert learn([], Address("mara.lindqvist@tallwood.example")).name == "Mara Lindqvist"


def test_greetings_to_a_group_do_not_count() -> None:
    sent = [mail("Hello all,"), mail("Hello team,"), mail("Hi Priya,")]
    assert learn(sent, MARA).greeting == "Hi"


@pytest.mark.parametrize(
    ("voice", "names", "line"),
    [
        (Voice("Mara"), "Priya", "Hi Priya,"),
        (Voice("Mara"), None, "Hi,"),
        (Voice("Mara", "Dear"), "Priya Raman", "Dear Priya Raman,"),
        (Voice("Mara", "Dear"), None, "Hello,"),
        (Voice("Mara", "Hi", "!"), "all", "Hi all!"),
    ],
)
def test_the_first_line_fits_what_is_known_of_the_name(voice: Voice, names: str | None, line: str) -> None:
    assert voice.greet(names) == line

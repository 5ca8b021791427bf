import pytest

from assistant.reading import topic_of


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Attached is the security paper you asked for.", "the security paper"),
        ("Please find attached our data-processing agreement.", "the data-processing agreement"),
        ("Here's the recording from today.", "the recording"),
        ("Could you send us the price list for 40 seats?", "the price list for 40 seats"),
        ("I have a question about single sign-on.", "single sign-on"),
        ("Our insurance certificate is attached.", "the insurance certificate"),
        ("Thanks for the test results!", "the test results"),
        ("Does it support barcode scanners?", "barcode scanners"),
    ],
)
def test_the_topic_is_a_noun_phrase_of_the_message(text: str, topic: str) -> None:
    assert topic_of(text, "") == topic


@pytest.mark.parametrize(
    "text",
    [
        "Here's a different question: who decides about it?",
        "Here is an honest one.",
        "Thank you for your kind consideration.",
        "Thanks for your prompt reply.",
        "I am writing regarding the desire to meet.",
        "Please send Ines the offer.",
        "Could you provide us with your terms?",
        "The agenda is below. Attached is the: see there.",
        "Could you send out another e-mail?",
        "Please read and know your part.",
    ],
)
def test_what_names_no_thing_leaves_it_to_the_subject(text: str) -> None:
    assert topic_of(text, "Re: Scanner trial") == "Scanner trial"


@pytest.mark.parametrize(
    ("subject", "topic"),
    [("Re: AW: Pilot in Leeds", "Pilot in Leeds"), ("[EXTERNAL] RE: Scanner trial", "Scanner trial")],
)
def test_a_text_without_a_topic_leaves_it_to_the_subject(subject: str, topic: str) -> None:
    assert topic_of("Yes.", subject) == topic


@pytest.mark.parametrize("subject", ["", "Re:", "Hello", "RE: Quick question", "Follow-up"])
def test_an_empty_subject_names_nothing(subject: str) -> None:
    assert topic_of("Thanks for your mail.", subject) is None

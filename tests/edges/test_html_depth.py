"""Tags in one another without end are read as their text alone, in a time that grows with the length."""

from providers.html import text_of


def test_what_lies_too_deep_is_read_as_its_text() -> None:
    assert (
        text_of("<div>" * 100_000 + "Could you send <b>the paper</b>?&nbsp;<br>Ines")
        == "Could you send the paper?\nInes"
    )


def test_paragraphs_that_nobody_closes_are_no_depth() -> None:
    html = "".join(f"<p>{n}" for n in range(900))
    assert text_of(html).startswith("0\n\n1\n\n2")

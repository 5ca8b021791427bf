"""Normalised text: what a reader sees, and the way back."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from assistant.language.text import Normal, fold, normalise


def original_of(normal: Normal, phrase: str) -> str:
    start = normal.text.index(phrase)
    first, last = normal.span(start, start + len(phrase))
    return normal.original[first:last]


def test_plain_text_stays_as_it_is() -> None:
    normal = normalise("Thursday at ten, gate 3.")
    assert normal.text == normal.original
    assert normal.span(0, 8) == (0, 8)


def test_curly_quotes_dashes_and_spaces_are_as_in_ascii() -> None:
    assert normalise("It’s “ours” – yes\u00a0now").text == 'It\'s "ours" - yes now'


def test_invisible_characters_are_gone_and_the_span_covers_them() -> None:
    normal = normalise("our q\u200bu\u00adota is safe")
    assert normal.text == "our quota is safe"
    assert original_of(normal, "quota") == "q\u200bu\u00adota"


def test_a_look_alike_letter_becomes_the_latin_one() -> None:
    assert normalise("our quоtа for the year").text == "our quota for the year"


def test_russian_and_greek_stay_themselves() -> None:
    text = "Добрый день, спасибо за письмо"
    assert normalise(text).text == text
    assert normalise("Καλημέρα σας").text == "Καλημέρα σας"


def test_one_character_that_becomes_several_maps_back_to_itself() -> None:
    normal = normalise("the ﬁnal oﬀer…")
    assert normal.text == "the final offer..."
    assert original_of(normal, "offer") == "oﬀer"


def test_accents_stay_when_normalised_whether_composed_or_not() -> None:
    assert normalise("cafe\u0301").text == "café"


def test_marks_that_only_strike_through_are_gone() -> None:
    assert normalise("q\u0336u\u0336ota").text == "quota"


def test_a_break_inside_a_paragraph_is_a_space_and_a_paragraph_stays() -> None:
    assert normalise("end of\nthe quarter\n\nBest").text == "end of the quarter\n\nBest"


def test_a_list_keeps_its_lines() -> None:
    text = "Steps:\n- the export\n- the import\n1. first\n> quoted"
    assert normalise(text).text == text


def test_line_breaks_stay_where_they_are_asked_to() -> None:
    assert normalise("one\ntwo", unwrap=False).text == "one\ntwo"


def test_carriage_returns_keep_every_offset() -> None:
    normal = normalise("end of\r\nthe quarter")
    assert normal.text.split() == ["end", "of", "the", "quarter"]
    assert original_of(normal, "quarter") == "quarter"


def test_spaced_letters_are_read_as_a_word_when_undisguised() -> None:
    normal = normalise("our q u o t a and our d.i.s.c.o.u.n.t", undisguise=True)
    assert normal.text == "our quota and our discount"
    assert original_of(normal, "quota") == "q u o t a"


def test_digits_and_stars_inside_a_word_are_undisguised() -> None:
    assert normalise("a disc0unt on the qu*ota", undisguise=True).text == "a discount on the quota"


def test_a_word_hyphenated_at_the_line_end_is_one_word() -> None:
    normal = normalise("a spe-\ncial dis-\ncount", undisguise=True)
    assert normal.text == "a special discount"
    assert original_of(normal, "discount") == "dis-\ncount"


def test_initials_and_prices_are_not_disguise() -> None:
    text = "J. R. Dahl pays 1,200 for 40 users, see e.g. row 3"
    assert normalise(text, undisguise=True).text == text


def test_folding_takes_accents_off_and_keeps_the_length() -> None:
    assert fold("prêt à Zürich, ßtraße") == "pret a Zurich, strase"


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(max_size=200), st.booleans(), st.booleans())
def test_every_span_lies_in_the_original_and_in_order(text: str, undisguise: bool, unwrap: bool) -> None:
    normal = normalise(text, undisguise=undisguise, unwrap=unwrap)
    last = 0
    for position in range(len(normal.text)):
        start, end = normal.span(position, position + 1)
        assert last <= start <= end <= len(text)
        last = start


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=200))
def test_ascii_characters_map_to_themselves(text: str) -> None:
    normal = normalise(text)
    assert all(text[slice(*normal.span(n, n + 1))] == char for n, char in enumerate(normal.text))


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text, unwrap=False).text
    composed = unicodedata.normalize("NFC", once)
    assert (
        normalise(composed, unwrap=False).text == normalise(normalise(composed, unwrap=False).text, unwrap=False).text
    )

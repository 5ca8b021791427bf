"""The learned model: what it sums, what it answers, and which sentence it shows."""

from datetime import date
from itertools import islice

import pytest

from assistant.domain.reading import MoveKind
from assistant.language.learned import Model, model
from assistant.language.words import Heard, pieces, size
from assistant.reading.features import heard
from assistant.reading.judging import weigh_move
from assistant.reading.message import WEIGHTS
from assistant.reading.moves import read_move
from assistant.reading.replies import read_reply
from assistant.reading.view import pack_of, view

SENT = date(2026, 3, 3)
LINES = (
    "# a comment",
    "classes\tno\tyes",
    "bias\t-100\t-100",
    "w:never\t300\t-50",
    "b:we never\t100\t",
    "w:gladly\t\t400",
    "s:?\t-80\t",
    "a:no\t800\t",
)


def sentences(text: str) -> list[Heard]:
    return heard(view(text, pack_of("replies", "en"), SENT))


def test_the_class_whose_words_are_there_is_the_likeliest() -> None:
    tiny = Model(LINES)
    assert tiny.judge(sentences("We never buy.")).best == "no"
    assert tiny.judge(sentences("Gladly so.")).best == "yes"


def test_the_chances_add_up_to_one() -> None:
    chances = Model(LINES).judge(sentences("We never buy. Gladly so?")).chances
    assert sum(chances.values()) == pytest.approx(1.0)


def test_the_sentence_that_says_it_is_named() -> None:
    judgement = Model(LINES).judge(sentences("Thanks for the tea. We never buy. It rained."))
    assert judgement.speaker("no") == 1


def test_what_the_rules_say_counts() -> None:
    tiny, text = Model(LINES), sentences("The tea was good.")
    assert tiny.judge(text, ["no"]).chances["no"] > tiny.judge(text).chances["no"]


def test_a_language_that_it_never_learned_is_not_known() -> None:
    replies = model(WEIGHTS, "replies")
    assert not replies.knows(sentences("Olen lomalla maaliskuun puoliväliin asti, palaan asiaan sen jälkeen."))
    assert replies.knows(sentences("We are still waiting for the committee's answer."))


def test_of_very_few_words_it_does_not_say_that_it_does_not_know_them() -> None:
    assert Model(LINES).knows(sentences("Puoliväliin asti."))


def test_a_day_a_time_a_number_and_an_address_stand_for_their_kind() -> None:
    (only,) = sentences("On 12 March 2026 at 14:30 send 40 units to ana@shop.example, see www.shop.example/x")
    assert {"<day>", "<time>", "<number>", "<mail>", "<url>"} <= set(only.words)


def test_accents_and_capitals_make_no_other_word() -> None:
    assert sentences("Décidé!")[0].words == sentences("decide!")[0].words


def test_a_question_and_what_the_rules_found_are_signs() -> None:
    (only,) = sentences("Could you send the price list?")
    assert {"?", "first?", "last?", "question"} <= set(only.signs)


def test_a_piece_knows_the_edges_of_its_word() -> None:
    assert "c:_no" in pieces("no")
    assert pieces("<day>") == set()


def test_the_size_is_told_by_words_and_sentences() -> None:
    assert size(sentences("One two three four. Five.")) == ("words 2", "sentences 2")


@pytest.mark.parametrize("question", ["moves", "replies"])
def test_the_weights_that_ship_name_their_classes(question: str) -> None:
    assert len(model(WEIGHTS, question).classes) in (11, 12)


def test_a_plain_no_is_heard_as_one() -> None:
    ruled = read_reply("We have decided against it.", SENT)
    judgement = model(WEIGHTS, "replies").judge(heard(ruled.seen), [each.intent for each in ruled.intents])
    assert judgement.best == "no"
    assert next(islice(judgement.shares, 1)) == 0


WAVERING = (
    "classes\tsent_info\tnext_step_with_date",
    "bias\t0\t-40",
    *(f"w:{word}\t1\t1" for word in ("will", "send", "you", "the", "list", "by", "friday", "is", "attached", "here")),
)


@pytest.mark.parametrize("sent", [SENT, None], ids=["sent on a day", "sent on no day that is known"])
def test_a_step_that_the_rules_found_decides_where_the_model_wavers(sent: date | None) -> None:
    def kind(text: str) -> MoveKind | None:
        return weigh_move(read_move(text, sent, "us"), Model(WAVERING), sent, "us")[0].kind

    assert kind("We will send you the list by Friday.") is MoveKind.NEXT_STEP_WITH_DATE
    assert kind("The list is attached here.") is MoveKind.SENT_INFO


HIDDEN = (
    "classes\tsent_info\tnext_step_with_date",
    "bias\t0\t0",
    *(f"w:{word}\t-150\t150" for word in ("will", "send", "you", "list", "by")),
    *(f"w:{word}\t420\t-420" for word in ("attached", "protocol")),
    *(f"w:{word}\t0\t0" for word in ("the", "is", "we")),
)


def test_what_stands_beside_a_clear_step_does_not_hide_it() -> None:
    def kind(text: str) -> MoveKind | None:
        return weigh_move(read_move(text, SENT, "us"), Model(HIDDEN), SENT, "us")[0].kind

    assert kind("The protocol is attached.") is MoveKind.SENT_INFO
    assert kind("The protocol is attached. We will send you the list by Friday.") is MoveKind.NEXT_STEP_WITH_DATE
    assert kind("The protocol is attached. The list is attached.") is MoveKind.SENT_INFO

"""What is known of a deal beside its moves, as the desk hears it from the store."""

from datetime import date, timedelta

import pytest

from assistant.domain.concern import ConcernKind
from assistant.domain.deal import Stage
from assistant.domain.reading import Intent
from assistant.engine.found import Heard
from assistant.workflows import review
from assistant.workflows.desk import look
from assistant.workflows.hearing import hear
from assistant.workflows.undoing import undo
from tests.workflows.world import INES, NOW, REP, World, days

LENA = "Lena Petersen <lena@harbour.example>"
NOT_MINE = "Hi Noor,\n\nFor my part I would say no, but it is not my decision.\n\nBest,\nInes\n"
QUOTE = "On Mon, Feb 2, 2026 at 10:15 AM Ines Okafor <ines@harbour.example> wrote:\n> We decide on 12 March 2026.\n"
FORWARD = f"Hi Noor,\n\nThis is how we go about it.\n\nLena\n\n{QUOTE}"


def heard(world: World) -> Heard:
    world.run()
    with world.store.read() as tx:
        threads = tx.mirror.threads_touching([], ["harbour.example"])
        messages = tx.mirror.messages(threads=threads)
        kept = tx.mirror.readings([each.key for each in messages], _version())
        mail = [(each, kept.get(each.key)) for each in messages]
        return hear(tx, tx.ledger.deal("harbour"), mail, world.config, _raise)


def _version() -> int:
    from assistant.reading import READER_VERSION

    return READER_VERSION


def _raise(_: object, error: Exception) -> None:
    raise error


def stage(world: World) -> Stage:
    with world.store.write() as tx:
        view = look(tx, world.config, world.now).view("harbour")
    assert view is not None
    return view.deal.stage


def test_a_wish_to_be_left_alone_is_a_no_whatever_else_the_mail_says(world: World) -> None:
    world.answer("work3@post.example", "Hi Noor,\n\nThank you. Please stop writing to me.\n\nInes\n")
    world.run()
    with world.store.write() as tx:
        view = look(tx, world.config, world.now).view("harbour")
    assert view is not None
    last = view.timeline.last
    assert last is not None
    assert last.reading is not None
    assert ([found.intent for found in last.reading.intents], last.reading.certain) == ([Intent.NO], True)


def test_concerns_are_kept_by_the_message_that_raises_them(world: World) -> None:
    message_id = world.answer("work3@post.example", "Hi Noor,\n\nThis is outrageous.\n\nInes\n")
    told = heard(world).concerns
    assert {ref: [concern.kind for concern in found] for ref, found in told.items()} == {
        message_id: [ConcernKind.ANGER]
    }


def test_a_quoted_date_names_the_message_that_quotes_it(world: World) -> None:
    message_id = world.answer("work3@post.example", FORWARD, LENA)
    (told,) = heard(world).quoted
    assert (told.who.email, told.on, told.ref) == ("ines@harbour.example", date(2026, 2, 2), message_id)


def test_the_same_quote_in_many_mails_is_heard_once(world: World) -> None:
    world.answer("work3@post.example", FORWARD, LENA)
    world.answer("work3@post.example", FORWARD.replace("This is how", "Again, this is how"), LENA)
    assert len(heard(world).quoted) == 1


def test_a_quote_that_was_wrapped_anew_of_a_mail_that_is_here_adds_nothing(world: World) -> None:
    world.work.deliver(INES, REP, "Hi Noor,\n\nOur board decides on 12 March 2026.\n\nInes\n", NOW - days(2))
    wrapped = QUOTE.replace("> We decide on 12 March 2026.", "> Our board\n> decides on 12 March 2026.")
    world.answer("work3@post.example", f"Hi Noor,\n\nSee below.\n\nLena\n\n{wrapped}", LENA)
    assert heard(world).quoted == ()


def test_a_yes_that_is_taken_back_is_none(world: World) -> None:
    world.answer("work3@post.example", NOT_MINE)
    world.run()
    (asked,) = (item for item in world.items() if "Is it the customer's no?" in item.title)
    review.approve(world.desk, asked.id, world.now)
    assert stage(world) is Stage.SAID_NO
    undo(world.desk, world.now)
    assert stage(world) is Stage.BEFORE_YES


@pytest.mark.parametrize("part", ["concerns", "quoted"])
def test_a_text_that_breaks_its_reader_is_reported_and_the_run_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    world.answer("work3@post.example", FORWARD, LENA)

    def broken(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(f"assistant.workflows.hearing.{part}", broken)
    world.run(timedelta(hours=1))
    with world.store.read() as tx:
        told = {problem.why for problem in tx.mirror.problems()}
    assert told == {"Its text can't be judged (RecursionError): please look at it."}
    assert world.items()

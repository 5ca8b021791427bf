"""How a message is explained: line by line, each mark with its rule."""

import pytest

from assistant.app import message_in
from assistant.domain.deal import Side
from assistant.errors import NotFoundError
from assistant.workflows.explaining import Explained, explain, explain_pulled
from tests.workflows.world import INES, NO, NOW, REP, World


def explained(world: World, message_id: str, side: Side | None = None) -> Explained:
    with world.store.read() as tx:
        return explain_pulled(tx, world.config, message_id, side)


def marks(told: Explained) -> dict[str, list[str]]:
    return {line.text: [what for what, _ in line.marks] for line in told.lines if line.marks}


def test_their_question_is_marked_in_its_line(world: World) -> None:
    world.run()
    told = explained(world, "work1@post.example")
    assert "they: question" in marks(told)["Could you send us the security paper?"]


def test_our_passive_move_is_marked_with_a_rule(world: World) -> None:
    world.run()
    told = explained(world, "work3@post.example")
    line = next(line for line in told.lines if line.marks)
    assert line.text == "Here is the security paper that you asked for."
    assert line.marks[0][0].startswith("passive: ")
    assert line.marks[0][1]


def test_every_line_of_the_new_text_is_there(world: World) -> None:
    world.run()
    told = explained(world, "work3@post.example")
    assert "\n".join(line.text for line in told.lines) == told.reading.new_text


def test_what_was_quoted_is_not_explained(world: World) -> None:
    quoted = "Thank you, got it.\n\nOn Mon, Noor Haddad wrote:\n> Here is the security paper that you asked for.\n"
    message_id = world.answer("work3@post.example", quoted)
    world.run()
    assert all("security" not in line.text for line in explained(world, message_id).lines)


def test_a_no_is_told_as_one(world: World) -> None:
    message_id = world.answer("work3@post.example", NO)
    world.run()
    assert any("they: no" in what for what in marks(explained(world, message_id)).values())


def test_automatic_mail_is_told_as_such(world: World) -> None:
    message_id = world.work.deliver(
        INES,
        REP,
        "I am out of the office until 16 March 2026.",
        NOW,
        subject="Automatic reply: Harbour planning",
        headers=[("Auto-Submitted", "auto-replied")],
    )
    world.run()
    told = explained(world, message_id)
    assert told.reading.automatic is not None
    assert told.reading.automatic.kind == "out_of_office"


def test_the_side_can_be_set(world: World) -> None:
    world.run()
    assert explained(world, "work3@post.example", Side.THEM).reading.side is Side.THEM


def test_a_message_that_was_never_pulled_is_named(world: World) -> None:
    with pytest.raises(NotFoundError, match="no message"):
        explained(world, "nothing@post.example")


def test_a_file_is_read_as_the_run_would_read_it(world: World) -> None:
    world.run()
    (path,) = (world.work.mail / ".Sent" / "cur").iterdir()
    told = explain(message_in(path.read_bytes(), path.name, NOW), Side.US, world.config.zone)
    assert told.reading.kind == explained(world, "work3@post.example").reading.kind

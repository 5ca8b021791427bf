"""E2.30 to E2.38: whoever writes in whichever thread, the deal sees one conversation and the right side of it."""

import pytest

from assistant.domain.deal import Standing
from assistant.domain.draft import ItemKind, ItemState, Purpose
from assistant.workflows import review
from tests.edges.scene import AN_HOUR, INES_AT, LENA, OMAR, Scene, first, in_march, mailed, moves
from tests.workflows.world import INES, NOW, REP, days, known

ASKS = "Hi Noor,\n\nCould you send us the prices?\n\nInes\n"
MEET = "Hi Ines,\n\nLet us meet on Tuesday, 10 March 2026 at 10:00 to walk through the paper.\n\nBest,\nNoor\n"
PIA = "Pia Nord <pia@helpful.example>"
"""A consultant between us and the customer."""

FORWARDED = (
    "\n-----Original Message-----\nFrom: Noor Haddad <noor@brightlane.example>\n"
    "Sent: Tuesday, 24 February 2026 08:00\nTo: Ines Okafor <ines@harbour.example>\n"
    "Subject: Re: Harbour planning\n\nHere is the security paper that you asked for.\n"
)


def test_a_new_thread_of_theirs_is_the_same_deal(scene: Scene) -> None:
    """E2.30"""
    asked = scene.receives(ASKS, subject="Something else", reply_to=None)
    view = scene.morning()
    assert first(view) is Standing.OWES_REPLY
    assert moves(view)[-1] == asked


def test_a_new_thread_of_theirs_stops_the_clock_of_the_old_one(scene: Scene) -> None:
    """E2.30"""
    scene.morning()
    (old,) = scene.drafts
    asked = scene.receives(ASKS, subject="Something else", reply_to=None)
    scene.morning(AN_HOUR)
    assert scene.world.item(old.id).state is ItemState.WITHDRAWN
    assert [draft.content and draft.content.in_reply_to for draft in scene.drafts] == [asked]


def test_an_answer_to_an_old_mail_counts_as_of_today(scene: Scene) -> None:
    """E2.30"""
    old = scene.sends("Hi Ines,\n\nIt was good to meet you.\n", subject="Fair", reply_to=None, at=NOW - days(90))
    asked = scene.receives(ASKS, subject="Re: Fair", reply_to=old)
    view = scene.morning()
    assert moves(view)[-1] == asked
    assert first(view) is Standing.OWES_REPLY


def test_a_subject_that_the_rep_edits_leaves_it_one_thread(scene: Scene) -> None:
    """E2.31"""
    scene.sends(MEET, subject="Harbour: next steps", at=in_march(3, 10))
    view = scene.morning()
    assert len(view.threads) == 1
    assert first(view) is Standing.ADVANCING


def test_an_edited_subject_without_references_is_joined_by_the_people(scene: Scene) -> None:
    """E2.31"""
    scene.sends(MEET, subject="Harbour: next steps", reply_to=None, at=in_march(3, 10))
    view = scene.morning()
    assert len(moves(view)) == 3
    assert first(view) is Standing.ADVANCING


def test_a_thread_that_the_rep_takes_out_leaves_the_deal_as_it_was(scene: Scene) -> None:
    """E2.32"""
    before = moves(scene.morning())
    scene.receives("Hi Noor,\n\nThe scanner is broken. Could you help?\n", subject="Scanner in hall 2", reply_to=None)
    scene.morning(AN_HOUR)
    (draft,) = scene.drafts
    review.not_a_deal(scene.world.desk, draft.id, scene.world.now)
    view = scene.view()
    assert moves(view) == before
    assert first(view) is Standing.PASSIVE


def test_what_comes_later_in_a_thread_that_was_taken_out_stays_out(scene: Scene) -> None:
    """E2.32"""
    before = moves(scene.morning())
    broken = "Hi Noor,\n\nThe scanner is broken. Could you help?\n"
    support = scene.receives(broken, subject="Scanner in hall 2", reply_to=None)
    scene.morning(AN_HOUR)
    (draft,) = scene.drafts
    review.not_a_deal(scene.world.desk, draft.id, scene.world.now)
    scene.receives("Hi Noor,\n\nIs there any news?\n", subject="Re: Scanner in hall 2", reply_to=support)
    assert moves(scene.morning(AN_HOUR)) == before


def test_a_forward_to_a_colleague_is_no_answer_to_the_customer(scene: Scene) -> None:
    """E2.33"""
    asked = scene.receives(ASKS, at=in_march(3, 10))
    scene.sends(f"Hi Omar,\n\nWhat do you think?\n{FORWARDED}", to=OMAR, subject="Fwd: Harbour planning")
    view = scene.morning()
    assert moves(view)[-1] == asked
    assert first(view) is Standing.OWES_REPLY


def test_a_colleague_of_theirs_who_answers_answers_for_the_deal(scene: Scene) -> None:
    """E2.34"""
    answer = scene.receives(f"Hi Noor,\n\nCould you send us the prices?\n\nLena\n{FORWARDED}", sender=LENA)
    view = scene.morning()
    assert moves(view)[-1] == answer
    assert first(view) is Standing.OWES_REPLY
    assert [mailed(draft) for draft in scene.drafts] == [{"lena@harbour.example"}]


def test_a_forwarded_block_is_not_what_they_say(scene: Scene) -> None:
    """E2.34"""
    scene.receives(f"Hi Noor,\n\nCould you send us the prices?\n\nLena\n{FORWARDED}", sender=LENA)
    reading = scene.morning().timeline.moves[-1].reading
    assert reading is not None
    assert "security paper" not in reading.new_text
    assert "From:" not in reading.new_text


def test_an_answer_of_a_colleague_of_theirs_to_a_mail_that_we_never_had_counts(scene: Scene) -> None:
    """E2.34"""
    answer = scene.receives(
        "Hi Noor,\n\nCould you send us the prices?\n\nLena\n",
        sender=LENA,
        subject="WG: Harbour planning",
        reply_to="forward@harbour.example",
    )
    assert moves(scene.morning())[-1] == answer


def test_a_forward_to_another_contact_of_theirs_is_a_move(scene: Scene) -> None:
    """E2.35"""
    known(scene.world, "harbour", LENA)
    text = MEET.replace("Ines", "Lena") + FORWARDED
    forward = scene.sends(text, to=LENA, subject="Fwd: Harbour planning", at=in_march(3, 10))
    view = scene.morning()
    assert moves(view)[-1] == forward
    assert first(view) is Standing.ADVANCING


@pytest.mark.parametrize("who", [INES, LENA])
def test_after_a_forward_both_contacts_are_watched(scene: Scene, who: str) -> None:
    """E2.35"""
    known(scene.world, "harbour", LENA)
    forward = scene.sends(MEET + FORWARDED, to=LENA, subject="Fwd: Harbour planning", at=in_march(3, 10))
    scene.receives("Hi Noor,\n\nCould you send us the prices?\n", sender=who, reply_to=forward)
    assert first(scene.morning()) is Standing.OWES_REPLY


def test_an_answer_of_the_reps_colleague_is_our_move(scene: Scene) -> None:
    """E2.36"""
    asked = scene.receives(ASKS, cc=OMAR, at=in_march(3, 10))
    scene.morning()
    (draft,) = scene.drafts
    scene.sends(MEET, sender=OMAR, cc=REP, folder="", reply_to=asked)
    assert first(scene.morning(AN_HOUR)) is Standing.ADVANCING
    assert scene.world.item(draft.id).state is ItemState.WITHDRAWN
    assert scene.queue == []


def test_a_partner_in_a_thread_is_asked_about_before_they_count(scene: Scene) -> None:
    """E2.37"""
    scene.receives("Hi Noor,\n\nI advise Harbour. Could you send me the prices?\n\nPia\n", sender=PIA)
    assert len(moves(scene.morning())) == 2
    assert [item.kind for item in scene.queue] == [ItemKind.QUESTION]
    assert "Pia Nord" in scene.queue[0].title


def test_a_partner_who_was_added_to_the_deal_counts(scene: Scene) -> None:
    """E2.37"""
    known(scene.world, "harbour", PIA)
    asked = scene.receives("Hi Noor,\n\nCould you send me the prices?\n\nPia\n", sender=PIA, reply_to=None)
    view = scene.morning()
    assert moves(view)[-1] == asked
    assert [mailed(draft) for draft in scene.drafts] == [{"pia@helpful.example"}]


def test_a_mail_to_the_customer_in_blind_copy_is_a_move(scene: Scene) -> None:
    """E2.38"""
    sent = scene.sends(
        MEET,
        to="undisclosed-recipients:;",
        subject="Our next step",
        reply_to=None,
        at=in_march(3, 10),
        headers=[("Bcc", INES)],
    )
    view = scene.morning()
    assert moves(view)[-1] == sent
    assert first(view) is Standing.ADVANCING


def test_a_reply_from_another_address_is_known_by_its_reply_to(scene: Scene) -> None:
    """E2.38"""
    asked = scene.receives(
        ASKS,
        sender="Ines Okafor <ines.okafor@letters.example>",
        subject="Prices",
        reply_to=None,
        headers=[("Reply-To", INES_AT)],
    )
    assert moves(scene.morning())[-1] == asked
    assert [mailed(draft) for draft in scene.drafts] == [{INES_AT}]


def test_a_reply_from_another_address_is_asked_about_where_only_the_thread_shows_it(scene: Scene) -> None:
    """E2.38"""
    scene.receives(ASKS, sender="Ines Okafor <ines.okafor@letters.example>")
    scene.morning()
    assert [item.kind for item in scene.queue] == [ItemKind.QUESTION]
    assert scene.purposes != [Purpose.DECISION_PROCESS]

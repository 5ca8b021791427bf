"""The morning's run: from a mailbox to a queue, safe to repeat, and touching only what changed."""

from datetime import timedelta

import pytest

from assistant.domain.draft import ItemKind, ItemState, Purpose
from assistant.errors import ProviderError
from tests.workflows.conftest import Build
from tests.workflows.world import INES, NO, NOW, QUESTION, REP, TOMAS, World, days


def test_a_first_run_lays_out_a_queue(world: World) -> None:
    report = world.run()
    assert [item.deal_id for item in report.changes.added] == ["harbour"]


def test_the_draft_is_to_whoever_wrote_in_their_thread(world: World) -> None:
    world.run()
    content = world.draft().content
    assert content is not None
    assert [person.email for person in content.to] == ["ines@harbour.example"]
    assert content.subject == "Re: Harbour planning"


def test_a_run_says_how_much_it_read(world: World) -> None:
    report = world.run()
    assert (report.sync.read, report.sync.new, report.deals) == (2, 2, 1)


def test_a_second_run_right_after_changes_no_row_of_the_queue_and_the_ledger(world: World) -> None:
    world.run()
    before = world.dump()
    world.run()
    assert world.dump() == before


def test_a_second_run_right_after_reports_no_change(world: World) -> None:
    world.run()
    report = world.run()
    assert not report.changes
    assert not report.sync.changed


def test_a_run_changes_no_file_of_the_mailbox(world: World) -> None:
    before = world.files()
    world.run()
    world.run()
    assert world.files() == before


def test_an_empty_mailbox_gives_an_empty_queue(build: Build) -> None:
    world = build()
    world.run()
    assert world.items() == []


def test_a_deal_without_mail_waits(build: Build) -> None:
    world = build()
    world.deal()
    world.run()
    assert world.items() == []


def test_their_new_message_withdraws_the_stale_draft(world: World) -> None:
    last = world.passive(subject="Second thoughts")
    world.run()
    stale = world.draft()
    world.answer(last, QUESTION)
    world.run()
    assert world.item(stale.id).state is ItemState.WITHDRAWN


def test_their_new_message_gets_a_draft_of_its_own(world: World) -> None:
    world.run()
    message_id = world.answer(world.draft().content.in_reply_to or "", QUESTION)  # type: ignore[union-attr]
    world.run()
    content = world.draft().content
    assert content is not None
    assert content.in_reply_to == message_id


def test_a_new_message_touches_no_other_deal(world: World) -> None:
    world.deal("quayside", domains=("quayside.example",), contacts=(TOMAS,))
    world.passive(TOMAS, subject="Quayside planning")
    last = world.passive(subject="More of the harbour")
    world.run()
    other = world.draft("quayside")
    world.answer(last, QUESTION)
    world.run()
    assert world.draft("quayside") == other


def test_a_new_message_withdraws_a_filed_draft_from_the_drafts_folder(world: World) -> None:
    from assistant.workflows import review

    world.run()
    draft = world.draft()
    review.approve(world.desk, draft.id, world.now)
    world.answer(draft.content.in_reply_to or "", QUESTION)  # type: ignore[union-attr]
    world.run()
    assert world.work.draft_files() == []


def test_after_a_withdrawal_from_the_drafts_folder_the_same_run_proposes_anew(world: World) -> None:
    from assistant.workflows import review

    world.run()
    draft = world.draft()
    review.approve(world.desk, draft.id, world.now)
    message_id = world.answer(draft.content.in_reply_to or "", QUESTION)  # type: ignore[union-attr]
    world.run()
    content = world.draft().content
    assert content is not None
    assert content.in_reply_to == message_id


def test_a_filed_draft_that_the_rep_edited_there_is_left_alone(world: World) -> None:
    from assistant.workflows import review

    world.run()
    draft = world.draft()
    review.approve(world.desk, draft.id, world.now)
    (path,) = world.work.draft_files()
    path.write_bytes(path.read_bytes().replace(b"security", b"safety"))
    world.answer(draft.content.in_reply_to or "", QUESTION)  # type: ignore[union-attr]
    world.run()
    assert world.work.draft_files() == [path]


def test_where_the_rep_edited_a_filed_draft_no_second_one_is_proposed(world: World) -> None:
    from assistant.workflows import review

    world.run()
    draft = world.draft()
    review.approve(world.desk, draft.id, world.now)
    (path,) = world.work.draft_files()
    path.write_bytes(path.read_bytes().replace(b"security", b"safety"))
    world.answer(draft.content.in_reply_to or "", QUESTION)  # type: ignore[union-attr]
    world.run()
    assert len(world.drafts_of()) == 1


def test_a_draft_that_the_rep_has_begun_leaves_no_room_for_one_of_ours(world: World) -> None:
    world.work.deliver(REP, INES, "Hi Ines,\n\nabout Thursday", NOW, reply_to="work3@post.example", folder="Drafts")
    world.run()
    assert world.drafts_of() == []


def test_a_draft_that_the_rep_begins_withdraws_ours(world: World) -> None:
    world.run()
    ours = world.draft()
    world.work.deliver(REP, INES, "Hi Ines,\n\nabout", NOW, reply_to="work3@post.example", folder="Drafts")
    world.run(timedelta(hours=1))
    assert world.item(ours.id).state is ItemState.WITHDRAWN


def test_a_deal_with_several_threads_has_at_most_one_open_draft(world: World) -> None:
    for subject in ("Prices", "Pilot", "Papers"):
        world.passive(subject=subject)
    world.run()
    assert len([item for item in world.items(ItemState.OPEN) if item.kind is ItemKind.DRAFT]) == 1


def test_a_no_withdraws_the_pending_draft(world: World) -> None:
    world.run()
    pending = world.draft()
    world.answer("work3@post.example", NO)
    world.run()
    assert world.item(pending.id).state is ItemState.WITHDRAWN


def test_a_no_puts_up_one_graceful_exit(world: World) -> None:
    world.run()
    world.answer("work3@post.example", NO)
    world.run()
    assert world.draft().purpose is Purpose.GRACEFUL_EXIT


def test_after_the_graceful_exit_went_out_there_is_silence(world: World) -> None:
    world.run()
    said = world.answer("work3@post.example", NO)
    world.run()
    exit_mail = world.draft().content
    assert exit_mail is not None
    world.work.deliver(REP, INES, exit_mail.body, world.now, subject=exit_mail.subject, reply_to=said)
    for weeks in (1, 4, 20):
        world.run(days(7 * weeks))
        assert world.items(ItemState.OPEN, ItemState.FILED) == []


def test_after_the_rep_dismissed_the_graceful_exit_there_is_silence(world: World) -> None:
    from assistant.workflows import review

    world.run()
    world.answer("work3@post.example", NO)
    world.run()
    review.dismiss(world.desk, world.draft().id, world.now)
    world.run(days(30))
    assert world.items(ItemState.OPEN) == []


def test_what_they_write_after_their_no_is_put_before_the_rep(world: World) -> None:
    said = world.answer("work3@post.example", NO)
    bye = world.work.deliver(
        REP, INES, "Hi Ines,\n\nThank you for telling me. All the best.\n", world.now, reply_to=said
    )
    world.run()
    assert world.items(ItemState.OPEN) == []
    world.now += days(20)
    world.answer(bye, "Hi Noor,\n\nThings have changed. Could we look at it again?\n\nInes\n")
    world.run()
    assert [item.deal_id for item in world.items(ItemState.OPEN)] == ["harbour"]


def test_more_new_drafts_than_the_ceiling_are_not_added(build: Build) -> None:
    world = build(extra="[queue]\nceiling = 2")
    for name in ("alder", "birch", "cedar"):
        world.deal(name, domains=(f"{name}.example",), contacts=(f"Ida Holm <ida@{name}.example>",))
        world.passive(f"Ida Holm <ida@{name}.example>", subject=f"About {name}")
    report = world.run()
    assert world.items() == []
    assert report.changes.brake is not None
    assert "queue.ceiling" in report.changes.brake


def test_an_account_that_fails_does_not_hold_up_the_other(build: Build) -> None:
    world = build(accounts=("broken", "work"))
    world.deal()
    world.passive(account=1)
    world.accounts[0].mail.rename(world.accounts[0].root / "elsewhere")
    report = world.run()
    assert [name for name, _ in report.sync.failed] == ["broken"]
    assert world.draft().deal_id == "harbour"


def test_an_account_that_fails_does_not_make_its_filed_drafts_deleted(build: Build) -> None:
    from assistant.workflows import review

    world = build(accounts=("work", "other"))
    world.deal()
    world.passive()
    world.run()
    filed = review.approve(world.desk, world.draft().id, world.now)
    world.work.mail.rename(world.work.root / "elsewhere")
    world.run(timedelta(hours=1))
    assert world.item(filed.id).state is ItemState.FILED


def test_a_reader_that_raises_is_reported_and_the_run_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("assistant.workflows.desk.read", broken)
    world.run()
    with world.store.read() as tx:
        assert [problem.why for problem in tx.mirror.problems()] == [
            "Its text can't be judged (RecursionError): please look at it."
        ] * 2


def test_a_provider_that_breaks_off_in_the_middle_keeps_what_came_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from providers.local import mail

    monkeypatch.setattr(mail, "BATCH", 1)
    pull, count = type(world.sources[0].mailbox).pull, iter(range(10))

    def breaking(*args: object) -> object:
        for batch in pull(*args):  # type: ignore[arg-type]
            if next(count) == 1:
                raise ProviderError("The line broke.", "Try again.")
            yield batch

    monkeypatch.setattr(type(world.sources[0].mailbox), "pull", breaking)
    first = world.run()
    monkeypatch.undo()
    second = world.run()
    assert (first.sync.new, second.sync.new) == (1, 1)


def test_two_drafts_never_propose_the_same_time(build: Build) -> None:
    world = build()
    for name in ("alder", "birch", "cedar", "dogwood"):
        world.deal(name, domains=(f"{name}.example",), contacts=(f"Ida Holm <ida@{name}.example>",))
        world.passive(f"Ida Holm <ida@{name}.example>", subject=f"About {name}")
    world.run()
    times = [start for item in world.items() if item.content for start, _ in item.content.times]
    assert len(times) == 8
    assert len(set(times)) == 8


def test_a_draft_proposes_no_time_that_the_calendar_has_taken(world: World) -> None:
    for hour in range(9, 17):
        world.work.meet(f"busy{hour}", NOW.replace(day=5, hour=hour), "colleague@brightlane.example", minutes=60)
    world.run()
    content = world.draft().content
    assert content is not None
    assert all(start.date().day != 5 for start, _ in content.times)


def test_a_meeting_that_takes_a_proposed_time_renews_the_draft(world: World) -> None:
    world.run()
    before = world.draft().content
    assert before is not None
    start = before.times[0][0].astimezone(NOW.tzinfo)
    world.work.meet("taken", start, "colleague@brightlane.example")
    report = world.run(timedelta(minutes=30))
    after = world.draft().content
    assert after is not None
    assert len(report.changes.updated) == 1
    assert before.times[0] not in after.times


def test_a_meeting_ahead_with_them_withdraws_the_draft(world: World) -> None:
    world.run()
    draft = world.draft()
    world.work.meet("next", NOW + days(5), "ines@harbour.example", summary="Walk through the plan")
    world.run(timedelta(minutes=30))
    assert world.item(draft.id).state is ItemState.WITHDRAWN

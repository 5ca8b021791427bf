"""The rep's word on the queue: what may be approved, what is refused and why, and what each word leads to."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from assistant.domain.deal import Stage, Standing
from assistant.domain.draft import ItemKind, ItemState, Purpose
from assistant.errors import InputError, NotFoundError, RefusedError
from assistant.workflows import editing, review
from assistant.workflows.desk import look
from tests.workflows.conftest import Build
from tests.workflows.world import INES, NO, NOW, QUESTION, REP, World, days, known

PRESSING = (
    "Hi Ines,\n\nWe need your signature before our quarter ends on Friday, or the discount is gone.\n\nBest,\nNoor\n"
)


def standing(world: World, deal_id: str = "harbour") -> Standing | None:
    with world.store.write() as tx:
        view = look(tx, world.config, world.now).view(deal_id)
    assert view is not None
    return view.standings.first.standing if view.standings.first else None


def edited(world: World, old: str, new: str) -> int:
    """The deal's draft with a change by the rep; its id."""
    draft = world.draft()
    text = editing.as_text(draft)
    assert old in text
    editing.edit(world.desk, draft.id, text.replace(old, new), draft.version, world.now)
    return draft.id


def rewritten(world: World, body: str) -> int:
    draft = world.draft()
    head = editing.as_text(draft).partition("\n\n")[0]
    editing.edit(world.desk, draft.id, f"{head}\n\n{body}", draft.version, world.now)
    return draft.id


class TestApproval:
    def test_a_reply_that_came_in_between_refuses_it(self, world: World) -> None:
        world.run()
        draft = world.draft()
        world.answer("work3@post.example", QUESTION)
        with pytest.raises(RefusedError, match="Something newer happened"):
            review.approve(world.desk, draft.id, world.now)
        assert world.work.draft_files() == []

    def test_a_meeting_that_came_in_between_refuses_it(self, world: World) -> None:
        world.run()
        draft = world.draft()
        world.work.meet("next", NOW + days(5), "ines@harbour.example")
        with pytest.raises(RefusedError):
            review.approve(world.desk, draft.id, world.now)

    def test_a_proposed_time_that_was_taken_in_between_refuses_it(self, world: World) -> None:
        world.run()
        draft = world.draft()
        assert draft.content is not None
        world.work.meet("taken", draft.content.times[0][0].astimezone(NOW.tzinfo), "boss@brightlane.example")
        with pytest.raises(RefusedError, match="changed since you saw it"):
            review.approve(world.desk, draft.id, world.now)

    def test_an_account_that_cannot_be_read_afresh_refuses_it(self, world: World) -> None:
        world.run()
        draft = world.draft()
        world.work.mail.rename(world.work.root / "elsewhere")
        with pytest.raises(RefusedError, match="can't be read afresh"):
            review.approve(world.desk, draft.id, world.now)

    def test_a_gap_refuses_it_and_says_what_is_asked(self, world: World) -> None:
        world.answer("work3@post.example", "Hi Noor,\n\nHow many users does the smallest package have?\n\nInes\n")
        world.run()
        draft = world.draft()
        assert draft.gaps
        with pytest.raises(RefusedError, match="gap that only you can fill") as told:
            review.approve(world.desk, draft.id, world.now)
        assert "?." not in told.value.fact

    def test_a_filled_gap_allows_it(self, world: World) -> None:
        world.answer("work3@post.example", "Hi Noor,\n\nHow many users does the smallest package have?\n\nInes\n")
        world.run()
        item_id = edited(world, world.draft().gaps[0].marker, "The smallest package has ten users.")
        assert review.approve(world.desk, item_id, world.now).state is ItemState.FILED

    def test_a_marker_that_the_rep_wrote_is_a_gap(self, world: World) -> None:
        world.run()
        item_id = edited(world, "Best,", "[the price]\n\nBest,")
        with pytest.raises(RefusedError, match=r"\[the price\]"):
            review.approve(world.desk, item_id, world.now)

    def test_a_name_in_brackets_is_no_gap(self, world: World) -> None:
        known(world, "harbour", "front.desk@harbour.example")
        with world.store.write() as tx:
            deal = tx.ledger.deal("harbour")
            tx.ledger.update_deal(replace(deal, company="Harbour [EU]"))
        known(world, "harbour", '"Otto Reis [IT]" <otto@harbour.example>')
        world.run()
        item_id = edited(world, "Best,", "All the best to Harbour [EU] and Otto Reis [IT].\n\nBest,")
        assert world.item(item_id).gaps == ()
        assert review.approve(world.desk, item_id, world.now).state is ItemState.FILED

    def test_a_mark_that_their_mail_system_put_before_the_subject_is_no_gap(self, build: Build) -> None:
        world = build()
        world.deal()
        world.passive(subject="[EXT] Harbour planning")
        world.run()
        item_id = edited(world, "Best,", "Kind regards,")
        assert world.item(item_id).gaps == ()

    def test_what_was_a_gap_stays_one_after_an_edit_around_it(self, world: World) -> None:
        world.answer("work3@post.example", "Hi Noor,\n\nHow many users does the smallest package have?\n\nInes\n")
        world.run()
        before = world.draft().gaps
        assert world.item(edited(world, "Best,", "Kind regards,")).gaps == before != ()

    def test_pressure_in_an_edit_is_refused_with_its_reason_and_a_rewrite(self, world: World) -> None:
        world.run()
        item_id = rewritten(world, PRESSING)
        with pytest.raises(RefusedError, match="The guard stops") as refused:
            review.approve(world.desk, item_id, world.now)
        assert "Rather:" in str(refused.value)
        assert f"nextmove queue edit {item_id}" in refused.value.cure
        assert world.work.draft_files() == []

    def test_pressure_in_the_subject_is_refused(self, world: World) -> None:
        world.run()
        item_id = edited(world, "Subject: Re: Harbour planning", "Subject: Final notice: discount expires today")
        with pytest.raises(RefusedError, match="The guard stops"):
            review.approve(world.desk, item_id, world.now)

    def test_a_new_recipient_must_be_confirmed(self, world: World) -> None:
        world.run()
        item_id = edited(world, "Cc: ", "Cc: Otto Reis <otto@elsewhere.example>")
        with pytest.raises(RefusedError, match="new to this deal"):
            review.approve(world.desk, item_id, world.now)

    def test_a_second_edit_does_not_confirm_a_new_recipient(self, world: World) -> None:
        world.run()
        edited(world, "Cc: ", "Cc: Otto Reis <otto@elsewhere.example>")
        item_id = edited(world, "Best,", "Kind regards,")
        with pytest.raises(RefusedError, match="new to this deal"):
            review.approve(world.desk, item_id, world.now)

    def test_a_recipient_who_was_added_to_the_deal_is_confirmed(self, world: World) -> None:
        world.run()
        item_id = edited(world, "Cc: ", "Cc: Otto Reis <otto@elsewhere.example>")
        known(world, "harbour", "Otto Reis <otto@elsewhere.example>")
        review.approve(world.desk, item_id, world.now)
        (mail,) = world.work.drafts()
        assert mail["Cc"] == "Otto Reis <otto@elsewhere.example>"

    def test_a_colleague_needs_no_confirmation(self, world: World) -> None:
        world.run()
        item_id = edited(world, "Cc: ", "Cc: Presales <presales@brightlane.example>")
        assert review.approve(world.desk, item_id, world.now).state is ItemState.FILED

    def test_a_snoozed_draft_can_be_approved_after_all(self, world: World) -> None:
        world.run()
        draft = review.snooze(world.desk, world.draft().id, date(2026, 3, 9), world.now)
        assert review.approve(world.desk, draft.id, world.now).state is ItemState.FILED

    def test_a_dismissed_draft_is_refused(self, world: World) -> None:
        world.run()
        draft = review.dismiss(world.desk, world.draft().id, world.now)
        with pytest.raises(RefusedError, match="is dismissed already"):
            review.approve(world.desk, draft.id, world.now)

    def test_an_item_that_is_not_there_is_named(self, world: World) -> None:
        with pytest.raises(NotFoundError, match="no item 99"):
            review.approve(world.desk, 99, world.now)


class TestEdit:
    def test_the_text_of_the_rep_stays_through_a_run(self, world: World) -> None:
        world.run()
        item_id = edited(world, "Best,", "Kind regards,")
        world.run(days(1))
        content = world.item(item_id).content
        assert content is not None
        assert "Kind regards," in content.body

    def test_the_guard_speaks_at_once(self, world: World) -> None:
        world.run()
        draft = world.draft()
        head = editing.as_text(draft).partition("\n\n")[0]
        _, findings = editing.edit(world.desk, draft.id, f"{head}\n\n{PRESSING}", draft.version, world.now)
        assert findings

    def test_an_edit_of_an_older_version_is_refused(self, world: World) -> None:
        world.run()
        draft = world.draft()
        edited(world, "Best,", "Kind regards,")
        with pytest.raises(RefusedError, match="changed in the meantime"):
            editing.edit(world.desk, draft.id, editing.as_text(draft), draft.version, world.now)

    def test_what_was_not_edited_comes_back_as_it_was(self, world: World) -> None:
        world.run()
        draft = world.draft()
        after, _ = editing.edit(world.desk, draft.id, editing.as_text(draft), draft.version, world.now)
        assert after.content == draft.content

    def test_a_name_with_a_comma_survives(self, build: Build) -> None:
        world = build()
        world.deal()
        world.passive('"Okafor, Ines (Ops)" <ines@harbour.example>')
        world.run()
        draft = world.draft()
        after, _ = editing.edit(world.desk, draft.id, editing.as_text(draft), draft.version, world.now)
        assert after.content is not None
        assert draft.content is not None
        assert [str(person) for person in after.content.to] == [str(person) for person in draft.content.to]

    @pytest.mark.parametrize(
        ("old", "new", "complaint"),
        [
            ("To: ", "Bcc: secret@elsewhere.example\nTo: ", "isn't To:, Cc: or Subject:"),
            ("To: Ines Okafor <ines@harbour.example>", "To:", "no recipient"),
            ("<ines@harbour.example>", "<ines>", "no address"),
            ("Cc: ", "Cc: my boss", "no address"),
        ],
    )
    def test_a_head_that_cannot_be_understood_is_refused(
        self, world: World, old: str, new: str, complaint: str
    ) -> None:
        world.run()
        draft = world.draft()
        with pytest.raises(InputError, match=complaint):
            editing.edit(world.desk, draft.id, editing.as_text(draft).replace(old, new, 1), draft.version, world.now)

    def test_a_notice_has_no_text_to_edit(self, build: Build) -> None:
        world = _with_question(build())
        (question,) = (item for item in world.items() if item.kind is ItemKind.QUESTION)
        with pytest.raises(InputError, match="no text to edit"):
            editing.edit(world.desk, question.id, "To: a@b.example\n\nx", question.version, world.now)


class TestSettingAside:
    def test_a_snoozed_item_is_back_on_its_day(self, world: World) -> None:
        world.run()
        draft = review.snooze(world.desk, world.draft().id, date(2026, 3, 6), world.now)
        world.run(days(1))
        assert world.item(draft.id).state is ItemState.SNOOZED
        world.run(days(1))
        assert world.item(draft.id).state is ItemState.OPEN

    def test_a_snoozed_item_can_be_snoozed_again(self, world: World) -> None:
        world.run()
        draft = review.snooze(world.desk, world.draft().id, date(2026, 3, 6), world.now)
        assert review.snooze(world.desk, draft.id, date(2026, 3, 9), world.now).until == date(2026, 3, 9)

    def test_a_snooze_until_today_is_refused(self, world: World) -> None:
        world.run()
        with pytest.raises(InputError, match="isn't ahead"):
            review.snooze(world.desk, world.draft().id, world.now.date(), world.now)

    def test_a_snoozed_draft_is_withdrawn_when_they_write(self, world: World) -> None:
        world.run()
        draft = review.snooze(world.desk, world.draft().id, date(2026, 3, 20), world.now)
        world.answer("work3@post.example", QUESTION)
        world.run()
        assert world.item(draft.id).state is ItemState.WITHDRAWN

    def test_a_dismissed_draft_is_not_proposed_again_for_that_move(self, world: World) -> None:
        world.run()
        review.dismiss(world.desk, world.draft().id, world.now)
        world.run(days(60))
        assert [item.state for item in world.drafts_of()] == [ItemState.DISMISSED]


class TestSpoke:
    def test_a_next_step_makes_the_deal_advancing(self, world: World) -> None:
        world.run()
        review.spoke(world.desk, "harbour", "test on their data", world.now, who="Ines", day=date(2026, 3, 12))
        assert standing(world) is Standing.ADVANCING

    def test_it_withdraws_the_draft_that_waited(self, world: World) -> None:
        world.run()
        draft = world.draft()
        review.spoke(world.desk, "harbour", "test on their data", world.now, who="Ines", day=date(2026, 3, 12))
        assert world.item(draft.id).state is ItemState.WITHDRAWN

    def test_of_an_unknown_deal_is_refused(self, world: World) -> None:
        with pytest.raises(NotFoundError):
            review.spoke(world.desk, "nowhere", "test", world.now)


class TestEnding:
    def test_letting_go_puts_up_one_graceful_exit(self, world: World) -> None:
        world.run()
        pending = world.draft()
        review.let_go(world.desk, "harbour", world.now)
        assert world.item(pending.id).state is ItemState.WITHDRAWN
        assert world.draft().purpose is Purpose.GRACEFUL_EXIT

    def test_after_letting_go_and_a_dismissed_farewell_nothing_is_written(self, world: World) -> None:
        world.run()
        review.let_go(world.desk, "harbour", world.now)
        review.dismiss(world.desk, world.draft().id, world.now)
        world.run(days(40))
        assert world.items(ItemState.OPEN) == []

    def test_a_won_deal_is_quiet(self, world: World) -> None:
        world.run()
        review.end(world.desk, "harbour", Stage.WON, world.now)
        assert world.items(ItemState.OPEN) == []

    def test_a_pause_is_quiet_until_its_day_and_then_reconnects(self, world: World) -> None:
        world.run()
        review.end(world.desk, "harbour", Stage.PAUSED, world.now, resume_on=date(2026, 3, 18))
        assert world.items(ItemState.OPEN) == []
        world.run(days(14))
        assert world.draft().purpose is Purpose.RECONNECT


class TestNotADeal:
    def test_its_thread_counts_for_no_deal_from_then_on(self, world: World) -> None:
        world.run()
        review.not_a_deal(world.desk, world.draft().id, world.now)
        world.answer("work3@post.example", QUESTION)
        world.run(days(1))
        assert world.items(ItemState.OPEN) == []

    def test_another_thread_with_the_same_people_still_counts(self, world: World) -> None:
        world.run()
        review.not_a_deal(world.desk, world.draft().id, world.now)
        world.now += timedelta(hours=2)
        message_id = world.work.deliver(INES, REP, QUESTION, world.now, subject="Something else altogether")
        world.run()
        content = world.draft().content
        assert content is not None
        assert content.in_reply_to == message_id


class TestDecisionDate:
    def test_a_day_that_they_named_is_put_as_a_question(self, build: Build) -> None:
        world = _with_question(build())
        (question,) = (item for item in world.items() if item.kind is ItemKind.QUESTION)
        assert "20 March 2026" in question.title

    def test_a_yes_writes_it_down_with_the_mail_as_evidence(self, build: Build) -> None:
        world = _with_question(build())
        (question,) = (item for item in world.items() if item.kind is ItemKind.QUESTION)
        review.approve(world.desk, question.id, world.now)
        with world.store.read() as tx:
            decision = tx.ledger.deal("harbour").decision
        assert decision is not None
        assert decision.day == date(2026, 3, 20)
        assert decision.evidence.ref.endswith("@post.example")

    def test_a_no_is_not_asked_again(self, build: Build) -> None:
        world = _with_question(build())
        (question,) = (item for item in world.items() if item.kind is ItemKind.QUESTION)
        review.dismiss(world.desk, question.id, world.now)
        world.run(days(1))
        assert [item for item in world.items(ItemState.OPEN) if item.kind is ItemKind.QUESTION] == []

    def test_a_written_date_is_not_asked_about(self, build: Build) -> None:
        world = _with_question(build())
        (question,) = (item for item in world.items() if item.kind is ItemKind.QUESTION)
        review.approve(world.desk, question.id, world.now)
        world.run(days(1))
        assert [item for item in world.items(ItemState.OPEN) if item.kind is ItemKind.QUESTION] == []


def _with_question(world: World) -> World:
    """They said in a mail by when they decide."""
    world.deal()
    last = world.passive()
    text = "Hi Noor,\n\nThank you. The board will decide on Friday, 20 March 2026.\n\nBest,\nInes\n"
    world.answer(last, text)
    world.run()
    return world


def test_a_no_refuses_the_approval_of_a_draft_that_was_pending(world: World) -> None:
    world.run()
    draft = world.draft()
    world.answer("work3@post.example", NO)
    with pytest.raises(RefusedError, match="Something newer"):
        review.approve(world.desk, draft.id, world.now)

"""Effects in the mailbox: filed once, whatever crashes; found again; seen when sent or deleted."""

from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from assistant.domain.draft import ItemState, QueueItem
from assistant.domain.ports import FiledDraft, Outbox, OutgoingMail, Withdrawal
from assistant.errors import ProviderError, RefusedError
from assistant.store import EffectState
from assistant.workflows import daily, editing, review
from tests.workflows.world import INES, QUESTION, REP, World, days


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Failing:
    """The real outbox, which breaks after or before it has filed."""

    real: Outbox
    error: BaseException
    after: bool

    @property
    def account(self) -> str:
        return self.real.account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        if self.after:
            self.real.file(mail)
        raise self.error

    def find(self, key: str) -> FiledDraft | None:
        return self.real.find(key)

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        return self.real.withdraw(key, filed)

    def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
        return self.real.replace(key, filed, mail)


def failing(world: World, error: BaseException, *, after: bool) -> editing.ReviewDesk:
    (source,) = world.sources
    return replace(world.desk, accounts=[replace(source, outbox=Failing(source.outbox, error, after))])


def approved(world: World) -> QueueItem:
    world.run()
    return review.approve(world.desk, world.draft().id, world.now)


def crashed(world: World, *, after: bool) -> QueueItem:
    world.run()
    draft = world.draft()
    with pytest.raises(Crash):
        review.approve(failing(world, Crash(), after=after), draft.id, world.now)
    return draft


def filed_mail(world: World) -> EmailMessage:
    (mail,) = world.work.drafts()
    return mail


def test_an_approval_files_one_draft(world: World) -> None:
    item = approved(world)
    assert item.state is ItemState.FILED
    assert len(world.work.draft_files()) == 1


def test_the_filed_draft_has_the_flags_of_a_draft(world: World) -> None:
    approved(world)
    (path,) = world.work.draft_files()
    assert path.name.endswith(":2,DS")
    assert path.parent.name == "cur"


def test_the_filed_draft_stands_in_the_thread(world: World) -> None:
    approved(world)
    mail = filed_mail(world)
    assert mail["In-Reply-To"] == "<work3@post.example>"
    assert mail["References"].split() == ["<work1@post.example>", "<work3@post.example>"]
    assert mail["Subject"] == "Re: Harbour planning"


def test_the_filed_draft_says_what_was_approved_to_whom_it_was_approved(world: World) -> None:
    item = approved(world)
    assert item.content is not None
    mail = filed_mail(world)
    assert mail.get_content() == item.content.body
    assert mail["To"] == INES
    assert mail["From"] == REP


def test_the_filed_draft_comes_from_the_address_to_which_they_wrote(world: World) -> None:
    asked = world.work.deliver(INES, "Noor <n.haddad@brightlane.example>", "Who else uses it?", world.now - days(1))
    world.run()
    draft = world.draft()
    assert draft.content is not None
    assert draft.content.in_reply_to == asked
    text = editing.as_text(draft).replace(draft.gaps[0].marker, "Three ports of your size do.")
    editing.edit(world.desk, draft.id, text, draft.version, world.now)
    review.approve(world.desk, draft.id, world.now)
    assert "n.haddad@brightlane.example" in filed_mail(world)["From"]


def test_a_second_approval_is_refused_and_files_no_second_draft(world: World) -> None:
    item = approved(world)
    with pytest.raises(RefusedError, match="is filed already"):
        review.approve(world.desk, item.id, world.now)
    assert len(world.work.draft_files()) == 1


def test_a_run_after_an_approval_files_no_second_draft_and_keeps_the_first(world: World) -> None:
    item = approved(world)
    world.run(timedelta(minutes=5))
    world.run(days(1))
    assert len(world.work.draft_files()) == 1
    assert world.item(item.id).state is ItemState.FILED


def test_a_crash_after_filing_is_noted_by_the_next_run(world: World) -> None:
    item = crashed(world, after=True)
    world.run()
    assert world.item(item.id).state is ItemState.FILED
    assert len(world.work.draft_files()) == 1


def test_an_approval_repeated_after_a_crash_files_no_second_draft(world: World) -> None:
    item = crashed(world, after=True)
    with pytest.raises(RefusedError, match="is filed already"):
        review.approve(world.desk, item.id, world.now)
    assert len(world.work.draft_files()) == 1


def test_a_crash_before_filing_puts_the_draft_back_into_the_queue(world: World) -> None:
    item = crashed(world, after=False)
    world.run()
    again = world.item(item.id)
    assert again.state is ItemState.OPEN
    assert "approve it again" in again.note


def test_after_a_crash_before_filing_an_approval_files_it(world: World) -> None:
    item = crashed(world, after=False)
    review.approve(world.desk, item.id, world.now)
    assert len(world.work.draft_files()) == 1


def test_a_draft_whose_filing_crashed_is_withdrawn_from_the_mailbox_when_stale(world: World) -> None:
    item = crashed(world, after=True)
    review.spoke(world.desk, "harbour", "a test", world.now, who="Ines", day=world.now.date() + days(6))
    assert world.item(item.id).state is ItemState.WITHDRAWN
    assert world.work.draft_files() == []


def test_after_a_crash_and_a_withdrawal_the_runs_go_on(world: World) -> None:
    crashed(world, after=True)
    review.spoke(world.desk, "harbour", "a test", world.now, who="Ines", day=world.now.date() + days(6))
    world.run(days(1))
    assert world.items(ItemState.OPEN, ItemState.FILED, ItemState.APPROVED) == []


def test_a_mailbox_that_refuses_the_draft_leaves_it_in_the_queue(world: World) -> None:
    world.run()
    draft = world.draft()
    error = ProviderError("The disk is full.", "Make room.")
    with pytest.raises(ProviderError, match="disk is full"):
        review.approve(failing(world, error, after=False), draft.id, world.now)
    assert world.item(draft.id).state is ItemState.OPEN
    assert review.approve(world.desk, draft.id, world.now).state is ItemState.FILED


def test_the_journal_knows_the_effect_under_the_key_in_the_draft(world: World) -> None:
    item = approved(world)
    key = str(filed_mail(world)["X-Nextmove-Key"])
    with world.store.read() as tx:
        effect = tx.effects.effect(key)
    assert effect is not None
    assert (effect.item_id, effect.state) == (item.id, EffectState.DONE)


def test_what_the_rep_deleted_from_drafts_is_not_drafted_again_for_that_move(world: World) -> None:
    item = approved(world)
    world.work.draft_files()[0].unlink()
    report = world.run(timedelta(hours=1))
    assert [settled.state for settled in report.settled] == [ItemState.DELETED]
    world.run(days(40))
    assert [each.id for each in world.drafts_of()] == [item.id]


def test_what_the_rep_sent_is_noticed(world: World) -> None:
    item = approved(world)
    _send(world)
    world.run(timedelta(hours=1))
    assert world.item(item.id).state is ItemState.SENT


def test_what_the_rep_sent_under_another_message_id_is_noticed(world: World) -> None:
    item = approved(world)
    _send(world, keep_key=False)
    world.run(timedelta(hours=1))
    assert world.item(item.id).state is ItemState.SENT


def test_after_the_rep_sent_it_there_is_nothing_to_do_for_that_move(world: World) -> None:
    approved(world)
    _send(world)
    world.run(timedelta(hours=1))
    assert world.items(ItemState.OPEN) == []


def test_a_draft_in_an_account_that_left_the_configuration_is_refused_with_a_cure(world: World) -> None:
    world.run()
    draft = world.draft()
    desk = replace(world.desk, accounts=[])
    with pytest.raises(Exception, match="Put the account back"):
        review.approve(desk, draft.id, world.now)


def test_the_audit_trail_holds_no_address_and_no_text(world: World) -> None:
    item = approved(world)
    with world.store.read() as tx:
        told = "\n".join(f"{entry.what} {entry.ref} {entry.detail}" for entry in tx.audit.entries(50))
    assert "draft filed" in told
    assert "@harbour" not in told
    assert item.content is not None
    assert item.content.body.splitlines()[2] not in told


def _send(world: World, *, keep_key: bool = True) -> None:
    """As a mail program does: out of Drafts, into Sent, with an id of its own."""
    (path,) = world.work.draft_files()
    mail = filed_mail(world)
    path.unlink()
    headers = [("X-Nextmove-Key", mail["X-Nextmove-Key"])] if keep_key else []
    world.work.deliver(
        REP,
        INES,
        mail.get_content(),
        world.now + timedelta(minutes=10),
        subject=mail["Subject"],
        reply_to=mail["In-Reply-To"].strip("<>"),
        headers=headers,
    )


@dataclass
class FailingToWithdraw(Failing):
    """The real outbox, which breaks after or before it has taken a draft out."""

    def file(self, mail: OutgoingMail) -> FiledDraft:
        return self.real.file(mail)

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        if self.after:
            self.real.withdraw(key, filed)
        raise self.error


@pytest.mark.parametrize("after", [True, False], ids=["after the call", "before the call"])
def test_a_withdrawal_that_was_interrupted_ends_as_one_that_was_not(world: World, after: bool) -> None:
    item = approved(world)
    world.answer("work3@post.example", QUESTION)
    (source,) = world.sources
    broken = replace(source, outbox=FailingToWithdraw(source.outbox, Crash(), after))
    with pytest.raises(Crash):
        daily.run([broken], world.store, world.config, world.now)
    world.run()
    assert world.item(item.id).state is ItemState.WITHDRAWN
    assert world.work.draft_files() == []

"""Sending, where the account has it turned on: an approved draft goes out once, and what doesn't go out stays filed."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from assistant.domain.draft import ItemState, QueueItem
from assistant.domain.ports import DraftChanged, FiledDraft, SentMail, ThreadMoved
from assistant.errors import ProviderError, RefusedError
from assistant.store import EffectState
from assistant.workflows import daily, review
from assistant.workflows.editing import ReviewDesk
from assistant.workflows.undoing import undo
from tests.workflows.world import NO, REP, World


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Fake:
    """Sends from the Maildir's Drafts folder; `before` and `after` are what breaks right before and after a sending."""

    world: World
    before: BaseException | None = None
    after: BaseException | None = None
    unreachable: bool = False
    falls_silent: bool = False
    known: frozenset[str] = frozenset()
    went: list[str] = field(default_factory=list)

    @property
    def account(self) -> str:
        return "work"

    def send(self, key: str, filed: FiledDraft, known: Collection[str]) -> SentMail:
        self.known = frozenset(known)
        if done := self.find(key, filed):
            return done
        if self.falls_silent:
            self.unreachable = True
            raise ProviderError("No answer.", "Look.")
        if self.before:
            raise self.before
        (path,) = (each for each in self.world.work.draft_files() if key.encode() in each.read_bytes())
        self.world.work.put(path.read_bytes(), "Sent")
        path.unlink()
        self.went.append(key)
        if self.after:
            raise self.after
        return SentMail("Sent", key, filed.message_id)

    def find(self, key: str, filed: FiledDraft) -> SentMail | None:
        if self.unreachable:
            raise ProviderError("It doesn't answer.", "Try again.")
        return SentMail("Sent", key, filed.message_id) if key in self.went else None


@pytest.fixture
def sender(world: World) -> Fake:
    """The world's one account sends, and a run has put up a draft."""
    fake = Fake(world)
    (source,) = world.sources
    world.sources = [replace(source, sender=fake)]
    world.run()
    return fake


def approve(world: World) -> QueueItem:
    return review.approve(world.desk, world.draft().id, world.now)


def crashed(world: World) -> QueueItem:
    draft = world.draft()
    with pytest.raises(Crash):
        review.approve(world.desk, draft.id, world.now)
    return draft


def journaled(world: World, key: str) -> tuple[str, EffectState, str]:
    with world.store.read() as tx:
        effect = tx.effects.effect(f"{key}:send")
    assert effect is not None
    return effect.kind, effect.state, effect.why


def key_of(world: World) -> str:
    (mail,) = world.work.drafts()
    return str(mail["X-Nextmove-Key"])


def audited(world: World) -> list[str]:
    with world.store.read() as tx:
        return [line.what for line in tx.audit.entries(20)]


def test_without_a_sender_nothing_is_sent(world: World) -> None:
    world.run()
    assert approve(world).state is ItemState.FILED
    assert len(world.work.draft_files()) == 1


def test_an_approved_draft_is_filed_and_sent_once(world: World, sender: Fake) -> None:
    item = approve(world)
    assert item.state is ItemState.SENT
    assert len(sender.went) == 1
    assert world.work.drafts() == []
    assert journaled(world, sender.went[0])[:2] == ("send_draft", EffectState.DONE)
    assert audited(world)[:2] == ["draft sent", "draft filed"]


def test_what_was_sent_counts_at_once_and_is_not_proposed_again(world: World, sender: Fake) -> None:
    approve(world)
    for _ in range(2):
        report = world.run(timedelta(hours=1))
        assert (report.changes.added, report.settled) == ([], [])
    assert len(sender.went) == 1


def test_the_sender_hears_what_was_read_of_the_conversation(world: World, sender: Fake) -> None:
    approve(world)
    assert {"work1@post.example", "work3@post.example"} <= sender.known


def test_a_newer_message_is_found_before_anything_is_filed(world: World, sender: Fake) -> None:
    draft = world.draft()
    world.answer("work3@post.example", NO)
    with pytest.raises(RefusedError, match="Something newer"):
        review.approve(world.desk, draft.id, world.now)
    assert (sender.went, world.work.drafts()) == ([], [])


@pytest.mark.parametrize(
    ("error", "why"), [(DraftChanged(), "isn't any more as you approved it"), (ThreadMoved(), "something newer came")]
)
def test_what_changed_after_it_was_filed_stays_filed_and_says_so(
    world: World, sender: Fake, error: BaseException, why: str
) -> None:
    sender.before, draft = error, world.draft()
    with pytest.raises(RefusedError, match=why) as caught:
        review.approve(world.desk, draft.id, world.now)
    assert "Drafts folder" in str(caught.value)
    assert world.item(draft.id).state is ItemState.FILED
    assert journaled(world, key_of(world))[1] is EffectState.FAILED
    assert audited(world)[0] == "draft not sent"
    world.run(timedelta(minutes=5))
    assert sender.went == []


def test_where_the_system_refuses_the_draft_stays_filed_and_the_cure_is_named(world: World, sender: Fake) -> None:
    sender.before, draft = ProviderError("Account “work” may not send.", "Ask your administrator."), world.draft()
    with pytest.raises(ProviderError, match=r"wasn't sent; it lies in your Drafts folder.*may not send.*Ask your"):
        review.approve(world.desk, draft.id, world.now)
    assert world.item(draft.id).state is ItemState.FILED
    assert len(world.work.draft_files()) == 1


def test_what_went_out_although_the_answer_was_lost_is_sent(world: World, sender: Fake) -> None:
    sender.after = ProviderError("No answer.", "Look.")
    assert approve(world).state is ItemState.SENT
    assert len(sender.went) == 1


def test_where_nobody_knows_it_says_so_and_the_next_run_looks(world: World, sender: Fake) -> None:
    draft, sender.falls_silent = world.draft(), True
    with pytest.raises(ProviderError, match="isn't known yet; the next run looks"):
        review.approve(world.desk, draft.id, world.now)
    key = key_of(world)
    assert journaled(world, key)[1] is EffectState.INTENDED
    sender.falls_silent = sender.unreachable = False
    (settled,) = world.run().settled
    assert settled.state is ItemState.FILED
    assert "wasn't sent" in settled.note
    assert journaled(world, key)[1] is EffectState.FAILED


def test_killed_before_it_was_sent_it_stays_filed_and_the_run_says_so(world: World, sender: Fake) -> None:
    sender.before = Crash()
    draft = crashed(world)
    sender.before = None
    (settled,) = world.run().settled
    assert (settled.id, settled.state) == (draft.id, ItemState.FILED)
    assert "Sending was interrupted" in settled.note
    assert world.run().settled == []
    assert (sender.went, len(world.work.draft_files())) == ([], 1)


def test_killed_after_it_was_sent_the_next_run_notes_it(world: World, sender: Fake) -> None:
    sender.after = Crash()
    draft = crashed(world)
    (settled,) = world.run().settled
    assert (settled.id, settled.state) == (draft.id, ItemState.SENT)
    assert len(sender.went) == 1
    assert journaled(world, sender.went[0])[1] is EffectState.DONE


def test_killed_after_it_was_sent_an_approval_again_sends_no_second(world: World, sender: Fake) -> None:
    sender.after = Crash()
    draft = crashed(world)
    sender.after = None
    with pytest.raises(RefusedError, match="is sent already"):
        review.approve(world.desk, draft.id, world.now)
    assert len(sender.went) == 1


def test_killed_after_it_was_sent_it_can_not_be_taken_back(world: World, sender: Fake) -> None:
    sender.after = Crash()
    crashed(world)
    with pytest.raises(RefusedError, match="is sent"):
        undo(world.desk, world.now)


def test_killed_before_it_was_sent_it_can_be_taken_back_and_sent_later(world: World, sender: Fake) -> None:
    sender.before = Crash()
    draft = crashed(world)
    sender.before = None
    undo(world.desk, world.now)
    assert world.item(draft.id).state is ItemState.OPEN
    assert approve(world).state is ItemState.SENT
    assert len(sender.went) == 1


@pytest.mark.parametrize("killed_after", [True, False])
def test_where_sending_was_turned_off_meanwhile_nothing_is_guessed(
    world: World, sender: Fake, killed_after: bool
) -> None:
    sender.before, sender.after = (None, Crash()) if killed_after else (Crash(), None)
    draft = crashed(world)
    world.sources = [replace(source, sender=None) for source in world.sources]
    world.run()
    assert world.item(draft.id).state is (ItemState.SENT if killed_after else ItemState.FILED)
    world.run()
    with world.store.read() as tx:
        assert tx.effects.unfinished() == []


def test_a_rehearsal_sends_nothing(world: World, sender: Fake) -> None:
    from assistant.workflows.rehearsal import rehearsed

    with rehearsed(world.store, world.sources) as (store, accounts):
        review.approve(ReviewDesk(accounts, store, world.config), world.draft().id, world.now)
        daily.run(accounts, store, world.config, world.now)
    assert sender.went == []
    assert world.draft().state is ItemState.OPEN


def test_the_farewell_after_a_no_is_sent_too(world: World, sender: Fake) -> None:
    world.answer("work3@post.example", NO)
    world.run()
    assert approve(world).state is ItemState.SENT
    assert world.run().changes.added == []


def test_drafts_that_were_filed_before_it_was_turned_on_stay_drafts(world: World) -> None:
    world.run()
    item = approve(world)
    fake = Fake(world)
    world.sources = [replace(source, sender=fake) for source in world.sources]
    world.run(timedelta(hours=1))
    assert fake.went == []
    assert world.item(item.id).state is ItemState.FILED
    assert world.work.drafts()[0]["From"] == REP

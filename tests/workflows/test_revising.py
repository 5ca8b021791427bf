"""A filed draft that the rep edits: their text takes its place in the mailbox, once, or it's left as it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest

from assistant.domain.draft import ItemState, QueueItem
from assistant.domain.ports import FiledDraft, Outbox, OutgoingMail, Withdrawal
from assistant.errors import InputError, ProviderError, RefusedError
from assistant.store import EffectState, Store, Transaction
from assistant.workflows import editing, filing, review, revising
from assistant.workflows.undoing import undo
from tests.workflows.conftest import Build
from tests.workflows.world import QUESTION, World

ADDED = "P.S. Thank you for the paper on pallets."


def filed(world: World) -> QueueItem:
    world.run()
    item = review.approve(world.desk, world.draft().id, world.now)
    assert item.state is ItemState.FILED
    return item


def edited(world: World, item: QueueItem, change: Callable[[str], str] | None = None) -> QueueItem:
    text = editing.as_text(world.item(item.id))
    done, findings = revising.edit(
        world.desk, item.id, change(text) if change else f"{text}\n{ADDED}\n", item.version, world.now
    )
    assert findings == []
    return done


def files(world: World) -> list[str]:
    return [str(draft.get_content()) for draft in world.work.drafts()]


def effects(world: World, item: QueueItem) -> list[EffectState]:
    """What became of the filing of each text of the item, the first one first."""
    with world.store.read() as tx:
        texts = [each.content for each in tx.queue.revisions(item.id) if each.content]
        keys = dict.fromkeys(filing.effect_key(item, each) for each in texts)
        return [effect.state for key in keys if (effect := tx.effects.effect(key))]


def unfinished(world: World) -> int:
    with world.store.read() as tx:
        return len(tx.effects.unfinished())


# what becomes of it


def test_the_edit_lies_in_the_drafts_folder_and_the_item_stays_filed(world: World) -> None:
    item = filed(world)
    done = edited(world, item)
    (text,) = files(world)
    assert ADDED in text
    assert done.state is ItemState.FILED
    assert done.content is not None
    assert ADDED in done.content.body
    assert effects(world, done) == [EffectState.FAILED, EffectState.DONE]


def test_it_stays_in_its_thread_and_goes_to_the_same_people(world: World) -> None:
    item = filed(world)
    (before,) = world.work.drafts()
    edited(world, item)
    (after,) = world.work.drafts()
    for name in ("To", "From", "Subject", "In-Reply-To", "References"):
        assert after[name] == before[name]
    assert after["X-Nextmove-Key"] != before["X-Nextmove-Key"]


def test_runs_after_it_leave_it_there_and_see_it_sent(world: World) -> None:
    done = edited(world, filed(world))
    world.run(timedelta(minutes=5))
    world.run(timedelta(days=1))
    assert world.item(done.id) == done
    assert len(files(world)) == 1
    (draft,) = world.work.draft_files()
    draft.rename(world.work.mail / ".Sent" / "cur" / draft.name)
    world.run(timedelta(minutes=5))
    assert world.item(done.id).state is ItemState.SENT


def test_it_can_be_edited_again_and_back_to_what_it_was(world: World) -> None:
    item = filed(world)
    first = files(world)
    done = edited(world, edited(world, item), lambda text: text.replace(f"\n{ADDED}", ""))
    assert [text.split() for text in files(world)] == [text.split() for text in first]
    assert done.content is not None
    assert edited(world, done).state is ItemState.FILED
    assert len(files(world)) == 1


def test_a_newer_message_takes_the_edited_draft_out(world: World) -> None:
    done = edited(world, filed(world))
    world.answer("work3@post.example", QUESTION)
    world.run()
    assert world.item(done.id).state is ItemState.WITHDRAWN
    assert files(world) == []


def test_the_same_text_changes_nothing(world: World) -> None:
    item = filed(world)
    before = world.files()
    assert edited(world, item, str) == item
    assert world.files() == before


def test_undo_puts_the_text_before_in_its_place_and_then_takes_it_out(world: World) -> None:
    item = filed(world)
    before = files(world)
    edited(world, item)
    assert "as it was before your edit" in undo(world.desk, world.now)
    assert files(world) == before
    assert world.item(item.id).content == item.content
    undo(world.desk, world.now)
    assert files(world) == []
    assert world.item(item.id).state is ItemState.OPEN


def test_an_edit_of_a_sent_draft_is_not_taken_back(world: World) -> None:
    item = edited(world, filed(world))
    with world.store.write() as tx:
        tx.queue.move(item.id, ItemState.SENT, now=world.now, by="nextmove", version=item.version)
    with pytest.raises(RefusedError, match="is sent"):
        undo(world.desk, world.now)


def test_what_waits_in_the_queue_is_edited_there(world: World) -> None:
    world.run()
    done = edited(world, world.draft())
    assert done.state is ItemState.OPEN
    assert files(world) == []


# what refuses it


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text + "\nWe need your signature before our quarter ends on Friday.\n", "The guard stops"),
        (lambda text: text + "\nIt costs [the price].\n", r"has a gap: \[the price\]"),
        (lambda text: text.replace("\nCc:", ", Eve <eve@thief.example>\nCc:", 1), "eve@thief.example is new"),
    ],
    ids=["the guard", "a gap", "somebody new"],
)
def test_what_may_not_leave_is_refused_and_the_draft_left(world: World, change: Callable[[str], str], why: str) -> None:
    item = filed(world)
    before = world.files()
    with pytest.raises(RefusedError, match=why):
        edited(world, item, change)
    assert world.item(item.id) == item
    assert world.files().keys() >= before.keys()
    assert {path: raw for path, raw in world.files().items() if ".Drafts" in path} == {
        path: raw for path, raw in before.items() if ".Drafts" in path
    }
    assert unfinished(world) == 0


def test_a_text_without_recipient_is_refused(world: World) -> None:
    item = filed(world)
    with pytest.raises(InputError):
        edited(world, item, lambda text: text.replace("To: ", "X: ", 1))


def test_a_draft_that_the_rep_touched_in_the_mailbox_is_left_alone(world: World) -> None:
    item = filed(world)
    (path,) = world.work.draft_files()
    path.write_bytes(path.read_bytes().replace(b"Hi Ines", b"Dear Ines"))
    theirs = files(world)
    with pytest.raises(RefusedError, match="in your mail program"):
        edited(world, item)
    assert files(world) == theirs
    assert world.item(item.id) == item
    assert unfinished(world) == 0


def test_a_draft_that_the_rep_deleted_is_not_put_back(world: World) -> None:
    item = filed(world)
    (path,) = world.work.draft_files()
    path.unlink()
    with pytest.raises(RefusedError, match="is deleted"):
        edited(world, item)
    assert files(world) == []


def test_a_reply_that_came_in_between_refuses_it(world: World) -> None:
    item = filed(world)
    world.answer("work3@post.example", QUESTION)
    with pytest.raises(RefusedError, match="Something newer happened"):
        edited(world, item)
    assert files(world) == []


def test_an_edit_of_an_older_text_is_refused(world: World) -> None:
    item = filed(world)
    edited(world, item)
    with pytest.raises(RefusedError, match="in the meantime"):
        revising.edit(world.desk, item.id, editing.as_text(item) + "\nMore.\n", item.version, world.now)
    assert ADDED in files(world)[0]


# when it's cut off


class Killed(BaseException):
    """Nothing after this happens."""


@dataclass
class Counted:
    """The real outbox, with a moment before and after each of its changes."""

    real: Outbox
    moment: Callable[[], None]

    @property
    def account(self) -> str:
        return self.real.account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        self.moment()
        filed = self.real.file(mail)
        self.moment()
        return filed

    def find(self, key: str) -> FiledDraft | None:
        return self.real.find(key)

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        self.moment()
        outcome = self.real.withdraw(key, filed)
        self.moment()
        return outcome

    def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
        self.moment()
        if not self.real.find(mail.key):
            self.real.file(mail)
            self.moment()
        replaced = self.real.replace(key, filed, mail)
        self.moment()
        return replaced


@pytest.mark.parametrize("then", ["run", "edit", "newer"])
def test_killed_at_any_moment_one_draft_is_there_and_the_queue_knows_which(
    build: Build, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    write = Store.write
    for at in count(1):
        world = build()
        world.deal()
        world.passive()
        item = filed(world)
        passed = iter(range(1, 1000))

        def moment(passed: Iterator[int] = passed, at: int = at) -> None:
            if next(passed) == at:
                raise Killed

        @contextmanager
        def killing(store: Store, moment: Callable[[], None] = moment) -> Iterator[Transaction]:
            with write(store) as tx:
                yield tx
            moment()

        (source,) = world.sources
        desk = replace(world.desk, accounts=[replace(source, outbox=Counted(source.outbox, moment))])
        text = f"{editing.as_text(item)}\n{ADDED}\n"
        monkeypatch.setattr(Store, "write", killing)
        killed = False
        try:
            revising.edit(desk, item.id, text, item.version, world.now)
        except Killed:
            killed = True
        monkeypatch.setattr(Store, "write", write)
        if then == "edit":
            with suppress(RefusedError):  # it's there already
                revising.edit(world.desk, item.id, text, item.version, world.now)
            assert ADDED in files(world)[0]
        elif then == "newer":
            world.answer("work3@post.example", QUESTION)
        world.run()
        now = world.item(item.id)
        assert unfinished(world) == 0
        if now.state is ItemState.FILED:
            assert now.content is not None
            (there,) = files(world)
            assert there.split() == now.content.body.split(), f"killed at moment {at}"
        else:
            assert then == "newer", f"killed at moment {at}"
            assert files(world) == [], f"killed at moment {at}"
        if not killed:
            break
    assert at > 6, "it was killed at too few moments"


def test_an_account_that_can_not_be_reached_after_it_leaves_the_draft_alone_until_it_can(world: World) -> None:
    """What lies there isn't known: nothing is taken for deleted, and nothing taken out."""
    item = filed(world)
    (source,) = world.sources

    @dataclass
    class Gone(Counted):
        def find(self, key: str) -> FiledDraft | None:
            raise ProviderError("It can't be reached.", "Try again.")

        def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
            self.real.replace(key, filed, mail)
            raise ProviderError("It can't be reached.", "Try again.")

    gone = [replace(source, outbox=Gone(source.outbox, lambda: None))]
    with pytest.raises(ProviderError):
        revising.edit(
            replace(world.desk, accounts=gone),
            item.id,
            f"{editing.as_text(item)}\n{ADDED}\n",
            item.version,
            world.now,
        )
    world.answer("work3@post.example", QUESTION)
    sources, world.sources = world.sources, gone
    world.run()
    assert world.item(item.id).state is ItemState.FILED
    assert unfinished(world) == 1
    world.sources = sources
    world.run()
    assert world.item(item.id).state is ItemState.WITHDRAWN
    assert files(world) == []


def test_an_answer_that_got_lost_is_no_failure(world: World) -> None:
    item = filed(world)
    (source,) = world.sources

    @dataclass
    class Lossy(Counted):
        def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
            self.real.replace(key, filed, mail)
            raise ProviderError("No answer came.", "Try again.")

    desk = replace(world.desk, accounts=[replace(source, outbox=Lossy(source.outbox, lambda: None))])
    done, _ = revising.edit(desk, item.id, f"{editing.as_text(item)}\n{ADDED}\n", item.version, world.now)
    assert done.content is not None
    assert ADDED in done.content.body
    assert ADDED in files(world)[0]


def test_what_the_rep_changed_while_it_was_interrupted_is_theirs(world: World) -> None:
    """The new text lies there, unknown to the queue, and the rep writes into it: then it's never taken out."""
    item = filed(world)
    (source,) = world.sources

    @dataclass
    class Dying(Counted):
        def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
            self.real.replace(key, filed, mail)
            raise Killed

    desk = replace(world.desk, accounts=[replace(source, outbox=Dying(source.outbox, lambda: None))])
    with pytest.raises(Killed):
        revising.edit(desk, item.id, f"{editing.as_text(item)}\n{ADDED}\n", item.version, world.now)
    (path,) = world.work.draft_files()
    path.write_bytes(path.read_bytes().replace(b"Hi Ines", b"Dear Ines"))
    world.answer("work3@post.example", QUESTION)
    world.run()
    assert "Dear Ines" in files(world)[0]

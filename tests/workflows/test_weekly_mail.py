"""The weekly report in the mailbox: once a week, whatever crashes, and cleared by the guard."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from assistant.domain.ports import DraftChanged, FiledDraft, Outbox, OutgoingMail, SentMail, Withdrawal
from assistant.errors import NotFoundError, ProviderError, RefusedError
from assistant.guard import lint
from assistant.report.figure import Week
from assistant.store import Store, Transaction
from assistant.workflows import weekly_mail
from assistant.workflows.rep import RepToday
from assistant.workflows.weekly_mail import Delivered
from tests.workflows.conftest import Build
from tests.workflows.world import BERLIN, REP, World, days

MONDAY = datetime(2026, 3, 9, 7, 0, tzinfo=BERLIN)
LAST = Week.named("2026-W10")


def deliver(world: World, now: datetime = MONDAY) -> Delivered | None:
    return weekly_mail.deliver(world.sources, world.store, world.config, now)


def page_of(mail: EmailMessage) -> str:
    found = mail.get_body(("html",))
    assert found is not None
    return str(found.get_content())


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, nth: int, moment: str) -> Iterator[None]:
    """The process ends at the nth transaction that writes, before its commit or right after it."""
    write, count = Store.write, iter(range(1, 1000))

    @contextmanager
    def killing(store: Store) -> Iterator[Transaction]:
        last = next(count) == nth
        with write(store) as tx:
            yield tx
            if last and moment == "before":
                raise Killed
        if last:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", killing)
        yield


@dataclass
class Frail:
    """An outbox whose answer to the next filing is lost, or that can't be reached at all."""

    real: Outbox
    lost: bool = False
    down: bool = False

    @property
    def account(self) -> str:
        return self.real.account

    def file(self, mail: OutgoingMail) -> FiledDraft:
        if self.down:
            raise ProviderError("It can't be reached.", "Try again.")
        filed = self.real.file(mail)
        if self.lost:
            raise Killed
        return filed

    def find(self, key: str) -> FiledDraft | None:
        return self.real.find(key)

    def withdraw(self, key: str, filed: FiledDraft) -> Withdrawal:
        return self.real.withdraw(key, filed)

    def replace(self, key: str, filed: FiledDraft, mail: OutgoingMail) -> FiledDraft:
        return self.real.replace(key, filed, mail)


@dataclass
class Post:
    """A sender that notes what it sends."""

    account: str = "work"
    sent: list[str] = field(default_factory=list)
    lost: bool = False
    changed: bool = False

    def send(self, key: str, filed: FiledDraft, known: Collection[str]) -> SentMail:
        if self.changed:
            raise DraftChanged
        if key not in self.sent:
            self.sent.append(key)
        if self.lost:
            raise Killed
        return SentMail("Sent", "1", filed.message_id)

    def find(self, key: str, filed: FiledDraft) -> SentMail | None:
        return SentMail("Sent", "1", filed.message_id) if key in self.sent else None


def sending(build: Build, post: Post) -> World:
    """A world in which the rep lets the report be sent."""
    made = build(extra='[report]\ndeliver = "send"\n')
    made.sources = [replace(made.sources[0], sender=post)]
    return made


@pytest.fixture
def lived(world: World) -> World:
    """A week with a deal in it."""
    world.run()
    return world


def test_the_report_lies_among_the_drafts_from_the_rep_to_themselves(lived: World) -> None:
    assert deliver(lived) == Delivered(LAST, "work", new=True)
    (draft,) = lived.work.drafts()
    assert draft["From"] == draft["To"] == REP
    assert draft["Subject"].startswith("Your week, 2 to 8 March 2026: ")
    assert "Your week" in page_of(draft)
    text = draft.get_body(("plain",))
    assert text is not None
    assert "Deal harbour" in str(text.get_content())


def test_the_same_week_comes_once(lived: World) -> None:
    deliver(lived)
    again = deliver(lived, MONDAY + timedelta(days=3))
    assert again == Delivered(LAST, "work", new=False)
    assert len(lived.work.drafts()) == 1


def test_the_next_week_is_another_report(lived: World) -> None:
    deliver(lived)
    deliver(lived, MONDAY + days(7))
    assert len({draft["X-Nextmove-Key"] for draft in lived.work.drafts()}) == 2


def test_a_report_that_the_rep_deleted_does_not_come_back(lived: World) -> None:
    deliver(lived)
    for path in lived.work.draft_files():
        path.unlink()
    deliver(lived, MONDAY + days(1))
    assert lived.work.drafts() == []


def test_who_wants_none_gets_none(build: Build) -> None:
    world = build(extra='[report]\ndeliver = "off"\n')
    assert deliver(world) is None
    assert world.work.drafts() == []


def test_a_week_without_anything_is_a_calm_short_page(build: Build) -> None:
    world = build()
    deliver(world)
    (draft,) = world.work.drafts()
    assert "A quiet week." in page_of(draft)
    assert [part.get_content_type() for part in draft.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2])
def test_killed_anywhere_it_comes_once(lived: World, monkeypatch: pytest.MonkeyPatch, nth: int, moment: str) -> None:
    with dying(monkeypatch, nth, moment), pytest.raises(Killed):
        deliver(lived)
    deliver(lived, MONDAY + timedelta(hours=1))
    assert len(lived.work.drafts()) == 1
    with lived.store.read() as tx:
        assert tx.effects.unfinished() == []


def test_killed_right_after_it_was_placed_it_is_found_again(lived: World) -> None:
    real = lived.sources[0]
    lived.sources = [replace(real, outbox=Frail(real.outbox, lost=True))]
    with pytest.raises(Killed):
        deliver(lived)
    lived.sources = [real]
    (before,) = lived.work.draft_files()
    deliver(lived, MONDAY + timedelta(hours=1))
    assert lived.work.draft_files() == [before]


def test_killed_right_after_it_was_placed_and_sent_by_hand_it_does_not_come_again(lived: World) -> None:
    real = lived.sources[0]
    lived.sources = [replace(real, outbox=Frail(real.outbox, lost=True))]
    with pytest.raises(Killed):
        deliver(lived)
    lived.sources = [real]
    (path,) = lived.work.draft_files()
    lived.work.put(path.read_bytes(), "Sent")
    path.unlink()
    lived.run()
    deliver(lived, MONDAY + timedelta(hours=1))
    assert lived.work.drafts() == []


def test_a_mailbox_that_cannot_be_reached_gets_it_later(lived: World) -> None:
    real = lived.sources[0]
    lived.sources = [replace(real, outbox=Frail(real.outbox, down=True))]
    with pytest.raises(ProviderError):
        deliver(lived)
    lived.sources = [real]
    deliver(lived, MONDAY + days(1))
    assert len(lived.work.drafts()) == 1


def test_a_report_that_was_begun_in_an_account_stays_there(build: Build) -> None:
    world = build(accounts=("work", "other"))
    real = world.sources[0]
    world.sources[0] = replace(real, outbox=Frail(real.outbox, down=True))
    with pytest.raises(ProviderError):
        deliver(world)
    world.sources = [world.sources[1], real]
    told = deliver(world)
    assert told is not None
    assert told.account == "work"
    assert world.accounts[1].drafts() == []


def test_an_account_that_is_gone_from_the_configuration_is_named(lived: World) -> None:
    real = lived.sources[0]
    lived.sources = [replace(real, outbox=Frail(real.outbox, down=True))]
    with pytest.raises(ProviderError):
        deliver(lived)
    lived.sources = [replace(real, name="elsewhere")]
    with pytest.raises(NotFoundError, match="work"):
        deliver(lived)


def test_one_that_came_stays_done_when_its_account_is_gone(lived: World) -> None:
    deliver(lived)
    lived.sources = [replace(lived.sources[0], name="elsewhere")]
    assert deliver(lived) == Delivered(LAST, "work", new=False)


def test_it_is_sent_where_the_rep_allows_it(build: Build) -> None:
    post = Post()
    world = sending(build, post)
    assert deliver(world) == Delivered(LAST, "work", new=True, sent=True)
    assert deliver(world) == Delivered(LAST, "work", new=False, sent=True)
    assert len(post.sent) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_killed_anywhere_it_is_sent_once(build: Build, monkeypatch: pytest.MonkeyPatch, nth: int, moment: str) -> None:
    post = Post()
    world = sending(build, post)
    with dying(monkeypatch, nth, moment), pytest.raises(Killed):
        deliver(world)
    deliver(world, MONDAY + timedelta(hours=1))
    assert len(post.sent) == 1
    assert len(world.work.drafts()) == 1


def test_killed_while_it_was_sent_it_is_not_sent_again(build: Build) -> None:
    post = Post(lost=True)
    world = sending(build, post)
    with pytest.raises(Killed):
        deliver(world)
    post.lost = False
    told = deliver(world)
    assert told is not None
    assert told.sent
    assert len(post.sent) == 1


def test_a_report_that_the_rep_changed_in_between_is_theirs(build: Build) -> None:
    world = sending(build, Post(changed=True))
    for _ in range(2):
        told = deliver(world)
        assert told is not None
        assert not told.sent
    with world.store.read() as tx:
        assert tx.effects.unfinished() == []


def test_without_permission_to_send_it_stays_a_draft(build: Build) -> None:
    world = build(extra='[report]\ndeliver = "send"\n')
    assert deliver(world) == Delivered(LAST, "work", new=True)
    world.sources = [replace(world.sources[0], sender=Post())]
    assert deliver(world) == Delivered(LAST, "work", new=False)


def test_where_a_customers_name_presses_customers_go_without(lived: World) -> None:
    with lived.store.write() as tx:
        deal = tx.ledger.deal("harbour")
        name = "Sign by Friday or our quarter-end discount is gone"
        tx.ledger.update_deal(replace(deal, name=name, company=name))
    deliver(lived)
    (draft,) = lived.work.drafts()
    text = draft.get_body(("plain",))
    assert text is not None
    said = str(text.get_content())
    assert "discount" not in said + page_of(draft)
    assert "Harbour" not in said
    assert [each for each in lint(said, leaving=True) if each.severity == "block"] == []


def test_a_rule_of_the_reps_own_that_stops_everything_is_named(build: Build, tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(
        'language = "en"\n[[rule]]\nid = "no-weeks"\nkind = "6_empty_nudge"\npatterns = ["nextmove report"]\n'
        'reason = "We say nothing of it."\nrewrite = "Leave it."\nbad = ["nextmove report", "a nextmove report"]\n'
        'good = ["a day", "a year"]\n',
        encoding="utf-8",
    )
    world = build(extra=f'[guard]\npacks = ["{pack}"]\n')
    with pytest.raises(RefusedError, match="We say nothing of it"):
        deliver(world)
    assert world.work.drafts() == []


def test_the_report_is_no_mail_of_a_deal_and_no_draft_of_the_reps(lived: World) -> None:
    items = [(item.key, item.state) for item in lived.items()]
    deliver(lived)
    lived.run()
    lived.run()
    assert [(item.key, item.state) for item in lived.items()] == items


def test_the_report_teaches_no_voice(lived: World) -> None:
    def voice() -> object:
        with lived.store.read() as tx:
            return RepToday(tx, lived.config, lived.now).voice

    before = voice()
    deliver(lived)
    (path,) = lived.work.draft_files()
    for n in range(3):
        lived.work.put(path.read_bytes().replace(b"Message-ID: <", b"Message-ID: <%d" % n), "Sent")
    lived.run()
    assert voice() == before

"""The whole story in Microsoft 365, through the real app: a draft in its conversation, a plan's invite, a decline, a
new time, a no.

It's Wednesday, 4 March 2026, 8:00 in Berlin; Harbour decides on 30 April; the hands-on test is planned for 31 March.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.draft import ItemKind, ItemState, Purpose, QueueItem
from assistant.domain.invite import InviteAct, InviteState
from assistant.workflows import dealbook, planning, review
from tests.edges.microsoft_drafts import answered_by
from tests.edges.microsoft_world import EMAIL, MicrosoftWorld, microsoft_world, peer_of_noor
from tests.faces.conftest import Face, Say
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer
from tests.workflows.meetings import BIRK, DECIDES
from tests.workflows.world import BERLIN, INES, NO, REP, days

HANDS_ON = datetime(2026, 3, 31, 10, tzinfo=BERLIN)
PLAN = '[plan]\nschedule = "invite"\nwhere = "https://meet.example/noor"\n'
CALLED = r"messages\.send|sendMail"
Build = Callable[..., MicrosoftWorld]


@pytest.fixture
def peer(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with peer_of_noor(emulators) as made:
        yield made


@pytest.fixture
def world(peer: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MicrosoftWorld]:
    with microsoft_world(tmp_path / "world", peer, monkeypatch, "schedule = true", extra=PLAN) as made:
        yield made


def begun(world: MicrosoftWorld) -> MicrosoftWorld:
    """Harbour's question was answered without a next step, and a run has looked."""
    world.deal(contacts=(f"{INES} (champion, user)", f"{BIRK} (economic buyer, legal)"))
    world.passive()
    world.run()
    return world


def planned(world: MicrosoftWorld) -> MicrosoftWorld:
    decision = dealbook.decision_by_rep("harbour", DECIDES, "Ines on the phone", None, world.now)
    review.decide(world.desk, "harbour", decision, world.now)
    world.run()
    planning.approve(world.desk, "harbour", world.now)
    return world


def items(world: MicrosoftWorld, kind: ItemKind, *states: ItemState) -> list[QueueItem]:
    return [item for item in world.items(*states) if item.kind is kind]


def only_event(world: MicrosoftWorld) -> dict[str, Any]:
    (event,) = world.peer.events()
    return dict(event)


def start_of(event: dict[str, Any]) -> datetime:
    from providers.microsoft.windows import zone_of

    naive = datetime.fromisoformat(event["start"]["dateTime"][:19])
    return naive.replace(tzinfo=zone_of(event["start"]["timeZone"]) or UTC)


def declines(world: MicrosoftWorld, event: dict[str, Any], comment: str = "") -> None:
    """As Exchange does it: the event has the answer, and the organizer gets a mail with it, under Exchange's UID."""
    world.now += timedelta(hours=1)
    world.peer.now = world.now
    world.peer.answer(event["id"], "ines@harbour.example", "declined")
    start = start_of(event).astimezone(BERLIN)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{event['iCalUId']}"]
    lines += [
        f"DTSTAMP:{world.now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
    ]
    lines += [f"ORGANIZER:mailto:{EMAIL}", "ATTENDEE;PARTSTAT=DECLINED:mailto:ines@harbour.example"]
    lines += [f"SUMMARY:{event['subject']}", "SEQUENCE:0", "END:VEVENT", "END:VCALENDAR", ""]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Date"] = INES, REP, world.now
    mail["Subject"], mail["Message-ID"] = (
        f"Declined: {event['subject']}",
        f"<declined{world.now.timestamp()}@harbour.example>",
    )
    mail.set_content(comment)
    mail.add_alternative("\r\n".join(lines), subtype="calendar", params={"method": "REPLY"})
    world.work.put(mail.as_bytes())


def told(world: MicrosoftWorld) -> list[tuple[str, frozenset[str]]]:
    return [(one.method, one.people) for one in world.peer.told() if one.people]


def test_from_a_passive_answer_to_a_no_it_all_happens_in_the_reps_own_outlook(world: MicrosoftWorld) -> None:
    peer = world.peer
    begun(world)

    # approved, it's a draft in the conversation
    draft = review.approve(world.desk, world.draft().id, world.now)
    assert draft.state is ItemState.FILED
    (filed,) = peer.drafts()
    assert {item.conversation for item in peer.messages("sentitems")} == {filed.conversation}
    (mail,) = world.work.drafts()
    assert (mail["Subject"], mail["To"]) == ("Re: Harbour planning", INES)
    assert answered_by(filed) == "<work3@post.example>"
    assert "Here is the security paper" in filed.body, "the history stays below"

    # sent by hand, it's seen
    peer.now = world.now
    peer.send_draft(filed.id)
    peer.settle()
    (settled,) = world.run(timedelta(hours=1)).settled
    assert (settled.id, settled.state) == (draft.id, ItemState.SENT)

    # an approved plan invites by itself
    planned(world)
    while world.now.date() < HANDS_ON.date() - timedelta(days=7):
        world.run(days(1))
    event = only_event(world)
    assert start_of(event) == HANDS_ON
    assert {each["emailAddress"]["address"] for each in event["attendees"]} >= {"ines@harbour.example"}
    assert [method for method, _ in told(world)] == ["REQUEST"]
    assert peer.drafts() == [], "Exchange tells people itself"

    # declined, another time waits for a look, and goes out once approved
    declines(world, event)
    world.run()
    (move,) = items(world, ItemKind.INVITE, ItemState.OPEN)
    assert move.content is not None
    assert move.content.meeting is not None
    assert move.content.meeting.act is InviteAct.MOVE
    assert review.approve(world.desk, move.id, world.now).state is ItemState.SENT
    moved = only_event(world)
    assert moved["id"] == event["id"]
    assert start_of(moved) == move.content.times[0][0] != HANDS_ON
    assert [method for method, _ in told(world)] == ["REQUEST", "REQUEST"]

    # a no: one farewell, and with it the meetings are called off
    world.answer("work3@post.example", NO)
    peer.now = world.now
    world.run()
    farewell = world.draft()
    assert farewell.purpose is Purpose.GRACEFUL_EXIT
    review.approve(world.desk, farewell.id, world.now)
    assert [each for each in peer.events() if not each.get("isCancelled")] == []
    assert [method for method, _ in told(world)] == ["REQUEST", "REQUEST", "CANCEL"]
    (goodbye,) = world.work.drafts()
    assert goodbye["To"] == INES
    with world.store.read() as tx:
        assert [invite.state for invite in tx.invites.latest("harbour")] == [InviteState.CANCELLED]
        assert tx.effects.unfinished() == []

    # silence, and nothing was ever sent by the program
    for _ in range(3):
        world.run(days(1))
    assert items(world, ItemKind.DRAFT, ItemState.OPEN) == []
    assert len(peer.drafts()) == 1
    assert peer.calls(CALLED) == []
    assert peer.sent() == []


def test_a_second_run_costs_a_few_calls_and_changes_nothing(world: MicrosoftWorld) -> None:
    begun(world)
    world.peer.log.clear()
    before = world.dump()
    report = world.run()
    assert not report.sync.changed
    assert not report.changes
    assert world.dump() == before
    assert len([call for call in world.peer.log if not call.inner]) <= 12


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Say:
    from tests.faces.conftest import say as make

    return make.__wrapped__(monkeypatch, capsys, tmp_path)  # type: ignore[attr-defined,no-any-return]


@contextmanager
def face(
    peer: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say, *settings: str
) -> Iterator[Face]:
    with microsoft_world(tmp_path / "face", peer, monkeypatch, *settings) as world:
        world.deal()
        world.passive()
        yield Face(world, say)


def test_on_the_command_line_a_draft_is_filed_and_nothing_is_sent(
    peer: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say
) -> None:
    with face(peer, tmp_path, monkeypatch, say) as call:
        assert call("run").code == 0
        told = call("queue", "approve", "1")
        assert told.out == "1: in your Drafts folder, to Ines Okafor. It leaves when you send it.\n"
        assert call("run", now=call.world.now + timedelta(hours=2)).code == 0
    assert len(peer.drafts()) == 1
    assert peer.calls(CALLED) == []


def test_on_the_command_line_a_draft_is_sent_where_that_is_turned_on(
    peer: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say
) -> None:
    with face(peer, tmp_path, monkeypatch, say, "send = true") as call:
        call("run")
        assert call("queue", "approve", "--dry-run", "1").out == "1: could be approved.\n"
        assert peer.calls(CALLED) == []
        assert call("queue", "approve", "1").out == "1: sent to Ines Okafor.\n"
        assert call("queue", "undo").code == 6
        assert call("run", now=call.world.now + timedelta(hours=2)).code == 0
        assert call.world.states() == [ItemState.SENT]  # type: ignore[attr-defined]
    (item,) = peer.sent()
    assert answered_by(item) == "<work3@post.example>"
    assert [call.id for call in peer.calls(CALLED)] == ["messages.send"]
    assert peer.drafts() == []


def test_a_draft_that_the_rep_rewrites_while_it_is_being_sent_is_theirs(
    peer: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say
) -> None:
    def rewrite() -> None:
        (draft,) = peer.drafts()
        assert "Hi Ines" in draft.body
        peer.edit_draft(draft.id, body=draft.body.replace("Hi Ines", "Dear Ines"))

    with face(peer, tmp_path, monkeypatch, say, "send = true") as call:
        call("run")
        peer.faults.call("messages.update ", lambda: peer.faults.call("mailFolders/sentitems/messages", rewrite))
        told = call("queue", "approve", "1")
        assert told.code == 6
        assert "wasn't sent" in told.err
        assert call.world.states() == [ItemState.FILED]  # type: ignore[attr-defined]
    assert peer.sent() == []
    assert len(peer.drafts()) == 1


def test_a_reply_that_comes_in_after_it_was_filed_stops_the_sending(
    peer: MicrosoftPeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Say
) -> None:
    with face(peer, tmp_path, monkeypatch, say, "send = true") as call:
        call("run")
        world = call.world

        def reply() -> None:
            world.work.deliver(
                INES,
                REP,
                NO,
                world.now + timedelta(minutes=1),
                subject="Re: Harbour planning",
                reply_to="work3@post.example",
            )

        peer.faults.call("messages.update ", reply)
        told = call("queue", "approve", "1")
        assert told.code == 6
        assert "something newer came into its conversation" in told.err
        call("run", now=world.now + timedelta(minutes=5))
    assert peer.sent() == []
    assert peer.drafts() == [], "the run that read the reply took the draft out again"

"""Online meetings: our words change, and the way in stays."""

from collections.abc import Iterator
from typing import Any

import pytest

from assistant.domain.calendar import Event
from providers.microsoft.bodies import rewritten, written
from providers.microsoft.events import text_in
from tests.contracts.outbox import cleared
from tests.contracts.scheduling import hold, meeting, moved, only_event
from tests.edges.microsoft_calendars import MicrosoftSystem, body_of, of_the_rep
from tests.servers.fixtures import Emulators
from tests.servers.microsoft import MicrosoftPeer

JOIN = (
    '<div class="me-email-text"><div style="margin:0">' + "_" * 80 + "</div>"
    '<a href="https://teams.example/l/1">Join the meeting now</a></div>'
)

TEXTS = [
    "We look at the pilot together.\n\nYou bring the counts; we bring the plan.",
    'Grüße,\n\n你好; Привет, 🙂\n\n\\n is no line break\nEND:VEVENT\n<div>end</div> & "all" </div>',
    "See https://meet.example/a?b=1&c=2. Then (https://meet.example/d), please.",
    "one\ntwo",
]


@pytest.mark.parametrize("text", TEXTS)
def test_our_words_are_read_back_as_they_were(text: str) -> None:
    assert text_in({"contentType": "html", "content": written(text)}) == text
    assert written("") == written(" \n") == ""


def test_addresses_of_pages_are_links() -> None:
    assert '<a href="https://meet.example/d">https://meet.example/d</a>), please' in written(TEXTS[2])
    assert '<a href="https://meet.example/a?b=1&amp;c=2">' in written(TEXTS[2])


@pytest.mark.parametrize("text", [*TEXTS, ""])
@pytest.mark.parametrize("before", [*TEXTS, ""])
@pytest.mark.parametrize("marked", [True, False], ids=["marked", "mark lost"])
def test_of_an_online_meeting_only_our_words_change(before: str, text: str, marked: bool) -> None:
    ours = written(before) if marked else written(before).replace(' id="nextmove"', "")
    html = f"<html><head></head><body>\r\n{ours}<br>{JOIN}</body></html>"
    after = rewritten(html, text, online=True)
    assert JOIN in after
    assert after.startswith("<html><head></head><body>")
    words = text_in({"contentType": "html", "content": after}).partition("_" * 80)[0].strip()
    assert words == text


def test_where_the_way_in_is_not_seen_everything_stays() -> None:
    html = '<html><body><p>Enter by <a href="https://zoom.example/j/1">this</a></p></body></html>'
    after = rewritten(html, "New words", online=True)
    assert "New words" in after
    assert '<p>Enter by <a href="https://zoom.example/j/1">this</a></p></body></html>' in after
    assert rewritten(html, "New words", online=False) == written("New words")


@pytest.fixture
def microsoft(emulators: Emulators) -> Iterator[MicrosoftPeer]:
    with of_the_rep(emulators) as peer:
        yield peer


@pytest.fixture
def system(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftSystem:
    return MicrosoftSystem(microsoft, monkeypatch)


@pytest.fixture
def online(system: MicrosoftSystem) -> MicrosoftSystem:
    system.extra["online_meetings"] = True
    return system


def link_in(event: Event) -> bool:
    return "https://teams.example/l/meetup-join/" in event.description


def test_an_invitation_leads_to_an_online_meeting_and_a_hold_does_not(online: MicrosoftSystem) -> None:
    held = online.scheduling().place(hold())
    assert "isOnlineMeeting" not in body_of(online, "events.create")
    online.scheduling().change(meeting(sequence=1), held)
    patch = body_of(online, "events.update")
    assert (patch["isOnlineMeeting"], patch["onlineMeetingProvider"]) == (True, "teamsForBusiness")


def test_the_link_is_part_of_the_event(online: MicrosoftSystem) -> None:
    online.scheduling().place(meeting())
    assert link_in(only_event(online))
    assert only_event(online).description.startswith(meeting().description)
    assert only_event(online).location == meeting().where


CHANGES = {
    "time": moved(),
    "words": meeting("k1", sequence=1, description=cleared("We look at the counts.\n\nBring them.")),
    "no words": meeting("k2", sequence=1, description=cleared("")),
    "people": meeting("k3", sequence=1, optional=()),
    "place": meeting("k4", sequence=1, where=None),
    "title": meeting("k5", sequence=1, title=cleared("Counts")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_the_way_in_stays(online: MicrosoftSystem, change: Any) -> None:
    placed = online.scheduling().place(meeting())
    url, block = (
        online.there(meeting().uid)["onlineMeeting"]["joinUrl"],
        online.there(meeting().uid)["body"]["content"].partition("me-email")[2],
    )
    online.scheduling().change(change, placed)
    after = online.there(meeting().uid)
    assert after["onlineMeeting"]["joinUrl"] == url
    assert block in after["body"]["content"]
    event = only_event(online)
    words = event.description.removesuffix(url).strip()
    assert (words, event.start, event.summary) == (change.description, change.start, change.title)
    assert url in (event.location, event.description[-len(url) :])


def test_a_way_in_that_the_rep_added_by_hand_stays(system: MicrosoftSystem) -> None:
    placed = system.scheduling().place(meeting())
    online = {"isOnlineMeeting": True, "onlineMeeting": {"joinUrl": "https://teams.example/l/9"}}
    body = system.there(meeting().uid)["body"]["content"].replace(' id="nextmove"', "")
    joined = body.replace("</body>", '<br><a href="https://teams.example/l/9">Join</a></body>')
    system.microsoft.change_event(placed.remote_id, body={"contentType": "html", "content": joined}, **online)
    found = system.scheduling().find(meeting().uid)
    assert found is not None
    system.scheduling().change(CHANGES["words"], found)
    after = system.there(meeting().uid)
    assert after["onlineMeeting"] == online["onlineMeeting"]
    assert "Bring them." in after["body"]["content"]
    assert '<a href="https://teams.example/l/9">Join</a>' in after["body"]["content"]


def test_the_place_that_exchange_gives_an_online_meeting_stays(online: MicrosoftSystem) -> None:
    placed = online.scheduling().place(meeting(where=None))
    online.microsoft.change_event(placed.remote_id, location={"displayName": "Microsoft Teams Meeting"})
    found = online.scheduling().find(meeting().uid)
    assert found is not None
    changed = online.scheduling().change(meeting("k6", sequence=1, title=cleared("Counts"), where=None), found)
    assert only_event(online).location == "Microsoft Teams Meeting"
    online.scheduling().change(meeting("k7", sequence=2, title=cleared("Counts"), where=cleared("Room 4")), changed)
    assert only_event(online).location == "Room 4"

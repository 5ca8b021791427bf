"""An invite as the rep edits it: people, title, time on their own clock, place; a blank line; the description."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final

from assistant.domain.draft import Content
from assistant.domain.invite import InviteAct, Meeting
from assistant.domain.ports import Interval
from assistant.errors import InputError
from assistant.workflows.people_text import mailboxes, people_in

_WHERE: Final = "[where]"
"""The marker of the gap for the place, as the templates write it."""
_WHERE_LINE: Final = re.compile(r"^Where: *(.*?) *$", re.MULTILINE)
_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(\d{1,2}:\d{2})(?:\s*(?:-|–|to)\s*(\d{1,2}:\d{2}))?")
_NAMES: Final = {"to": "to", "cc": "cc", "title": "title", "subject": "title", "when": "when", "where": "where"}


def as_text(content: Content, meeting: Meeting, zone: tzinfo) -> str:
    """The invite as text. Of a cancellation only the note can be edited: it shows no time and no place."""
    lines = [f"To: {mailboxes(content.to)}", f"Cc: {mailboxes(content.cc)}", f"Title: {content.subject}"]
    if meeting.act is not InviteAct.CANCEL:
        start, end = (at.astimezone(zone) for at in content.times[0])
        lines += [f"When: {start:%Y-%m-%d %H:%M}-{end:%H:%M}", f"Where: {meeting.where}"]
    return "\n".join([*lines, "", content.body.rstrip(), ""])


def parse(text: str, before: Content, meeting: Meeting, zone: tzinfo, now: datetime) -> Content:
    """What the rep made of it. Raises `InputError`, which names the line, for what can't be read or can't be done."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    fields = _fields(head, meeting)
    body = body.strip() + "\n"
    after = replace(
        before,
        to=people_in(fields.get("to", "")),
        cc=people_in(fields["cc"]) if "cc" in fields else before.cc,
        subject=fields.get("title", before.subject),
    )
    if not after.to:
        raise InputError("The invite invites nobody any more.", "Keep a To: line at the top, or dismiss the invite.")
    if not after.subject:
        raise InputError("The line 'Title:' is empty.", "Everybody sees the title in their calendar: give it one.")
    if not body.strip():
        raise InputError("Nothing stands below the lines at the top.", "Say there what the meeting is for.")
    if meeting.act is InviteAct.CANCEL:
        return _cancellation(before, replace(after, body=body))
    _check_people(before, after, meeting)
    when = _when(fields["when"], before.times[0], zone, now) if "when" in fields else before.times[0]
    where, body = _placed_at(fields.get("where", meeting.where), meeting.where, before.body, body)
    return replace(after, body=body, times=(when,), meeting=replace(meeting, where=where))


def _fields(head: str, meeting: Meeting) -> dict[str, str]:
    allowed = "To:, Cc: or Title:" if meeting.act is InviteAct.CANCEL else "To:, Cc:, Title:, When: or Where:"
    fields: dict[str, str] = {}
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        field = _NAMES.get(name.strip().lower())
        fixed = meeting.act is InviteAct.CANCEL and field in ("when", "where")
        if not colon or field is None or fixed:
            raise InputError(
                f"The line {line!r} isn't {allowed}.", "Keep these lines at the top, and a blank line below."
            )
        if field in fields:
            raise InputError(f"The line {line!r} is there twice.", "Keep one of them.")
        fields[field] = " ".join(value.split())
    return fields


def _cancellation(before: Content, after: Content) -> Content:
    if (_emails(after), after.subject) != (_emails(before), before.subject):
        raise InputError(
            "Whoever was invited must hear that it's called off, under the title that they know.",
            "Leave the lines at the top as they are, and edit the note below them.",
        )
    return after


def _check_people(before: Content, after: Content, meeting: Meeting) -> None:
    there = {person.email for person in (*after.to, *after.cc)}
    left_out = next((person for person in (*before.to, *before.cc) if person.email not in there), None)
    if meeting.act is InviteAct.MOVE and left_out is not None:
        raise InputError(
            f"{left_out} was invited before, and would not hear of the new time.", "Keep them in To: or Cc:."
        )


def _emails(content: Content) -> tuple[set[str], set[str]]:
    return {person.email for person in content.to}, {person.email for person in content.cc}


def _when(text: str, before: Interval, zone: tzinfo, now: datetime) -> Interval:
    """The time that a line names; without an end it's as long as it was."""
    found = _TIME.fullmatch(text)
    write = "Write it like: When: 2026-03-03 10:00-10:30"
    if found is None:
        raise InputError(f"The line 'When: {text}' names no time.", write)
    try:
        day = date.fromisoformat(found[1])
        start = _on_the_clock(day, found[2], zone)
        end = _on_the_clock(day, found[3], zone) if found[3] else start + (before[1] - before[0])
    except ValueError:
        raise InputError(f"The line 'When: {text}' names a time that doesn't exist.", write) from None
    if end <= start:
        raise InputError(f"The line 'When: {text}' ends before it begins.", write)
    if start <= now:
        raise InputError(f"The line 'When: {text}' names a time that has passed.", "Name one that lies ahead.")
    same = (start, end) == before
    return before if same else (start, end)


def _on_the_clock(day: date, hour: str, zone: tzinfo) -> datetime:
    """Raises `ValueError` for an hour that a clock doesn't show, or skips on that day."""
    hours, minutes = hour.split(":")
    at = datetime.combine(day, time(int(hours), int(minutes)), zone)
    if at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at.replace(tzinfo=None):
        raise ValueError(hour)
    return at


def _placed_at(where: str, before: str, old: str, new: str) -> tuple[str, str]:
    """The place, and the description that names it: whichever of the two the rep changed, the other follows."""
    if where == before:
        said, was = _WHERE_LINE.search(new), _WHERE_LINE.search(old)
        if said and was and said[1] != was[1] and said[1] and _WHERE not in said[1]:
            return " ".join(said[1].split()), new
        return where, new
    named = _WHERE_LINE.sub(lambda line: f"Where: {where or _WHERE}" if line[1] == before else line[0], new)
    return where, named.replace(_WHERE, where) if where else named

"""What our drafts carry that people don't see: how they are known again when it's lost, and what it tells whoever gets
the mail."""

import re
from email.message import EmailMessage

import pytest

from assistant.domain.ports import DraftChanged, FiledDraft, Withdrawal
from providers.google.outbox import GoogleOutbox
from providers.google.sending import GoogleSender
from providers.quoting import MARK_FIELD
from tests.contracts.letters import letter
from tests.contracts.outbox import outgoing, revised
from tests.contracts.sender import KNOWN
from tests.edges.google_drafts import GoogleDrafts, Killed, Mortal, parsed
from tests.edges.systems import BERLIN
from tests.servers.google import GooglePeer

KEY = outgoing().key


@pytest.fixture
def drafts(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleDrafts:
    google.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    return GoogleDrafts(google, monkeypatch, send=True)


def saved_anew(drafts: GoogleDrafts) -> None:
    """An editor on the web saves the draft, and keeps no field that it doesn't know."""
    (draft,) = drafts.peer.drafts()
    message = parsed(draft.mail.raw)
    for name in (*(name for name in message if name.lower().startswith("x-")), MARK_FIELD):
        del message[name]
    drafts.peer.edit_draft(draft.id, message.as_bytes())


def killed_after_making(drafts: GoogleDrafts) -> None:
    """The process files the draft and dies before it sees the answer."""
    for at in range(1, 40):
        try:
            GoogleOutbox(Mortal(drafts.settings, at, after=True), BERLIN).file(outgoing())
        except Killed:
            if drafts.peer.drafts():
                return
    raise AssertionError("it was never made")


def found(drafts: GoogleDrafts, key: str = KEY) -> FiledDraft:
    filed = drafts.outbox().find(key)
    assert filed is not None
    return filed


# a draft without our field


def test_a_draft_saved_without_our_field_right_after_a_crash_is_found_and_not_made_again(drafts: GoogleDrafts) -> None:
    killed_after_making(drafts)
    saved_anew(drafts)
    assert drafts.outbox().file(outgoing()) == found(drafts)
    assert len(drafts.drafts()) == 1


def test_such_a_draft_is_the_reps_and_left_alone(drafts: GoogleDrafts) -> None:
    killed_after_making(drafts)
    saved_anew(drafts)
    filed = found(drafts)
    (theirs,) = drafts.drafts()
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    with pytest.raises(DraftChanged):
        drafts.outbox().replace(KEY, filed, revised())
    with pytest.raises(DraftChanged):
        GoogleSender(drafts.google(), BERLIN).send(KEY, filed, KNOWN)
    assert drafts.drafts() == [theirs]


def test_a_replacement_saved_without_our_field_right_after_a_crash_is_known_as_done(drafts: GoogleDrafts) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.outbox().replace(KEY, filed, revised())
    saved_anew(drafts)
    assert found(drafts, revised().key).message_id == revised().message_id
    assert drafts.outbox().find(KEY) is None
    drafts.outbox().replace(KEY, filed, revised())
    assert len(drafts.drafts()) == 1


def test_what_was_sent_without_our_field_is_found_by_its_message_id(drafts: GoogleDrafts) -> None:
    filed = drafts.outbox().file(outgoing())
    saved_anew(drafts)
    (draft,) = drafts.peer.drafts()
    drafts.peer.send_draft(draft.id)
    assert drafts.sender().find(KEY, filed) is not None
    drafts.sender().send(KEY, filed, KNOWN)
    assert drafts.sent() == []


def test_a_draft_of_the_reps_that_answers_ours_is_not_taken_for_it(drafts: GoogleDrafts, google: GooglePeer) -> None:
    theirs = EmailMessage()
    theirs["From"], theirs["To"], theirs["Subject"] = google.email, "ines@harbour.example", "Re: Pallet counts 4"
    theirs["Message-ID"] = "<their-own@mail.example>"
    theirs["In-Reply-To"] = theirs["References"] = f"<{outgoing().message_id}>"
    theirs.set_content("One more thing.")
    google.write_draft(theirs.as_bytes())
    assert drafts.outbox().find(KEY) is None


# what leaves


def test_what_leaves_says_nothing_of_the_deal_that_is_not_in_its_text(drafts: GoogleDrafts) -> None:
    """Our fields travel, since only by them a mail that went out is known not to be sent again: digests and counts."""
    digest = "9f2c" * 8
    filed = drafts.outbox().file(outgoing(digest))
    drafts.sender().send(digest, filed, KNOWN)
    (raw,) = drafts.sent()
    message = parsed(raw)
    ours = {name: message[name] for name in message if "nextmove" in f"{name}{message[name]}".lower()}
    assert set(ours) == {"X-Nextmove-Key", MARK_FIELD, "Message-ID"}
    assert ours["X-Nextmove-Key"] == digest
    assert re.fullmatch(r"\d+ [0-9a-f]{32}", ours[MARK_FIELD])
    assert ours["Message-ID"] == f"<{digest}.nextmove@tallwood.example>"

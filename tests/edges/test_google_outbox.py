"""Drafts in Gmail: the suite, the thread, the quote below, and what the rep does to them on the web."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from assistant.domain.mail import Address, FolderRole
from assistant.domain.ports import DraftChanged, FiledDraft, Withdrawal
from providers.google.sending import GoogleSender
from providers.quoting import MARK_FIELD
from tests.contracts.caller import MailCaller
from tests.contracts.letters import letter
from tests.contracts.outbox import DraftSystem, OutboxSuite, cleared, outgoing, revised
from tests.contracts.sender import KNOWN
from tests.edges.google_drafts import GoogleDrafts, parsed, part
from tests.edges.systems import BERLIN
from tests.servers.google import GooglePeer

KEY = outgoing().key
QUOTED = "On Mon, Mar 2, 2026 at 10:04 AM Ines Okafor <ines@harbour.example> wrote:"


@pytest.fixture
def drafts(google: GooglePeer, monkeypatch: pytest.MonkeyPatch) -> GoogleDrafts:
    return GoogleDrafts(google, monkeypatch)


@pytest.fixture
def thread(google: GooglePeer) -> str:
    """The conversation that `outgoing` answers."""
    google.deliver(letter(7))
    answered = google.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    return next(each.thread_id for each in google.messages() if each.id == answered)


class TestGoogleOutbox(OutboxSuite):
    def test_the_mailbox_and_the_outbox_name_it_alike(self, drafts: DraftSystem) -> None:
        """Gmail names a draft and the message in it apart, and the message anew with each edit: the key is the same."""
        filed = drafts.outbox().file(outgoing())
        caller = MailCaller()
        caller.pull(drafts.open())
        (message,) = caller.held.values()
        assert (message.folder, message.role) == (filed.folder, FolderRole.DRAFTS)
        assert message.message_id == filed.message_id


def rewrite(drafts: GoogleDrafts, change: EmailMessage, *, new_id: bool = False) -> None:
    drafts.peer.edit_draft(drafts.draft(KEY).id, change.as_bytes(), new_id=new_id)


def with_texts(message: EmailMessage, plain: str, html: str) -> EmailMessage:
    """The draft as Gmail's editor saves it: every field kept, both texts written anew."""
    for name in ("Content-Type", "Content-Transfer-Encoding", "MIME-Version"):
        del message[name]
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    return message


# the thread


def test_a_reply_lies_in_the_thread_of_the_message_answered(drafts: GoogleDrafts, thread: str) -> None:
    filed = drafts.outbox().file(outgoing())
    assert filed.thread == drafts.draft(KEY).mail.thread_id == thread


def test_a_reply_to_a_message_that_is_gone_lies_in_the_thread_of_those_before(
    drafts: GoogleDrafts, google: GooglePeer, thread: str
) -> None:
    mail = replace(
        outgoing(), in_reply_to="gone@contract.example", references=("n4@contract.example", "gone@c.example")
    )
    assert drafts.outbox().file(mail).thread == thread
    assert "gmail_quote" not in part(drafts.only_draft(), "html")


def test_another_subject_begins_another_thread(drafts: GoogleDrafts, google: GooglePeer, thread: str) -> None:
    drafts.outbox().file(replace(outgoing(), subject=cleared("Loading dock")))
    (call,) = google.calls("gmail.users.drafts.create")
    assert isinstance(call.body, dict)
    assert "threadId" not in call.body["message"]


def test_the_marks_of_a_reply_make_no_other_subject(drafts: GoogleDrafts, thread: str) -> None:
    assert drafts.outbox().file(replace(outgoing(), subject=cleared("AW: Re:  pallet counts 4"))).thread == thread


def test_a_draft_that_answers_the_same_message_is_not_taken_for_it(drafts: GoogleDrafts, google: GooglePeer) -> None:
    google.write_draft(letter(4))
    drafts.outbox().file(outgoing())
    (call,) = google.calls("gmail.users.drafts.create")
    assert isinstance(call.body, dict)
    assert "threadId" not in call.body["message"]


@pytest.mark.parametrize("message_id", ["a{b}c@contract.example", "a(b)@contract.example", 'a"b"@contract.example'])
def test_an_id_that_means_something_to_the_search_is_not_searched(
    drafts: GoogleDrafts, google: GooglePeer, message_id: str
) -> None:
    drafts.outbox().file(replace(outgoing(), in_reply_to=message_id, references=(message_id,)))
    assert google.calls("gmail.users.messages.list") == []


def test_a_first_mail_answers_nothing_and_asks_for_no_thread(drafts: GoogleDrafts, google: GooglePeer) -> None:
    drafts.outbox().file(replace(outgoing(), in_reply_to=None, references=()))
    assert google.calls("gmail.users.messages.*") == []


# what it says


def test_the_message_answered_is_quoted_below_in_both_texts(drafts: GoogleDrafts, thread: str) -> None:
    drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    assert part(message, "plain") == f"{outgoing().body}\n{QUOTED}\n\n> The counts are attached.\n"
    html = part(message, "html")
    assert html.startswith('<div dir="ltr">Hi Ines,<br>\n<br>\nthank you for the counts.<br>')
    assert "The counts are attached." in html[html.index('<blockquote class="gmail_quote"') :]


def test_what_is_filed_is_without_the_quote(drafts: GoogleDrafts, thread: str) -> None:
    assert drafts.outbox().file(outgoing()).body == outgoing().body.strip()


def test_the_quote_is_of_the_words_alone(drafts: GoogleDrafts, google: GooglePeer) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Cc"] = "Ines <ines@harbour.example>", google.email, "jo@harbour.example"
    mail["Subject"], mail["Message-ID"] = "Pallet counts 4", "<n4@contract.example>"
    mail["Date"] = "Mon, 02 Mar 2026 09:04:00 +0000"
    mail.set_content('<p onclick="x()">Counts</p><script>x()</script><img src="http://thief.example/p.gif">', "html")
    google.deliver(mail.as_bytes())
    drafts.outbox().file(outgoing())
    html = part(drafts.only_draft(), "html")
    assert "Counts</div></blockquote>" in html
    assert not any(each in html for each in ("script", "img", "onclick", "thief"))


def test_a_message_too_large_to_fetch_is_not_quoted(
    drafts: GoogleDrafts, google: GooglePeer, thread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.google.conversations._LARGEST", 10)
    assert drafts.outbox().file(outgoing()).thread == thread
    assert "gmail_quote" not in part(drafts.only_draft(), "html")


def test_the_signature_of_the_account_is_not_put_below_ours(
    drafts: GoogleDrafts, google: GooglePeer, thread: str
) -> None:
    google.add_alias("rep@tallwood.example", "Mara Lindqvist", "<div>Mara Lindqvist, Tallwood</div>", default=True)
    drafts.outbox().file(outgoing())
    assert b"Tallwood" not in drafts.drafts()[0]
    assert part(drafts.only_draft(), "plain").count("Mara") == 1


def test_twenty_people_with_names_of_every_script_get_it(drafts: GoogleDrafts) -> None:
    names = ["Zoë Müller-Lüdenscheidt", "山田 太郎", "Łukasz, Jr.", "O'Neil (Bo)", None]
    people = tuple(Address(f"guest{n}@harbour.example", names[n % 5]) for n in range(20))
    filed = drafts.outbox().file(replace(outgoing(), to=people[:12], cc=people[12:]))
    assert filed.recipients == people
    assert [each.name for each in filed.recipients] == [each.name for each in people]
    assert max(map(len, drafts.drafts()[0].split(b"\r\n"))) <= 998


# what the rep does to it


def found_now(drafts: GoogleDrafts) -> FiledDraft:
    found = drafts.outbox().find(KEY)
    assert found is not None
    return found


def touched(drafts: GoogleDrafts, filed: FiledDraft, change: EmailMessage) -> None:
    """The rep saves the draft like this: then it's theirs, for good."""
    rewrite(drafts, change)
    (theirs,) = drafts.drafts()
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    with pytest.raises(DraftChanged):
        drafts.outbox().replace(KEY, filed, revised())
    with pytest.raises(DraftChanged):
        GoogleSender(drafts.google(), BERLIN).send(KEY, filed, KNOWN)
    assert drafts.drafts() == [theirs]


def test_lines_broken_anew_are_an_edit_that_says_the_same(drafts: GoogleDrafts, thread: str) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    plain = part(message, "plain").replace("wrote:", "\nwrote:").replace("> The counts", "> The\n> counts")
    html = part(message, "html").replace("<br>\n", "</div><div>").replace("The counts", "The<br>counts")
    touched(drafts, filed, with_texts(message, plain, html))
    assert found_now(drafts).body.split() == filed.body.split()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("counts", '<a href="https://other.example/offer">counts</a>'),
        ("thank you", "<s>thank you</s>"),
        ("</div>", '<img src="https://other.example/chart.png"></div>'),
        ("<br>\n", "<br><br>\n"),
    ],
    ids=["a link", "struck out", "a picture", "a paragraph"],
)
def test_what_changes_no_word_is_an_edit_too(drafts: GoogleDrafts, thread: str, old: str, new: str) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    html = part(message, "html").replace(old, new, 1)
    touched(drafts, filed, with_texts(message, part(message, "plain"), html))


@pytest.mark.parametrize("field", ["From", "Reply-To", "In-Reply-To"])
def test_another_sender_or_another_way_back_is_an_edit(drafts: GoogleDrafts, thread: str, field: str) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    del message[field]
    message[field] = "<sales@tallwood.example>"
    touched(drafts, filed, message)


def test_a_draft_noted_before_its_bytes_were_is_left_alone(drafts: GoogleDrafts) -> None:
    filed = drafts.outbox().file(outgoing())
    assert drafts.outbox().withdraw(KEY, replace(filed, etag="")) is Withdrawal.EDITED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The counts are attached.", "The counts are attached. No: they are not."),
        ("wrote:", "wrote, and I'm glad:"),
        ("thank you", "thanks"),
    ],
    ids=["in the quote", "in its introduction", "in our text"],
)
def test_words_of_the_rep_are_an_edit_wherever_they_stand(
    drafts: GoogleDrafts, thread: str, old: str, new: str
) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    plain, html = part(message, "plain"), part(message, "html")
    rewrite(drafts, with_texts(message, plain.replace(old, new), html.replace(old, new)))
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    assert len(drafts.drafts()) == 1


def test_words_in_the_html_alone_are_an_edit(drafts: GoogleDrafts, thread: str) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    html = part(message, "html").replace("thank you", "many thanks")
    rewrite(drafts, with_texts(message, part(message, "plain"), html))
    assert "many thanks" in found_now(drafts).body
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED


def test_a_quote_taken_out_leaves_our_own_words_as_they_were(drafts: GoogleDrafts, thread: str) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    html = part(message, "html").partition('<br>\n<div class="gmail_quote">')[0]
    rewrite(drafts, with_texts(message, str(outgoing().body), html))
    assert replace(found_now(drafts), etag=filed.etag) == filed


@pytest.mark.parametrize("field", ["To", "Cc", "Bcc"])
def test_one_more_recipient_is_an_edit(drafts: GoogleDrafts, field: str) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    people = [str(message[field])] if message[field] else []
    del message[field]
    message[field] = ", ".join([*people, "boss@harbour.example"])
    rewrite(drafts, message)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED


def test_an_attachment_is_an_edit(drafts: GoogleDrafts) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="counts.pdf")
    rewrite(drafts, message)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED


def test_a_draft_under_another_id_is_found_by_its_key(drafts: GoogleDrafts, thread: str) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.peer.edit_draft(filed.remote_id, drafts.drafts()[0], new_id=True)
    assert found_now(drafts) == replace(filed, remote_id=drafts.draft(KEY).id)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.WITHDRAWN


def test_a_draft_that_lost_its_key_was_written_anew_by_the_rep(drafts: GoogleDrafts) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    del message["X-Nextmove-Key"]
    rewrite(drafts, message)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED
    assert len(drafts.drafts()) == 1


def test_a_draft_whose_quote_is_not_marked_any_more_is_left_alone(drafts: GoogleDrafts, thread: str) -> None:
    filed = drafts.outbox().file(outgoing())
    message = drafts.only_draft()
    del message[MARK_FIELD]
    rewrite(drafts, message)
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.EDITED


def test_a_draft_that_the_rep_sent_is_gone(drafts: GoogleDrafts, google: GooglePeer, thread: str) -> None:
    filed = drafts.outbox().file(outgoing())
    google.send_draft(filed.remote_id)
    assert drafts.outbox().find(KEY) is None
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.GONE
    assert len([each for each in google.messages() if "SENT" in each.labels]) == 1


def test_a_draft_in_the_trash_is_gone(drafts: GoogleDrafts, google: GooglePeer) -> None:
    filed = drafts.outbox().file(outgoing())
    google.relabel(drafts.draft(KEY).mail.id, add=["TRASH"])
    assert drafts.outbox().find(KEY) is None
    assert drafts.outbox().withdraw(KEY, filed) is Withdrawal.GONE


def test_drafts_of_the_rep_are_never_touched(drafts: GoogleDrafts, google: GooglePeer, thread: str) -> None:
    theirs = google.write_draft(letter(5, reply_to=4), thread)
    filed = drafts.outbox().file(outgoing())
    drafts.outbox().withdraw(KEY, filed)
    assert [each.id for each in google.drafts()] == [theirs.id]


# what it costs


def test_a_draft_is_read_once_while_nobody_changes_it(drafts: GoogleDrafts, google: GooglePeer) -> None:
    for number in range(60):
        google.write_draft(letter(number))
    outbox = drafts.outbox()
    assert outbox.find(KEY) is None
    google.log.clear()
    assert outbox.find(KEY) is None
    assert [call.id for call in google.log] == ["gmail.users.drafts.list"]


def test_drafts_older_than_ours_are_not_read_to_find_it(
    drafts: GoogleDrafts, google: GooglePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.google.drafts._AT_ONCE", 10)
    for number in range(25):
        google.write_draft(letter(number))
    filed = drafts.outbox().file(outgoing())
    google.log.clear()
    assert drafts.outbox().find(KEY) == filed
    assert len(google.calls("gmail.users.drafts.get")) == 11


def test_more_drafts_than_a_page_holds_are_all_looked_at(
    drafts: GoogleDrafts, google: GooglePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.google.drafts._PAGE", 2)
    filed = drafts.outbox().file(outgoing())
    for number in range(5):
        google.write_draft(letter(number))
    assert drafts.outbox().find(KEY) == filed


# in the place of another one


def test_a_new_version_is_the_same_draft_for_gmail(drafts: GoogleDrafts, thread: str) -> None:
    filed = drafts.outbox().file(outgoing())
    now = drafts.outbox().replace(KEY, filed, revised())
    assert (now.remote_id, now.thread, now.body) == (filed.remote_id, thread, revised().body.strip())
    assert parsed(drafts.drafts()[0])["X-Nextmove-Key"] == revised().key
    assert QUOTED in part(drafts.only_draft(), "plain")
    assert drafts.outbox().find(KEY) is None


def test_replacing_twice_is_replacing_once(drafts: GoogleDrafts, google: GooglePeer) -> None:
    filed = drafts.outbox().file(outgoing())
    now = drafts.outbox().replace(KEY, filed, revised())
    assert drafts.outbox().replace(KEY, filed, revised()) == now
    assert len(google.calls("gmail.users.drafts.update")) == 1


def test_a_draft_that_the_rep_touched_is_not_replaced(drafts: GoogleDrafts, google: GooglePeer) -> None:
    filed = drafts.outbox().file(outgoing())
    drafts.edit_draft(KEY, b"thank you for", b"many thanks for")
    with pytest.raises(DraftChanged):
        drafts.outbox().replace(KEY, filed, revised())
    assert google.calls("gmail.users.drafts.update") == []

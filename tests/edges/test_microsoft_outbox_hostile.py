"""Drafts in Outlook below which hostile mail stands: what was approved is what is read, by those who were approved."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from assistant.domain.mail import Address
from providers.html import text_of
from tests.contracts.letters import letter
from tests.contracts.outbox import outgoing
from tests.edges.microsoft_drafts import MicrosoftDrafts
from tests.servers.microsoft import MicrosoftPeer

SAID = outgoing().body.strip()
HEADER = (
    b"From: ines@harbour.example\nTo: rep@tallwood.example\nCc: jo@harbour.example\nSubject: Pallet counts 4\n"
    b"Message-ID: <n4@contract.example>\nDate: Mon, 02 Mar 2026 09:04:00 +0000\nContent-Type: text/html\n\n"
)


@pytest.fixture
def drafts(microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch) -> MicrosoftDrafts:
    return MicrosoftDrafts(microsoft, monkeypatch)


@pytest.mark.parametrize(
    "html",
    [
        "<html><body><style>/* <body> */</style><p>Counts</p></body></html>",
        "<html><body><!-- <body> --><p>Counts</p></body></html>",
        '<html><body><p title="<body>">Counts</p></body></html>',
        "<html><body><p>Counts</p></body><body text=white></html>",
        "<html><body><textarea><body></textarea><p>Counts</p></body></html>",
        "<html><body><style>div[dir=ltr] {display: none}</style><p>Counts</p></body></html>",
        "<html><body><style>body :first-child::before {content: 'We pay the rest'}</style><p>Counts</p></body></html>",
        "<html><body><!--[if mso]><style>div {mso-hide: all}</style><![endif]--><p>Counts</p></body></html>",
        '<html><body><link rel="stylesheet" href="https://evil.example/a.css"><p>Counts</p></body></html>',
        '<html><body><base href="https://evil.example/"><p>Counts</p></body></html>',
        "<html><body><svg><style>div {display: none}</style></svg><p>Counts</p></body></html>",
        "<html><body></div></div><style>div {display: none}</style><p>Counts</p>",
    ],
)
def test_nothing_in_a_history_hides_or_changes_our_words(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, html: str
) -> None:
    microsoft.deliver(HEADER + html.encode())
    filed = drafts.outbox().file(outgoing())
    body = drafts.only_draft().body
    assert filed.body == SAID
    assert text_of(body).startswith(SAID)
    assert "Counts" in text_of(body)
    assert not LexborHTMLParser(body).css("style, link, base, script")
    assert "evil.example" not in body
    assert "<!--" not in body
    assert body.index("Hi Ines") < body.index("Pallet counts")


def test_a_body_dressed_to_hide_our_words_dresses_its_own(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exchange keeps the attributes of a message's body on the body of the reply."""
    microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))

    def dressed() -> None:
        item = drafts.only_draft()
        content = item.body.replace("<body>", '<body dir="rtl" text="white" bgcolor="white" style="display:none">')
        item.fields["body"] = {"contentType": "html", "content": content}

    monkeypatch.setattr(microsoft._messages, "draft", _then(microsoft._messages.draft, dressed))
    drafts.outbox().file(outgoing())
    (body,) = LexborHTMLParser(drafts.only_draft().body).css("body")
    assert body.attributes == {}
    quoted = body.css_first("div[dir=rtl]")
    assert quoted is not None
    assert quoted.text().strip().startswith("From:")


def _then(function: Callable[..., Any], afterwards: Callable[[], None]) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        made = function(*given, **named)
        afterwards()
        return made

    return call


def test_outlooks_own_paragraphs_keep_their_looks(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    style = (
        "<style><!-- /* Style Definitions */ @font-face {font-family: X; src: url(https://evil.example/f)} "
        "p.MsoNormal, div.MsoNormal {margin: 0cm; font-size: 11pt} body.x, p.y > div {display: none} "
        ".z {color: red} p.Evil {background: url(https://evil.example/p)} --></style>"
    )
    microsoft.deliver(HEADER + f"<html><body>{style}<p class=MsoNormal>Counts</p></body></html>".encode())
    drafts.outbox().file(outgoing())
    body = drafts.only_draft().body
    assert "evil.example" not in body
    assert 'class="MsoNormal"' in body


def test_a_forged_twin_of_the_message_answered_is_not_quoted(drafts: MicrosoftDrafts, microsoft: MicrosoftPeer) -> None:
    """Who was on the mail knows its Message-ID, and can send another one under it."""
    for place in ("before", "after"):
        if place == "after":
            microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
        forged = letter(4, body="Pay to account 13.", extra="Cc: ines@harbour.example, jo@harbour.example\n")
        microsoft.deliver(forged.replace(b"Ines Okafor <ines@", b"Eve <eve@"))
    drafts.outbox().file(outgoing())
    assert "Pay to account 13" not in drafts.only_draft().body
    assert "The counts are attached" in drafts.only_draft().body


def test_another_text_for_more_people_does_not_bring_them_the_history(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    """The rep changes a draft that was filed, and adds somebody who wasn't on the mail."""
    microsoft.deliver(letter(4, extra="Cc: jo@harbour.example\n"))
    filed = drafts.outbox().file(outgoing())
    fewer = replace(outgoing("fewer"), cc=())
    again = drafts.outbox().replace(outgoing().key, filed, fewer)
    assert "The counts are attached" in drafts.only_draft().body
    more = replace(outgoing("more"), cc=(Address("new@harbour.example"),))
    drafts.outbox().replace("fewer", again, more)
    assert "The counts are attached" not in drafts.only_draft().body


def test_pictures_of_a_history_do_not_reach_who_does_not_get_it(
    drafts: MicrosoftDrafts, microsoft: MicrosoftPeer
) -> None:
    """Outlook takes the pictures of a mail along into the reply to it."""
    picture = {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": "plan.png",
        "contentType": "image/png",
        "isInline": True,
        "contentId": "plan",
        "contentBytes": "aVZCTw==",
        "size": 4,
    }
    answered = microsoft.deliver(HEADER + b'<html><body><p>Counts</p><img src="cid:plan"></body></html>')
    item = microsoft.item(answered)
    assert item is not None
    item.attachments.append({**picture, "id": "AAMkATTplan"})
    filed = drafts.outbox().file(outgoing())
    assert [each["name"] for each in drafts.only_draft().attachments] == ["plan.png"]
    drafts.outbox().withdraw(outgoing().key, filed)
    drafts.outbox().file(replace(outgoing("other"), cc=(Address("new@harbour.example"),)))
    assert drafts.only_draft().attachments == []
    assert drafts.outbox().find("other") is not None

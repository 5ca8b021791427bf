"""Another letter in front of a draft's history, which stays as Exchange has put it there."""

import re
from collections.abc import Iterator
from typing import Any, Final

from assistant.domain.ports import OutgoingMail
from providers.microsoft.drafts import KEY_PROPERTY, QUOTE_PROPERTY, FoundDraft, text_in
from providers.microsoft.writing import Headers, recipients
from providers.quoting import letter, mark, words_of

_BODY: Final = re.compile(r"<body[^>]*>", re.IGNORECASE)
_BEGINS: Final = re.compile(r"<hr\b|<div[^<>]*\bid=[\"']?(?:appendonsend|divRplyFwdMsg)\b", re.IGNORECASE)


def revision(draft: FoundDraft, mail: OutgoingMail, headers: Headers) -> dict[str, Any] | None:
    """What makes a reply of ours say what `mail` says; None where it has no history, or that can't be told from the
    letter: then a new draft takes its place."""
    quoted = words_of(draft.text)[len(words_of(draft.body)) :]
    if mail.page is not None or not quoted or draft.markup is None:
        return None
    ours = letter(str(mail.body)) + "<br>\n"
    said = words_of(text_in(_html(ours)))
    for history in _histories(draft.markup):
        if words_of(text_in(_html(history))) != quoted:
            continue
        begin = _BODY.search(draft.markup)
        whole = (draft.markup[: begin.end()] if begin else "") + ours + history
        if words_of(text_in(_html(whole))) == [*said, *quoted]:
            return {
                "subject": mail.subject.strip(),
                "body": _html(whole),
                "toRecipients": recipients(mail.to),
                "ccRecipients": recipients(mail.cc),
                "bccRecipients": [],
                "internetMessageId": headers.message_id,
                "singleValueExtendedProperties": [
                    {"id": KEY_PROPERTY, "value": mail.key},
                    {"id": QUOTE_PROPERTY, "value": mark(quoted)},
                ],
            }
    return None


def _histories(markup: str) -> Iterator[str]:
    """What may be the history in a reply's HTML, the longest first."""
    return (markup[found.start() :] for found in _BEGINS.finditer(markup))


def _html(content: str) -> dict[str, str]:
    return {"contentType": "html", "content": content}

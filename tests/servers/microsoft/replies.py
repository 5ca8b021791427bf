"""Replies with what was said before, and sending (Microsoft Graph, message: createReply, send)."""

from collections.abc import Callable
from datetime import datetime
from html import escape

from tests.servers.microsoft.asked import Asked, Json, Refused
from tests.servers.microsoft.mailroom import PREFIX, Item, MailRoom
from tests.servers.microsoft.messages import REFERENCES, REPLY_TO, Messages
from tests.servers.microsoft.texts import HEAD, html_of, inside
from tests.servers.microsoft.times import zone
from tests.servers.proxy import Reply

RULE = '<hr tabindex="-1" style="display:inline-block; width:98%">'


class Replies:
    """What makes drafts of answers, and sends drafts."""

    def __init__(self, room: MailRoom, messages: Messages) -> None:
        self.room, self.messages = room, messages
        self.handlers: dict[str, Callable[[Asked], object]] = {
            "messages.createReply": self.one,
            "messages.createReplyAll": self.all,
            "messages.send": self.send,
            "sendMail": self.send_mail,
        }

    def one(self, asked: Asked) -> Reply:
        return self._reply(asked, everybody=False)

    def all(self, asked: Asked) -> Reply:
        return self._reply(asked, everybody=True)

    def _reply(self, asked: Asked, *, everybody: bool) -> Reply:
        original = self.room.get(asked.path["id"])
        if original.is_draft:
            raise Refused(400, "ErrorInvalidOperation", "A draft can't be answered.")
        to, cc = self._recipients(original, everybody=everybody)
        content = self._quote(original, asked.prefer.zone, asked.body.get("comment", ""))
        given: Json = asked.body.get("message", {})
        filled: Json = {"toRecipients": to, "ccRecipients": cc, "subject": f"RE: {bare(original.subject)}"}
        filled["body"] = {"contentType": "html", "content": content}
        shown = [each for each in original.attachments if each.get("isInline") and each.get("contentBytes")]
        if shown and "body" not in given:  # Outlook's replies take the pictures of the history along
            names = ("@odata.type", "name", "contentType", "isInline", "contentId", "contentBytes")
            filled["attachments"] = [{name: each[name] for name in names if name in each} for each in shown]
        item = self.messages.draft(
            {**filled, **given},
            self.room.folders.known["drafts"],
            self._threading(original),
            conversationId=original.fields["conversationId"],
            conversationIndex=f"{original.fields['conversationIndex']}AB",
        )
        return Reply(201, self.messages.shown(item, asked))

    def _threading(self, original: Item) -> dict[str, str]:
        message_id = f"<{original.message_id}>"
        before = original.properties.get(REFERENCES) or original.properties.get(REPLY_TO) or ""
        return {REPLY_TO: message_id, REFERENCES: f"{before} {message_id}".strip()}

    def _recipients(self, original: Item, *, everybody: bool) -> tuple[list[Json], list[Json]]:
        """Reply-To before From; one's own message is answered to whom it went."""
        fields = original.fields
        mine = _address(fields.get("from", {})) == self.room.email.casefold()
        first = fields["toRecipients"] if mine else fields["replyTo"] or [fields["from"]] if fields.get("from") else []
        if not everybody:
            return list(first), []
        seen = {self.room.email.casefold(), *map(_address, first)}
        more = [] if mine else [each for each in fields["toRecipients"] if _address(each) not in seen]
        seen |= set(map(_address, more))
        return [*first, *more], [each for each in fields["ccRecipients"] if _address(each) not in seen]

    def _quote(self, original: Item, zone_name: str, comment: str) -> str:
        body = original.fields["body"]
        html = body["content"] if body["contentType"].casefold() == "html" else html_of(body["content"])
        sent = datetime.fromisoformat(original.fields["sentDateTime"]).astimezone(zone(zone_name or "UTC"))
        half = "PM" if sent.hour > 11 else "AM"
        lines = {
            "From": _shown(original.fields.get("from")),
            "Sent": f"{sent:%A, %B} {sent.day}, {sent:%Y} {sent.hour % 12 or 12}:{sent:%M} {half}",
            "To": "; ".join(map(_shown, original.fields["toRecipients"])),
            "Cc": "; ".join(map(_shown, original.fields["ccRecipients"])),
            "Subject": original.subject,
        }
        said = "<br>\r\n".join(f"<b>{name}:</b> {escape(text)}" for name, text in lines.items() if text)
        first = f"{escape(comment, quote=False)}<br>" if comment else ""
        font = '<font face="Calibri, sans-serif" color="#000000" style="font-size:11pt">'
        block = f'<div id="divRplyFwdMsg" dir="ltr">{font}{said}</font>'
        return f"{HEAD}</head><body>{first}{RULE}{block}<div>&nbsp;</div></div>{inside(html)}</body></html>"

    def send(self, asked: Asked) -> Reply:
        """202 and nothing; the draft's Sent copy appears a little later."""
        item = self.room.get(asked.path["id"])
        if not item.is_draft or item.due is not None:
            raise Refused(404)
        if not any(item.fields[name] for name in ("toRecipients", "ccRecipients", "bccRecipients")):
            raise Refused(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
        self.room.send(item)
        return Reply(202)

    def send_mail(self, asked: Asked) -> Reply:
        item = self.messages.draft(asked.body["message"], self.room.folders.known["outbox"])
        self.room.send(item)
        return Reply(202)


def bare(subject: str) -> str:
    return PREFIX.sub("", subject)


def _address(who: Json) -> str:
    return str(who.get("emailAddress", {}).get("address", "")).casefold()


def _shown(who: Json | None) -> str:
    if not who:
        return ""
    address = who["emailAddress"]
    return f"{address['name']} <{address['address']}>"

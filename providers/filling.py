"""A batch of a mail pull while it is filled."""

from dataclasses import dataclass, field

from assistant.domain.mail import Message, Problem
from assistant.domain.ports import Cursor, MailBatch


@dataclass(slots=True)
class Filling:
    """What is collected for the next batch: `most` messages and problems, or `most_text` characters, fill it."""

    most: int
    most_text: int
    messages: list[Message] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    flagged: list[tuple[str, str, str, frozenset[str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    text: int = 0

    @property
    def full(self) -> bool:
        return len(self.messages) + len(self.problems) >= self.most or self.text >= self.most_text

    @property
    def empty(self) -> bool:
        return not (self.messages or self.gone or self.flagged or self.problems)

    def add(self, message: Message) -> None:
        self.messages.append(message)
        self.text += len(message.text)

    def close(self, cursor: Cursor, total: int) -> MailBatch:
        """What was collected; the next batch begins empty."""
        closed = MailBatch(
            messages=tuple(self.messages),
            cursor=cursor,
            gone=tuple(self.gone),
            flagged=tuple(self.flagged),
            problems=tuple(self.problems),
            total=total,
        )
        self.messages, self.gone, self.flagged, self.problems, self.text = [], [], [], [], 0
        return closed

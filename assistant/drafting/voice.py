"""How this rep greets and signs, learned from the mail that they sent."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.domain.mail import Address

_WORDS = r"hi|hello|hey|dear|good morning|good afternoon|good day|greetings"
_GREETING = re.compile(rf"^(?P<word>{_WORDS})(?:\s+(?P<name>[^\d,!.:;–—()@]{{1,40}}?))?\s*(?P<mark>[,!:.–—-]?)$", re.I)
_TITLE = re.compile(r"^(mr|mrs|ms|mx|dr|prof|professor|sir|madam)\b\.?", re.I)
_GROUP = re.compile(r"^(all|everyone|everybody|both|team|there|folks|together|colleagues)\b", re.I)
_SIGN_OFF = re.compile(
    r"^((?:(?:with )?(?:best|kind|warm|many|very best|kindest|warmest)(?: (?:regards|wishes|greetings|thanks))?)"
    r"|regards|all the best|cheers|thanks|many thanks|thank you|sincerely|yours sincerely|yours truly|yours"
    r"|(?:with )?greetings(?: from [A-Z]\w+)?|take care|br|rgds|kr)\s*(?P<mark>[,.!]?)$",
    re.I,
)
_QUOTED = re.compile(
    r"^(>|-{2,} ?original message|_{10,}$|from:\s|on .{5,120}wrote:$|am .{5,120}schrieb|le .{5,120}écrit ?:)", re.I
)
_DEVICE = re.compile(r"^(sent from|get outlook)\b", re.I)
_MOST_SIGNATURE_LINES = 7
SEPARATOR = "-- "
"""The line that sets a signature off (RFC 3676 section 4.3)."""


@dataclass(frozen=True, slots=True)
class Salutation:
    """One greeting line as it was written: "Hi" + "Priya" + ",".

    `name` is None where nobody was named. "Good morning" is "Hello": nobody knows when a draft is read.
    """

    word: str
    name: str | None
    mark: str

    @property
    def group(self) -> bool:
        return self.name is not None and bool(_GROUP.match(self.name))

    def __str__(self) -> str:
        return " ".join(part for part in (self.word, self.name) if part) + self.mark


@dataclass(frozen=True, slots=True)
class Voice:
    """How the rep's mail begins and ends.

    `greeting` and `mark` frame the name ("Hi", ","); `surname` says that they greet by title or full name.
    `sign_off` stands above `name`, which is as they sign ("Mara"); `signature` are the lines below it.
    """

    name: str
    greeting: str = "Hi"
    mark: str = ","
    surname: bool = False
    sign_off: str = "Best regards,"
    signature: tuple[str, ...] = ()

    def greet(self, names: str | None) -> str:
        """The first line: "Hi Priya,", "Dear Priya Rao,", and without a name what can stand alone."""
        if names:
            return f"{self.greeting} {names}{self.mark}"
        return f"{'Hello' if self.greeting == 'Dear' else self.greeting}{self.mark}"

    @property
    def close(self) -> str:
        """The last lines: the sign-off, the name and the signature."""
        gap = ("",) if self.signature[:1] == (SEPARATOR,) else ()
        return "\n".join((self.sign_off, self.name, *gap, *self.signature))


def salutation(text: str) -> Salutation | None:
    """The greeting line of a mail, where its first line is one."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    found = _GREETING.match(line)
    if found is None:
        return None
    name = " ".join((found["name"] or "").split()) or None
    if name and len(name.split()) > 5:
        return None
    word = "Hello" if found["word"].lower().startswith("good ") else found["word"].capitalize()
    return Salutation(word, name, found["mark"])


def signed(text: str) -> tuple[str, str, tuple[str, ...]] | None:
    """The sign-off, the name under it and the lines after it ("Best,", "Mara", ("Tallwood Software",))."""
    lines = _own_lines(text)
    for n in range(len(lines) - 1, -1, -1):
        if not _SIGN_OFF.match(lines[n]):
            continue
        below = [line for line in lines[n + 1 :] if line]
        if below and _is_name(below[0]):
            return lines[n], below[0].rstrip(",."), tuple(SEPARATOR if line == "--" else line for line in below[1:])
    return None


def learn(sent: Iterable[str], rep: Address) -> Voice:
    """What most of the sent mails do; what none of them shows comes from the rep's own name.

    `sent` are whole texts: quoted history is passed over here, and the signature is wanted.
    """
    texts = list(sent)
    fallback = Voice((rep.name or rep.email.partition("@")[0].replace(".", " ").title()).strip())
    named = [found for text in texts if (found := salutation(text)) and found.name and not found.group]
    ends = [end for text in texts if (end := signed(text)) and _is_rep(end[1], rep)]
    mark = _most(found.mark for found in named)
    sign_off = _most(end[0] for end in ends) or fallback.sign_off
    name = _most(end[1] for end in ends) or fallback.name
    return Voice(
        name=name,
        greeting=_most(found.word for found in named) or fallback.greeting,
        mark=fallback.mark if mark is None else mark,
        surname=2 * sum(bool(_TITLE.match(found.name or "")) for found in named) > len(named),
        sign_off=sign_off if sign_off[-1] in ",.!" else f"{sign_off},",
        signature=_signature([end[2] for end in ends]),
    )


def _own_lines(text: str) -> list[str]:
    """The lines above the quoted history, stripped; "Sent from my phone" is nobody's signature."""
    lines: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        if _QUOTED.match(bare):
            break
        if not _DEVICE.match(bare):
            lines.append(bare)
    return lines


def _is_name(line: str) -> bool:
    words = line.rstrip(",.").split()
    return 1 <= len(words) <= 4 and all(word[:1].isupper() or word in ("van", "de", "von", "di") for word in words)


def _is_rep(name: str, rep: Address) -> bool:
    """A colleague's mail in the rep's name isn't the rep's voice. Without a known name, anything goes."""
    if not rep.name:
        return True
    own = {part.casefold() for part in rep.name.replace(",", " ").split()}
    parts = {part.casefold().rstrip(".") for part in name.split()}
    return bool(own & parts) or all(any(o.startswith(p) for o in own) for p in parts)


def _signature(blocks: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The block below the name that more than half of the mails carry, unchanged; none where they differ."""
    usable = Counter(block for block in blocks if len(block) <= _MOST_SIGNATURE_LINES)
    if not usable:
        return ()
    block, count = usable.most_common(1)[0]
    return block if 2 * count > len(blocks) else ()


def _most(values: Iterable[str]) -> str | None:
    """The most frequent value; of equally frequent ones the first seen."""
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else None

"""The rep as a run sees them: when they're busy, and how they write. Each is found once, when it's first asked for."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from assistant.config import Config
from assistant.domain.calendar import Event
from assistant.domain.draft import ItemState
from assistant.domain.mail import Message
from assistant.domain.ports import Interval
from assistant.drafting.voice import Voice, learn
from assistant.engine.copies import left_from_here
from assistant.engine.slots import busy_of
from assistant.store import PlacedInvite, Transaction
from assistant.workflows.pausing import paused_until
from assistant.workflows.times import CALENDAR_AHEAD, Times

_VOICE_SAMPLES: Final = 40
_IN_THE_QUEUE: Final = {ItemState.OPEN, ItemState.APPROVED, ItemState.FILED}


@dataclass(slots=True)
class RepToday:
    """What proposals need to know of the rep."""

    tx: Transaction
    config: Config
    now: datetime
    _events: list[Event] | None = field(default=None)
    _busy: dict[frozenset[str], list[Interval]] = field(default_factory=dict)
    _offered: dict[str, Times] | None = field(default=None)
    _placed: list[PlacedInvite] | None = field(default=None)
    _voice: Voice | None = field(default=None)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.config.zone).date()

    def busy(self, ignoring: frozenset[str] = frozenset()) -> list[Interval]:
        """When the calendar is taken, and when meetings of ours are that it doesn't show yet, but for these UIDs."""
        if ignoring not in self._busy:
            shown = {event.uid for event in self.events}
            unseen = [
                time
                for invite in self.placed
                if invite.state.alive and invite.uid not in shown | ignoring
                for time in invite.content.times
            ]
            self._busy[ignoring] = [*busy_of(self.events, self.config.us.own, ignoring), *unseen, *self._away]
        return self._busy[ignoring]

    @property
    def offers_from(self) -> datetime:
        """Times are proposed for the days after this one: today, or the last day on which they're away."""
        return self._away[0][1] - timedelta(days=1) if self._away else self.now

    @property
    def _away(self) -> list[Interval]:
        """From now on until they're back, where they said that they're away."""
        until = paused_until(self.tx.routines.pauses(), self.config.zone, self.now)
        return [(self.now, datetime.combine(until, time(), self.config.zone))] if until else []

    @property
    def events(self) -> list[Event]:
        """What lies in the calendar from now on."""
        if self._events is None:
            self._events = self.tx.mirror.events(self.now, self.now + CALENDAR_AHEAD)
        return self._events

    @property
    def placed(self) -> list[PlacedInvite]:
        """The meetings of ours, each as it was last noted."""
        if self._placed is None:
            self._placed = self.tx.invites.latest()
        return self._placed

    @property
    def offered(self) -> dict[str, Times]:
        """By key, the times that items of the queue propose, and those that were composed in this run."""
        if self._offered is None:
            items = self.tx.queue.items(_IN_THE_QUEUE)
            self._offered = {item.key: item.content.times for item in items if item.content}
        return self._offered

    def offered_by_others(self, key: str) -> list[Interval]:
        """The times that items with another key propose. What two items of one deal name alike is one meeting."""
        deal, _, _ = key.partition(":")
        same = set(self.offered.get(key, ()))
        return [
            time
            for other, times in self.offered.items()
            for time in times
            if other != key and not (time in same and other.partition(":")[0] == deal)
        ]

    @property
    def voice(self) -> Voice:
        if self._voice is None:
            sent = self.tx.mirror.sent_by(self.config.us.own, 10 * _VOICE_SAMPLES)
            letters = [each.message for each in sent if left_from_here(each.message) and self._to_others(each.message)]
            texts = [message.text for message in letters[:_VOICE_SAMPLES]]
            learned = learn(texts, self.config.us.rep)
            self._voice = _with_settings(learned, self.config)
        return self._voice

    def _to_others(self, message: Message) -> bool:
        """Not the weekly report, nor what else they write to themselves."""
        return not message.recipients or not all(map(self.config.us.is_rep, message.recipients))


def _with_settings(voice: Voice, config: Config) -> Voice:
    """What the configuration says goes before what was learned."""
    settings = config.voice
    if settings.greeting:
        word, _, rest = settings.greeting.partition(" ")
        mark = rest[-1] if rest and not rest[-1].isalnum() and rest[-1] != "}" else ""
        voice = replace(voice, greeting=word, mark=mark)
    if settings.sign_off:
        voice = replace(voice, sign_off=settings.sign_off)
    if settings.signature:
        voice = replace(voice, name=settings.signature[0], signature=settings.signature[1:])
    return voice

"""How long the weekly report takes on a year of mail: python -m benchmarks.report.

The store is made once, straight from values: mail of nobody's deal around 60 deals with letters, meetings, plans and
drafts. Then every deal is judged once, as the morning's run does, and the reports of several weeks are timed.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from assistant.config import Config, parse
from assistant.domain.calendar import Attendee, Event, PartStat
from assistant.domain.deal import Contact, Deal, DecisionDate, Evidence, Source, Stage
from assistant.domain.draft import Content, ItemKind, ItemState, Purpose, QueueItem
from assistant.domain.mail import Address, FolderRole, Message
from assistant.report.figure import Week
from assistant.store import Incoming, Store, Transaction

LIMIT: Final = 1.0
"""Seconds that one report may take."""
_CONFIG: Final = """
[rep]
name = "Mara Lindqvist"
email = "mara@tallwood.example"
timezone = "Europe/Berlin"
country = "DE-BY"
[team]
domains = ["tallwood.example"]
[[account]]
name = "work"
mail = "{folder}/mail"
"""
_ME: Final = Address("mara@tallwood.example", "Mara Lindqvist")
_COLLEAGUE: Final = Address("juno@tallwood.example", "Juno Park")
_OURS: Final = (
    "Hi {name},\n\nHere is the security paper that you asked for.\n\nBest,\nMara\n",
    "Hi {name},\n\nYes, it exports to CSV and to the warehouse.\n\nBest,\nMara\n",
    "Hi {name},\n\nShall we walk through it on Thursday at 10:00? Juno joins for the security part.\n\nBest,\nMara\n",
    "Hi {name},\n\nThank you, noted.\n\nBest,\nMara\n",
    "Hi {name},\n\nI'll send you the updated figures by Friday.\n\nBest,\nMara\n",
    "Hi {name},\n\nWho on your side decides, and by which day?\n\nBest,\nMara\n",
    "Hi {name},\n\nPlease find the figures attached.\n\nBest,\nMara\n",
)
_THEIRS: Final = (
    "Hi Mara,\n\nCould you send us the security paper? Does it export to our warehouse?\n\nBest,\n{name}\n",
    "Hi Mara,\n\nThanks, our legal team looks at it this week.\n\nBest,\n{name}\n",
    "Hi Mara,\n\nThursday at 10:00 works for us.\n\nBest,\n{name}\n",
    "Hi Mara,\n\nWe aim to decide by the end of next month. What does the larger plan cost?\n\nBest,\n{name}\n",
    "Hi Mara,\n\nThe price seems high to us compared with what we have.\n\nBest,\n{name}\n",
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--deals", type=int, default=60)
    parser.add_argument("--letters", type=int, default=50, help="of each deal")
    parser.add_argument("--rounds", type=int, default=5, help="the median is shown, and the slowest")
    parser.add_argument("--keep", type=Path, help="a store to make there, or to take where it's made already")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        config = parse(_CONFIG.format(folder=folder), folder / "nextmove.toml")
        path, made = folder / "bench.db", (folder / "bench.db").exists()
        now = datetime(2026, 11, 23, 8, 0, tzinfo=config.zone)
        with Store.open(path) as store:
            if not made:
                _fill(store, config, now, options)
            print(f"{_loop():.2f} s of the processor for ten million additions, to compare machines by")
            _time(store, config, now, options.rounds)


def _loop() -> float:
    began, total = time.process_time(), 0
    for n in range(10_000_000):
        total += n
    return time.process_time() - began


def _time(store: Store, config: Config, now: datetime, rounds: int) -> None:
    from assistant.workflows import weekly

    last = Week.of(now.date()).back(1)
    for week in (last, last.back(8), last.back(40)):
        taken, worked = [], []
        for _ in range(rounds):
            began, busy = time.perf_counter(), time.process_time()
            told = weekly.report(store, config, week, now)
            taken.append(time.perf_counter() - began)
            worked.append(time.process_time() - busy)
        figures = sum(1 for _ in told.figures())
        median, slowest = statistics.median(taken), max(taken)
        verdict = "within" if median < LIMIT else "OVER"
        print(
            f"{week.name}: first {taken[0]:.2f} s, median {median:.2f} s ({statistics.median(worked):.2f} s of the"
            f" processor), slowest {slowest:.2f} s; {figures} figures, {len(told.deals)} deals; {verdict} {LIMIT:.0f} s"
        )


def _fill(store: Store, config: Config, now: datetime, options: argparse.Namespace) -> None:
    from assistant.workflows.desk import look

    luck = random.Random(8)
    began = time.perf_counter()
    deals = [_deal(n, now, luck) for n in range(options.deals)]
    rest = options.messages - options.deals * options.letters
    with store.write() as tx:
        for deal in deals:
            tx.ledger.add_deal(deal)
        for letters in _batches(_everything(deals, options.letters, rest, now, luck)):
            tx.mirror.add(letters)
        tx.mirror.replace_events("work", (), list(_meetings(deals, now, luck)))
        for deal in deals:
            _drafts(tx, deal, now, luck)
    print(f"{options.messages} messages, {len(deals)} deals: stored in {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    with store.write() as tx:
        look(tx, config, now)
    print(f"every deal judged for the first time in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    with store.write() as tx:
        look(tx, config, now)
    print(f"and again, as every morning, in {time.perf_counter() - began:.1f} s")


def _deal(n: int, now: datetime, luck: random.Random) -> Deal:
    site = f"customer{n}.example"
    created = now - timedelta(days=luck.randrange(20, 330))
    stage = luck.choices((Stage.BEFORE_YES, Stage.AFTER_YES, Stage.WON, Stage.SAID_NO), (10, 4, 3, 3))[0]
    people = tuple(
        Contact(Address(f"person{p}@{site}", f"Person{p} Number{n}"), role)
        for p, role in enumerate(("champion", "economic buyer", "legal"))
    )
    day = (now + timedelta(days=luck.randrange(-20, 80))).date()
    said = Evidence(Source.REP, f"deal-{n}", "They told me", "the rep's word", on=created.date())
    decision = DecisionDate(day, said) if luck.random() < 0.7 else None
    return Deal(f"deal-{n}", f"Deal {n}", f"Customer {n}", created, (site,), people, stage, decision, "DE")


def _everything(
    deals: Sequence[Deal], letters: int, rest: int, now: datetime, luck: random.Random
) -> Iterator[Incoming]:
    for deal in deals:
        yield from _letters(deal, letters, now, luck)
    for n in range(rest):
        at = now - timedelta(minutes=luck.randrange(10, 60 * 24 * 365))
        other = Address(f"somebody{luck.randrange(4000)}@elsewhere{luck.randrange(900)}.example", "Somebody")
        ours = n % 3 == 0
        yield _incoming(f"rest{n}", f"rest{n - n % 4}", ours, other, at, f"Invoice {n // 4}", _THEIRS[n % 5])


def _letters(deal: Deal, count: int, now: datetime, luck: random.Random) -> Iterator[Incoming]:
    span = now - deal.created
    times = sorted(deal.created + span * luck.random() for _ in range(count))
    for n, at in enumerate(times):
        ours, who = luck.random() < 0.5, luck.choice(deal.contacts).address
        text = luck.choice(_OURS if ours else _THEIRS).format(name=who.name)
        quote = "\n\nOn Monday, somebody wrote:\n> We can look at it in the meantime.\n> Best,\n> Mara\n" * (n % 6)
        yield _incoming(
            f"{deal.id}.{n}", f"{deal.id}.{n - n % 5}", ours, who, at, f"Pilot, part {n // 5}", text + quote
        )


def _incoming(name: str, thread: str, ours: bool, other: Address, at: datetime, subject: str, text: str) -> Incoming:
    sender, to = (_ME, other) if ours else (other, _ME)
    message = Message(
        account="work",
        folder="Sent" if ours else "INBOX",
        remote_id=name,
        role=FolderRole.SENT if ours else FolderRole.INBOX,
        message_id=f"{name}@bench.example",
        date=at,
        sender=_COLLEAGUE if ours and hash(name) % 9 == 0 else sender,
        to=(to,),
        subject=subject,
        references=(f"{thread}@bench.example",) if thread != name else (),
        text=text,
        headers=(("received", "from mx.relay.example"), ("content-type", "text/plain; charset=utf-8")),
        size=4000,
    )
    return Incoming(message, f"{thread}@bench.example")


def _batches(incoming: Iterator[Incoming], size: int = 2_000) -> Iterator[list[Incoming]]:
    batch: list[Incoming] = []
    for each in incoming:
        batch.append(each)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch


def _meetings(deals: Sequence[Deal], now: datetime, luck: random.Random) -> Iterator[Event]:
    for deal in deals:
        for n in range(6):
            start = now.replace(hour=10, minute=0) + timedelta(days=luck.randrange(-200, 30))
            who = luck.choice(deal.contacts).address
            yield Event(
                "work",
                "calendar",
                f"{deal.id}.{n}",
                f"{deal.id}.{n}@bench.example",
                start,
                start + timedelta(minutes=30),
                summary=luck.choice(("Security review", "Demo", "Catch up")),
                organizer=_ME,
                attendees=(Attendee(_ME, PartStat.ACCEPTED), Attendee(who, PartStat.ACCEPTED)),
            )


def _drafts(tx: Transaction, deal: Deal, now: datetime, luck: random.Random) -> None:
    for n in range(12):
        at = deal.created + (now - deal.created) * (n / 12)
        text = "Shall we walk through it on Thursday at 10:00?\n" * 4
        content = Content(to=(deal.contacts[0].address,), subject="Pilot", body=text)
        purpose = luck.choice(tuple(Purpose))
        item = QueueItem(f"{deal.id}:{purpose}:{n}", deal.id, ItemKind.DRAFT, "Follow up", at, purpose=purpose)
        item = tx.queue.put(QueueItem(item.key, deal.id, item.kind, item.title, at, purpose=purpose, content=content))
        later = at + timedelta(hours=2)
        if luck.random() < 0.5:
            other = Content(to=content.to, subject="Pilot", body=text.replace("Thursday", "Friday"))
            item = tx.queue.edit(item.id, other, gaps=(), now=later, by="rep", version=item.version)
        if luck.random() < 0.7:
            item = tx.queue.move(item.id, ItemState.APPROVED, now=later, by="rep", version=item.version)
            item = tx.queue.move(item.id, ItemState.FILED, now=later, by="rep", version=item.version)
            tx.queue.move(item.id, ItemState.SENT, now=later, by="nextmove", version=item.version)
        else:
            tx.queue.move(item.id, ItemState.DISMISSED, now=later, by="rep", version=item.version)


if __name__ == "__main__":
    main()

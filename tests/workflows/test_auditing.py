"""The audit: what of the rep's own sent mail counts, when it presses, and what is told of it."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from assistant.domain.deal import DecisionDate, Evidence, Source
from assistant.workflows.auditing import (
    Audit,
    Judged,
    Pressure,
    Share,
    audit,
    entry,
    near_decision,
    near_quarters_end,
    quarters_end,
)
from assistant.workflows.sent_mail import SentMail
from assistant.workflows.verdicts import audited, judge
from tests.workflows.conftest import Build
from tests.workflows.world import INES, NO, NOW, QUESTION, REP, World, days

PRESSING = "Hi Ines,\n\nWe need your signature before our quarter ends.\n\nBest,\nNoor\n"
CALM = "Hi Ines,\n\nWould Thursday at 10:00 suit you for the walk-through?\n\nBest,\nNoor\n"
DANISH = (
    "Hej Ines,\n\nTak for din besked i går. Jeg sender dig papirerne i morgen, og så kan vi tale om det "
    "næste gang vi ses på kontoret.\n\nVenlig hilsen\nNoor\n"
)
QUOTA, DEADLINE = "1_quota_own_interest", "2_vendor_deadline_false_urgency"
DAY = date(2026, 2, 3)
BEFORE = NOW - days(3)


def mail(on: date = DAY, *families: str, near: bool | None = None) -> Judged:
    """A mail of that day with a place that presses for each of the families."""
    return Judged(on, tuple(Pressure(code, f"{code} on {on}", "Rather this.") for code in families), near)


def summed(*mails: Judged, until: date = date(2026, 3, 4), examples: int = 3) -> Audit:
    return audit(mails, date(2025, 3, 4), until, examples=examples)


def of(world: World, *, months: int = 12, examples: int = 3) -> Audit:
    world.run()
    with world.store.read() as tx:
        return audited(tx, world.config, world.now, months=months, examples=examples)


def send(world: World, body: str, at: datetime = BEFORE, *, to: str = INES, subject: str = "The plan") -> str:
    return world.work.deliver(REP, to, body, at, subject=subject)


def decide(world: World, day: date) -> None:
    with world.store.write() as tx:
        tx.ledger.decide("harbour", DecisionDate(day, Evidence(Source.REP, "call", "They decide then.")))


def test_mails_and_those_with_pressure_are_counted() -> None:
    assert summed(mail(), mail(DAY, QUOTA), mail(DAY, QUOTA, DEADLINE)).all == Share(3, 2)


def test_a_family_counts_once_a_mail_and_the_most_frequent_comes_first() -> None:
    told = summed(mail(DAY, QUOTA, DEADLINE, DEADLINE), mail(DAY, DEADLINE))
    assert told.families == ((DEADLINE, 2), (QUOTA, 1))


def test_what_the_guard_cannot_judge_is_in_no_share() -> None:
    told = summed(mail(), Judged(DAY, None), Judged(DAY, None, among_us=True))
    assert (told.all, told.untold, told.among_us) == (Share(1, 0), 1, 1)


def test_of_no_mail_there_is_no_share() -> None:
    told = summed()
    assert (told.all.part, told.weeks, told.families, told.examples, told.decision) == (None, (), (), (), None)


@pytest.mark.parametrize(("count", "few"), [(29, True), (30, False)])
def test_under_thirty_mails_are_few(count: int, few: bool) -> None:
    assert summed(*[mail()] * count).all.few is few


def test_weeks_go_from_monday_to_sunday_with_the_empty_ones_between() -> None:
    told = summed(mail(date(2026, 2, 1), QUOTA), mail(date(2026, 2, 2)), mail(date(2026, 2, 18)), until=DAY + days(20))
    assert [(week.start.day, week.share) for week in told.weeks] == [
        (26, Share(1, 1)),
        (2, Share(1, 0)),
        (9, Share()),
        (16, Share(1, 0)),
        (23, Share()),
    ]


def test_the_days_around_new_year_are_in_one_week() -> None:
    told = summed(mail(date(2025, 12, 31), QUOTA), mail(date(2026, 1, 2), QUOTA), until=date(2026, 1, 5))
    assert [(week.name, week.share.mails) for week in told.weeks] == [("2026-W01", 2), ("2026-W02", 0)]


def test_a_year_of_53_weeks_has_its_last_one() -> None:
    told = summed(mail(date(2021, 1, 3)), until=date(2021, 1, 4))
    assert [week.name for week in told.weeks] == ["2020-W53", "2021-W01"]


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)])
def test_the_last_fourteen_days_of_a_quarter_are_near_its_end(day: date) -> None:
    around = [day - timedelta(14), day - timedelta(13), day, day + timedelta(1)]
    assert quarters_end(day) == day
    assert [near_quarters_end(each) for each in around] == [False, True, True, False]


def test_the_end_of_the_quarter_stands_against_the_other_days() -> None:
    told = summed(mail(date(2025, 12, 30), QUOTA), mail(DAY), mail(DAY, QUOTA)).quarter
    assert (told.near, told.other) == (Share(1, 1), Share(2, 1))


@pytest.mark.parametrize(("before", "near"), [(-1, False), (0, True), (14, True), (15, False)])
def test_a_decision_date_is_near_for_fourteen_days_before_it(before: int, near: bool) -> None:
    assert near_decision(DAY - timedelta(before), {DAY, DAY + days(400)}) is near


def test_without_a_decision_date_nothing_is_near_one() -> None:
    assert near_decision(DAY, ()) is None


def test_mails_of_deals_with_a_decision_date_stand_by_themselves() -> None:
    told = summed(mail(), mail(DAY, QUOTA, near=True), mail(DAY, near=False)).decision
    assert told is not None
    assert (told.near, told.other) == (Share(1, 1), Share(1, 0))


def test_examples_are_the_newest_of_each_family_in_turn() -> None:
    told = summed(mail(DAY, QUOTA), mail(DAY + days(1), QUOTA), mail(DAY, DEADLINE), mail(DAY + days(2), QUOTA))
    assert [(each.pressure.family, each.on.day) for each in told.examples] == [(QUOTA, 5), (DEADLINE, 3), (QUOTA, 4)]


def test_the_same_sentence_is_one_example() -> None:
    quota, deadline = (Pressure(code, "The same.", "Rather this.") for code in (QUOTA, DEADLINE))
    assert len(summed(Judged(DAY, (quota, deadline)), Judged(DAY + days(1), (quota,))).examples) == 1


def test_no_examples_are_told_where_none_are_wanted() -> None:
    assert summed(mail(DAY, QUOTA), examples=0).examples == ()


def test_a_hundred_thousand_mails_are_summed_up() -> None:
    told = summed(*(mail(date(2016, 1, 1) + timedelta(n % 3650), *[QUOTA] * (n % 2)) for n in range(100_000)))
    assert (told.all, len(told.examples)) == (Share(100_000, 50_000), 3)
    assert sum(week.share.mails for week in told.weeks) == 100_000


def test_for_programs_every_number_has_its_name() -> None:
    told = msgspec.json.decode(msgspec.json.encode(entry(summed(mail(DAY, QUOTA), mail()))))
    assert (told["mails"], told["with_pressure"], told["share"]) == (2, 1, 0.5)
    assert told["families"] == [
        {"family": QUOTA, "title": "Our own interest", "mails": 2, "with_pressure": 1, "share": 0.5}
    ]
    assert told["weeks"][0] == {
        "week": "2026-W06",
        "start": "2026-02-02",
        "mails": 2,
        "with_pressure": 1,
        "share": 0.5,
    }
    assert told["quarter_end"]["near"] == {"mails": 0, "with_pressure": 0, "share": None, "few": True}
    assert told["decision_date"] is None


def test_a_mail_of_the_reps_with_pressure_is_found_with_its_sentence(build: Build) -> None:
    world = build()
    send(world, PRESSING)
    send(world, CALM)
    told = of(world)
    assert told.all == Share(2, 1)
    assert {each.pressure.sentence for each in told.examples} == {"We need your signature before our quarter ends."}
    assert {each.on for each in told.examples} == {BEFORE.date()}


def test_what_others_wrote_robots_sent_or_nobody_sent_yet_is_not_looked_at(build: Build) -> None:
    world = build()
    world.work.deliver(INES, REP, PRESSING, NOW - days(2))
    world.work.deliver("Ola <ola@brightlane.example>", INES, PRESSING, NOW - days(2), folder="Sent")
    world.work.deliver(REP, INES, PRESSING, NOW - days(2), headers=[("Auto-Submitted", "auto-replied")])
    world.work.deliver(REP, INES, PRESSING, NOW - days(2), folder="Drafts")
    world.work.deliver(REP, INES, PRESSING, NOW - days(2), folder="Trash")
    assert of(world).all == Share()


def test_mail_from_every_address_of_the_reps_counts(build: Build) -> None:
    world = build()
    world.work.deliver("Noor <n.haddad@brightlane.example>", INES, PRESSING, NOW - days(2), folder="Sent")
    assert of(world).all == Share(1, 1)


def test_mail_to_colleagues_alone_is_only_counted(build: Build) -> None:
    world = build()
    send(world, PRESSING, to="Ola <ola@brightlane.example>")
    world.work.deliver(REP, INES, PRESSING, NOW - days(2), cc="Ola <ola@brightlane.example>")
    told = of(world)
    assert (told.all, told.among_us) == (Share(1, 1), 1)


def test_only_the_asked_months_are_looked_at(build: Build) -> None:
    world = build()
    send(world, PRESSING, NOW - days(40))
    send(world, CALM, NOW - days(10))
    assert (of(world, months=1).all, of(world, months=2).all) == (Share(1, 0), Share(2, 1))


def test_quoted_history_is_not_ours(build: Build) -> None:
    world = build()
    quoted = "".join(f"> {line}\n" for line in PRESSING.splitlines())
    send(world, f"{CALM}\nOn Mon, 2 Mar 2026 at 10:00 Ines Okafor wrote:\n{quoted}")
    assert of(world).all == Share(1, 0)


def test_what_is_repeated_from_the_answered_mail_without_marks_is_not_ours(build: Build) -> None:
    world = build()
    asked = world.work.deliver(INES, REP, PRESSING, NOW - days(5))
    line = PRESSING.splitlines()[2]
    world.work.deliver(REP, INES, f"{CALM}\n{line}\n", NOW - days(4), reply_to=asked)
    assert of(world).all == Share(1, 0)


def test_a_bare_forward_has_nothing_to_judge(build: Build) -> None:
    world = build()
    forward = (
        "---------- Forwarded message ---------\nFrom: Ines Okafor <ines@harbour.example>\nDate: Mon, 2 Mar 2026\n"
    )
    send(world, f"{forward}Subject: The plan\nTo: Noor <noor@brightlane.example>\n\n{PRESSING}", subject="Fwd: x")
    assert of(world).all == Share()


@pytest.mark.parametrize(("prefix", "pressed"), [("", 1), ("Re: ", 0), ("AW: ", 0)])
def test_the_subject_counts_unless_it_is_a_replys(build: Build, prefix: str, pressed: int) -> None:
    world = build()
    send(world, CALM, subject=f"{prefix}Last chance: our discount expires today")
    assert of(world).all == Share(1, pressed)


def test_an_allowed_phrase_is_no_pressure(build: Build) -> None:
    phrase = "We need your signature before our quarter ends"
    world = build(extra=f'[guard]\nallow = [{{ phrase = "{phrase}", reason = "A test." }}]')
    send(world, PRESSING)
    assert of(world).all == Share(1, 0)


def test_a_mail_in_another_language_is_told_apart(build: Build) -> None:
    world = build()
    send(world, DANISH)
    send(world, CALM)
    told = of(world)
    assert (told.all, told.untold) == (Share(1, 0), 1)


def test_an_example_has_no_address() -> None:
    text = "Write to boss@brightlane.example: we need your signature before our quarter ends."
    told = judge(SentMail(DAY, "", text))
    assert told is not None
    assert told.pressure
    assert {each.sentence for each in told.pressure} == {text.replace("boss@brightlane.example:", "[address]")}


def test_of_an_endless_sentence_the_part_that_presses_is_shown() -> None:
    endless = f"{'so we walk on and ' * 200}we need your signature before our quarter ends {'and we walk on ' * 200}"
    told = judge(SentMail(DAY, "", endless))
    assert told is not None
    sentences = [each.sentence for each in told.pressure or ()]
    assert any("our quarter" in sentence for sentence in sentences)
    assert all(len(sentence) <= 240 for sentence in sentences)


@pytest.mark.parametrize("text", ["\x00\x07\n" * 50, "@" * 50_000, "é" * 10_000, "a@" * 20_000, "> \n" * 5_000])
def test_no_text_stops_the_audit(text: str) -> None:
    told = judge(SentMail(DAY, text[:200], text))
    assert told is None or told.on == DAY


def test_before_the_customers_decision_is_told_apart_from_other_days(build: Build) -> None:
    world = build()
    world.deal()
    decide(world, (NOW + days(5)).date())
    send(world, PRESSING)
    send(world, CALM, NOW - days(30), subject="The plan of January")
    send(world, CALM, to="Tomas <tomas@quayside.example>", subject="Your plan")
    told = of(world).decision
    assert told is not None
    assert (told.near, told.other) == (Share(1, 1), Share(1, 0))


def test_naming_the_customers_own_day_is_no_pressure(build: Build) -> None:
    world = build()
    world.deal()
    decide(world, date(2026, 3, 13))
    send(world, "Hi Ines,\n\nYou decide on 13 March. Shall we test on your data on 9 March at 10:00?\n\nNoor\n")
    assert of(world).all == Share(1, 0)


@pytest.mark.parametrize(("word", "pressed"), [(NO, 1), (QUESTION, 0)])
def test_after_a_no_more_is_pressure(build: Build, word: str, pressed: int) -> None:
    world = build()
    world.deal()
    asked = send(world, CALM, NOW - days(9))
    said = world.work.deliver(INES, REP, word, NOW - days(8), subject="Re: The plan", reply_to=asked)
    again = "Hi Ines,\n\nIn our plan the next step is the test on Thursday.\n\nBest,\nNoor\n"
    world.work.deliver(REP, INES, again, NOW - days(7), subject="Re: The plan", reply_to=said)
    told = of(world)
    assert (told.all, [code for code, _ in told.families]) == (Share(2, pressed), ["9_push_after_no"] * pressed)


def test_what_the_rep_writes_once_they_write_again_is_not_after_the_no(build: Build) -> None:
    world = build()
    world.deal()
    no = world.work.deliver(INES, REP, NO, NOW - days(8))
    back = world.work.deliver(INES, REP, QUESTION, NOW - days(7), reply_to=no)
    again = "Hi Ines,\n\nIn our plan the next step is the test on Thursday.\n\nBest,\nNoor\n"
    world.work.deliver(REP, INES, again, NOW - days(6), subject="Re: Harbour planning", reply_to=back)
    assert of(world).all == Share(1, 0)


def test_the_day_of_a_mail_is_the_reps(build: Build) -> None:
    world = build()
    send(world, CALM, datetime(2026, 1, 4, 23, 30, tzinfo=UTC))
    assert of(world).weeks[0].name == "2026-W02"


def test_progress_is_told_now_and_then(build: Build) -> None:
    world = build()
    for n in range(101):
        send(world, f"Hi Ines,\n\nHere is page {n} of the plan.\n\nNoor\n", NOW - timedelta(hours=n + 1))
    world.run()
    told: list[tuple[str, int, int | None]] = []
    with world.store.read() as tx:
        audited(tx, world.config, NOW, months=1, examples=0, progress=lambda *args: told.append(args))
    assert told == [("your sent mail", 100, 101)]

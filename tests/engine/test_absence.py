from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.deal import Standing
from assistant.domain.mail import Address
from assistant.domain.reading import AutomaticKind, Intent, MoveKind
from assistant.engine.standing import gone
from tests.engine.dossier import ANNA, BOB, day, deal, line, ours, robot, stand, theirs

AWAY, UNREACHABLE = Standing.AWAY, Standing.UNREACHABLE
DAEMON = Address("mailer-daemon@northgate.example")
OUT = AutomaticKind.OUT_OF_OFFICE


def test_an_absence_keeps_us_quiet() -> None:
    first = stand(ours(-2), robot(-2, OUT, back=3)).first
    assert first is not None
    assert first.standing is AWAY


def test_we_write_on_the_first_working_day_after_their_return() -> None:
    away = stand(ours(-2), robot(-2, OUT, back=date(2026, 9, 18))).of(AWAY)
    assert away is not None
    assert away.until == date(2026, 9, 21)


def test_an_absence_that_is_over_is_over() -> None:
    assert not stand(ours(-9), robot(-9, OUT, back=-2)).has(AWAY)


def test_on_the_day_of_return_they_are_left_in_peace() -> None:
    assert stand(ours(-5), robot(-5, OUT, back=0)).has(AWAY)


def test_an_absence_without_a_day_lasts_a_week_as_an_assumption() -> None:
    away = stand(ours(-2), robot(-2, OUT)).of(AWAY)
    assert away is not None
    assert (away.until, away.certain) == (day(3), False)


def test_a_return_before_the_absence_was_written_is_no_day() -> None:
    away = stand(ours(-1), robot(-1, OUT, back=-20)).of(AWAY)
    assert away is not None
    assert away.until == day(4)


def test_nobody_waits_for_a_long_leave() -> None:
    assert not stand(ours(-2), robot(-2, OUT, back=date(2027, 6, 1))).has(AWAY)


def test_the_only_contact_on_long_leave_cannot_be_reached() -> None:
    assert stand(ours(-2), robot(-2, OUT, back=date(2027, 6, 1))).has(UNREACHABLE)


def test_another_contact_is_there_during_a_long_leave() -> None:
    mail = (ours(-2), robot(-2, OUT, back=date(2027, 6, 1)))
    assert not stand(*mail, of=deal(contacts=[ANNA, BOB])).has(UNREACHABLE)


def test_who_was_to_be_back_from_a_long_leave_by_now_can_be_reached() -> None:
    assert not stand(ours(-150), robot(-150, OUT, back=-3)).has(UNREACHABLE)


@pytest.mark.parametrize(
    "text", ["I am on parental leave.", "Ich bin in Elternzeit.", "Je suis en congé maternité.", "On sabbatical!"]
)
def test_a_leave_that_lasts_long_needs_no_day_of_return(text: str) -> None:
    mirrored, _ = robot(-2, OUT)
    told = replace(mirrored, message=replace(mirrored.message, text=text))
    assert stand(ours(-2), (told, None)).has(UNREACHABLE)


def test_a_short_parental_leave_is_an_absence_like_any_other() -> None:
    mirrored, _ = robot(-2, OUT, back=5)
    told = replace(mirrored, message=replace(mirrored.message, text="I am on paternity leave until Wednesday."))
    found = stand(ours(-2), (told, None))
    assert (found.has(AWAY), found.has(UNREACHABLE)) == (True, False)


@pytest.mark.parametrize("kind", [OUT, AutomaticKind.LEFT_COMPANY])
def test_whom_the_notice_names_instead_is_evidence(kind: AutomaticKind) -> None:
    mirrored, _ = robot(-2, kind)
    assert mirrored.automatic is not None
    told = replace(mirrored, automatic=replace(mirrored.automatic, stand_in=BOB.email))
    first = stand(ours(-2), (told, None)).first
    assert first is not None
    assert BOB.email in [evidence.who for evidence in first.evidence]


def test_an_absence_in_their_own_words_without_a_day_lasts_a_week_as_an_assumption() -> None:
    found = stand(ours(-2), theirs(-1, Intent.OUT_OF_OFFICE, text="I am away.")).first
    assert found is not None
    assert (found.standing, found.until, found.certain) == (AWAY, day(4), False)


def test_who_writes_is_back() -> None:
    assert not stand(ours(-4), robot(-4, OUT, back=5), theirs(-1, Intent.QUESTION, asks=True)).has(AWAY)


def test_the_absence_of_one_is_none_while_we_talk_with_another() -> None:
    mail = (ours(-4), robot(-4, OUT, back=5), theirs(-2, Intent.QUESTION, sender=BOB, asks=True))
    assert not stand(*mail).has(AWAY)


def test_the_absence_of_one_of_two_whom_we_wrote_to_keeps_nobody_quiet() -> None:
    assert not stand(ours(-2, to=[ANNA, BOB]), robot(-2, OUT, back=5)).has(AWAY)


def test_two_who_are_away_are_waited_for_until_the_first_is_back() -> None:
    mail = (ours(-2, to=[ANNA, BOB]), robot(-2, OUT, back=5), robot(-2, OUT, back=3, sender=BOB))
    away = stand(*mail).of(AWAY)
    assert away is not None
    assert away.until == day(4)


def test_somebody_in_copy_does_not_end_the_wait() -> None:
    assert stand(ours(-2, cc=[BOB]), robot(-2, OUT, back=3)).has(AWAY)


def test_the_newest_notice_of_an_absence_counts() -> None:
    away = stand(ours(-4), robot(-4, OUT, back=1), robot(-1, OUT, back=4)).of(AWAY)
    assert away is not None
    assert away.until == day(5)


def test_an_absence_that_they_tell_of_themselves_counts() -> None:
    told = theirs(-1, Intent.OUT_OF_OFFICE, text="I am away until Monday.", back=3)
    assert stand(ours(-2), told).has(AWAY)


def test_an_absence_stands_before_what_we_owe() -> None:
    owed = ours(-3, MoveKind.ACKNOWLEDGED, promise="send the paper", due=-1)
    found = stand(owed, robot(-3, OUT, back=3))
    assert [one.standing for one in found.found][:2] == [AWAY, Standing.OWES_REPLY]


def test_the_only_contact_bounced() -> None:
    bounce = robot(-1, AutomaticKind.BOUNCE, sender=DAEMON, failed=[ANNA])
    first = stand(ours(-2), bounce).first
    assert first is not None
    assert first.standing is UNREACHABLE


def test_one_of_two_contacts_bounced() -> None:
    bounce = robot(-1, AutomaticKind.BOUNCE, sender=DAEMON, failed=[ANNA])
    assert not stand(ours(-2), bounce, of=deal(contacts=[ANNA, BOB])).has(UNREACHABLE)


def test_an_inactive_contact_reaches_nobody() -> None:
    bounce = robot(-1, AutomaticKind.BOUNCE, sender=DAEMON, failed=[ANNA])
    assert stand(ours(-2), bounce, of=deal(contacts=[ANNA], inactive=[BOB])).has(UNREACHABLE)


def test_a_deal_whose_contacts_are_all_inactive_is_unreachable() -> None:
    assert stand(of=deal(contacts=[], inactive=[ANNA])).has(UNREACHABLE)


def test_somebody_who_wrote_though_no_contact_can_be_reached() -> None:
    bounce = robot(-1, AutomaticKind.BOUNCE, sender=DAEMON, failed=[ANNA])
    assert not stand(theirs(-5, Intent.QUESTION, sender=BOB), ours(-2), bounce).has(UNREACHABLE)


def test_who_has_left_cannot_be_reached() -> None:
    assert stand(ours(-2), robot(-2, AutomaticKind.LEFT_COMPANY)).has(UNREACHABLE)


def test_a_delay_is_no_bounce() -> None:
    assert not stand(ours(-2), robot(-2, AutomaticKind.DELAY, failed=[ANNA])).has(UNREACHABLE)


def test_who_writes_after_the_bounce_can_be_reached() -> None:
    bounce = robot(-3, AutomaticKind.BOUNCE, sender=DAEMON, failed=[ANNA])
    assert not stand(ours(-3), bounce, theirs(-1, Intent.QUESTION)).has(UNREACHABLE)


def test_a_deal_without_people_is_not_unreachable() -> None:
    assert not stand(of=deal(contacts=[])).has(UNREACHABLE)


@pytest.mark.parametrize("kind", [AutomaticKind.BOUNCE, AutomaticKind.LEFT_COMPANY])
def test_the_gone_are_named_with_what_says_so(kind: AutomaticKind) -> None:
    found = gone(line(robot(-1, kind, failed=[ANNA])))
    assert found[ANNA.email].rule == f"automatic.{kind}"

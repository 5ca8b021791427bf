from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.calendar import Event
from assistant.domain.deal import Deal, Source, Stage, Standing
from assistant.domain.reading import AutomaticKind, Intent, MoveKind
from assistant.engine.standing import Standings
from tests.engine.dossier import ANNA, BOB, NOW, Mail, day, deal, meeting, ours, robot, stand, theirs

UNDATED = deal()
PASSIVE_KINDS = [kind for kind in MoveKind if not kind.purposeful]


def kinds(found: Standings) -> list[Standing]:
    return [one.standing for one in found.found]


@pytest.mark.parametrize("kind", PASSIVE_KINDS)
def test_our_last_move_that_leads_nowhere_is_passive(kind: MoveKind) -> None:
    assert kinds(stand(theirs(-4, Intent.QUESTION), ours(-3, kind))) == [Standing.PASSIVE]


def test_the_main_finding_has_our_own_sentence_as_evidence() -> None:
    first = stand(ours(-3, text="Here is the security paper that you asked for.")).first
    assert first is not None
    assert first.evidence[0].sentence == "Here is the security paper that you asked for."


@pytest.mark.parametrize("kind", [kind for kind in MoveKind if kind.purposeful])
def test_our_last_move_that_leads_somewhere_is_not_passive(kind: MoveKind) -> None:
    assert not stand(ours(-3, kind)).has(Standing.PASSIVE)


def test_thanks_of_theirs_leave_our_passive_move_the_last() -> None:
    assert kinds(stand(ours(-3), theirs(-2, Intent.THANKS_ONLY))) == [Standing.PASSIVE]


def test_a_passive_deal_without_a_date_is_both() -> None:
    assert kinds(stand(ours(-3), of=UNDATED)) == [Standing.PASSIVE, Standing.UNDATED]


def test_the_first_that_holds_is_the_standing_and_the_others_stand_beside_it() -> None:
    found = stand(theirs(-3, Intent.QUESTION, asks=True), events=[meeting(2)], of=UNDATED)
    assert found.first is not None
    assert (found.first.standing, [one.standing for one in found.others]) == (
        Standing.OWES_REPLY,
        [Standing.ADVANCING, Standing.UNDATED],
    )


def test_a_new_deal_without_mail_is_undated() -> None:
    assert kinds(stand(of=UNDATED)) == [Standing.UNDATED]


def test_a_new_deal_with_a_date_and_without_mail_asks_for_nothing() -> None:
    assert kinds(stand(of=deal(decision=20))) == []


def test_a_missing_date_is_told_by_the_deal() -> None:
    undated = stand(of=UNDATED).of(Standing.UNDATED)
    assert undated is not None
    assert undated.evidence[0].source is Source.DEAL


@pytest.mark.parametrize("last", [ours(-2, finished=True), theirs(-2, finished=True), ours(-2, MoveKind.GRACEFUL_EXIT)])
def test_a_move_that_closes_its_matter_asks_for_nothing(last: Mail) -> None:
    assert kinds(stand(theirs(-4, Intent.QUESTION), last, of=UNDATED)) == []


def test_a_closed_matter_leaves_another_open() -> None:
    question = theirs(-4, Intent.QUESTION, asks=True, sender=BOB, thread="t2")
    assert kinds(stand(question, ours(-2, finished=True))) == [Standing.OWES_REPLY]


def test_thanks_after_a_closed_matter_open_nothing() -> None:
    assert kinds(stand(ours(-2, finished=True), theirs(-1, Intent.THANKS_ONLY))) == []


def test_a_mail_of_ours_that_cannot_be_told_may_be_passive() -> None:
    passive = stand(ours(-2, None, certain=False)).of(Standing.PASSIVE)
    assert passive is not None
    assert not passive.certain


def test_a_passive_mail_on_a_deal_with_a_meeting_ahead_is_no_finding() -> None:
    assert kinds(stand(ours(-2), events=[meeting(2)])) == [Standing.ADVANCING]


def test_a_bounced_mail_leaves_what_stood_before() -> None:
    bounce = robot(-1, AutomaticKind.BOUNCE, failed=[ANNA], sender=BOB)
    found = stand(theirs(-3, Intent.QUESTION, asks=True), ours(-1, hour=9), bounce, of=deal(contacts=[ANNA, BOB]))
    assert Standing.OWES_REPLY in kinds(found)


def test_an_absence_after_a_meeting_keeps_the_recap_waiting() -> None:
    assert kinds(stand(ours(-3), robot(-1, AutomaticKind.OUT_OF_OFFICE, back=3), events=[meeting(-2)]))[0] is (
        Standing.AWAY
    )


def test_after_the_yes_the_standing_goes_on_being_computed() -> None:
    found = stand(theirs(-4, Intent.YES), ours(-3), of=deal(stage=Stage.AFTER_YES, decision=20))
    assert kinds(found) == [Standing.PASSIVE]


_offsets = st.integers(-15, -1)
_mail = st.one_of(
    st.builds(ours, _offsets, st.sampled_from(MoveKind)),
    st.builds(lambda d, step: ours(d, MoveKind.MEETING_PROPOSED, step=step), _offsets, st.integers(-10, 10)),
    st.builds(lambda d, due: ours(d, promise="send the paper", due=due), _offsets, st.integers(-10, 10)),
    st.builds(theirs, _offsets, st.sampled_from(Intent)),
    st.builds(lambda d, due: theirs(d, promise="read it", due=due), _offsets, st.integers(-10, 10)),
    st.builds(lambda d: theirs(d, certain=False), _offsets),
    st.builds(lambda d, kind: robot(d, kind, failed=[ANNA], back=2), _offsets, st.sampled_from(AutomaticKind)),
)
_events = st.builds(meeting, st.integers(-10, 10))
_deals = st.builds(
    lambda stage, date: deal(stage=stage, decision=date), st.sampled_from(Stage), st.sampled_from([None, 20])
)
_order = list(Standing)


@given(st.lists(_mail, max_size=6), st.lists(_events, max_size=2), _deals)
def test_the_standings_are_in_order_of_precedence_each_once(
    mail: list[Mail], events: list[Event], purchase: Deal
) -> None:
    found = kinds(stand(*mail, events=events, of=purchase))
    assert all(_order.index(one) < _order.index(next_) for one, next_ in pairwise(found))


@given(st.lists(_mail, max_size=6), st.lists(_events, max_size=2), _deals)
def test_every_standing_has_evidence(mail: list[Mail], events: list[Event], purchase: Deal) -> None:
    assert all(one.evidence for one in stand(*mail, events=events, of=purchase).found)


@given(st.lists(_mail, max_size=6), st.lists(_events, max_size=2), _deals, st.data())
def test_the_order_of_what_comes_in_makes_no_difference(
    mail: list[Mail], events: list[Event], purchase: Deal, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(mail))
    assert stand(*mail, events=events, of=purchase) == stand(*shuffled, events=events[::-1], of=purchase)


@given(st.lists(_mail, max_size=6), st.lists(_events, max_size=2))
def test_nothing_is_both_advancing_and_passive(mail: list[Mail], events: list[Event]) -> None:
    found = stand(*mail, events=events)
    assert not (found.has(Standing.ADVANCING) and (found.has(Standing.PASSIVE) or found.has(Standing.LAPSED)))


@given(st.lists(_mail, max_size=6))
def test_a_certain_no_at_the_end_stands_before_everything(mail: list[Mail]) -> None:
    first = stand(*mail, theirs(0, Intent.NO, text="No, thank you.", hour=6)).first
    assert first is not None
    assert first.standing is Standing.SAID_NO


@given(st.lists(_mail, max_size=6), st.lists(_events, max_size=2))
def test_the_hour_of_the_day_makes_no_difference(mail: list[Mail], events: list[Event]) -> None:
    assert kinds(stand(*mail, events=[e for e in events if e.start.date() != day(0)])) == kinds(
        stand(*mail, events=[e for e in events if e.start.date() != day(0)], now=NOW + timedelta(hours=3))
    )

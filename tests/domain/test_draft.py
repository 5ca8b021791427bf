from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assistant
from assistant.domain.draft import LEGAL_MOVES, ClearedText, Content, ItemState, Purpose, guard_seal
from assistant.domain.mail import Address

PETRA, TOM = Address("petra@northgate.example", "Petra"), Address("tom@northgate.example")
CONTENT = Content((PETRA,), (TOM,), "Re: Planner", "Hi Petra,", "a@northgate.example", ("a@northgate.example",))


@pytest.mark.parametrize(
    "changed",
    [
        replace(CONTENT, to=(TOM,)),
        replace(CONTENT, cc=()),
        replace(CONTENT, subject="Re: Planner "),
        replace(CONTENT, body="Hi Petra."),
        replace(CONTENT, in_reply_to=None),
        replace(CONTENT, references=()),
    ],
)
def test_an_approval_does_not_fit_a_changed_content(changed: Content) -> None:
    assert changed.fingerprint != CONTENT.fingerprint


def test_a_display_name_does_not_change_the_fingerprint() -> None:
    assert replace(CONTENT, to=(Address("petra@northgate.example", "P."),)).fingerprint == CONTENT.fingerprint


def test_somebody_in_cc_is_not_the_same_as_in_to() -> None:
    assert Content(to=(PETRA,)).fingerprint != Content(cc=(PETRA,)).fingerprint


@given(st.text(), st.text(), st.text(), st.text())
def test_only_the_same_subject_and_body_share_a_fingerprint(a: str, b: str, c: str, d: str) -> None:
    same = Content(subject=a, body=b).fingerprint == Content(subject=c, body=d).fingerprint
    assert same == ((a, b) == (c, d))


def test_every_state_says_where_it_may_go() -> None:
    assert set(LEGAL_MOVES) == set(ItemState)


@pytest.mark.parametrize("state", [ItemState.SENT, ItemState.DELETED])
def test_what_was_sent_or_deleted_stays_so(state: ItemState) -> None:
    assert LEGAL_MOVES[state] == frozenset()


def test_nothing_is_filed_that_was_not_approved() -> None:
    assert [state for state, moves in LEGAL_MOVES.items() if ItemState.FILED in moves] == [ItemState.APPROVED]


def test_a_snoozed_draft_is_not_approved_before_it_is_open_again() -> None:
    assert ItemState.APPROVED not in LEGAL_MOVES[ItemState.SNOOZED]


def test_text_is_not_cleared_by_calling_it_so() -> None:
    with pytest.raises(TypeError, match="only the guard"):
        ClearedText("Hi Petra,")


def test_a_wrong_seal_clears_nothing() -> None:
    with pytest.raises(TypeError, match="only the guard"):
        ClearedText("Hi Petra,", seal=object())


def test_an_edit_of_cleared_text_is_plain_text_again() -> None:
    cleared = ClearedText("Hi Petra,", seal=guard_seal())
    assert type(cleared + " thanks") is str


@pytest.mark.parametrize("change", [str.upper, str.strip, lambda text: text[:2], lambda text: f"{text}!"])
def test_no_string_operation_keeps_the_clearance(change: object) -> None:
    cleared = ClearedText(" Hi Petra, ", seal=guard_seal())
    assert callable(change)
    assert type(change(cleared)) is str


def test_every_purpose_names_its_template_file() -> None:
    folder = Path(assistant.__file__).parent.parent / "templates" / "drafts"
    named = {path.name.partition(".")[0] for path in folder.glob("[a-z]*.txt.j2")}
    assert named == {purpose.value for purpose in Purpose}

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine.threads import ThreadLink, Threads, assign, bare_subject, subject_key

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
BOTH = frozenset({"mara@tallwood.example", "anna@northgate.example"})


def link(
    message_id: str,
    *refs: str,
    subject: str = "",
    day: int | None = 0,
    people: frozenset[str] = BOTH,
) -> ThreadLink:
    date = START + timedelta(days=day) if day is not None else None
    return ThreadLink(message_id, refs, subject, people, date)


def threads(*links: ThreadLink, known: dict[str, str] | None = None, similar: str | None = None) -> Threads:
    return assign(links, known or {}, lambda _: similar)


def test_an_answer_is_in_the_thread_of_what_it_answers() -> None:
    found = threads(link("a@x"), link("b@x", "a@x"))
    assert found.of["b@x"] == found.of["a@x"]


def test_a_new_thread_is_named_after_its_root() -> None:
    assert threads(link("c@x", "a@x", "b@x", day=2), link("a@x")).of["c@x"] == "a@x"


def test_a_message_that_is_only_referred_to_has_a_thread_as_well() -> None:
    assert threads(link("b@x", "a@x")).of["a@x"] == "a@x"


def test_two_answers_to_a_message_that_nobody_has_are_one_thread() -> None:
    found = threads(link("b@x", "lost@x"), link("c@x", "lost@x"))
    assert found.of["b@x"] == found.of["c@x"]


def test_messages_without_a_tie_are_threads_of_their_own() -> None:
    found = threads(link("a@x"), link("b@x"))
    assert found.of["a@x"] != found.of["b@x"]


def test_a_known_thread_keeps_its_name() -> None:
    found = threads(link("c@x", "b@x"), known={"b@x": "root@x"})
    assert found.of["c@x"] == "root@x"


def test_a_known_thread_that_goes_on_is_not_merged() -> None:
    assert threads(link("c@x", "b@x"), known={"b@x": "root@x"}).merged == {}


def test_a_message_that_ties_two_known_threads_merges_them() -> None:
    found = threads(link("c@x", "a@x", "b@x"), known={"a@x": "one@x", "b@x": "two@x"})
    assert found.merged == {"two@x": "one@x"}


def test_every_message_of_merged_threads_has_the_new_name() -> None:
    found = threads(link("c@x", "a@x", "b@x"), known={"a@x": "one@x", "b@x": "two@x"})
    assert set(found.of.values()) == {"one@x"}


def test_messages_that_refer_to_each_other_in_a_circle_are_one_thread() -> None:
    found = threads(link("a@x", "b@x"), link("b@x", "a@x"))
    assert found.of["a@x"] == found.of["b@x"]


def test_a_message_that_refers_to_itself_is_a_thread() -> None:
    assert threads(link("a@x", "a@x")).of == {"a@x": "a@x"}


def test_an_empty_reference_ties_nothing() -> None:
    found = threads(link("a@x", ""), link("b@x", ""))
    assert found.of["a@x"] != found.of["b@x"]


def test_without_references_an_answer_joins_the_same_subject_among_the_same_people() -> None:
    found = threads(link("a@x", subject="Pilot"), link("b@x", subject="AW: Pilot", day=3))
    assert found.of["a@x"] == found.of["b@x"]


def test_the_same_subject_among_other_people_is_another_thread() -> None:
    others = frozenset({"mara@tallwood.example", "carl@elsewhere.example"})
    found = threads(link("a@x", subject="Pilot"), link("b@x", subject="Re: Pilot", people=others))
    assert found.of["a@x"] != found.of["b@x"]


def test_the_same_subject_after_two_months_is_another_thread() -> None:
    found = threads(link("a@x", subject="Re: Pilot"), link("b@x", subject="Re: Pilot", day=60))
    assert found.of["a@x"] != found.of["b@x"]


def test_two_mails_that_just_say_hello_are_two_threads() -> None:
    found = threads(link("a@x", subject="Hello"), link("b@x", subject="Hello", day=1))
    assert found.of["a@x"] != found.of["b@x"]


def test_a_reference_that_leads_somewhere_wins_over_the_subject() -> None:
    found = threads(link("a@x", subject="The pilot"), link("b@x"), link("c@x", "b@x", subject="Re: The pilot", day=1))
    assert found.of["c@x"] == found.of["b@x"] != found.of["a@x"]


def test_references_that_lead_nowhere_leave_the_subject_to_tie() -> None:
    found = threads(link("a@x", subject="The pilot"), link("b@x", "lost@x", subject="Re: The pilot", day=1))
    assert found.of["a@x"] == found.of["b@x"]


def test_a_similar_thread_of_before_takes_a_loose_message() -> None:
    assert threads(link("a@x", subject="Re: Pilot"), similar="old@x").of["a@x"] == "old@x"


def test_no_similar_thread_is_asked_for_where_there_is_no_subject() -> None:
    assert threads(link("a@x", subject="Re: "), similar="old@x").of["a@x"] == "a@x"


def test_a_message_without_a_date_is_threaded_by_its_references() -> None:
    found = threads(link("a@x"), link("b@x", "a@x", day=None))
    assert found.of["b@x"] == "a@x"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Pilot  in Graz",
        "RE: FW: pilot in graz",
        "AW: WG: Pilot in Graz",
        "Re[2]: Pilot in Graz",
        "SV: Pilot in Graz",
        "TR : Pilot in Graz",
        "[EXTERNAL] Re: Pilot in Graz",
        "  Pilot in\tGraz ",
        "回复：Pilot in Graz",
    ],
)
def test_prefixes_white_space_and_case_make_no_other_subject(subject: str) -> None:
    assert subject_key(subject) == "pilot in graz"


@pytest.mark.parametrize("subject", ["Regarding Graz", "Review: the plan", "Forwarding agents", "[Graz] Plan"])
def test_a_word_that_only_looks_like_a_prefix_stays(subject: str) -> None:
    assert bare_subject(subject) == subject


_ids = st.sampled_from([f"{letter}@x" for letter in "abcdefgh"])
_links = st.lists(
    st.builds(
        ThreadLink,
        _ids,
        st.lists(_ids, max_size=3).map(tuple),
        st.sampled_from(["", "Pilot", "Re: Pilot", "Re: The offer"]),
        st.sampled_from([BOTH, frozenset({"x@y.example"})]),
        st.one_of(st.none(), st.integers(0, 90).map(lambda days: START + timedelta(days=days))),
    ),
    max_size=8,
    unique_by=lambda one: one.message_id,
)
_known = st.dictionaries(_ids, st.sampled_from(["one@x", "two@x", "three@x"]), max_size=4)


@given(_links, _known, st.data())
def test_the_order_in_which_messages_come_makes_no_difference(
    links: list[ThreadLink], known: dict[str, str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(links))
    assert assign(links, known, lambda _: None) == assign(shuffled, known, lambda _: None)


@given(_links, _known)
def test_a_message_shares_the_thread_of_all_that_it_refers_to(links: list[ThreadLink], known: dict[str, str]) -> None:
    found = assign(links, known, lambda _: None)
    assert all(found.of[ref] == found.of[one.message_id] for one in links for ref in one.refs)


@given(_links, _known)
def test_nothing_is_merged_into_a_thread_that_is_itself_merged(links: list[ThreadLink], known: dict[str, str]) -> None:
    found = assign(links, known, lambda _: "three@x")
    assert not found.merged.keys() & set(found.merged.values())


@given(_links, _known)
def test_a_second_look_at_the_same_messages_changes_nothing(links: list[ThreadLink], known: dict[str, str]) -> None:
    first = assign(links, known, lambda _: None)
    renamed = {message_id: first.merged.get(name, name) for message_id, name in known.items()}
    again = assign(links, {**renamed, **first.of}, lambda _: None)
    assert (again.of, again.merged) == (first.of, {})

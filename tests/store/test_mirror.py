"""Cursors, problems, counts, and forgetting."""

import os

from assistant.domain.mail import Problem
from assistant.domain.reading import AutomaticKind
from assistant.store import Counts, Store
from tests.store.making import days, event, incoming


def test_a_cursor_is_one_accounts_and_one_things(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.set_cursor("work", "mail", "1")
        tx.mirror.set_cursor("work", "mail", "2")
        tx.mirror.set_cursor("work", "calendar", "3")
        assert tx.mirror.cursor("work", "mail") == "2"
        assert tx.mirror.cursor("work", "calendar") == "3"
        assert tx.mirror.cursor("home", "mail") is None


def test_a_cursor_can_be_forgotten(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.set_cursor("work", "mail", "1")
        tx.mirror.set_cursor("work", "mail", None)
        assert tx.mirror.cursor("work", "mail") is None


def test_the_same_problem_is_told_once(store: Store) -> None:
    problem = Problem("work", "INBOX/1", "It is cut off.")
    with store.write() as tx:
        tx.mirror.add_problems([problem, problem])
        tx.mirror.add_problems([problem, Problem("home", "INBOX/1", "It is empty.")])
        assert tx.mirror.problems("work") == [problem]
        assert len(tx.mirror.problems()) == 2


def test_a_problem_in_a_file_whose_name_is_no_utf8_is_kept(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add_problems([Problem("work", os.fsdecode(b"Fold\xff/1.host"), "It has no readable date.")])
        assert tx.mirror.problems() == [Problem("work", "Fold\ufffd/1.host", "It has no readable date.")]


def test_counts_say_what_is_held(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add(
            [incoming("a"), incoming("b", thread="a@pine.example", automatic=AutomaticKind.MACHINE, date=days(1))]
        )
        tx.mirror.add([incoming("a", folder="Copy")])
        tx.mirror.skip("work", [("INBOX", "x", "")])
        tx.mirror.replace_events("work", [], [event("e")])
        tx.mirror.add_problems([Problem("work", "a", "w")])
        assert tx.mirror.counts() == Counts(
            messages=2, places=3, skipped=1, threads=1, automatic=1, events=1, problems=1
        )


def test_dropping_everything_leaves_an_empty_mirror(store: Store) -> None:
    with store.write() as tx:
        tx.mirror.add([incoming("a"), incoming("b", account="home", date=days(1))])
        tx.mirror.skip("work", [("INBOX", "x", "")])
        tx.mirror.replace_events("work", [], [event("e")])
        tx.mirror.set_cursor("work", "mail", "1")
        tx.mirror.drop()
        assert tx.mirror.counts() == Counts(0, 0, 0, 0, 0, 0, 0)
        assert tx.mirror.cursor("work", "mail") is None
        assert tx.mirror.threads_of(["a@pine.example"]) == {}

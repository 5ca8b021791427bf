"""Messages as JSON lines in, readings as values for JSON lines out."""

import json
from datetime import UTC, date
from typing import Any

import pytest

from assistant.workflows.reading_lines import readings


def told(**row: Any) -> dict[str, Any]:
    (answer,) = readings([json.dumps({"id": "1", **row})], "lines", UTC)
    return answer


def test_a_move_of_ours_is_told_with_its_next_step() -> None:
    answer = told(text="Shall we meet on 12 March 2026 at 10:00?", direction="us", sent_date="2026-03-03")
    assert (answer["move"], answer["kind"]) == ("purposeful", "meeting_proposed")
    assert answer["next_step"]["when"] == [date(2026, 3, 12), date(2026, 3, 12)]
    assert "intents" not in answer


def test_a_message_of_theirs_is_told_with_the_day_on_which_they_decide() -> None:
    answer = told(text="Our board decides on 20 March 2026.", direction="them", sent_date="2026-03-03")
    assert answer["intents"] == ["decision_date_stated"]
    assert answer["decision_date"] == date(2026, 3, 20)
    assert answer["evidence"]["decision_date_stated"]["text"] == "Our board decides on 20 March 2026."
    assert "move" not in answer


def test_of_a_range_the_decision_date_is_its_last_day() -> None:
    answer = told(text="We will decide by the end of June.", direction="them", sent_date="2026-03-03")
    assert answer["decision_date"] == date(2026, 6, 30)


def test_headers_tell_automatic_mail() -> None:
    answer = told(
        text="I am out of the office until 16 March 2026.",
        direction="them",
        sent_date="2026-03-03",
        headers={"Auto-Submitted": "auto-replied"},
    )
    assert answer["intents"] == ["out_of_office"]
    assert answer["away_until"] == date(2026, 3, 16)


def test_a_line_without_a_direction_is_read_both_ways() -> None:
    answer = told(text="Attached is the price list.", sent_date="2026-03-03")
    assert answer["move"] == "passive"
    assert "intents" in answer


def test_without_the_day_of_sending_a_move_is_told_and_no_day_is_resolved() -> None:
    answer = told(text="Shall we meet next Tuesday at 10:00?", direction="us")
    assert answer["move"] == "purposeful"
    assert answer["next_step"] is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "It isn't JSON"),
        ("[]", "It isn't a JSON object"),
        ('{"id": "7"}', "It has no text"),
        ('{"text": "x", "sent_date": "soon"}', "sent_date 'soon' is no day"),
        ('{"text": "x", "direction": "up"}', "direction is 'up'"),
        ('{"text": "x", "headers": 3}', "headers aren't a table"),
    ],
)
def test_a_line_that_cannot_be_read_says_which_and_why_and_the_rest_goes_on(line: str, why: str) -> None:
    bad, good = readings([line, '{"id": "2", "text": "Thanks!"}'], "mails.jsonl", UTC)
    assert why in bad["error"]
    assert "mails.jsonl, line 1" in bad["error"]
    assert good["id"] == "2"


def test_an_empty_line_is_nothing() -> None:
    assert list(readings(["", "  \n"], "lines", UTC)) == []


def test_an_empty_text_is_not_guessed_at() -> None:
    answer = told(text="", direction="them")
    assert answer["intents"] == []
    assert answer["certain"] is False

"""`lint`: texts for people and for other programs, and the rules."""

import json
from pathlib import Path

import pytest

from tests.faces.conftest import Face, Say

PRESSING = "Thursday at ten works.\nIt would help me reach my quota.\n"
FRIENDLY = "Would Thursday at 10:00 suit you for the walk-through?\n"


def line(**row: object) -> str:
    return json.dumps(row) + "\n"


def answers(said: str) -> list[dict[str, object]]:
    return [json.loads(each) for each in said.splitlines()]


def test_sarif_names_the_rule_the_file_and_the_place(say: Say) -> None:
    Path("mail.txt").write_text(PRESSING, encoding="utf-8")
    told = say("lint", "mail.txt", "--format", "sarif")
    (run,) = told.json["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert told.code == 1
    assert told.json["version"] == "2.1.0"
    assert place["artifactLocation"]["uri"] == "mail.txt"
    assert place["region"]["startLine"] == place["region"]["endLine"] == 2
    start, end = place["region"]["startColumn"], place["region"]["endColumn"]
    assert PRESSING.splitlines()[1][start - 1 : end - 1] == place["region"]["snippet"]["text"]
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert result["level"] == "error"


def test_what_is_no_text_is_refused_once_and_not_judged(say: Say) -> None:
    Path("logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\n\0\1\n\0\2")
    told = say("lint", "logo.png")
    assert (told.code, told.out) == (2, "")
    assert told.err.count("logo.png isn't a text file") == 1


def test_sarif_gives_no_place_in_the_file_to_what_is_in_the_subject(say: Say) -> None:
    told = say("lint", "-", "--format", "sarif", "--subject", "It would help me reach my quota.", stdin=FRIENDLY)
    (result, *_) = told.json["runs"][0]["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_sarif_of_a_clean_text_has_no_results(say: Say) -> None:
    told = say("lint", "-", "--format", "sarif", stdin=FRIENDLY)
    assert (told.code, told.json["runs"][0]["results"]) == (0, [])


def test_github_gets_an_annotation_a_finding(say: Say) -> None:
    Path("a,b.txt").write_text(PRESSING, encoding="utf-8")
    (annotation,) = say("lint", "a,b.txt", "--format", "github").out.splitlines()
    assert annotation.startswith("::error file=a%2Cb.txt,line=2,")
    assert "Rather: " in annotation


def test_many_texts_are_judged_line_by_line(say: Say) -> None:
    lines = (
        line(id="1", text=PRESSING)
        + "\n"
        + line(id="2", text=FRIENDLY)
        + line(id="3", text="Subject: Last chance: the quote expires today", kind="subject")
    )
    first, second, third = answers(say("lint", "--jsonl", "-", stdin=lines).out)
    assert (first["id"], first["verdict"]) == ("1", "blocked")
    assert second == {"id": "2", "verdict": "allowed", "findings": []}
    assert third["verdict"] == "blocked"


def test_the_subject_of_a_line_is_judged_too(say: Say) -> None:
    told = say(
        "lint", "--jsonl", "-", stdin=line(id="1", text=FRIENDLY, subject="Last chance: the quote expires today")
    )
    assert answers(told.out)[0]["verdict"] == "blocked"
    assert told.code == 1


def test_a_line_tells_of_the_deal(say: Say) -> None:
    asks, names = "Could you reconsider?", "Please sign by 14 May."
    lines = line(id="1", text=asks, deal={"standing": "said_no"}) + line(
        id="2", text=names, deal={"decision_date": "2026-05-14"}
    )
    first, second = answers(say("lint", "--jsonl", "-", stdin=lines).out)
    assert (first["verdict"], second["verdict"]) == ("blocked", "allowed")
    assert answers(say("lint", "--jsonl", "-", stdin=line(id="2", text=names)).out)[0]["verdict"] == "blocked"


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '{"id": "1"}',
        '{"text": "a", "deal": 3}',
        '{"text": "a", "deal": {"decision_date": "May"}}',
        '{"text": "a", "subject": 5}',
        '{"text": "a", "kind": ["x"]}',
        '{"text": "\\ud800"}',
        "[" * 100_000,
    ],
)
def test_a_line_that_cannot_be_read_is_an_error_and_the_rest_goes_on(say: Say, bad: str) -> None:
    told = say("lint", "--jsonl", "-", stdin=bad + "\n" + line(id="2", text=FRIENDLY))
    first, second = answers(told.out)
    assert "-:1" in str(first["error"])
    assert second["verdict"] == "allowed"
    assert told.code == 1


def test_the_rules_are_listed_by_family(say: Say) -> None:
    told = say("lint", "--list")
    assert told.code == 0
    assert "Our own interest" in told.out
    assert "sense-9" in told.out


def test_a_rule_argues_its_case(say: Say) -> None:
    (rule, *_) = say("lint", "--list", "--json").json
    told = say("lint", "--explain", rule["id"]).out
    for part in (rule["reason"], rule["rewrite"], "The principle: ", "Stopped: ", "Passes: "):
        assert part.split()[0] in told


def test_a_rule_that_is_not_there_says_where_to_look(say: Say) -> None:
    told = say("lint", "--explain", "nothing")
    assert told.code == 7
    assert "nextmove lint --list" in told.err


@pytest.mark.parametrize("words", [(), ("a.txt", "--list"), ("--jsonl", "-", "--list"), ("a.txt", "--jsonl", "-")])
def test_one_thing_is_asked_for_at_a_time(say: Say, words: tuple[str, ...]) -> None:
    assert say("lint", *words).code == 2


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        (("--jsonl", "-", "--format", "sarif"), "--format"),
        (("--jsonl", "-", "--format", "text"), "--format"),
        (("--jsonl", "-", "--json"), "--json"),
        (("--jsonl", "-", "--subject", "News"), "--subject"),
        (("--jsonl", "-", "--title", "--after-no"), "--title, --after-no"),
        (("--list", "--after-no"), "--after-no"),
        (("--explain", "sense-1", "--format", "github"), "--format"),
        (("-", "--json", "--format", "sarif"), "--json and --format sarif"),
    ],
)
def test_an_option_that_would_be_passed_over_is_a_mistake(say: Say, words: tuple[str, ...], passed: str) -> None:
    told = say("lint", *words, stdin=line(id="1", text=FRIENDLY))
    assert (told.code, told.out) == (2, "")
    assert passed in told.err


@pytest.mark.parametrize("words", [("--list", "--format", "json"), ("--explain", "sense-1", "--format", "text")])
def test_the_rules_know_two_formats(say: Say, words: tuple[str, ...]) -> None:
    assert say("lint", *words).code == 0


PRINCIPLE = "docs/guard.md#our-own-interest"


def test_every_output_names_the_principle(say: Say) -> None:
    assert f"Why: {PRINCIPLE}" in say("lint", "-", stdin=PRESSING).out
    (finding,) = say("lint", "-", "--json", stdin=PRESSING).json["-"]
    assert finding["principle"] == PRINCIPLE
    (rule,) = say("lint", "-", "--format", "sarif", stdin=PRESSING).json["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"] == PRINCIPLE
    assert PRINCIPLE in say("lint", "-", "--format", "github", stdin=PRESSING).out
    (answer,) = answers(say("lint", "--jsonl", "-", stdin=line(id="1", text=PRESSING)).out)
    assert PRINCIPLE in json.dumps(answer["findings"])
    assert PRINCIPLE in say("lint", "--explain", "sense-1").out


TEAM = """
[[rule]]
id = "no-synergy"
kind = "8_manipulation_fomo_assumptive"
patterns = ["synerg(?:y|ies)"]
reason = "Nobody talks like that."
rewrite = "Say what they get."
"""


def configured(ready: Face, guard: str) -> None:
    path = ready.world.config.path
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[guard]\n{guard}\n", encoding="utf-8")


def test_a_team_adds_rules_of_its_own(ready: Face) -> None:
    configured(ready, 'packs = ["team.toml"]')
    ready.world.config.path.with_name("team.toml").write_text(TEAM, encoding="utf-8")
    assert "no-synergy" in ready("lint", "-", stdin="On Thursday at ten Ole shows you the synergies.").out
    assert "no-synergy" in ready("lint", "--list").out


def test_a_teams_own_nudge_is_stopped_beside_a_step(ready: Face) -> None:
    configured(ready, 'packs = ["team.toml"]')
    nudge = TEAM.replace("8_manipulation_fomo_assumptive", "6_empty_nudge")
    ready.world.config.path.with_name("team.toml").write_text(nudge, encoding="utf-8")
    told = ready("lint", "-", stdin="On Thursday at ten Ole shows you the synergies of both lists.")
    assert told.code == 1
    assert "no-synergy" in told.out


def test_a_team_cannot_excuse_what_is_shipped(ready: Face) -> None:
    configured(ready, 'packs = ["team.toml"]')
    excuse = TEAM.replace("8_manipulation_fomo_assumptive", "clarity")
    ready.world.config.path.with_name("team.toml").write_text(excuse, encoding="utf-8")
    told = ready("lint", "-", stdin=PRESSING)
    assert told.code not in (0, 1)
    assert "clarity" in told.err
    assert "team.toml" in told.err


def test_a_phrase_that_the_configuration_allows_passes(ready: Face) -> None:
    words = "Our module Quota Pusher reads your list on Thursday."
    configured(ready, 'allow = [{ phrase = "Quota Pusher", reason = "It is the name of our module." }]')
    assert ready("lint", "-", stdin=words).code == 0


def test_a_language_that_is_not_read_asks_for_a_look(say: Say) -> None:
    told = say("lint", "-", stdin="Volevo solo sapere se avete già deciso, perché il trimestre finisce venerdì.")
    assert told.code == 0
    assert "doesn't read" in told.out


def test_what_sarif_says_of_a_language_that_is_not_read_leads_to_the_handbook(say: Say) -> None:
    words = "Volevo solo sapere se avete già deciso, perché il trimestre finisce venerdì."
    (rule,) = say("lint", "-", "--format", "sarif", stdin=words).json["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "docs/guard.md#a-language-that-it-doesnt-read"

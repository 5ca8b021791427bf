"""A pattern is tried wherever it could match, and hardly anywhere else."""

import pytest

from assistant.guard import shipped
from assistant.language.literals import Index
from assistant.language.matching import compiled, source
from assistant.language.packs import Pack, parse

PATTERNS = {
    "(?:our|my) (?:quota|number)s?": "By Friday, MY  Numbers are due.",
    "quot\\w*": "We quoted it.",
    "~ly for you": "Gladly for you.",
    "don't (?:wait|\\w+)": "Dont ever wait.",
    "[0-9]{1,2} ?(?:am|pm)": "At 10am.",
    "^yes[.!]?$": "yes",
    "(?:[a-z]+ ){0,3}sign(?: it)? (?:today|now)": "Please do sign\nit now",
    "e-?mail": "An e-mail.",
    "\\w+\\?~": "Really?",
    "(?-i:ASAP)": "ASAP.",
    "ma\u00dfe": "Die MASE stimmen.",
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_tried_where_it_matches(pattern: str) -> None:
    text = PATTERNS[pattern]
    assert compiled((pattern,)).search(text)
    assert Index([source((pattern,))]).worth(text) == {0}


def test_a_pattern_is_not_tried_without_its_words() -> None:
    index = Index(
        [source((pattern,)) for pattern in ("our (?:quota|target)", "your (?:\\w+ ){0,3}budget", "(?:a|b)c?")]
    )
    assert index.worth("Your offer is on our desk.") == set()


@pytest.mark.parametrize("pack", shipped(), ids=lambda pack: pack.language)
def test_what_a_shipped_rule_must_find_is_found(pack: Pack) -> None:
    index = Index([source(rule.patterns) for rule in pack.rules])
    for place, rule in enumerate(pack.rules):
        for text in (each for each in rule.bad if compiled(rule.patterns).search(each)):
            assert place in index.worth(text)


def test_places_are_counted_in_characters() -> None:
    pack = parse('[[rule]]\nid = "x"\nkind = "k"\npatterns = ["quota"]', "p.toml")
    assert [(m.start, m.end) for m in pack.find("€€ ž 🙂 the quota, QUOTA")] == [(11, 16), (18, 23)]

"""Rule packs: what they find, and what they say when they are wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.language.packs import Pack, load, load_file, parse

PACK = """
language = "en"

[define]
ours = ["our", "my"]
ours_now = "{ours} own"

[[rule]]
id = "quota"
kind = "own"
patterns = ["{ours} (quota|number)s?", "don't panic"]
unless = ["api"]
reason = "It is ours."
tags = { place = "opener" }

[[rule]]
id = "ready"
kind = "french"
patterns = ["prêt à"]

[[rule]]
id = "both"
kind = "own"
patterns = ["sign"]
also = ["today", "discount"]
unless_text = ["you asked"]

[[rule]]
id = "opening"
kind = "own"
patterns = ["^thanks", "~%~"]
"""


def pack() -> Pack:
    return parse(PACK, "test.toml")


def found(text: str, sentences: list[tuple[int, int]] | None = None) -> list[tuple[str, str]]:
    return [(match.rule.id, match.text) for match in pack().find(text, None, sentences)]


def test_a_fragment_is_filled_in_and_case_does_not_matter() -> None:
    assert found("OUR Quota") == [("quota", "OUR Quota")]


def test_a_blank_is_any_white_space() -> None:
    assert found("our \n  numbers") == [("quota", "our \n  numbers")]


def test_a_pattern_matches_whole_words_only() -> None:
    assert found("your quotas, our quotation") == []


def test_a_tilde_lets_a_pattern_lie_inside_a_word() -> None:
    assert found("10%off") == [("opening", "%")]


def test_an_apostrophe_may_be_missing() -> None:
    assert found("dont panic") == [("quota", "dont panic")]


def test_accents_do_not_matter_and_the_span_is_of_the_text_given() -> None:
    assert found("pret a partir, Prêt à partir") == [("ready", "pret a"), ("ready", "Prêt à")]


def test_a_veto_holds_for_its_sentence_only() -> None:
    text = "our api quota. our quota."
    assert [m.start for m in pack().find(text, None, [(0, 14), (15, 25)])] == [15]


def test_every_also_must_be_in_the_same_sentence() -> None:
    assert found("sign today for the discount") == [("both", "sign")]
    assert found("sign today. a discount", [(0, 11), (12, 22)]) == []


def test_a_veto_of_the_text_holds_everywhere() -> None:
    assert found("you asked. sign today for the discount", [(0, 10), (11, 38)]) == []


def test_a_caret_is_the_beginning_of_a_sentence() -> None:
    assert found("well. Thanks", [(0, 5), (6, 12)]) == [("opening", "Thanks")]
    assert found("many thanks") == []


def test_kinds_narrow_the_search() -> None:
    assert [m.rule.id for m in pack().find("our quota, pret a", {"french"})] == ["ready"]
    first = pack().first("pret a, our quota")
    assert first is not None
    assert first.rule.id == "ready"


def test_matches_come_in_the_order_of_the_text() -> None:
    assert [id for id, _ in found("thanks, our quota, our number")] == ["opening", "quota", "quota"]


def test_tags_and_kinds_are_as_written() -> None:
    assert dict(pack().rules[0].tags) == {"place": "opener"}
    assert pack().kinds == ("own", "french")
    assert pack().rule("ready") is pack().rules[1] or pack().rule("ready") is not None


def test_a_shipped_pack_is_loaded_once() -> None:
    assert load("assistant.guard.packs", "en") is load("assistant.guard.packs", "en")


def test_an_innocent_phrase_vetoes_only_what_it_touches() -> None:
    rules = parse('[[rule]]\nid = "q"\nkind = "k"\npatterns = ["our quota"]\ninnocent = ["our quota of milk"]', "own")
    text = "our quota of milk and our quota"
    assert [match.start for match in rules.find(text)] == [22]


@given(st.lists(st.sampled_from(["our quota", "our quota of milk", "milk"]), max_size=12))
def test_innocent_phrases_are_told_apart_in_any_order(words: list[str]) -> None:
    rules = parse('[[rule]]\nid = "q"\nkind = "k"\npatterns = ["our quota"]\ninnocent = ["our quota of milk"]', "own")
    assert len(rules.find(", ".join(words))) == words.count("our quota")


SHARED = 'language = "en"\n[define]\nours = ["our", "my"]\n'


def folder(path: Path, **files: str) -> Path:
    for name, content in files.items():
        (path / f"{name}.toml").write_text(content, encoding="utf-8")
    return path


def test_the_files_of_a_folder_are_one_pack_with_shared_fragments(tmp_path: Path) -> None:
    one = '[[rule]]\nid = "a"\nkind = "k"\npatterns = ["{ours} quota"]'
    two = '[define]\nwant = "need|want"\n[[rule]]\nid = "b"\nkind = "k"\npatterns = ["{ours} {want}"]'
    pack = load_file(folder(tmp_path, define=SHARED, money=one, wishes=two))
    assert pack.language == "en"
    assert [match.rule.id for match in pack.find("my quota, my need")] == ["a", "b"]


def test_a_fragment_of_another_file_is_unknown(tmp_path: Path) -> None:
    one = '[define]\nwant = "need"\n[[rule]]\nid = "a"\nkind = "k"\npatterns = ["{want}"]'
    two = '[[rule]]\nid = "b"\nkind = "k"\npatterns = ["{want} it"]'
    with pytest.raises(InputError, match=r"two\.toml: rule 'b' uses \{want\}"):
        load_file(folder(tmp_path, one=one, two=two))


def test_an_id_is_unique_in_a_folder(tmp_path: Path) -> None:
    one = '[[rule]]\nid = "a"\nkind = "k"\npatterns = ["x"]'
    with pytest.raises(InputError, match="two rules with the id 'a'"):
        load_file(folder(tmp_path, one=one, two=one))


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no \.toml file"):
        load_file(tmp_path)


@given(st.text(alphabet="our quotapi numbesdy.\n%é'", max_size=80))
def test_one_pass_over_all_rules_finds_what_each_rule_finds_alone(text: str) -> None:
    whole = {(m.rule.id, m.start, m.end) for m in pack().find(text)}
    alone = {(m.rule.id, m.start, m.end) for rule in pack().rules for m in Pack("one", "en", (rule,)).find(text)}
    assert whole == alone


RULE = '[[rule]]\nid = "a"\nkind = "k"\n'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("language = ", "not valid TOML"),
        ("x = 1", "unknown key `x`"),
        ("rule = 3", "Begin each rule with a line [[rule]]"),
        ("define = 3", "Begin it with a line [define]"),
        ("[define]\na = 3", "fragment 'a'"),
        ('[[rule]]\nid = "a"', "rule 'a' has no kind"),
        ("[[rule]]\nkind = 'k'", "rule 1 has no id"),
        (RULE + 'patern = ["x"]', "Did you mean `patterns`?"),
        (RULE + 'patterns = "x"', "isn't a list of texts"),
        (RULE + 'patterns = ["x"]\nreason = 3', "`reason` isn't a text"),
        (RULE + 'patterns = ["x"]\ntags = "t"', "`tags` isn't a table"),
        (RULE + 'patterns = ["(x"]', "rule 'a': RE2 can't read '(x'"),
        (RULE + 'patterns = ["(?=x)y"]', "RE2 has no look-around"),
        (RULE + 'patterns = ["x*"]', "matches an empty text"),
        (RULE + 'patterns = ["{our} x"]', "Define it under [define]"),
        ('[define]\nours = "our"\n' + RULE + 'patterns = ["{our} x"]', "Did you mean {ours}?"),
        (RULE + 'patterns = ["x"]\n' + RULE + 'patterns = ["y"]', "two rules with the id 'a'"),
    ],
)
def test_an_error_names_the_rule_and_the_cure(content: str, says: str) -> None:
    with pytest.raises(InputError) as raised:
        parse(content, "own.toml")
    assert "own.toml" in str(raised.value)
    assert says in str(raised.value)


def test_a_users_own_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(PACK, encoding="utf-8")
    assert len(load_file(path).rules) == 4


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml can't be read"):
        load_file(tmp_path / "none.toml")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(b"language = '\xff'")
    with pytest.raises(InputError, match="UTF-8"):
        load_file(path)

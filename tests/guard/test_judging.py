"""Rules and the learned model, weighed: paraphrases are found, look-alikes pass, and nothing excuses what is firm."""

import pytest

from assistant.domain.draft import Severity
from assistant.guard import Allowed, lint, used
from assistant.guard.examining import Examiner
from assistant.guard.judging import LEARNED, weigh
from assistant.language.learned import Model
from assistant.language.packs import Pack, parse

KNOWN = ["our", "quota", "is", "near", "the", "pump", "runs", "on", "thursday", "and", "a", "rebate"]
PUSHY = (
    "classes\t1_quota_own_interest\tallowed",
    "bias\t-300\t300",
    "w:turnips\t900\t-900",
    "w:please\t\t50",
    *(f"w:{word}\t1\t1" for word in KNOWN),
)

QUOTA = "Our quota is near."
PACK = parse(
    '[[rule]]\nid = "quota"\nkind = "1_quota_own_interest"\npatterns = ["our quota"]\nreason = "No."', "x.toml"
)


def weighed(text: str, lines: tuple[str, ...] = PUSHY, pack: Pack = PACK) -> list[tuple[str, Severity]]:
    seen = Examiner((pack,)).examine(text, title=False)
    return [(match.rule.id, severity) for match, severity in weigh(seen, Model(lines))]


def test_what_no_rule_has_words_for_is_found() -> None:
    assert weighed("Turnips turnips turnips.") == [("sense-1", Severity.BLOCK)]


def test_what_nobody_objects_to_passes() -> None:
    assert weighed("The pump runs on Thursday.") == []


def test_an_objection_that_nothing_bears_out_is_a_warning() -> None:
    assert weighed(QUOTA) == [("quota", Severity.WARN)]


def test_an_objection_that_the_model_bears_out_blocks() -> None:
    assert weighed(f"Turnips: {QUOTA}") == [("quota", Severity.BLOCK)]


def test_a_passage_of_a_long_text_is_found() -> None:
    calm = "The pump runs on Thursday, please please. " * 6
    assert weighed(calm + "Turnips turnips turnips. Turnips and turnips. " + calm) == [("sense-1", Severity.BLOCK)]


def test_a_sentence_that_presses_is_found_among_calm_ones() -> None:
    calm = "The pump runs on Thursday, please. " * 4
    pushy = "Turnips turnips turnips turnips turnips turnips."
    assert weighed(f"{calm}{pushy} {calm}") == [("sense-1", Severity.BLOCK)]


def test_a_firm_rule_stands_whatever_the_words_sound_like() -> None:
    firm = parse(
        '[[rule]]\nid = "x"\nkind = "3_discount_bait"\npatterns = ["rebate"]\nreason = "No."\ntags = { firm = "yes" }',
        "x.toml",
    )
    assert weighed("A rebate, please.", pack=firm) == [("x", Severity.BLOCK)]


ASIDE = (
    "classes\t1_quota_own_interest\tallowed\tordinary",
    "bias\t-300\t100\t-300",
    "w:turnips\t900\t-900\t",
    "w:weekend\t\t\t1500",
    *(f"w:{word}\t1\t1\t1" for word in (*KNOWN, "please")),
)


def test_ordinary_mail_presses_nobody_whatever_it_speaks_of() -> None:
    assert weighed("Turnips turnips turnips.", ASIDE) == [("sense-1", Severity.BLOCK)]
    assert weighed("Turnips turnips turnips on the weekend, weekend.", ASIDE) == []


def test_an_objection_to_ordinary_mail_is_a_warning() -> None:
    assert weighed(f"Turnips: {QUOTA}", ASIDE) == [("quota", Severity.BLOCK)]
    assert weighed("Turnips on the weekend: our quota is near the weekend.", ASIDE) == [("quota", Severity.WARN)]


def test_a_sentence_that_presses_is_found_in_ordinary_mail() -> None:
    chat = "The weekend, the weekend and the weekend. " * 4
    pushy = "Turnips turnips turnips turnips turnips turnips turnips turnips."
    assert weighed(chat, ASIDE) == []
    assert weighed(f"{chat}{pushy} {chat}", ASIDE) == [("sense-1", Severity.BLOCK)]


def test_private_mail_passes_and_pressure_in_it_does_not() -> None:
    chat = "Saturday was great, we grilled at my sister's until two. The kids slept in the tent, can you believe it? "
    pushy = "By the way, after the 30th my hands are tied on the figure, so sign before that. "
    more = "Tell your brother I still have his cooler. See you at the game."
    assert lint(chat + more) == []
    assert any(finding.severity is Severity.BLOCK for finding in lint(chat + pushy + more))


def test_words_that_it_does_not_know_leave_the_rules_alone() -> None:
    assert weighed(f"{QUOTA} It is very far away from everything.", PUSHY[:2]) == [("quota", Severity.BLOCK)]


def test_every_family_has_a_sense_with_a_reason_and_a_rewrite() -> None:
    assert len(LEARNED) == 9
    assert all(rule.reason.endswith(".") and rule.rewrite.endswith(".") for rule in LEARNED.values())


PARAPHRASES = [
    "My director asked about you twice this morning, so a signed page would get her off my back.",
    "After the 30th my hands are tied on the figure.",
    "I have written four times now and wonder whether anybody is there.",
    "In March this was your top priority; funny how that goes.",
]


@pytest.mark.parametrize("text", PARAPHRASES)
def test_a_paraphrase_is_stopped(text: str) -> None:
    assert any(finding.severity is Severity.BLOCK for finding in lint(text))


MAIL = (
    "Hi Martin,\nThe test tenant is ready. Your HR leads have had logins since the 3rd. {} "
    "Sunita is there on Tuesday at 10 to walk the first two through it.\nPriya"
)


@pytest.mark.parametrize(
    "text",
    [
        "My director asked about you twice this morning, so a signed page would get her off my back.",
        "After the 30th my hands are tied on the figure.",
        "In March this was your top priority; funny how that goes.",
    ],
)
def test_what_presses_is_stopped_among_calm_sentences(text: str) -> None:
    assert any(finding.severity is Severity.BLOCK for finding in lint(MAIL.format(text)))
    assert lint(MAIL.format("The guide is in the shared folder.")) == []


def test_an_allowed_phrase_counts_as_used_where_it_made_the_difference() -> None:
    name = Allowed("Act Now!", "The name of the customer's pilot.")
    assert used("The Act Now! pilot starts with ten gates.", [name]) == (name,)
    assert used("Thursday at ten works.", [name]) == ()

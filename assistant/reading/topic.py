"""A short noun phrase for what a message is about, in its own words, that reads well after "about"."""

import re
from typing import Final

from assistant.reading.text import matchable

_NOUN: Final = r"(?:[A-Za-zÀ-ÿ0-9][\w'/&+-]*(?:\.\w+)*)"
_PHRASE: Final = (
    r"(?P<np>(?:(?:the|a|an|your|our|my|his|her|their|some)\s+)?"
    rf"{_NOUN}(?:\s+(?:of|for)\s+(?:the\s+|your\s+|our\s+)?{_NOUN}|\s+{_NOUN}){{0,4}})"
)
_HANDED_OVER: Final = (
    r"\b(?:here(?:'s| is| are)|attached(?: (?:is|are|you(?:'ll| will) find|please find))?|enclosed(?: (?:is|are))?|"
    r"(?:please |pls )?find attached|please find(?: (?:attached|enclosed|below))?|"
    r"(?:i am |i'm |we are |we're )?(?:sending|forwarding|sharing)(?: you)?|i(?:'ve| have) (?:attached|sent|"
    r"shared|uploaded))"
    r"\s+(?!from\b|for\b|in\b|as\b|by\b|to\b)"
)
_ABOUT: Final = (
    r"\b(?:(?:questions?|concerns?|thoughts?|discussion|worried|news|update|word|more|information|info|details)\s+"
    r"(?:about|on|regarding|concerning|around)|regarding|concerning)\s+"
)
_SUPPORTS: Final = (
    r"\b(?:do|does|can|could|will|would|is|are|have|has)\s+(?:you|it|your \w+|the \w+|we|they)\s+(?:also\s+)?"
    r"(?:support|include|offer|have|cover|handle|provide|come with|work with|integrate with|connect to)\s+"
)
_HANDS_OVER: Final = (
    "here",
    "attach",
    "enclos",
    "sending",
    "forwarding",
    "sharing",
    "find",
    "sent",
    "shared",
    "upload",
)
_FORMS: Final = tuple(
    (needs, re.compile(rf"(?i){form}"))
    for needs, form in (
        (_HANDS_OVER, _HANDED_OVER + _PHRASE),
        (
            ("attached", "enclosed", " in the", " on the"),
            rf"\b(?P<np>(?:the|your|our)\s+{_NOUN}(?:\s+{_NOUN}){{0,2}}\s+(?:is|are)\s+(?:attached|enclosed|in the|"
            rf"on the))",
        ),
        (
            ("send", "share", "forward", "provide"),
            rf"\b(?:send|share|resend|forward|provide)(?: (?:me|us|over))?\s+{_PHRASE}",
        ),
        ((" about", " on", "regarding", "concerning", " around"), _ABOUT + _PHRASE),
        (
            ("thank",),
            rf"\b(?:thank you|thanks)(?: again)? for\s+(?:sending\s+|sharing\s+)?(?=the\b|your\b){_PHRASE}",
        ),
        (("support", "inc", "offer", "have", "cover", "handle", "provide", " with", "connect"), _SUPPORTS + _PHRASE),
        (
            ("need", "review", "discuss", "check", "sign", "read"),
            rf"\b(?:need|review|discuss|check|sign|read)\s+(?=the\b|your\b|a\b|an\b|our\b){_PHRASE}",
        ),
    )
)
"""Each form, and the words of which it has at least one: texts without them needn't be searched."""
_CUT: Final = re.compile(
    r"(?i)\s+(?:and|that|which|who|you|we|i|it|is|are|was|were|as|so|if|in|on|at|by|from|with|to|before|after|"
    r"when|please|"
    r"attached|below|here|would|could|can|will|has|have|had|because|but|or|since|again|today|tomorrow|once|"
    r"until|now|this|"
    r"than|then|they|he|she|also|directly|asked|wanted|need|needs|via|about|whether|what|how|too|next|last|requested|"
    r"promised|mentioned|not|yet|already|just)\b.*$"
)
_ATTACHED: Final = re.compile(r"(?i)\s+(?:is|are)\s+(?:attached|enclosed|in the|on the)$")
_DETERMINER: Final = re.compile(r"(?i)^(?:your|our|my|his|her|their|some|a copy of|a|an)\s+")
_DANGLING: Final = re.compile(r"(?i)\s+(?:of|for|the|a|your|our)$")
_EMPTY_WORDS: Final = (
    "it this that you your them these those me us time some one ones more what everything anything something "
    "nothing help "
    "mail message email e-mail note reply answer patience interest below following attached day days all "
    "yesterday today "
    "tomorrow monday tuesday wednesday thursday friday two three call chat update info information support "
    "heads look week "
    "weeks meeting feedback bit moment link file files document documents thing things same first second "
    "rest mailbox list "
    "few couple lot team people way ways word words question questions copy quick kind both good great best "
    "new to since how why"
)
_EMPTY: Final = frozenset(_EMPTY_WORDS.split())
_EMPTY_HEAD_WORDS: Final = (
    "one question word thing way idea desire wish hope above consideration cooperation participation assistance "
    "attention opportunity chance candor candour hospitality kindness understanding thoughtfulness time reply "
    "response answer feedback thoughts comments"
)
_EMPTY_HEADS: Final = frozenset(_EMPTY_HEAD_WORDS.split())
"""A phrase that ends so doesn't say what it's about ("a different question"), or is a courtesy ("your attention")."""
_NO_NOUNS: Final = (
    "the a an and or but not for among with within without in into on at by as from out up over back off along "
    "through yourself yourselves myself ourselves himself herself itself themselves ours yours someone"
)
_NOT_A_NOUN: Final = frozenset(_NO_NOUNS.split())
_INNER_DETERMINER: Final = re.compile(r"(?i)(?<!\bof)(?<!\bfor)\s(?:an?|another|the|some|your|our|my|his|her|their)\s")
"""Where it isn't "of the", two things are meant ("send Ines the offer")."""
_PREFIX: Final = re.compile(
    r"(?i)^\s*(?:(?:re|fw|fwd|aw|wg|sv|vs|rv|tr|antw|ynt|res|enc)\s*(?:\[\d+\])?\s*:\s*|\[[^\]]{1,30}\]\s*)+"
)
_EMPTY_SUBJECT: Final = re.compile(
    r"(?i)^(?:hi|hello|hey|questions?|(?:quick )?question|follow[- ]?up|following up|update|meeting|call|info|"
    r"intro(?:duction)?|thanks|thank you|\(?no subject\)?|test|news|request|inquiry|enquiry|checking in|next "
    r"steps?|today|"
    r"tomorrow|your (?:mail|message|email|question)|documents?|reminder)\W*$"
)


def topic_of(text: str, subject: str) -> str | None:
    """The thing that was sent or asked for; else what the subject says; None where neither names anything."""
    plain = matchable(text[:3000])
    lowered = plain.lower()
    for needs, form in _FORMS:
        for match in form.finditer(plain) if any(need in lowered for need in needs) else ():
            if phrase := _trimmed(text[match.start("np") : match.end("np")]):
                return phrase
    return _from_subject(subject)


def _trimmed(phrase: str) -> str | None:
    """The phrase up to its first verb or clause, with "your" turned to "the"; None where it names nothing."""
    words = " ".join(_ATTACHED.sub("", phrase).split())
    words = _CUT.sub("", words).strip(" .,;:-'\"")
    words = _DANGLING.sub("", _DETERMINER.sub("the ", words))
    if words[:4].lower() == "the ":
        words = "the " + words[4:]
    bare = words.removeprefix("the ").lower().split()
    if len(bare) > 6 or all(word in _EMPTY for word in bare) or bare[0] in _EMPTY:
        return None
    if bare[0] in _NOT_A_NOUN or bare[-1] in _EMPTY_HEADS or _INNER_DETERMINER.search(words):
        return None
    if bare[0].endswith("ing") and not words.startswith("the "):
        return None
    return words if any(len(word) > 2 and word.isalpha() for word in bare) else None


def _from_subject(subject: str) -> str | None:
    words = " ".join(_PREFIX.sub("", subject).split()).strip(" .!?-")
    return words if 3 <= len(words) <= 60 and not _EMPTY_SUBJECT.match(words) else None

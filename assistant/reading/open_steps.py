"""A step without its day: what our passive move offered, and who would do it, in the writer's own words."""

import re
from typing import Final

from assistant.domain.reading import OpenStep, Span
from assistant.reading.view import View

_DOING: Final = (
    "show|walk|take|run|set up|arrange|demonstrate|demo|meet|visit|come by|come over|present|discuss|talk|go over|"
    "go through|look at|look into|explain|hold|organi[sz]e|introduce|connect|work through|put together|prepare|compare|"
    "review|test|try|plan|host|train|measure|sit down|speak|connect|map out|draft|check"
)
_TOGETHER: Final = r"\b(?:let's|let us|shall we|we (?:could|can|might|should|would))"
_OURS: Final = (
    r"\b(?:(?:happy|glad|pleased|delighted|ready|willing) to|"
    r"(?:i|we)(?:'d| would) (?:be (?:happy|glad) to|gladly|love to|like to)|"
    r"(?:i|we) (?:can|could|may|might)(?: always| gladly| also| certainly)?)"
)
_OFFER: Final = re.compile(
    rf"(?i)(?:(?P<both>{_TOGETHER})|{_OURS})\s+(?:then\s+|also\s+|always\s+|gladly\s+)*"
    rf"(?P<what>(?:{_DOING})\b[^.,;:!?()\n\"]*)"
)
_REST: Final = re.compile(
    r"(?i)\s+(?:if|when|whenever|once|as soon|any ?time|at (?:your|some|any)|some ?time|sometimes|should|in case|"
    r"whichever|before|after|until|by|on|next|this|tomorrow|today|later|soon|so|because|but|and|or|to see|"
    r"as needed|as well|too|again|then|though|instead|first)\b.*$"
)
_UNCLEAR: Final = re.compile(
    r"(?i)\b(?:it|this|that|these|those|them|one|ones|any|anything|something|some|what|whatever|which|questions?|more|"
    r"further|other|else|i|me|my|he|she|him|her|they|their)\b"
)
"""Words that only make sense in the old mail."""
_WORDS: Final = range(3, 11)


def open_step(seen: View) -> OpenStep | None:
    """The last offer that can be said again with a day: None where it hangs on words of the old mail.

    Only English offers are found.
    """
    for sentence in reversed(seen.sentences):
        plain = seen.plain[sentence.start : sentence.end]
        for found in _OFFER.finditer(plain):
            what = " ".join(_REST.sub("", found["what"]).split())
            if len(what.split()) in _WORDS and not _UNCLEAR.search(what):
                start = sentence.start + found.start()
                span = Span(start, sentence.start + found.end(), sentence.text[found.start() : found.end()], "offered")
                return OpenStep(what[0].lower() + what[1:], found["both"] is not None, span)
    return None

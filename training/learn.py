"""From texts to weights: what the reader hears in them, and for each class a logistic regression (scikit-learn)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from math import sqrt
from typing import Any, Final

from assistant.domain.mail import Address, FolderRole, Message
from assistant.domain.reading import AutomaticKind, Intent
from assistant.guard import families
from assistant.guard.examining import Examined, Examiner
from assistant.guard.lint import shipped
from assistant.guard.own_words import own_words
from assistant.language.detect import UNKNOWN, language_of
from assistant.language.learned import SCALES, UNIT, WORD_SCALE
from assistant.language.words import Heard, pieces, size
from assistant.reading import automatic
from assistant.reading.features import heard
from assistant.reading.moves import Ours, read_move
from assistant.reading.parts.body import said
from assistant.reading.replies import Theirs, read_reply
from training.texts import RULES, Text

RARE: Final = 2
"""Texts in which a feature must stand to be learned."""
AT_HAND: Final = frozenset({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "n", RULES})
"""Writers with whose texts the guard's rules were written: what those find in them says too much of other texts."""
PLACEHOLDERS: Final = frozenset({"<day>", "<time>", "<number>"})
"""What the guard doesn't hear by itself, only beside other words: writers name more days and numbers where
they lead on, and a number excuses nothing."""
_CODES: Final = frozenset(each.code for each in families())
_ROBOTS: Final = {
    AutomaticKind.OUT_OF_OFFICE: Intent.OUT_OF_OFFICE.value,
    AutomaticKind.LEFT_COMPANY: Intent.OUT_OF_OFFICE.value,
    AutomaticKind.BOUNCE: Intent.BOUNCE.value,
    AutomaticKind.DELAY: Intent.BOUNCE.value,
}
_STRENGTH: Final = 2.0
"""How freely the weights may grow (scikit-learn's C)."""
_SCALED: Final = 0.3
"""The same where the features are scaled by how often they stand in the texts of the class."""
_SMOOTH: Final = 0.5
_MOST: Final = 4.0
_SEED: Final = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A text as the rules see it and as the model hears it. `robot` is the class of automatic mail, which never
    reaches the model."""

    text: Text
    ruled: Ours | Theirs | Examined
    sentences: Sequence[Heard]
    answers: tuple[str, ...]
    robot: str = ""


def example(text: Text, question: str) -> Example:
    """The text as the reader takes it in, or the guard."""
    if question == "pressure":
        examined = Examiner(shipped()).examine(own_words(text.text), title=text.title)
        kinds = dict.fromkeys(match.rule.kind for match, _ in examined.objections)
        return Example(text, examined, [each for each in examined.sentences if each.words], tuple(kinds))
    mail = message(text)
    written = said(mail.text)
    language = language_of(written)
    language = text.language if language == UNKNOWN else language
    if question == "moves":
        ours = read_move(written, text.sent, "us", language)
        return Example(text, ours, heard(ours.seen), (ours.kind,) if ours.kind else ())
    theirs = read_reply(written, text.sent, language=language)
    found = automatic(mail, UTC)
    robot = _ROBOTS.get(found.kind, found.kind.value) if found else ""
    return Example(text, theirs, heard(theirs.seen), tuple(each.intent for each in theirs.intents), robot)


def message(text: Text) -> Message:
    """The text as a message that was sent at noon of its day."""
    sent = datetime.combine(text.sent, time(12), UTC) if text.sent else None
    sender = Address("somebody@customer.example")
    return Message("training", "", text.id, FolderRole.OTHER, text.id, sent, sender, text=text.text)


def learn(examples: Iterable[Example], *, scaled: bool = False) -> Iterator[str]:
    """The lines of a weights file.

    `scaled`: each feature counts by how much oftener it stands in the texts of the class than in the others (Wang and
    Manning, "Baselines and Bigrams", 2012), which helps where the texts are short and few.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    known = [each for each in examples if each.sentences and not each.robot]
    rows = [features(each) for each in known]
    often = Counter(name for row in rows for name in row)
    rows = [{name: value for name, value in row.items() if often[name] >= RARE} for row in rows]
    columns = DictVectorizer()
    table = columns.fit_transform(rows)
    table.indices, table.indptr = table.indices.astype("int32"), table.indptr.astype("int32")  # liblinear's own width
    classes = sorted({each.text.label for each in known})
    regressions = []
    for name in classes:
        wanted = [each.text.label == name for each in known]
        regression = LogisticRegression(C=_SCALED if scaled else _STRENGTH, solver="liblinear", random_state=_SEED)
        if scaled:
            ratios = _ratios(table, wanted)
            regression.fit(table.multiply(ratios).tocsr(), wanted)
            regression.coef_ *= ratios
        else:
            regression.fit(table, wanted)
        regressions.append(regression)
    yield _line("classes", classes)
    yield _line("bias", (_hundredths(each.intercept_[0]) for each in regressions))
    for name, *weights in zip(columns.feature_names_, *(each.coef_[0] for each in regressions), strict=True):
        values = [_hundredths(weight) for weight in weights]
        if any(abs(value) >= SLIGHT for value in values):
            yield _line(name, (value or "" for value in values))


def features(example: Example) -> dict[str, float]:
    """The features by name, each with its value, as `assistant.language.learned` sums them."""
    found: defaultdict[str, float] = defaultdict(float)
    unseen = isinstance(example.ruled, Examined)
    hidden = _CODES if example.text.writer in AT_HAND else frozenset()
    scale = WORD_SCALE / sqrt(sum(len(each.words) for each in example.sentences) or 1)
    for sentence in example.sentences:
        for word in sentence.words:
            if unseen and word in PLACEHOLDERS:
                continue
            found[f"w:{word}"] += scale
            for piece in pieces(word):
                found[piece] += scale * SCALES["c:"]
        for pair in sentence.pairs:
            found[pair] += scale * SCALES["b:"]
        for sign in sentence.signs:
            if sign not in hidden:
                found[f"s:{sign}"] += SCALES["s:"]
    for name in (*size(example.sentences), *(each for each in example.answers if each not in hidden)):
        found[f"a:{name}"] += SCALES["a:"]
    return dict(found)


def _ratios(table: Any, wanted: Sequence[bool]) -> Any:
    """Of each feature, the logarithm of how much oftener it's in the wanted texts than in the others."""
    import numpy as np

    there = table > 0
    inside = np.asarray(wanted)
    among = np.asarray(there[inside].sum(axis=0)).ravel() + _SMOOTH
    beside = np.asarray(there[~inside].sum(axis=0)).ravel() + _SMOOTH
    return np.clip(np.log(among / among.sum() / (beside / beside.sum())), -_MOST, _MOST)


SLIGHT: Final = 15
"""Weights below this, in hundredths, are left out where the feature has no other."""


def _hundredths(weight: float) -> int:
    return round(weight * UNIT)


def _line(name: str, values: Iterable[object]) -> str:
    return "\t".join((name, *map(str, values)))

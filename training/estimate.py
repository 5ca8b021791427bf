"""How well the reader does on a writer whom it never saw: learn from all the others, measure on this one.

    python -m training.estimate [--question replies] [--languages en] [--writers d e]

The reader then is what ships: the rules and the learned model, weighed. The rules were written with some of the
writers' texts at hand (see training/README.md), so that those say less.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import Final

from assistant.domain.draft import Severity
from assistant.domain.reading import Intent
from assistant.guard.examining import Examined, Objection
from assistant.guard.families import EMPTY_NUDGE
from assistant.guard.judging import ALLOWED, ORDINARY, weigh
from assistant.language.learned import Model
from assistant.reading.judging import NONE, weigh_move, weigh_reply
from assistant.reading.moves import Ours
from benchmarks.scores import UNSURE, Tally
from training.learn import Example, example, learn
from training.texts import BORROWED, PURPOSEFUL, texts

QUESTIONS: Final = ("moves", "replies", "pressure")
_SIDES: Final = {True: "purposeful", False: "passive"}


def answer(each: Example, model: Model) -> tuple[str, bool]:
    """The class that is read, or that is guessed, and whether it is certain."""
    if isinstance(each.ruled, Examined):
        return _family(weigh(each.ruled, model)), True
    if isinstance(each.ruled, Ours):
        ours, weighed = weigh_move(each.ruled, model, each.text.sent, "us")
        return _SIDES[ours.kind.purposeful] if ours.kind else UNSURE, weighed.certain
    if each.robot:
        return each.robot, True
    theirs, weighed = weigh_reply(each.ruled, model, each.text.sent)
    said = weighed.guess or next(iter(theirs.intents), None)
    return str(said.intent) if said else UNSURE, weighed.certain


def _family(objections: Sequence[Objection]) -> str:
    """The family of what blocks first, or of a warning of an empty nudge; else that it's allowed."""
    blocking = [match.rule.kind for match, severity in objections if severity is Severity.BLOCK]
    nudges = [match.rule.kind for match, _ in objections if match.rule.kind == EMPTY_NUDGE]
    return next(iter(blocking or nudges), ALLOWED)


def label(each: Example) -> str:
    if isinstance(each.ruled, Ours):
        return _SIDES[each.text.label in PURPOSEFUL]
    return ALLOWED if each.text.label == ORDINARY else each.text.label


def unseen(
    examples: Sequence[Example], writers: Sequence[str], languages: Sequence[str] | None = None
) -> Iterator[tuple[str, Tally, Tally]]:
    """Of each writer: every answer, and those that were certain."""
    for writer in writers:
        others = [each for each in examples if each.text.writer != writer]
        model = Model(learn(others, scaled=isinstance(others[0].ruled, Examined)))
        every, certain = Tally(), Tally()
        for each in examples:
            spoken = languages is None or each.text.language in languages
            measured = each.text.label != NONE and not each.text.id.startswith(BORROWED)
            if spoken and measured and each.text.writer == writer:
                said, sure = answer(each, model)
                every.take(each.text.id, label(each), said)
                if sure:
                    certain.take(each.text.id, label(each), said)
        yield writer, every, certain


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--question", choices=QUESTIONS, help="only this one")
    parser.add_argument("--languages", nargs="+", help="measure on writers in these languages only")
    parser.add_argument("--writers", nargs="+", help="measure on these writers only")
    parser.add_argument("--errors", action="store_true", help="list what was read wrongly")
    asked = parser.parse_args()
    for question in [asked.question] if asked.question else QUESTIONS:
        examples = [example(text, question) for text in texts(question)]
        kept = [each.text for each in examples if asked.languages is None or each.text.language in asked.languages]
        writers = sorted({text.writer for text in kept if asked.writers is None or text.writer in asked.writers})
        for writer, every, certain in unseen(examples, writers, asked.languages):
            print(
                f"\n{question} of writer {writer}: macro F1 {every.macro:.3f}; "
                f"certain {sum(certain.said.values()) / sum(every.said.values()):.0%}, of these right "
                f"{sum(certain.right.values()) / sum(certain.said.values()):.3f}"
            )
            print("\n".join((*every.table(), *_stopped(question, every), *_refused(question, every, certain))))
            for name, there, said in every.wrong if asked.errors else ():
                print(f"  {name}: {there}, read as {said}")


def _stopped(question: str, every: Tally) -> Iterator[str]:
    """Of texts that press, how many are stopped, as whichever family; of the others, how many are."""
    if question == "pressure":
        allowed = every.there[ALLOWED]
        pressing = every.there.total() - allowed
        missed = every.said[ALLOWED] - every.right[ALLOWED]
        stopped = pressing - missed
        right = sum(count for name, count in every.right.items() if name != ALLOWED)
        yield (
            f"  stopped {stopped / pressing:.3f} of what presses, right family {right / max(1, stopped):.3f}; "
            f"{(allowed - every.right[ALLOWED]) / allowed:.3f} of what's allowed"
        )


def _refused(question: str, every: Tally, certain: Tally) -> Iterator[str]:
    """Of each no: how many are read as one, are put off (nothing is asked of them either), or are shown to the rep as a
    question, and how many are taken for something else."""
    if question == "replies" and every.there[Intent.NO]:
        later = sum(there == Intent.NO and said == Intent.NOT_NOW for _, there, said in every.wrong)
        missed = sum(there == Intent.NO and said != Intent.NOT_NOW for _, there, said in certain.wrong)
        read, refused = every.right[Intent.NO], every.there[Intent.NO]
        asked = refused - read - later - missed
        shares = (f"{count / refused:.3f}" for count in (read, later, asked, missed))
        yield "  of what is a no: read as one {}, as a not-now {}, asked about {}, missed {}".format(*shares)


if __name__ == "__main__":
    main()

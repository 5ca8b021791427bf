"""Learn the weights from all the labelled texts, and write them into the package."""

import argparse
from pathlib import Path
from typing import Final

from training.learn import example, learn
from training.texts import digest, texts

_PACKAGE: Final = Path(__file__).parent.parent / "assistant"
WEIGHTS: Final = {
    "moves": _PACKAGE / "reading" / "weights" / "moves.tsv",
    "replies": _PACKAGE / "reading" / "weights" / "replies.tsv",
    "pressure": _PACKAGE / "guard" / "weights" / "pressure.tsv",
}
"""By question, the file of its weights."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="*", choices=[*WEIGHTS, []], help="these only")
    for question in parser.parse_args().questions or WEIGHTS:
        examples = [example(text, question) for text in texts(question)]
        head = f"# Learned by python -m training.fit from {len(examples)} texts, {digest(question)}. Not to be edited."
        lines = [head, *learn(examples, scaled=question == "pressure")]
        WEIGHTS[question].write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{question}: {len(examples)} texts, {len(lines) - 3} features")


if __name__ == "__main__":
    main()

"""Learn the weights from all the labelled texts, and write them into the package."""

from pathlib import Path
from typing import Final

from training.learn import example, learn
from training.texts import digest, texts

WEIGHTS: Final = Path(__file__).parent.parent / "assistant" / "reading" / "weights"


def main() -> None:
    WEIGHTS.mkdir(exist_ok=True)
    for question in ("moves", "replies"):
        examples = [example(text, question) for text in texts(question)]
        head = f"# Learned by python -m training.fit from {len(examples)} texts, {digest(question)}. Not to be edited."
        lines = [head, *learn(examples)]
        (WEIGHTS / f"{question}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{question}: {len(examples)} texts, {len(lines) - 3} features")


if __name__ == "__main__":
    main()

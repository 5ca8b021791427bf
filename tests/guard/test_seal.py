"""Only the guard makes cleared text, and an edit unmakes it."""

from pathlib import Path

import pytest

import assistant
from assistant.domain.draft import ClearedText
from assistant.guard import clear

ROOT = Path(assistant.__file__).parent.parent


def cleared() -> ClearedText:
    text = clear("Ole tests your files on Thursday at nine.")
    assert isinstance(text, ClearedText)
    return text


def test_nobody_but_the_guard_takes_the_seal() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for folder in ("assistant", "providers")
        for path in (ROOT / folder).rglob("*.py")
        if "guard_seal" in path.read_text(encoding="utf-8")
    }
    assert users == {"assistant/domain/draft.py", "assistant/guard/lint.py"}


def test_cleared_text_cannot_be_made_without_the_seal() -> None:
    with pytest.raises(TypeError):
        ClearedText("anything")


@pytest.mark.parametrize(
    "edited",
    [cleared() + " Sign today!", cleared().replace("Thursday", "Friday"), cleared().strip(), f"{cleared()}"],
)
def test_an_edit_is_a_plain_text_again(edited: str) -> None:
    assert type(edited) is str

"""What the pictures share: their frame, their templates, and the file that they go to."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.cli.say import showable
from assistant.errors import InputError
from assistant.resources import template_folder

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture's own units, y from the top: its size, and the field of what it shows."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int


def template(name: str) -> "Template":
    """The template of this name; every text in it is escaped, and shows no command of a terminal."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(template_folder()),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=lambda value: showable(value) if isinstance(value, str) else value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def write(drawn: str, path: Path) -> None:
    """Write the picture. Raises `InputError` where the file can't be written."""
    try:
        path.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror}.", "Name a file in a folder of yours.") from None


def rounded(value: float) -> float:
    return round(value, 2)

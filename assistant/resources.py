"""Where the files that ship beside the code are: in a wheel and in a checkout alike."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def template_folder() -> Path:
    """The folder `templates/`: inside the package when installed from a wheel, beside it in a checkout."""
    installed = _HERE / "_templates"
    return installed if installed.is_dir() else _HERE.parent / "templates"


def example_config() -> str:
    """The text of `config.example.toml`."""
    installed = _HERE / "_templates" / "config.example.toml"
    path = installed if installed.is_file() else _HERE.parent / "config.example.toml"
    return path.read_text(encoding="utf-8")

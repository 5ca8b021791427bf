"""A progress bar for long work."""

import sys

import click


class Bar:
    """A progress bar on a terminal's standard error, while it's entered; nothing in a pipe."""

    def __enter__(self) -> "Bar":
        self._bar: object | None = None
        return self

    def __call__(self, name: str, done: int, total: int | None) -> None:
        if not sys.stderr.isatty() or not total or total < 200:
            return
        share = min(1.0, done / total)
        filled = round(share * 30)
        click.echo(f"\r{name}: [{'#' * filled}{'.' * (30 - filled)}] {done} of {total}", err=True, nl=False)
        self._bar = True

    def __exit__(self, *_: object) -> None:
        if self._bar:
            click.echo("\r" + " " * 78 + "\r", err=True, nl=False)

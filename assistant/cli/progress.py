"""A progress bar for long work."""

import sys
import time

import click

_ESTIMATED_FROM = 5.0
"""Seconds of work before it's said how long the rest takes."""


class Bar:
    """A progress bar on a terminal's standard error, while it's entered; nothing in a pipe."""

    def __enter__(self) -> "Bar":
        self._bar: object | None = None
        self._since: dict[str, tuple[float, int]] = {}
        self._early = 0
        return self

    def __call__(self, name: str, done: int, total: int | None) -> None:
        if not sys.stderr.isatty() or not total or total < 200:
            return
        share = min(1.0, done / total)
        filled = round(share * 30)
        left = self._left(name, done, total)
        click.echo(f"\r{name}: [{'#' * filled}{'.' * (30 - filled)}] {done} of {total}{left:24}", err=True, nl=False)
        self._bar = True

    def early(self, count: int) -> None:
        """So many items are in the queue while the work still goes on."""
        if count <= self._early or not sys.stderr.isatty():
            return
        self._early = count
        self._clear()
        there = "1 item is" if count == 1 else f"{count} items are"
        click.echo(
            f"A first look: {there} in the queue (in another terminal: nextmove queue). The rest follows.", err=True
        )

    def __exit__(self, *_: object) -> None:
        self._clear()

    def _left(self, name: str, done: int, total: int) -> str:
        """How long the rest takes if it goes on as it did; the first call begins the count."""
        now = time.monotonic()
        began, before = self._since.setdefault(name, (now, done))
        if now - began < _ESTIMATED_FROM or done <= before:
            return ""
        seconds = (total - done) * (now - began) / (done - before)
        return f", about {round(seconds / 60)} min left" if seconds >= 90 else f", about {round(seconds)} s left"

    def _clear(self) -> None:
        if self._bar:
            click.echo("\r" + " " * 100 + "\r", err=True, nl=False)

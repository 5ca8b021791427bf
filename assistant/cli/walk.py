"""The walk through today's queue on a terminal: one item at a time, one key a decision."""

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from assistant.cli.say import say
from assistant.errors import InputError, NextmoveError

if TYPE_CHECKING:
    from assistant.cli.environment import Environment
    from assistant.domain.draft import QueueItem

_KEYS = "[a] approve  [e] edit  [s] snooze to tomorrow  [d] dismiss  [l] let go  [enter] next  [q] quit "


def walk_through(environment: "Environment") -> None:
    """Show each item of today and do what the key says. Raises `InputError` where there is no terminal."""
    if not sys.stdin.isatty():
        raise InputError("The walk needs a terminal.", "Use queue show, approve and the other commands instead.")
    from assistant.workflows.today import todays

    with environment.app() as app, app.store.read() as tx:
        items = todays(tx, app.config, environment.moment(app)).items
    if not items:
        say("Nothing needs you today.")
    for item in items:
        if not _one(environment, item):
            return


def _one(environment: "Environment", item: "QueueItem") -> bool:
    from assistant.cli.show_queue import queue_item
    from assistant.workflows.invite_words import meetings_of

    while True:
        with environment.app() as app, app.store.read() as tx:
            item = tx.queue.item(item.id)
            deal, meetings = tx.ledger.deal(item.deal_id), meetings_of(tx, [item], app.config)
            sends = item.kind == "draft" and any(account.sends for account in app.config.accounts)
        click.clear()
        queue_item(item, deal, meetings.get(item.id))
        say("\n" + (_KEYS.replace("approve", "approve and send") if sends else _KEYS), nl=False)
        key = click.getchar().lower()
        say()
        if key == "q":
            return False
        if key in "\r\n ":
            return True
        try:
            if _do(environment, item, key):
                return True
        except NextmoveError as error:
            say(str(error), err=True)
            click.pause()


def _edit(environment: "Environment", item: "QueueItem") -> None:
    from assistant.workflows import editing

    with environment.app() as app:
        zone = app.config.zone
    text = click.edit(editing.as_text(item, zone), extension=".eml")
    if not text:
        return
    with environment.app(writing="edit") as app:
        desk, now = app.desk(), environment.moment(app)
        edited, _ = editing.edit(desk, item.id, text, item.version, now)
        hints = editing.hints(desk, item, edited, now)
    for hint in hints:
        say(hint)
    if hints:
        click.pause()


def _do(environment: "Environment", item: "QueueItem", key: str) -> bool:
    """Whether the item is dealt with."""
    from assistant.workflows import review

    if key == "e":
        _edit(environment, item)
        return False
    with environment.app(writing="review") as app:
        desk, now = app.desk(), environment.moment(app)
        done = None
        if key == "a":
            done = review.approve(desk, item.id, now)
        elif key == "s":
            review.snooze(desk, item.id, now.astimezone(app.config.zone).date() + timedelta(days=1), now)
        elif key == "d":
            done = review.dismiss(desk, item.id, now)
        elif key == "l":
            review.let_go(desk, item.deal_id, now)
        else:
            return False
    if done is not None and done.content is not None and done.note:
        say(done.note)
        click.pause()
    return True

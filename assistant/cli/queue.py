"""`queue`: today's items, and the rep's word on each."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.say import say
from assistant.cli.types import DAY, ITEM
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.app import App
    from assistant.domain.draft import QueueItem
    from assistant.workflows.editing import ReviewDesk


@click.group(invoke_without_command=True)
@click.option("--all", "all_", is_flag=True, help="Also what is snoozed, filed or beyond today's few.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a picture to this file.")
@click.pass_context
def queue(ctx: click.Context, all_: bool, json_: bool, svg: Path | None) -> None:
    """Today's queue, what puts most of a plan at risk first. Without a command it's listed."""
    if ctx.invoked_subcommand is not None:
        return
    environment: Environment = ctx.obj
    with environment.app() as app, app.store.read() as tx:
        from assistant.workflows.today import entries, todays

        now = environment.moment(app)
        shown = todays(tx, app.config, now, everything=all_)
        if json_:
            click.echo(as_json(entries(shown.items, shown.meetings)))
            return
        from assistant.cli.show_days import banner
        from assistant.cli.show_queue import queue_list
        from assistant.workflows.pausing import paused_until
        from assistant.workflows.reached import unreached

        away = paused_until(tx.routines.pauses(), app.config.zone, now)
        for line in banner(unreached(tx, app.config), now, away):
            say(line, err=True)
        queue_list(shown, now.astimezone(app.config.zone), svg)


@queue.command()
@click.argument("item_id", metavar="ID", type=ITEM)
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def show(environment: Environment, item_id: int, json_: bool) -> None:
    """Show one item: why it's there (message, sentence, rule, plan), and the draft or invite as it would go."""
    with environment.app() as app, app.store.read() as tx:
        from assistant.workflows.invite_words import meetings_of
        from assistant.workflows.today import entries

        item = tx.queue.item(item_id)
        meetings = meetings_of(tx, [item], app.config)
        if json_:
            click.echo(as_json(entries([item], meetings)[0]))
            return
        from assistant.cli.show_queue import queue_item

        queue_item(item, tx.ledger.deal(item.deal_id), meetings.get(item_id))


@queue.command()
@click.argument("item_ids", metavar="ID...", type=ITEM, nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Say whether it could be approved, and change nothing.")
@with_environment
def approve(environment: Environment, item_ids: tuple[int, ...], dry_run: bool) -> None:
    """Put the drafts into your mailbox's Drafts folder, from where you send them; or say yes to a question.

    In an account with `send = true` they are sent at once.

    An invite goes into your calendar: the meeting, its new time, or its end.

    Mail and calendar are read afresh first: what something newer made stale is refused.
    """
    from assistant.workflows import review

    with environment.app(writing="approve") as app:
        if dry_run:
            _rehearse_approval(app, item_ids, environment.moment(app))
            return
        desk = app.desk()
        for item_id in item_ids:
            done = review.approve(desk, item_id, environment.moment(app))
            say(_approved(done, in_drafts=app.invites_wait_in_drafts()))
            if done.note and done.content is not None:
                say(done.note)


def _rehearse_approval(app: "App", item_ids: tuple[int, ...], now: datetime) -> None:
    from assistant.workflows import review
    from assistant.workflows.editing import ReviewDesk
    from assistant.workflows.rehearsal import rehearsed

    with rehearsed(app.store, app.accounts()) as (store, accounts):
        desk = ReviewDesk(accounts, store, app.config)
        for item_id in item_ids:
            review.approve(desk, item_id, now)
            say(f"{item_id}: could be approved.")


_IN_THE_CALENDAR: Final = {
    "hold": "kept free in your calendar.",
    "invite": "in your calendar, with an invite to {to}.",
    "move": "moved in your calendar, with the new time to {to}.",
    "cancel": "called off in your calendar, with a note to {to}.",
}
"""By what an invite does, what its approval has done."""


def _approved(item: "QueueItem", *, in_drafts: bool) -> str:
    if item.content is None:
        return f"{item.id}: noted."
    to = ", ".join(person.name or person.email for person in (*item.content.to, *item.content.cc))
    if item.content.meeting is not None:
        what = _IN_THE_CALENDAR[item.content.meeting.act]
        leaves = " What lies in your Drafts leaves when you send it." if in_drafts else ""
        return f"{item.id}: {what.format(to=to)}{leaves}"
    if item.state == "sent":
        return f"{item.id}: sent to {to}."
    return f"{item.id}: in your Drafts folder, to {to}. It leaves when you send it."


@queue.command()
@click.argument("item_id", metavar="ID", type=ITEM)
@click.option("--file", "file", type=click.File("r", encoding="utf-8"), help="Take the text from a file (- is input).")
@with_environment
def edit(environment: Environment, item_id: int, file: TextIO | None) -> None:
    """Edit a draft or an invite in $EDITOR: a few lines at the top, a blank line, the text.

    A draft has To, Cc and Subject at the top; an invite To, Cc (who may come), Title, When (on your clock) and Where.

    A draft that lies in your Drafts folder is changed there, if the guard passes it and you haven't touched it there.
    """
    from assistant.workflows import editing, revising

    with environment.app() as app, app.store.read() as tx:
        item = tx.queue.item(item_id)
    before = editing.as_text(item, app.config.zone)
    text = file.read() if file else click.edit(before, extension=".eml")
    if text is None or text == before:
        say("Left as it was.")
        return
    with environment.app(writing="edit") as app:
        desk, now = app.desk(), environment.moment(app)
        edited, findings = revising.edit(desk, item_id, text, item.version, now)
        hints = editing.hints(desk, item, edited, now)
    if edited.state == "filed":
        say(f"{item_id}: changed in your Drafts folder. It leaves when you send it.")
        return
    say(f"{item_id}: kept.")
    from assistant.cli.show_queue import after_edit

    after_edit(edited, findings, hints)


@queue.command()
@click.argument("item_id", metavar="ID", type=ITEM)
@click.argument("until", type=DAY)
@with_environment
def snooze(environment: Environment, item_id: int, until: date) -> None:
    """Put an item aside UNTIL a day (2026-11-30)."""
    from assistant.workflows import review

    with environment.app(writing="snooze") as app:
        review.snooze(app.desk(), item_id, until, environment.moment(app))
    say(f"{item_id}: back on {until:%A} {until.day} {until:%B}.")


@queue.command()
@click.argument("item_id", metavar="ID", type=ITEM)
@with_environment
def dismiss(environment: Environment, item_id: int) -> None:
    """Not this one: it isn't proposed again for the same move."""
    from assistant.workflows import review

    with environment.app(writing="dismiss") as app:
        done = review.dismiss(app.desk(), item_id, environment.moment(app))
    say(f"{item_id}: dismissed. Take it back with: nextmove queue undo")
    if done.note:
        say(done.note)


@queue.command()
@click.argument("which", metavar="ID|DEAL")
@click.option("--what", required=True, help='What you agreed: "test on their own data".')
@click.option("--who", help="Who does it.")
@click.option("--on", "day", type=DAY, help="By when: 2026-12-03.")
@with_environment
def spoke(environment: Environment, which: str, what: str, who: str | None, day: date | None) -> None:
    """We spoke: a move outside mail, with its next step. A step has a what, a who and a day."""
    from assistant.workflows import review

    if (who is None) != (day is None):
        raise InputError("A next step has a who and a day.", "Give both --who and --on, or neither.")
    with environment.app(writing="spoke") as app:
        desk = app.desk()
        deal = review.spoke(desk, _deal_of(desk, which), what, environment.moment(app), who=who, day=day)
    say(f"{deal.id}: noted." + (f" Quiet until {day}." if day else ""))


@queue.command()
@click.argument("which", metavar="ID|DEAL")
@with_environment
def letgo(environment: Environment, which: str) -> None:
    """Let the deal go: one graceful mail is put up for you, then silence."""
    from assistant.workflows import review

    with environment.app(writing="letgo") as app:
        desk = app.desk()
        deal = review.let_go(desk, _deal_of(desk, which), environment.moment(app))
    say(f"{deal.id}: let go. A graceful mail waits in the queue; after it nothing is written.")


@queue.command()
@click.argument("item_id", metavar="ID", type=ITEM)
@with_environment
def notadeal(environment: Environment, item_id: int) -> None:
    """This thread isn't part of a deal: it's remembered, and not asked again."""
    from assistant.workflows import review

    with environment.app(writing="notadeal") as app:
        review.not_a_deal(app.desk(), item_id, environment.moment(app))
    say(f"{item_id}: the thread counts for no deal from now on.")


@queue.command()
@with_environment
def undo(environment: Environment) -> None:
    """Take back your last decision; an approved draft comes out of the Drafts folder unless you touched it there.

    An approved invite stays: people may have been told. Change it in your calendar.
    """
    from assistant.workflows import undoing

    with environment.app(writing="undo") as app:
        say(undoing.undo(app.desk(), environment.moment(app)))


@queue.command("review")
@with_environment
def walk(environment: Environment) -> None:
    """Go through today's queue one by one, a key a decision."""
    from assistant.cli.walk import walk_through

    walk_through(environment)


def _deal_of(desk: "ReviewDesk", which: str) -> str:
    """The deal by its id, or the one of the queue item with this number."""
    if which.isdigit():
        return desk.item(int(which)).deal_id
    with desk.store.read() as tx:
        return tx.ledger.deal(which).id

"""`deals`: the book of deals, and what the mailbox adds to it."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.say import hand_out, say
from assistant.cli.types import DAY
from assistant.domain.deal import Standing

if TYPE_CHECKING:
    from assistant.engine.discovery import Proposal

_OPEN = ("before_yes", "after_yes")
_ENDS = {"won": "won", "no": "said_no", "paused": "paused", "before-yes": "before_yes", "after-yes": "after_yes"}


@click.group()
def deals() -> None:
    """The deals: where each stands and why, and the rep's own words about them."""


@deals.command("list")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@click.option("--standing", type=click.Choice([each.value for each in Standing]), help="Only those with this standing.")
@with_environment
def list_(environment: Environment, json_: bool, standing: str | None) -> None:
    """List the deals with their standing."""
    from assistant.workflows.telling import tell_all

    with environment.app() as app:
        told = tell_all(app.store, app.config, environment.moment(app))
    chosen = [deal for deal in told if standing is None or deal["standing"] == standing]
    if json_:
        click.echo(as_json(chosen))
        return
    if standing and not chosen:
        say(f"No deal is {standing}.")
        return
    from assistant.cli.show_deals import deal_list

    deal_list(chosen)


@deals.command()
@click.argument("deal_id", metavar="DEAL")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def show(environment: Environment, deal_id: str, json_: bool) -> None:
    """Show one deal: its people, standing and evidence, plan and timeline."""
    from assistant.workflows.telling import tell_one

    with environment.app() as app:
        told = tell_one(app.store, app.config, deal_id, environment.moment(app))
    if json_:
        click.echo(as_json(told))
        return
    from assistant.cli.show_deals import deal_page

    deal_page(told)


@deals.command()
@click.argument("name")
@click.option("--company", help="Default: the name.")
@click.option("--domain", "domains", multiple=True, help="A domain of theirs; may be given several times.")
@click.option("--contact", "contacts", multiple=True, help='"Name <address> (role)"; may be given several times.')
@click.option("--stage", type=click.Choice(_OPEN), default="before_yes", show_default=True, help="How far it is.")
@click.option("--country", help="ISO 3166 code for their holidays.")
@click.option("--timezone", help="IANA name of theirs.")
@click.option("--notes", default="", help="Your own notes.")
@click.option("--dry-run", is_flag=True, help="Say what would be added.")
@with_environment
def add(
    environment: Environment,
    name: str,
    company: str | None,
    domains: tuple[str, ...],
    contacts: tuple[str, ...],
    stage: str,
    country: str | None,
    timezone: str | None,
    notes: str,
    dry_run: bool,
) -> None:
    """Add a deal by hand."""
    from assistant.domain.deal import Deal
    from assistant.workflows import dealbook

    with environment.app(writing="deals add") as app, app.store.write() as tx:
        now = environment.moment(app)
        deal = Deal(
            id=dealbook.slug(name, {deal.id for deal in tx.ledger.deals()}),
            name=name,
            company=company or name,
            created=now,
            domains=dealbook.domains_of(" ".join(domains)),
            contacts=tuple(dealbook.contact_of(contact) for contact in contacts),
            stage=dealbook.stage_of(stage),
            country=dealbook.check_country(country) if country else None,
            timezone=dealbook.check_zone(timezone) if timezone else None,
            notes=notes,
        )
        if not dry_run:
            dealbook.add(tx, deal, None, now)
    say(f"{'Would add' if dry_run else 'Added'} {deal.id}.")


@deals.command()
@click.argument("deal_id", metavar="DEAL")
@click.option("--name", help="The deal's name.")
@click.option("--company", help="The company's name.")
@click.option("--domain", "domains", multiple=True, help="Replaces the domains; may be given several times.")
@click.option("--contact", "contacts", multiple=True, help='Adds or changes "Name <address> (role)".')
@click.option("--gone", multiple=True, help="The address of a contact who has left; never written to again.")
@click.option("--stage", type=click.Choice(_OPEN), help="How far it is; to end a deal: nextmove deals end.")
@click.option("--country", help="ISO 3166 code for their holidays.")
@click.option("--timezone", help="IANA name of theirs.")
@click.option("--notes", help="Your own notes.")
@click.option("--dry-run", is_flag=True, help="Say what would change.")
@with_environment
def edit(
    environment: Environment,
    deal_id: str,
    name: str | None,
    company: str | None,
    domains: tuple[str, ...],
    contacts: tuple[str, ...],
    gone: tuple[str, ...],
    stage: str | None,
    country: str | None,
    timezone: str | None,
    notes: str | None,
    dry_run: bool,
) -> None:
    """Change what is written about a deal. Its decision date has a command of its own: deals date."""
    from assistant.workflows import dealbook

    with environment.app(writing="deals edit") as app, app.store.write() as tx:
        deal = tx.ledger.deal(deal_id)
        changed = dealbook.with_contacts(
            dealbook.edited(
                deal,
                name=name,
                company=company,
                domains=dealbook.domains_of(" ".join(domains)) if domains else None,
                stage=dealbook.stage_of(stage) if stage else None,
                country=dealbook.check_country(country) if country else None,
                timezone=dealbook.check_zone(timezone) if timezone else None,
                notes=notes,
            ),
            [dealbook.contact_of(contact) for contact in contacts],
            gone,
        )
        if changed == deal:
            say(f"{deal_id}: nothing to change.")
            return
        if not dry_run:
            tx.ledger.update_deal(changed)
            stage_before = "" if changed.stage is deal.stage else str(deal.stage)
            tx.audit.append(environment.moment(app), "deal edited", deal_id, detail=stage_before)
    say(f"{deal_id}: {'would be ' if dry_run else ''}changed.")


@deals.command()
@click.argument("deal_id", metavar="DEAL")
@click.argument("how", type=click.Choice(tuple(_ENDS)))
@click.option("--until", "resume_on", type=DAY, help="With paused: the day that they named.")
@with_environment
def end(environment: Environment, deal_id: str, how: str, resume_on: date | None) -> None:
    """Say how a deal ended: won, no, or paused until a day; before-yes and after-yes open it again."""
    from assistant.errors import InputError
    from assistant.workflows import review

    if (how == "paused") is (resume_on is None):
        raise InputError("A pause, and only a pause, has a day.", "deals end DEAL paused --until 2027-03-01")
    with environment.app(writing="deals end") as app:
        from assistant.domain.deal import Stage

        desk = app.desk()
        review.end(desk, deal_id, Stage(_ENDS[how]), environment.moment(app), resume_on=resume_on)
    say(f"{deal_id}: {how}.")


@deals.command("date")
@click.argument("deal_id", metavar="DEAL")
@click.argument("day", type=DAY)
@click.option("--evidence", required=True, help='Who said so, when: "Dana on the phone, 3 November".')
@click.option("--message", help="The Message-ID of the mail that says it.")
@click.option("--dry-run", is_flag=True, help="Say what would be written.")
@with_environment
def date_(environment: Environment, deal_id: str, day: date, evidence: str, message: str | None, dry_run: bool) -> None:
    """Write down the DAY on which the customer means to decide.

    It's written once. A later day is a new plan, for when the customer changed it; the history keeps both.
    """
    from assistant.workflows import dealbook, review

    with environment.app(writing="deals date") as app:
        now = environment.moment(app)
        decision = dealbook.decision_by_rep(deal_id, day, evidence, message, now)
        if dry_run:
            with app.store.read() as tx:
                tx.ledger.deal(deal_id)
            say(f"{deal_id}: it would be written that they decide on {day}.")
            return
        review.decide(app.desk(), deal_id, decision, now)
        with app.store.read() as tx:
            seq = len(tx.ledger.decision_dates(deal_id))
    say(f"{deal_id}: they decide on {day}." + (f" This is plan {seq}; the earlier ones stay." if seq > 1 else ""))


@deals.command()
@click.argument("deal_id", metavar="DEAL")
@click.argument("message_id")
@click.option("--none", "none", is_flag=True, help="The thread belongs to no deal.")
@with_environment
def thread(environment: Environment, deal_id: str, message_id: str, none: bool) -> None:
    """Say that the thread of MESSAGE_ID belongs to DEAL; remembered from then on."""
    from assistant.errors import NotFoundError

    with environment.app(writing="deals thread") as app, app.store.write() as tx:
        now = environment.moment(app)
        tx.ledger.deal(deal_id)
        if not tx.mirror.threads_of([message_id.strip("<>")]):
            raise NotFoundError(
                f"There is no message {message_id!r} in the store.", "Take its Message-ID from queue show."
            )
        chosen = None if none else deal_id
        tx.ledger.choose_thread(message_id.strip("<>"), chosen, by="rep", why="the rep's word", now=now)
        tx.audit.append(now, "thread chosen", deal_id, message_id)
    say(f"The thread counts for {'no deal' if none else deal_id}. It shows after the next run.")


@deals.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report, and change nothing.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def import_(environment: Environment, file: Path, dry_run: bool, json_: bool) -> None:
    """Take deals from a CSV FILE. Bad rows are named and the rest goes on; ends with 1 if there were any.

    Columns, in any order: name, company, domains, contacts ("Name <address> (role); …"), stage, decision_date,
    decision_evidence, country, timezone, notes. Others are kept.
    """
    from assistant.workflows import deal_csv

    with environment.app(writing="deals import") as app, app.store.write() as tx:
        report = deal_csv.take(tx, file, environment.moment(app))
        if dry_run:
            tx.roll_back()
    if json_:
        click.echo(as_json(report))
    else:
        would = "would be " if dry_run else ""
        say(f"{len(report.added)} {would}added, {len(report.updated)} {would}updated, {len(report.same)} as they were.")
        for number, why in report.bad:
            say(f"{file}, line {number}: {why}", err=True)
    if report.bad:
        click.get_current_context().exit(1)


@deals.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@with_environment
def export(environment: Environment, file: Path) -> None:
    """Give the deals as CSV, to FILE or standard output; no cell can act as a formula in a spreadsheet."""
    from assistant.workflows import deal_csv

    with environment.app() as app, app.store.read() as tx:
        text = deal_csv.give(tx.ledger.deals())
    if str(file) == "-":
        hand_out(text)
        return
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        from assistant.errors import InputError

        raise InputError(f"{file} can't be written: {error.strerror}.", "Name a file in a folder of yours.") from None
    say(f"Wrote {file}.", err=True)


@deals.command()
@click.option("--json", "json_", is_flag=True, help="For programs.")
@click.option("--yes", is_flag=True, help="Add all that are proposed, without asking.")
@with_environment
def discover(environment: Environment, json_: bool, yes: bool) -> None:
    """Propose deals from the mailbox alone; on a terminal, one key takes or drops each."""
    from assistant.workflows import dealbook

    with environment.app() as app, app.store.read() as tx:
        proposed = dealbook.discover(tx, app.config, environment.moment(app))
    if json_:
        click.echo(as_json(proposed))
        return
    from assistant.cli.show_deals import proposal

    if not proposed:
        say("Nothing in the mailbox looks like a deal that isn't in the book.")
        say("Add one by hand: nextmove deals add NAME --contact ADDRESS")
    interactive = yes or sys.stdin.isatty()
    for each in proposed:
        proposal(each)
        if interactive and not _take(environment, each, yes=yes):
            break


def _take(environment: Environment, each: "Proposal", *, yes: bool) -> bool:
    """Ask for a key, and do what it says; False ends the asking."""
    from assistant.workflows import dealbook

    key = "y"
    if not yes:
        say("  [y] a deal  [n] never  [s] skip  [q] quit ", nl=False)
        key = click.getchar().lower()
        say(key)
    if key == "q":
        return False
    if key not in "yn":
        return True
    with environment.app(writing="deals discover") as app, app.store.write() as tx:
        if key == "y":
            deal = dealbook.accept(tx, each, environment.moment(app))
            say(f"  Added {deal.id}.")
        else:
            tx.ledger.dismiss_proposal(each.key)
    return True

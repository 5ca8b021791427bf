"""`plan`: a deal's milestones, backward from the day on which the customer decides."""

from datetime import date
from pathlib import Path

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.say import say
from assistant.cli.types import DAY


class _DealFirst(click.Group):
    """Takes `plan DEAL` for `plan show DEAL`, and `plan` alone for `plan next`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not any(arg in ctx.help_option_names for arg in args[:1]) and (not args or args[0] not in self.commands):
            args = ["next" if set(args) <= {"--json"} else "show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_DealFirst)
def plan() -> None:
    """A deal's plan: its milestones, backward from the day on which they decide.

    `plan DEAL` shows it, and `plan` alone what's next in every deal. A deal that is called like a command is named
    after it: `plan show next`.
    """


@plan.command("next")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def next_(environment: Environment, json_: bool) -> None:
    """What's next in every open deal: the earliest unmet milestone, whose it is, its day, how long it can wait."""
    from assistant.workflows.plan_words import next_entry
    from assistant.workflows.seen_plan import planned_all

    with environment.app() as app, app.store.read() as tx:
        found = planned_all(tx, app.config, environment.moment(app))
    if json_:
        click.echo(as_json([next_entry(each) for each in found]))
        return
    from assistant.cli.show_next import next_page

    next_page(found)


@plan.command()
@click.argument("deal_id", metavar="DEAL")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a picture to this file.")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def show(environment: Environment, deal_id: str, svg: Path | None, json_: bool) -> None:
    """Show the plan as a timeline, and what's next."""
    from assistant.workflows.plan_words import entry
    from assistant.workflows.seen_plan import planned

    with environment.app() as app, app.store.read() as tx:
        found = planned(tx, app.config, deal_id, environment.moment(app))
    if svg is not None and found.plan is not None:
        from assistant.cli.draw_plan import picture
        from assistant.cli.picture import write

        write(picture(found), svg)
    if json_:
        click.echo(as_json(entry(found)))
        return
    from assistant.cli.show_plan import plan_page

    plan_page(found)
    if svg is not None and found.plan is not None:
        say(f"\nThe picture is in {svg}.")


@plan.command()
@click.argument("deal_id", metavar="DEAL")
@click.option("--dry-run", is_flag=True, help="Say what would be approved.")
@with_environment
def approve(environment: Environment, deal_id: str, dry_run: bool) -> None:
    """Keep the plan's days: from then on each moves only when it must.

    The customer's new date is a new plan, and their no sets it aside; both are approved anew.
    """
    from assistant.workflows import planning

    with environment.app(writing="plan approve") as app:
        found, new = planning.approve(app.desk(), deal_id, environment.moment(app), dry_run=dry_run)
    from assistant.cli.show_plan import approved_days

    approved_days(found, new=new, dry_run=dry_run)


@plan.command()
@click.argument("deal_id", metavar="DEAL")
@click.argument("milestone")
@click.option("--on", "day", type=DAY, help="The day on which it was held. Default: today.")
@click.option("--dry-run", is_flag=True, help="Say what would be noted.")
@with_environment
def done(environment: Environment, deal_id: str, milestone: str, day: date | None, dry_run: bool) -> None:
    """Tick a MILESTONE off, by its id or name."""
    from assistant.workflows import planning
    from assistant.workflows.plan_words import day_in_full

    with environment.app(writing="plan done") as app:
        now = environment.moment(app)
        kind, on, new = planning.mark_done(app.desk(), deal_id, milestone, now, on=day, dry_run=dry_run)
    if not new:
        say(f"{deal_id}: {kind.name} was ticked off before, as held on {day_in_full(on)}; that stays.")
        return
    say(f"{deal_id}: {kind.name} {'would be noted as' if dry_run else 'is'} done, on {day_in_full(on)}.")


@plan.command()
@click.argument("deal_id", metavar="DEAL")
@click.argument("milestone")
@click.option("--dry-run", is_flag=True, help="Say what would change.")
@with_environment
def drop(environment: Environment, deal_id: str, milestone: str, dry_run: bool) -> None:
    """Leave a MILESTONE out of the plan toward the day in force; nothing waits for it any more."""
    from assistant.workflows import choosing

    with environment.app(writing="plan drop") as app:
        found = choosing.drop(app.desk(), deal_id, milestone, environment.moment(app), dry_run=dry_run)
    from assistant.cli.show_plan import chosen

    chosen(found, dry_run=dry_run)


@plan.command()
@click.argument("deal_id", metavar="DEAL")
@click.argument("milestone")
@click.argument("into")
@click.option("--dry-run", is_flag=True, help="Say what would change.")
@with_environment
def merge(environment: Environment, deal_id: str, milestone: str, into: str, dry_run: bool) -> None:
    """Hold a MILESTONE in the meeting of another one, INTO, as far as their order allows it.

    It has no day of its own then, and is done when the other one is. The meeting lasts as long as both, at most 90
    minutes unless one alone takes longer.
    """
    from assistant.workflows import choosing

    with environment.app(writing="plan merge") as app:
        found = choosing.merge(app.desk(), deal_id, milestone, into, environment.moment(app), dry_run=dry_run)
    from assistant.cli.show_plan import chosen

    chosen(found, dry_run=dry_run)


@plan.command()
@click.argument("deal_id", metavar="DEAL")
@click.argument("milestone")
@click.option("--dry-run", is_flag=True, help="Say what would change.")
@with_environment
def keep(environment: Environment, deal_id: str, milestone: str, dry_run: bool) -> None:
    """Plan a MILESTONE by itself again that was left out or was to be held with another."""
    from assistant.workflows import choosing

    with environment.app(writing="plan keep") as app:
        found = choosing.keep(app.desk(), deal_id, milestone, environment.moment(app), dry_run=dry_run)
    from assistant.cli.show_plan import chosen

    chosen(found, dry_run=dry_run)


@plan.command("re-plan")
@click.argument("deal_id", metavar="DEAL")
@click.option("--dry-run", is_flag=True, help="Say what would move.")
@with_environment
def re_plan(environment: Environment, deal_id: str, dry_run: bool) -> None:
    """Lay the plan anew, without the days that were approved, and say what moved. Their decision date stays."""
    from assistant.workflows import planning

    with environment.app(writing="plan re-plan") as app:
        before, after = planning.lay_anew(app.desk(), deal_id, environment.moment(app), dry_run=dry_run)
    from assistant.cli.show_plan import moved_days

    moved_days(before, after, dry_run=dry_run)


@plan.command()
@click.argument("deal_id", metavar="DEAL")
@click.option("--json", "json_", is_flag=True, help="For programs.")
@with_environment
def explain(environment: Environment, deal_id: str, json_: bool) -> None:
    """Say for each milestone why it lies on its day: lead times, room, order, holidays, your approval."""
    from assistant.workflows.plan_words import explained_entry
    from assistant.workflows.seen_plan import planned

    with environment.app() as app, app.store.read() as tx:
        found = planned(tx, app.config, deal_id, environment.moment(app))
    if json_:
        click.echo(as_json(explained_entry(found)))
        return
    from assistant.cli.show_plan import why_page

    why_page(found)

"""`report`: one week, and what's next."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import CompletionItem

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.say import hand_out, say

if TYPE_CHECKING:
    from assistant.report.figure import Figure, Week
    from assistant.report.values import Report

_FORMATS: Final = ("html", "md", "text", "json")
_ENDINGS: Final = {".html": "html", ".htm": "html", ".md": "md", ".markdown": "md", ".txt": "text", ".json": "json"}
_OFFERED: Final = 12
_FIGURES: Final = (
    "open", "opened", "moves.purposeful", "moves.passive", "moves.meetings", "moves.theirs", "moves.colleagues",
    "moves.untold", "next-steps", "resting", "milestones.met", "milestones.moved", "milestones.missed", "dates.held",
    "dates.moved-by-us", "dates.moved-by-customers", "dates.named", "dates.unknown", "drafts.proposed",
    "drafts.approved", "drafts.edited", "drafts.dismissed", "drafts.changed", "drafts.withdrawn",
    "replies.purposeful.answered", "replies.purposeful.hours", "replies.passive.answered", "replies.passive.hours",
    "invites.sent", "invites.accepted", "invites.declined", "invites.replanned", "invites.cancelled", "won", "exits",
    "paused", "promises.kept", "promises.open", "promises.late",
)  # fmt: skip
"""Those that every report has; the others have the name of a deal, a week or a family in them."""


class _Week(click.ParamType[str]):
    """A week by its name or one of its days; "last" and "this" are those around now."""

    name = "week"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from assistant.report.figure import Week

        said = str(value).strip()
        if said.lower() in ("last", "this"):
            return said.lower()
        try:
            week = Week.named(said) if "w" in said.lower() else Week.of(date.fromisoformat(said))
        except (ValueError, OverflowError):
            self.fail(f"{said!r} is no week; write 2026-W47, one of its days like 2026-11-18, last or this", param, ctx)
        return week.name

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        from assistant.report.figure import Week

        environment = ctx.find_object(Environment)
        today = environment.now.date() if environment else date(2026, 1, 5)
        offered = ["last", "this", *(Week.of(today).back(n).name for n in range(1, _OFFERED + 1))]
        return [CompletionItem(each) for each in offered if each.lower().startswith(incomplete.lower())]


def _figures(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    return [each for each in _FIGURES if each.startswith(incomplete)]


@click.command()
@click.option(
    "--week", "-w", type=_Week(), metavar="WEEK", help="2026-W47, one of its days, last (the default) or this."
)
@click.option(
    "--format", "-f", "format_", type=click.Choice(_FORMATS), help="Default: as --out is called, otherwise text."
)
@click.option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
@click.option(
    "--evidence", metavar="FIGURE", shell_complete=_figures, help="Show what this figure was made of, all of it."
)
@click.option("--anonymous", is_flag=True, help="Without customers' names, to show it to others.")
@with_environment
def report(
    environment: Environment,
    week: str | None,
    format_: str | None,
    out: Path | None,
    evidence: str | None,
    anonymous: bool,
) -> None:
    """Say how purposeful a week was, and what's next in each deal.

    Everything in it comes from what is stored, so any past week can be told again. The page of --format html is one
    file with its pictures in it: it loads nothing, and each figure in it opens the mails and meetings it was made of.
    """
    from assistant.workflows import weekly

    with environment.app() as app:
        now = environment.moment(app)
        found = weekly.report(app.store, app.config, _week(week, now.date()), now)
    if anonymous:
        from assistant.report.anonymous import anonymous as without_names

        found = without_names(found)
    form = format_ or (_ENDINGS.get(out.suffix.lower(), "text") if out else "text")
    if evidence is not None:
        written = _evidence(found, evidence, form)
    else:
        written = _written(found, form)
    if out is None:
        hand_out(written)
        return
    from assistant.cli.picture import write

    write(written, out)
    say(f"The week of {_named(found)} is in {out}.", err=True)


def _week(name: str | None, today: date) -> "Week | None":
    """Raises `InputError` for a week that hasn't begun."""
    from assistant.errors import InputError
    from assistant.report.figure import Week

    if name in (None, "last"):
        return None
    found = Week.of(today) if name == "this" else Week.named(str(name))
    if found.start > today:
        raise InputError(
            f"Week {found.name} begins on {found.start.day} {found.start:%B %Y}; there is nothing to say of it yet.",
            "Name a week that has begun, or leave --week out for the last one.",
        )
    return found


def _named(report: "Report") -> str:
    from assistant.report.telling import when

    return when(report.week)


def _written(report: "Report", form: str) -> str:
    if form == "json":
        from assistant.report.entry import entry

        return as_json(entry(report)) + "\n"
    if form == "html":
        from assistant.report.page import html_page

        return html_page(report)
    from assistant.report.telling import tell
    from assistant.report.text import markdown, text

    return markdown(tell(report)) if form == "md" else text(tell(report))


def _evidence(report: "Report", figure_id: str, form: str) -> str:
    from assistant.report.evidence import evidence_entry, evidence_text, figure_of

    figure: Figure = figure_of(report, figure_id)
    if form == "json":
        return as_json(evidence_entry(figure)) + "\n"
    return evidence_text(report, figure)

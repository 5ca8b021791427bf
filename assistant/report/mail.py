"""The report as a mail from the rep to themselves: a page with its pictures as PNG, and the same in plain text.

Gmail and Outlook show no SVG and drop style sheets: each element has its style on itself; what follows a dark screen
stays in a style sheet for the programs that read one.
"""

from dataclasses import dataclass, replace
from typing import Final

from assistant.domain.ports import Picture
from assistant.report.page import rendered
from assistant.report.telling import tell
from assistant.report.text import text
from assistant.report.told import plain, tidy, words
from assistant.report.values import Report

_MOST_LINES: Final = 5
"""Of a list; the file has them all."""


@dataclass(frozen=True, slots=True)
class ReportMail:
    """What the mail says; nothing of it is cleared yet."""

    subject: str
    body: str
    page: str
    pictures: tuple[Picture, ...]


def report_mail(report: Report, *, short: bool = False) -> ReportMail:
    """The mail of this report, the same for the same one. A `short` one only says that the report is there."""
    from assistant.report.charts import drawings
    from assistant.report.lettering import set_in_png
    from assistant.report.sheet import IN_MAIL

    told = tell(report)
    if short:
        told = replace(told, title=words("The page of last week is ready."), lead=(), sections=(), counting=())
    drawn = drawings(report, IN_MAIL)
    shown = [section.picture for section in told.sections if section.picture in drawn]
    pictures = {name: drawn[name].picture for name in shown}
    spelled = any(set_in_png(tidy(plan.deal.name)) is None for plan in report.plans)
    page = rendered("mail.html.j2", told=told, pictures=pictures, most=_MOST_LINES, spelled=spelled)
    return ReportMail(
        subject=f"Your week, {told.when}: {plain(told.title).rstrip('.')}",
        body=text(told, most=_MOST_LINES) + "\n" + _how(told.week) + "\n",
        page=_inlined(page),
        pictures=tuple(Picture(name, drawn[name].png()) for name in shown),
    )


def _how(week: str) -> str:
    command = f"nextmove report --week {week} --format html --out week.html"
    return f"What is behind each figure, and the whole page:\n  {command}"


def _inlined(page: str) -> str:
    """Each element with its own style. Nothing is fetched."""
    from css_inline import CSSInliner

    inliner = CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
    return inliner.inline(page)

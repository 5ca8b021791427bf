"""`lint`: what the guard says of texts, for people and for other programs; and its rules."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from assistant.cli.environment import Environment, as_json, as_json_line, lines_of, text_of, with_environment
from assistant.errors import ExitCode, NotFoundError

if TYPE_CHECKING:
    from assistant.language.packs import Rule
    from assistant.workflows.linting import Linted

FORMATS: Final = ("text", "json", "sarif", "github")
_CURES: Final = {
    "--jsonl": "Each line says itself what it is (subject, kind, deal), and each answer is a JSON line.",
    "--list": "It knows --format text and json.",
    "--explain": "It knows --format text and json.",
}
"""By what is asked for, what it takes instead of the options that it would pass over."""


@click.command()
@click.argument("files", nargs=-1)
@click.option("--subject", help="A subject line to judge with it.")
@click.option("--title", is_flag=True, help="Judge as a subject line or as an invite's title.")
@click.option("--after-no", is_flag=True, help="Judge as a text to somebody who said no.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", help="For people, or for programs.")
@click.option("--json", "json_", is_flag=True, help="The same as --format json.")
@click.option(
    "--jsonl",
    "lines",
    metavar="FILE",
    help="Judge many: a JSON object a line (id, text; subject, kind, language, deal), - for input.",
)
@click.option("--list", "list_", is_flag=True, help="List the rules.")
@click.option("--explain", "rule", metavar="RULE", help="Show a rule: why, what instead, examples.")
@with_environment
def lint(
    environment: Environment,
    files: tuple[str, ...],
    subject: str | None,
    title: bool,
    after_no: bool,
    format_: str,
    json_: bool,
    lines: str | None,
    list_: bool,
    rule: str | None,
) -> None:
    """Say what the guard would stop in FILES (- is standard input), where, why, and what to write instead.

    The phrases and rule packs of the configuration count, if there is one. Ends with 1 if anything is blocked.
    """
    asked = {"FILES": bool(files), "--jsonl": lines is not None, "--list": list_, "--explain": rule is not None}
    mode = _only([name for name, is_there in asked.items() if is_there])
    form = "json" if json_ else format_
    given = {"--subject": subject, "--title": title, "--after-no": after_no, "--json": json_}
    given["--format"] = format_ if _is_given("format_") else None
    _refuse_ignored(mode, form, given)
    options = _options(environment)
    if list_ or rule is not None:
        _show_rules(options, rule, form)
    elif lines is not None:
        _judge_lines(lines, options)
    else:
        _judge(files, form, options | {"subject": subject, "title": title, "after_no": after_no})


def _only(modes: Sequence[str]) -> str:
    """The one thing that is asked for."""
    if not modes:
        raise click.UsageError("Name files (or -), or give one of --jsonl, --list, --explain.")
    if len(modes) > 1:
        raise click.UsageError(f"{' and '.join(modes)} don't go together. Ask for one of them.")
    return modes[0]


def _is_given(name: str) -> bool:
    """Whether the option stands in the command, rather than its default."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def _refuse_ignored(mode: str, form: str, given: Mapping[str, object]) -> None:
    """What the mode would pass over in silence is a mistake in the command."""
    if given["--json"] and given["--format"] not in (None, "json"):
        raise click.UsageError(f"--json and --format {given['--format']} exclude each other.")
    passed = [name for name, value in given.items() if value]
    if mode != "--jsonl":
        passed = [name for name in passed if name not in ("--json", "--format") or form not in ("text", "json")]
    if mode in _CURES and passed:
        raise click.UsageError(f"{mode} doesn't go with {', '.join(passed)}. {_CURES[mode]}")


def _options(environment: Environment) -> dict[str, Any]:
    """What the configuration tells the guard, where there is one."""
    from assistant.config import find, load
    from assistant.workflows.exits import guard_options

    path = find(environment.config_path)
    if environment.config_path is None and not path.is_file():
        return {}
    return guard_options(load(path))


def _judge(files: tuple[str, ...], form: str, options: dict[str, Any]) -> None:
    from assistant.workflows.linting import linted

    found = [linted(name, text_of(name), **options) for name in files]
    if form == "json":
        from assistant.cli.lint_formats import plain

        click.echo(as_json({each.name: [plain(finding) for finding in each.findings] for each in found}))
    elif form == "sarif":
        from assistant.cli.lint_formats import sarif

        click.echo(as_json(sarif(found, options.get("packs"))))
    elif form == "github":
        from assistant.cli.lint_formats import annotations

        for line in annotations(found):
            click.echo(line)
    else:
        from assistant.cli.show_words import findings as show_findings

        for each in found:
            show_findings(each.name, each.text, each.findings)
            _show_principles(each)
    _end(found)


def _show_principles(found: "Linted") -> None:
    """Where the handbook says why, once for each family."""
    from assistant.guard import link

    for place in dict.fromkeys(link(finding.family) for finding in found.findings):
        click.echo(f"    Why: {place}")


def _end(found: list["Linted"]) -> None:
    if any(each.blocked for each in found):
        sys.exit(ExitCode.FAILURE)


def _judge_lines(source: str, options: dict[str, Any]) -> None:
    from assistant.cli.lint_formats import plain
    from assistant.workflows.linting import lint_lines

    failed = False
    for told in lint_lines(lines_of(source), source, **options):
        failed = failed or told.get("verdict") != "allowed"
        if "findings" in told:
            told["findings"] = [plain(finding) for finding in told["findings"]]
        click.echo(as_json_line(told))
    if failed:
        sys.exit(ExitCode.FAILURE)


def _show_rules(options: dict[str, Any], rule: str | None, form: str) -> None:
    from assistant.guard import link, rules

    known = rules(options.get("packs"))
    if rule is not None:
        known = tuple(each for each in known if each.id == rule)
        if not known:
            raise NotFoundError(f"There is no rule {rule!r}.", "See them all: nextmove lint --list")
    if form == "json":
        click.echo(as_json([_plain(each) for each in known]))
        return
    from assistant.cli.show_words import one_rule, rule_list

    if rule is None:
        rule_list(known)
    else:
        one_rule(known[0])
        click.echo(f"Why: {link(known[0].kind)}")


def _plain(rule: "Rule") -> dict[str, Any]:
    """The rule as a program wants it: what it says, not how it's matched."""
    from assistant.guard import link

    return {
        "id": rule.id,
        "family": rule.kind,
        "severity": rule.severity or "block",
        "reason": rule.reason,
        "rewrite": rule.rewrite,
        "bad": rule.bad,
        "good": rule.good,
        "principle": link(rule.kind),
    }

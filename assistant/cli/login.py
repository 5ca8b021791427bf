"""`login`, `logout`: let Nextmove into an account, see what it may do there, and take that back."""

import os
import sys
from typing import TYPE_CHECKING

import click

from assistant.cli.environment import Environment, as_json, with_environment
from assistant.cli.say import say
from assistant.errors import ExitCode, InputError, NotFoundError, ProviderError

if TYPE_CHECKING:
    from assistant.app import App
    from assistant.domain.access import Access, Permission, SignIn


@click.command()
@click.argument("system", required=False)
@click.option("--account", help="Which account, by its name in the configuration; needed where there are several.")
@click.option(
    "--no-browser",
    is_flag=True,
    help="Print what to open on any computer: an address, and take what it ends on; or at Microsoft a code to enter.",
)
@click.option("--again", is_flag=True, help="Ask anew, although the sign-in works.")
@click.option("--list", "list_", is_flag=True, help="Show who is signed in, with which permissions, and since when.")
@click.option("--json", "json_", is_flag=True, help="The list, for programs.")
@with_environment
def login(
    environment: Environment,
    system: str | None,
    account: str | None,
    no_browser: bool,
    again: bool,
    list_: bool,
    json_: bool,
) -> None:
    """Sign in to an account of SYSTEM (google, microsoft); it asks the least for what is turned on, and explains it."""
    from assistant.workflows.reached import try_soon

    with environment.app() as app:
        if list_ or json_ or system is None:
            _list(app, json_=json_)
            return
        chosen = _chosen(app, system, account)
        before = chosen.access()
        if not again and before.email and not before.missing and chosen.works():
            say(f"{chosen.account}: signed in as {before.email} already, with all that is needed; --again asks anew.")
            _name_aliases(app, chosen)
            return
        after = _signed_in(chosen, before, no_browser=no_browser)
        try_soon(app.store, app.config, chosen.account, environment.moment(app))
        say(f"{after.account}: signed in as {after.email}. Kept in {after.kept}.")
        _name_aliases(app, chosen)
    for permission in after.missing:
        say(f"Not allowed: {_line(permission)}", err=True)
    if after.missing:
        say(
            "Run it again and allow it (tick its box, if it has one), or turn off in the configuration what needs it.",
            err=True,
        )
        sys.exit(ExitCode.FAILURE)


@click.command()
@click.argument("system")
@click.option("--account", help="Which account, by its name in the configuration; needed where there are several.")
@with_environment
def logout(environment: Environment, system: str, account: str | None) -> None:
    """Sign out of an account of SYSTEM (google, microsoft): tokens are forgotten, permissions taken back."""
    with environment.app() as app:
        chosen = _chosen(app, system, account)
        there = chosen.sign_out()
        others = [each.account for each in app.sign_ins(system) if each.account != chosen.account]
    if not there:
        say("Nobody was signed in.")
    elif chosen.by_hand is not None:
        say(f"{chosen.account}: signed out; the tokens are forgotten. What you allowed is taken back by yourself, at:")
        say(f"  {chosen.by_hand}")
    else:
        say(f"{chosen.account}: signed out; the permissions are taken back.")
    if there and others and chosen.by_hand is None:
        say(f"If it opened the same mailbox as another account ({', '.join(others)}), sign in to that one again.")


def _chosen(app: "App", system: str, account: str | None) -> "SignIn":
    """The account that is meant."""
    ways = {each.account: each for each in app.sign_ins(system)}
    if account is not None and account in ways:
        return ways[account]
    named = ", ".join(ways) or "none"
    if account is not None:
        raise NotFoundError(f"There is no {system} account {account!r} in the configuration.", f"There is: {named}.")
    if len(ways) == 1:
        return next(iter(ways.values()))
    if not ways:
        raise NotFoundError(
            f"No account of the configuration is at {system!r}.", f'Add one with provider = "{system}" (README).'
        )
    raise InputError(f"There are several {system} accounts: {named}.", "Name one with --account.")


def _signed_in(chosen: "SignIn", before: "Access", *, no_browser: bool) -> "Access":
    from assistant.domain.access import Dialogue

    say(f"Account “{chosen.account}”. Nextmove asks to:", err=True)
    for permission in before.permissions:
        state = "" if before.email is None else " [allowed already]" if permission.held else " [new]"
        say(f"  - {_line(permission)}{state}", err=True)
    return chosen.sign_in(Dialogue(_print, _pasted, _enter) if no_browser else Dialogue(_open))


def _name_aliases(app: "App", chosen: "SignIn") -> None:
    """What the configuration lacks of the rep's own addresses: mail that they write as another isn't theirs to us."""
    us = app.config.us
    if not (more := sorted(set(chosen.writes_as()) - us.own)):
        return
    every = sorted({*us.own, *more} - {us.rep.email})
    say("This mailbox also writes as " + ", ".join(more) + ". Put into [rep] of the configuration:")
    say("  aliases = [" + ", ".join(f'"{each}"' for each in every) + "]")


def _list(app: "App", *, json_: bool) -> None:
    """What can't be told of one account doesn't hide the others."""
    found: dict[str, Access] = {}
    wrong: dict[str, str] = {}
    for each in app.sign_ins():
        try:
            found[each.account] = each.access()
        except ProviderError as error:
            wrong[each.account] = str(error)
    if json_:
        click.echo(as_json(list(found.values())))
    for account in app.config.accounts if not json_ else ():
        access = found.get(account.name)
        if account.name in wrong:
            continue
        if access is None:
            say(f"{account.name} ({account.provider}): needs no sign-in")
            continue
        since = f" since {access.since.astimezone(app.config.zone):%Y-%m-%d %H:%M}" if access.since else ""
        who = f"signed in as {access.email}{since}, kept in {access.kept}" if access.email else "nobody is signed in"
        say(f"{account.name} ({account.provider}): {who}")
        for permission in access.permissions if access.email else ():
            say(f"  {'allowed' if permission.held else 'MISSING'}: {_line(permission)}")
    for why in wrong.values():
        say(why, err=True)
    if wrong:
        sys.exit(ExitCode.FAILURE)


def _line(permission: "Permission") -> str:
    return f"{permission.reason} ({permission.name.rpartition('/')[2]})"


def _open(address: str) -> None:
    import webbrowser

    opened = webbrowser.open(address)
    say(
        "A page has opened in your browser. If not, open:" if opened else "Open in a browser on this computer:",
        err=True,
    )
    say(f"  {address}", err=True)


def _print(address: str) -> None:
    say("Open in any browser:", err=True)
    say(f"  {address}", err=True)
    say("It ends on an address of this computer. If that page can't be shown, paste its address here:", err=True)


def _enter(address: str, code: str) -> None:
    say("Open on any computer or phone:", err=True)
    say(f"  {address}", err=True)
    say(f"and enter the code {code} there. This goes on by itself once you have allowed it.", err=True)


def _pasted() -> str:
    """One line of standard input, read past its buffer: the program may end while this still waits for it."""
    try:
        descriptor = sys.stdin.fileno()
    except (OSError, ValueError):
        return sys.stdin.readline()
    held = b""
    while not held.endswith(b"\n") and (more := os.read(descriptor, 65_536)):
        held += more
    return held.decode(errors="replace")

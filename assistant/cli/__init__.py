"""The command line: each command parses, calls a workflow and prints; its module is imported only when it's asked."""

import sys

import click

from assistant.cli.say import say
from assistant.errors import ExitCode, NextmoveError


def main() -> None:
    """Entry point of `nextmove`. An error of ours is one sentence and its exit code, never a traceback."""
    from assistant.cli.root import nextmove

    try:
        code = nextmove(prog_name="nextmove", standalone_mode=False)
    except NextmoveError as error:
        say(f"nextmove: {error}", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        click.echo("Stopped; what was finished is kept.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except UnicodeError:
        say("nextmove: an argument isn't text in UTF-8. Write it in UTF-8.", err=True)
        sys.exit(ExitCode.USAGE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)

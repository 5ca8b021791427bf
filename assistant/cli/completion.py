"""`completion`: the script that makes the shell complete commands and options."""

import click

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash:  nextmove completion bash >> ~/.bashrc
    zsh:   nextmove completion zsh >> ~/.zshrc
    fish:  nextmove completion fish > ~/.config/fish/completions/nextmove.fish
    """
    from click.shell_completion import get_completion_class

    from assistant.cli.root import nextmove

    found = get_completion_class(shell)
    assert found is not None  # the choice allows only shells that click knows
    click.echo(found(nextmove, {}, "nextmove", "_NEXTMOVE_COMPLETE").source())

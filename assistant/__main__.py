"""`python -m assistant` is `nextmove`."""

from assistant.cli import main

main()

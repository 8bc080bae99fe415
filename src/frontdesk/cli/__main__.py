"""`python -m frontdesk.cli` is the frontdesk command."""

from frontdesk.cli.command import main

main(prog_name="frontdesk")

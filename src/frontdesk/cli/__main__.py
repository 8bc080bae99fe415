"""`python -m frontdesk.cli` is the frontdesk command."""

import os

from frontdesk.cli.command import main

os.umask(0o077)  # whatever the office writes is read by its own user alone
main(prog_name="frontdesk")

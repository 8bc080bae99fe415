"""The frontdesk command: serve, demo, sandbox, day, x12, import, backup, audit, doctor."""

from frontdesk.cli.command import main

__all__ = ["main"]

"""The made-up payer and clearinghouse from the command line."""

from pathlib import Path

from frontdesk.sandbox.__main__ import main


def run(port: int, state: Path, world: Path | None = None, host: str = "127.0.0.1") -> int:
    """Run the sandbox until interrupted; return 2 when it cannot start (never in production)."""
    arguments = ["--port", str(port), "--state", str(state), "--host", host]
    if world is not None:
        arguments += ["--world", str(world)]
    return main(arguments)

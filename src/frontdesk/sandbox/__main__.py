"""Run the sandbox: python -m frontdesk.sandbox --port 8099 --state DIR [--world FILE]."""

import argparse
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from frontdesk.sandbox.folders import Folders
from frontdesk.sandbox.grounds import NotHere
from frontdesk.sandbox.phones import Phones
from frontdesk.sandbox.server import Sandbox
from frontdesk.sandbox.world import BadWorld, load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted; return 2 when it cannot start."""
    parser = argparse.ArgumentParser(
        prog="frontdesk sandbox", description="Made-up payers and clearinghouse, for training."
    )
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, required=True, help="folder for what it remembers")
    parser.add_argument("--world", type=Path, help="JSON file: payers, plans, members")
    parser.add_argument("--folders", type=Path, help="also take files in these folders (SFTP)")
    parser.add_argument("--phones", type=int, help="also be the patients' phones, at this port")
    parser.add_argument("--office", default="", help="whom the phones' answers go to")
    chosen = parser.parse_args(arguments)
    try:
        world = load(chosen.world) if chosen.world else None
        server = Sandbox(chosen.port, chosen.state, world, host=chosen.host)
        phones = chosen.phones and Phones(chosen.phones, chosen.state, chosen.office, chosen.host)
    except (NotHere, BadWorld, OSError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 2
    with server, _door(server, chosen.folders), _ringing(phones):
        sys.stdout.write(f"Sandbox: training and tests, at {server.url}\n")
        sys.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            sys.stdout.write("\n")
    return 0


def _door(server: Sandbox, root: Path | None) -> AbstractContextManager[object]:
    return nullcontext() if root is None else Folders(server.desk, root)


@contextmanager
def _ringing(phones: Phones | None) -> Iterator[None]:
    """Have the phones answer beside the payer."""
    if phones is None:
        yield
        return
    with phones:
        threading.Thread(target=phones.serve_forever, args=(0.2,), daemon=True).start()
        yield
        phones.shutdown()


if __name__ == "__main__":
    sys.exit(main())

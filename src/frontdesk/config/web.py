"""The web server: python -m frontdesk.config.web --host HOST --port PORT [--keeper PID].

Granian watches its workers from a process of its own, 20 MB beside ours. The office is watched
already, so its one worker runs in the process that would have watched it.
"""

import argparse
import os
import signal
import threading
import time
from collections.abc import Sequence
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

ORPHANED_AFTER = 0.5  # seconds


class OneProcess(MPServer):
    """The server whose worker is this process. A stop by signal is the worker's own affair."""

    def _serve(self, spawn_target: Any, target_loader: Any) -> None:
        self._init_shared_socket()  # type: ignore[no-untyped-call] # granian gives it none
        self._spawn_worker(0, spawn_target, target_loader).inner.run()


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer until told to stop."""
    parser = argparse.ArgumentParser(prog="frontdesk web", description="The web server alone.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--keeper", type=int, default=0, help="end when this parent is gone")
    chosen = parser.parse_args(arguments)
    if chosen.keeper:
        threading.Thread(target=_end_with, args=(chosen.keeper,), daemon=True).start()
    OneProcess(
        "frontdesk.config.asgi:application",
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
    return 0


def _end_with(keeper: int) -> None:
    """End when the process that started us was killed: nobody would ever stop us, and we would
    go on answering beside the next server, which shares the port. A gentle stop would wait for
    every open connection, and a browser keeps its own open.
    """
    while os.getppid() == keeper:
        time.sleep(ORPHANED_AFTER)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    raise SystemExit(main())

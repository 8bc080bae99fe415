"""Trouble on request, so that an office can practise it: slow, cut, refused, down, sent twice."""

import threading
from collections.abc import Mapping

KINDS = {
    "slow": "waits before it answers; the number is seconds",
    "latency": "waits before every answer, as payers do; the number is seconds",
    "truncated": "sends half of the payload in a whole envelope",
    "cut": "closes the line in the middle of the answer",
    "rejected": "answers that the message is malformed (999 R, TA1)",
    "down": "answers HTTP 503",
    "unavailable": "answers a 270 with AAA 42: the payer's system is down",
    "twice": "sends the answer, or files the same file, twice",
    "mismatched": "answers a 270 with another question's trace",
    "plb": "adds a provider adjustment (PLB) to the next remittance",
}
HEADER = "X-Sandbox-Fault"


class BadFault(ValueError):
    """No such trouble, or not a number."""


class Faults:
    """What shall go wrong: for each kind, how often still (`slow`: seconds, once)."""

    def __init__(self, told: Mapping[str, float] | None = None) -> None:
        self._left: dict[str, float] = {}
        self._lock = threading.Lock()
        self.set(told or {})

    def set(self, told: Mapping[str, float]) -> None:
        """Replace all that was asked for; raise `BadFault` on an unknown kind."""
        for kind, number in told.items():
            if kind not in KINDS or isinstance(number, bool):
                raise BadFault(f"{kind} is not a fault: choose of {', '.join(KINDS)}")
            if not isinstance(number, int | float) or number < 0:
                raise BadFault(f"{kind} needs a number of times (slow: of seconds)")
        with self._lock:
            self._left = {kind: number for kind, number in told.items() if number}

    def as_json(self) -> dict[str, float]:
        """Return what is still to go wrong."""
        with self._lock:
            return dict(self._left)

    def take(self, kind: str) -> float:
        """Return the fault's number when it shall happen now (and count it down), else 0."""
        with self._lock:
            number = self._left.get(kind, 0)
            if not number or kind == "latency":
                return number
            if kind == "slow" or number <= 1:
                del self._left[kind]
            else:
                self._left[kind] = number - 1
            return number


def read_header(text: str) -> dict[str, float]:
    """Read `X-Sandbox-Fault: slow=30, twice=1`; raise `BadFault`."""
    told: dict[str, float] = {}
    for piece in text.split(","):
        kind, _, number = piece.strip().partition("=")
        if not kind:
            continue
        try:
            told[kind] = float(number or 1)
        except ValueError as error:
            raise BadFault(f"{kind} needs a number") from error
    return told

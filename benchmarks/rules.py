"""The office's rules on claims: judged one after the other, with two hundred rules in force."""

import json
import time
from datetime import date
from decimal import Decimal
from typing import Any

from benchmarks.__main__ import row
from frontdesk.rulebook import Book, Rule

RULES, CLAIMS = 200, 2000
DAY = date(2026, 11, 16)


def measure() -> list[dict[str, Any]]:
    """Judge claims with rules of which none holds: every condition is looked at."""
    book = Book([_rule(number) for number in range(1, RULES + 1)])
    facts = _claim()
    book.judge(facts, on=DAY)
    started = time.process_time()
    for _ in range(CLAIMS):
        book.judge(facts, on=DAY)
    per_second = CLAIMS / (time.process_time() - started)
    return [
        row("claims judged by 200 rules", per_second, "claims/s", goal=1000, better="higher",
            note="CPU; three conditions a rule, none holds"),
    ]  # fmt: skip


def _rule(number: int) -> Rule:
    conditions = [
        {"fact": "line.code", "is": "one_of", "value": [f"{90000 + number}", "99213-99214"]},
        {"fact": "line.modifiers", "is": "has_none", "value": ["25", "59"]},
        {"fact": "payer_filing", "is": "one_of", "value": ["MB", "MC"]},
    ]
    return Rule(
        id=f"r{number}", key=f"R{number}", number=number, version=1, kind="claim",
        words="Something is wrong", how_to_fix="Mend it.", when={"all": conditions},
        actions=[{"do": "hold"}],
    )  # fmt: skip


def _claim() -> dict[str, Any]:
    lines = [{"code": "99213", "modifiers": ["25"]}]
    lines += [{"code": code, "modifiers": []} for code in ("93000", "36415")]
    return {"line": lines, "payer_filing": "CI", "total": Decimal(214)}


if __name__ == "__main__":
    print(json.dumps(measure()))

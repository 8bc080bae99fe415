"""Insurance cards as the tests draw them: how many fields are read exactly, how long one takes."""

import os
import time
from collections import Counter
from typing import Any

import django

from benchmarks.__main__ import row
from tests.records import cards as drawn

FIELDS = ("member_id", "group_number", "plan", "name", "rx_bin", "rx_pcn", "rx_group", "phone")


def measure() -> list[dict[str, Any]]:
    """Read every card in every layout and wear; nothing where no reader is installed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    from frontdesk.records import gateways, jobs
    from frontdesk.records.rules import cards as rules

    if not gateways.has_reader():
        print("cards: Tesseract is not installed, nothing is measured")
        return []
    exact: Counter[str] = Counter()
    wrong_and_sure, asked, seconds = 0, 0, []
    for card in drawn.CARDS:
        for layout in drawn.LAYOUTS.values():
            for wear in drawn.WEAR.values():
                content = drawn.bytes_of(wear(layout(card)))
                begun = time.perf_counter()
                said = rules.read(jobs.words_on(content))
                seconds.append(time.perf_counter() - begun)
                lines = said["lines"].value.split("\n") if "lines" in said else []
                payer = rules.payer_on(lines, drawn.PAYERS)
                exact["payer"] += payer is not None and payer.value == card.payer
                for name in FIELDS:
                    found, is_right = said.get(name), False
                    if found is not None:
                        is_right = found.value == getattr(card, name)
                        wrong_and_sure += not is_right and found.sure > 90
                    exact[name] += is_right
                asked += 1
    return _rows(exact, wrong_and_sure, asked, seconds)


def _rows(
    exact: Counter[str], wrong_and_sure: int, asked: int, seconds: list[float]
) -> list[dict[str, Any]]:
    fields = len(FIELDS) + 1
    by_field = ", ".join(f"{name} {100 * exact[name] / asked:.0f}" for name in ("payer", *FIELDS))
    share = 100 * sum(exact.values()) / (asked * fields)
    ordered = sorted(seconds)
    return [
        row("card fields read exactly", share, "%", better="higher", goal=93,
            note=f"{asked} drawn pictures (4 cards, 3 layouts, 5 wears), no photographs; "
                 f"percent by field: {by_field}"),
        row("card fields wrong but sure", 100 * wrong_and_sure / (asked * fields), "%", goal=1,
            note="read above 90 percent sure, and not what is written"),
        row("card read, median", ordered[len(ordered) // 2], "s", goal=4,
            note=f"slowest {ordered[-1]:.1f} s; in the worker"),
    ]  # fmt: skip

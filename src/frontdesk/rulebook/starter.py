"""The rules that ship: what payers and Medicare ask of every office, with source and examples.

They come as drafts. What depends on the practice says so, and is not turned on as it came.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Starter:
    """A rule as it ships. `depends` says what the practice must decide or fill in first."""

    key: str
    kind: str
    words: str
    how_to_fix: str
    because: str
    citation: str
    when: dict[str, Any]
    actions: list[dict[str, Any]]
    examples: list[dict[str, Any]]
    depends: str = ""


@cache
def starters() -> dict[str, Starter]:
    """Return the rules that ship, by their keys, in the order in which they are shown."""
    text = (files("frontdesk.rulebook") / "data" / "starter.json").read_text("utf-8")
    return {one["key"]: Starter(**one) for one in json.loads(text)}

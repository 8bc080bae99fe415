"""The tables and expressions that are ready, by guide and delimiters."""

from functools import lru_cache

from frontdesk.x12.compile.patterns import Patterns
from frontdesk.x12.compile.table import Match, Table
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.rules import rules_for
from frontdesk.x12.schema import find
from frontdesk.x12.schema.envelope import CONTROL


@lru_cache(maxsize=128)
def table_for(set_id: str, version: str, delimiters: Delimiters, purpose: str = "") -> Table | None:
    """The table of a guide, or nothing where the guide is not held."""
    guide = find(set_id, version, purpose)
    if guide is None:
        return None
    hooks = {name: index for index, name in enumerate(rules_for(guide).hooks)}
    return Table(guide, delimiters, hooks)


@lru_cache(maxsize=16)
def control_matches(delimiters: Delimiters) -> dict[str, Match]:
    """The expressions of the envelope's segments."""
    patterns = Patterns(delimiters)
    return {name: patterns.segment(segment).fullmatch for name, segment in CONTROL.items()}

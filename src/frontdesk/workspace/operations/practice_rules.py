"""The table rules of a practice file: each comes in as a draft, tried before it is in force."""

import json
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.coverage.models import Payer
from frontdesk.practice import operations as practice
from frontdesk.practice.exchange import Row
from frontdesk.practice.models import Rule, Site
from frontdesk.staff.models import Provider
from frontdesk.workspace.operations.practice_rows import day, given, named, record_of


def rule(row: Row, by: Actor) -> bool:
    """Bring a rule in; known again by its key, changed it is the next version."""
    kind = row.text("kind") or Rule.Kind.CLAIM
    values: dict[str, Any] = given(row, "words how_to_fix because citation")
    for name in ("when", "actions", "examples"):
        if row.values.get(name):
            values[name] = _json(row, name)
    values |= {name: day(row, name) for name in ("starts_on", "ends_on") if row.text(name)}
    values |= _scope(row)
    _rule, is_new = practice.bring_rule(named(row, "key"), kind, values, at=now(), by=by)
    return is_new


def _scope(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if row.text("payer"):
        payer = record_of(Payer, row, "payer", "payer_id")
        found |= {"payer_id": payer.pk, "payer_name": payer.name[:100]}
    if row.text("provider"):
        provider = record_of(Provider, row, "provider", "npi")
        found |= {"provider_id": provider.pk, "provider_name": provider.full_name[:100]}
    if row.text("site"):
        site = record_of(Site, row, "site", "name")
        found |= {"site_id": site.pk, "site_name": site.name}
    return found


def _json(row: Row, column: str) -> Any:
    """Return a column that holds JSON: as it is, or as the text of a CSV file."""
    value = row.values.get(column)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as trouble:
        raise Refused(f"The column {column} is no JSON: {trouble}.") from trouble

"""Coverage policies brought in: which diagnoses make which services medically necessary."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from frontdesk.coding import exchange
from frontdesk.coding.models import ChargeItem, MedicalNecessity, PriceImport
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation

_CPT = re.compile(r"\d{4}[0-9A-Z]")
_TOLD = 10
_SAID = ("title", "supports", "refuses", "source", "last_on", "is_active")

Key = tuple[str, str, date]  # policy, procedure, first day of the version


@operation("coding.edit")
def import_necessity(content: bytes, *, by: Actor) -> int:
    """Bring in coverage policies: all rows or none; return how many entries were new or changed.

    A file holds each version of a policy whole: what it leaves out of a version no longer counts,
    and a version ends the day before the next begins. The same file twice changes nothing.
    Raises `Refused` naming the rows that can't be used.
    """
    rows, rejected = exchange.read_necessity(content)
    if rejected or not rows:
        raise Refused(_why_not(rejected))
    if any(_CPT.fullmatch(row.code) for row in rows) and not _has_cpt():
        raise Refused(
            "CPT codes are licensed by the AMA. Bring in the practice's price list with its "
            "licence first."
        )
    policies = {row.policy for row in rows}
    held = {
        (one.policy, one.code, one.starts_on): one
        for one in MedicalNecessity.objects.filter(policy__in=policies)
    }
    before = {key: _values(one) for key, one in held.items()}
    _take(held, rows)
    _end_versions(held.values())
    changed = [one for key, one in held.items() if before.get(key) != _values(one)]
    for one in changed:
        one.save()
    return len(changed)


def _take(held: dict[Key, MedicalNecessity], rows: Iterable[exchange.NecessityRow]) -> None:
    """Let the versions that the file holds say just what it says."""
    said: dict[Key, list[exchange.NecessityRow]] = {}
    for row in rows:
        said.setdefault((row.policy, row.code, row.starts_on), []).append(row)
    versions = {(policy, first) for policy, _code, first in said}
    for (policy, _code, first), one in held.items():
        if (policy, first) in versions:
            one.is_active = False
    for key, listed in said.items():
        policy, code, first = key
        one = held.setdefault(key, MedicalNecessity(policy=policy, code=code, starts_on=first))
        one.title, one.source, one.last_on = listed[0].title, listed[0].source, listed[0].last_on
        one.supports = sorted({row.diagnosis for row in listed if row.is_covered})
        one.refuses = sorted({row.diagnosis for row in listed if not row.is_covered})
        one.is_active = True


def _end_versions(held: Iterable[MedicalNecessity]) -> None:
    """End each version of a policy the day before its next begins."""
    active = [one for one in held if one.is_active]
    begins: dict[str, set[date]] = {}
    for one in active:
        begins.setdefault(one.policy, set()).add(one.starts_on)
    for one in active:
        later = [day for day in begins[one.policy] if day > one.starts_on]
        if later:
            last = min(later) - timedelta(days=1)
            one.last_on = min(one.last_on or last, last)


def _has_cpt() -> bool:
    """Whether the practice said before that it may use CPT codes."""
    return (
        PriceImport.objects.filter(has_cpt=True).exists()
        or ChargeItem.objects.filter(system=ChargeItem.System.CPT).exists()
    )


def _values(one: MedicalNecessity) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in _SAID)


def _why_not(rejected: list[exchange.Rejected]) -> str:
    if not rejected:
        return "The file has no rows."
    told = "; ".join(f"row {one.row}, {one.column}: {one.why}" for one in rejected[:_TOLD])
    more = f"; and {len(rejected) - _TOLD} more" if len(rejected) > _TOLD else ""
    return f"Nothing was brought in. {told}{more}."

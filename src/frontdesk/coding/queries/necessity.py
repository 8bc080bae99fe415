"""What coverage policies say: looked up by a person, and asked for the services of a claim."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from frontdesk.coding.models import MedicalNecessity
from frontdesk.coding.rules.necessity import Policy

Held = dict[str, list[tuple[date, date | None, Policy]]]


def necessities(text: str = "") -> QuerySet[MedicalNecessity]:
    """Return what policies say, the newest version first; `text` narrows to policy or code."""
    found = MedicalNecessity.objects.filter(is_active=True).order_by(
        "policy", "-starts_on", "code", "pk"
    )
    for word in text.split():
        found = found.filter(
            Q(policy__istartswith=word) | Q(code__istartswith=word) | Q(title__icontains=word)
        )
    return found


def policies_about(codes: Collection[str]) -> Held:
    """Return what policies say of these procedures, with the days on which each counts."""
    held: Held = {}
    for one in MedicalNecessity.objects.filter(is_active=True, code__in=codes).order_by("pk"):
        policy = Policy(
            one.policy, one.title, one.code, _bare(one.supports), _bare(one.refuses), one.source
        )
        held.setdefault(one.code, []).append((one.starts_on, one.last_on, policy))
    return held


def policies_on(held: Held, day: date) -> dict[str, list[Policy]]:
    """Return those in force on the day."""
    return {
        code: [
            policy for first, last, policy in said if first <= day and (last is None or day <= last)
        ]
        for code, said in held.items()
    }


def _bare(codes: Collection[str]) -> frozenset[str]:
    return frozenset(code.replace(".", "") for code in codes)

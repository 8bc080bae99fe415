"""Who was checked in without card, copay or coverage on file, by whom at the desk."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q

from frontdesk.coverage.models import Policy
from frontdesk.ledger.models import SavedCard
from frontdesk.practice.models import Site
from frontdesk.records.models import Document
from frontdesk.visits.models import CheckIn


@dataclass(slots=True)
class Line:
    """One member of staff: how many check-ins, and what was missing at them."""

    name: str
    check_ins: int = 0
    no_coverage: int = 0
    no_card: int = 0
    no_copay: int = 0
    no_kept_card: int = 0  # told beside the rest: an office may keep none
    rows: list["Missing"] = field(default_factory=list)

    @property
    def whole(self) -> int:
        """How many check-ins lacked nothing."""
        return self.check_ins - len(self.rows)


@dataclass(frozen=True, slots=True)
class Missing:
    """One check-in at which something was missing."""

    check_in: CheckIn
    lacks: tuple[str, ...]  # coverage, card, copay


def accountability(site: Site, since: date, until: date) -> list[Line]:
    """Return a line for each who finished check-ins between two days, most missing first.

    No coverage: self-pay without having a plan. No card: insurance, but no picture of the front
    of its card on file. No copay: one was due and was not taken. No card to charge: none of the
    patient's was kept when the check-in ended. The same queries for any number.
    """
    card = Document.objects.filter(
        subject_id=OuterRef("policy_id"), kind=Document.Kind.CARD_FRONT,
        status=Document.Status.FILED, practice_id=OuterRef("practice_id"),
    )  # fmt: skip
    plan = Policy.objects.filter(
        patient_id=OuterRef("visit__patient_id"), is_active=True,
        practice_id=OuterRef("practice_id"),
    )  # fmt: skip
    kept = SavedCard.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=OuterRef("finished_at")),
        patient_id=OuterRef("visit__patient_id"), agreed_at__lte=OuterRef("finished_at"),
        practice_id=OuterRef("practice_id"),
    ).exclude(token="")  # fmt: skip
    found = (
        CheckIn.objects.filter(
            visit__site=site, visit__on__gte=since, visit__on__lte=until, finished_at__isnull=False
        )
        .annotate(has_card=Exists(card), has_plan=Exists(plan), has_kept_card=Exists(kept))
        .select_related("visit__patient")
        .order_by("visit__on", "finished_at", "pk")
    )
    lines: dict[str, Line] = defaultdict(lambda: Line(""))
    for one in found:
        line = lines[one.finished_by]
        line.name = one.finished_by
        line.check_ins += 1
        line.no_kept_card += not one.has_kept_card
        if lacks := _lacks(one):
            line.no_coverage += "coverage" in lacks
            line.no_card += "card" in lacks
            line.no_copay += "copay" in lacks
            line.rows.append(Missing(one, lacks))
    return sorted(lines.values(), key=lambda line: (-len(line.rows), line.name))


def _lacks(one: CheckIn) -> tuple[str, ...]:
    is_insured = one.pays == CheckIn.Pays.INSURANCE
    found = {
        "coverage": not is_insured and not one.has_plan,  # type: ignore[attr-defined]  # annotated
        "card": is_insured and not one.has_card,  # type: ignore[attr-defined]  # annotated
        "copay": bool(one.copay_due) and one.copay_payment_id is None,
    }
    return tuple(name for name, is_missing in found.items() if is_missing)

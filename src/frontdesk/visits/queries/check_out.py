"""The check-out page: superbill, money, the next visit, and what is still open."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.queries import Opening, openings
from frontdesk.staff.models import Member, Provider
from frontdesk.visits.models import (
    CheckOutItem,
    Superbill,
    SuperbillDiagnosis,
    SuperbillLine,
    Visit,
)
from frontdesk.visits.queries import superbill as bills
from frontdesk.visits.queries.check_out_steps import steps_of
from frontdesk.visits.queries.money import Due, due, payments_of
from frontdesk.visits.rules.superbill import Problem

USUAL_WEEKS = 12
LOOKED_AT = 21  # days from the day wished
OFFERED = 3


@dataclass(frozen=True, slots=True)
class BillLine:
    """A procedure with what the estimate says of it."""

    line: SuperbillLine
    allowed: Decimal | None
    owes: Decimal | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A time for the next visit, and what speaks for it."""

    opening: Opening
    why: str
    value: str
    day: str


@dataclass(slots=True)
class Page:
    """All that the check-out page shows."""

    visit: Visit
    superbill: Superbill | None
    diagnoses: list[SuperbillDiagnosis]
    lines: list[BillLine]
    problems: list[Problem]
    due: Due
    items: list[CheckOutItem]
    payments: list[Payment]
    booked: list[Appointment]
    offers: list[Offer] = field(default_factory=list)
    weeks: int = USUAL_WEEKS

    @property
    def charged(self) -> Decimal:
        """What is charged today."""
        return sum((row.line.charge for row in self.lines), Decimal(0))

    @property
    def is_estimate_old(self) -> bool:
        """Whether the superbill was changed after the estimate was made."""
        made = self.due.estimate
        if made is None:
            return bool(self.lines)
        said = sorted((str(one["code"]), int(one["units"])) for one in made.lines)
        return said != sorted((row.line.code, row.line.units) for row in self.lines)

    @property
    def waiting(self) -> list[CheckOutItem]:
        """What has no answer yet."""
        return [item for item in self.items if item.answer == CheckOutItem.Answer.OPEN]

    @property
    def steps(self) -> list[CheckOutItem]:
        """The practice's own steps: what is not answered in a place of its own."""
        return [item for item in self.items if item.kind not in CheckOutItem.Kind.values]

    @property
    def follow_up(self) -> CheckOutItem | None:
        """The answer about the next visit."""
        return self._item(CheckOutItem.Kind.FOLLOW_UP)

    @property
    def bill_item(self) -> CheckOutItem | None:
        """The answer about the superbill."""
        return self._item(CheckOutItem.Kind.SUPERBILL)

    def _item(self, kind: str) -> CheckOutItem | None:
        return next((item for item in self.items if item.kind == kind), None)


def page(visit: Visit, at: datetime, weeks: int | None = None, kind_id: UUID | None = None) -> Page:
    """Return the page; times are looked for `weeks` from now while the next visit is open."""
    bill = bills.superbill_of(visit)
    owed = due(visit)
    held = Page(
        visit=visit,
        superbill=bill,
        diagnoses=list(bills.diagnoses_of(bill)) if bill else [],
        lines=_lines(bill, owed),
        problems=bills.problems_of(bill) if bill and not _is_settled(bill) else [],
        due=owed,
        items=list(visit.check_out_items.select_related("owner").order_by("place", "kind")),
        payments=list(payments_of(visit)),
        booked=list(_booked(visit.patient, at)),
    )
    open_item = held.follow_up
    wanted = not held.items or (open_item and open_item.answer == CheckOutItem.Answer.OPEN)
    if wanted and visit.closed_at is None:
        held.weeks = weeks if weeks is not None else planned_weeks(held.follow_up)
        held.offers = _offers(visit, at, held.weeks, kind_id)
    return held


def planned_weeks(item: CheckOutItem | None) -> int:
    """Return in how many weeks the patient comes back: by plan, by visit type, or as usual."""
    return item.weeks if item and item.weeks is not None else USUAL_WEEKS


@dataclass(frozen=True, slots=True)
class ComingBack:
    """In how many weeks a patient comes back, and whether that can still be said."""

    weeks: int
    said: str = ""  # how it is settled; empty while it is open

    @property
    def spans(self) -> list[tuple[int, str]]:
        """What can be chosen."""
        return [one for one in spans(self.weeks) if one[0]]


def coming_back(visit: Visit) -> ComingBack | None:
    """Return when the patient comes back, for the superbill; nothing where it is not asked."""
    held = list(visit.check_out_items.filter(kind=CheckOutItem.Kind.FOLLOW_UP))
    if held:
        answer = held[0].answer
        is_open = answer == CheckOutItem.Answer.OPEN
        return ComingBack(planned_weeks(held[0]), "" if is_open else held[0].get_answer_display())
    if visit.closed_at or visit.check_out_items.exists():
        return None
    asked = [step for step in steps_of(visit) if step.kind == CheckOutItem.Kind.FOLLOW_UP]
    weeks = asked[0].weeks if asked else None
    return ComingBack(USUAL_WEEKS if weeks is None else weeks) if asked else None


def spans(chosen: int) -> list[tuple[int, str]]:
    """Return how far ahead the next visit can be wished for, the plan's own span among them."""
    weeks = [(0, _("the next days")), (1, _("a week")), (2, _("2 weeks")), (4, _("4 weeks"))]
    months = [(12, _("3 months")), (26, _("6 months")), (52, _("a year"))]
    usual = [*weeks, (6, _("6 weeks")), *months]
    if chosen not in dict(usual):
        usual.append((chosen, _("%(n)s weeks") % {"n": chosen}))
    return sorted(usual)


def find_offer(
    visit: Visit, kind_id: UUID, provider_id: UUID, starts_at: datetime
) -> Opening | None:
    """Return the opening that a form names, built anew; whether it is free the booking decides."""
    kind = VisitType.objects.filter(pk=kind_id, is_active=True).first()
    provider = Provider.objects.filter(pk=provider_id, is_active=True).first()
    if kind is None or provider is None or starts_at.tzinfo is None:
        return None
    ends_at = starts_at + timedelta(minutes=kind.minutes)
    return Opening(kind, provider, visit.site, None, starts_at, ends_at)


def visit_types() -> list[VisitType]:
    """Return what can be booked, for the choice of the next visit."""
    return list(VisitType.objects.filter(is_active=True).order_by("name"))


def default_owner(visit: Visit) -> Member | None:
    """Return who would sign: the provider's own place among the staff."""
    return Member.objects.filter(provider=visit.provider_id, is_active=True).first()


def _booked(patient: Patient, at: datetime) -> Any:
    coming = Appointment.objects.filter(
        patient=patient, starts_at__gt=at, status=Appointment.Status.BOOKED
    )
    return coming.select_related("provider", "visit_type", "site").order_by("starts_at")[:3]


def _lines(bill: Superbill | None, owed: Due) -> list[BillLine]:
    """Put the estimate's figures beside the lines, in order, for the same code twice too."""
    if bill is None:
        return []
    said: dict[str, list[dict[str, Any]]] = {}
    for one in owed.estimate.lines if owed.estimate else ():
        said.setdefault(str(one["code"]), []).append(one)
    found = []
    for line in bills.lines_of(bill):
        told = said.get(line.code) or [{}]
        one = told.pop(0)
        found.append(BillLine(line, _dollars(one.get("allowed")), _dollars(one.get("owes"))))
    return found


def _dollars(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _is_settled(bill: Superbill) -> bool:
    return bill.status in (Superbill.Status.SIGNED, Superbill.Status.NO_CHARGE)


def _offers(visit: Visit, at: datetime, weeks: int, kind_id: UUID | None) -> list[Offer]:
    """Propose three times on different days: the hour of today's visit, and around it."""
    kinds = VisitType.objects.filter(is_active=True)
    kind = (kinds.filter(pk=kind_id).first() if kind_id else None) or visit.appointment.visit_type
    wall = local(visit.site, visit.appointment.starts_at)
    from_on = visit.on + timedelta(weeks=weeks, days=0 if weeks else 1)
    found = openings(
        kind,
        visit.site,
        visit.provider,
        from_on=from_on,
        days=LOOKED_AT,
        limit=400,
        at=at,
    )
    by_day: dict[Any, list[Opening]] = {}
    for opening in found:
        by_day.setdefault(local(visit.site, opening.starts_at).date(), []).append(opening)
    chosen: list[Offer] = []
    for several in list(by_day.values())[:OFFERED]:
        nearest = min(several, key=lambda one: _apart(visit, one, wall))
        pick = nearest if len(chosen) != 1 else several[-1]  # one late in the day, for choice
        chosen.append(_offer(visit, pick, wall, is_first=pick is several[0]))
    return chosen


def _apart(visit: Visit, opening: Opening, wall: datetime) -> int:
    """Return how many minutes the time of day is away from today's."""
    there = local(visit.site, opening.starts_at)
    return abs((there.hour * 60 + there.minute) - (wall.hour * 60 + wall.minute))


def _offer(visit: Visit, opening: Opening, wall: datetime, *, is_first: bool) -> Offer:
    there = local(visit.site, opening.starts_at)
    if (there.hour, there.minute) == (wall.hour, wall.minute):
        why = _("Same time as today")
    elif is_first:
        why = _("First of the day")
    elif there.hour >= 16:
        why = _("After work")
    else:
        why = _("Near today's time")
    value = f"{opening.visit_type.pk}|{opening.provider.pk}|{opening.starts_at.isoformat()}"
    return Offer(opening, why, value, date_format(there, "M j"))

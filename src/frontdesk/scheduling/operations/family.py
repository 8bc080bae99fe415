"""Booking several visits that belong together: all of them, or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, SetVisit, VisitSet, VisitType
from frontdesk.scheduling.operations import taking, telling
from frontdesk.scheduling.operations.booking import book
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.staff.models import Provider

MOST = 8  # visits that are booked together


@dataclass(frozen=True, slots=True)
class One:
    """One of several visits, with the time that was chosen for it."""

    patient: Patient
    visit_type: VisitType
    provider: Provider
    site: Site
    starts_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it is over, if nothing waits."""
        return self.visit_type.ends_at(self.starts_at)


@operation("scheduling.book")
def book_together(several: Sequence[One], *, reason: str = "", at: datetime, by: Actor) -> VisitSet:
    """Book several visits in one transaction: a family, a sequence, two providers.

    Visits of one patient with two providers at the same time share a room. Everybody is told
    once. Refused with the name of whom it is about; then nothing is booked.
    """
    _refuse_strange(several)
    wishes = [
        Wish(one.visit_type, one.provider, one.site, one.starts_at, patient=one.patient)
        for one in several
    ]
    taking.wait_for_turns(wishes)
    visit_set = VisitSet.objects.create(
        kind=kind_of(several),
        patient=several[0].patient if len({one.patient.pk for one in several}) == 1 else None,
        made_at=at,
        made_by=by.name,
    )
    booked: dict[int, Appointment] = {}
    # The longest first: it takes the room that a shorter one at the same time shares.
    order = sorted(range(len(several)), key=lambda n: (-several[n].visit_type.minutes, n))
    for number in order:
        booked[number] = _book_one(several[number], booked.values(), reason, at, by)
    for number, one in sorted(booked.items()):
        SetVisit.objects.create(
            visit_set=visit_set, number=number + 1, appointment=one,
            planned_on=local(one.site, one.starts_at).date(),
        )  # fmt: skip
    telling.tell_several([booked[number] for number in sorted(booked)], at=at, by=by)
    return visit_set


def kind_of(several: Sequence[One]) -> VisitSet.Kind:
    """Return what these visits are to each other."""
    if len({one.patient.pk for one in several}) > 1:
        return VisitSet.Kind.FAMILY
    days = {local(one.site, one.starts_at).date() for one in several}
    is_team = len(days) == 1 and len({one.provider.pk for one in several}) > 1
    return VisitSet.Kind.TEAM if is_team else VisitSet.Kind.SEQUENCE


def _book_one(
    one: One, others: Iterable[Appointment], reason: str, at: datetime, by: Actor
) -> Appointment:
    beside = _beside(one, others)
    try:
        return book(
            one.patient, one.visit_type, one.provider, one.site, one.starts_at, at,
            reason=reason, beside=beside, tells=False, by=by,
        )  # fmt: skip
    except Refused as refusal:
        raise Refused(f"{one.patient.name}, {one.visit_type}: {refusal}") from None


def _beside(one: One, others: Iterable[Appointment]) -> Appointment | None:
    """Return the visit of the same patient at the same time, which this one joins."""
    for other in others:
        is_same = other.patient_id == one.patient.pk
        if is_same and other.starts_at < one.ends_at and one.starts_at < other.ends_at:
            return other
    return None


def _refuse_strange(several: Sequence[One]) -> None:
    if len(several) < 2:
        raise Refused("Choose at least two visits.")
    if len(several) > MOST:
        raise Refused(f"At most {MOST} visits are booked together.")
    if any(one.patient.status != Patient.Status.ACTIVE for one in several):
        raise Refused("One of these charts is not in use.")

"""Coverage is asked about when a visit is booked or moved, before it, and where time made it stale.

A visit nobody insures is owed a good-faith estimate: it goes on the list with its clock.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage import operations as coverage
from frontdesk.coverage import queries as held
from frontdesk.coverage.models import GoodFaithEstimate
from frontdesk.coverage.rules import last_to_recheck
from frontdesk.scheduling.models import Appointment
from frontdesk.staff import operations as staff

POOL = "receptionist"
LATELY = timedelta(days=15)  # longer than any clock of a good-faith estimate
_DAY = timedelta(days=1)
_WITH = ("patient", "site", "visit_type", "provider")


@operation("coverage.verify")
def ask_about_coverage(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Ask the payers about the day of the visit, for what it is; the answers come by themselves.

    Without a plan on that day the patient is owed a good-faith estimate.
    """
    on = local(appointment.site, appointment.starts_at).date()
    check = coverage.verify_for(
        appointment.patient,
        service_on=on,
        service_types=appointment.visit_type.service_types,
        appointment_id=appointment.pk,
        at=at,
        by=by,
    )
    if check is None and not held.policies_of(appointment.patient, on).exists():
        _owe(appointment, at, by)


@operation("coverage.verify")
def verify_upcoming(*, by: Actor) -> int:
    """Ask about coming visits whose answer is stale, in one batch a day's date; return how many.

    What is stale: three days before the visit, on its day, in a new month, in a new plan year.
    Self-pay visits without a good-faith estimate get theirs; insured ones need none any more.
    """
    at = now()
    coming = _coming(at)
    by_day: dict[date, list[coverage.Due]] = defaultdict(list)
    for appointment in coming:
        by_day[local(appointment.site, at).date()].append(_due(appointment))
    asked = sum(
        len(coverage.reverify(several, at=at, today=today, by=by))
        for today, several in by_day.items()
    )
    _watch_good_faith(coming, at, by)
    return asked


@operation("coverage.verify")
def ask_for_good_faith(appointment: Appointment, *, at: datetime, by: Actor) -> GoodFaithEstimate:
    """Start the clock because the patient asked what a visit will cost without insurance."""
    estimate = coverage.owe_good_faith(_planned(appointment, at), is_asked=True, at=at, by=by)
    if estimate is None:
        raise Refused("No good-faith estimate is due for this visit.")
    return estimate


@operation("coverage.verify")
def look_for_coverage(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Ask other payers of ours about the patient of a visit; what is found is proposed."""
    on = local(appointment.site, appointment.starts_at).date()
    policy = held.policies_of(appointment.patient, on).first()
    coverage.discover(
        appointment.patient,
        service_on=on,
        because=held.last_check(policy, on) if policy else None,
        appointment_id=appointment.pk,
        at=at,
        by=by,
    )


@operation("coverage.verify")
def withdraw_good_faith(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Take an estimate that was not given yet off the list, for the visit was cancelled."""
    estimate = held.good_faith_for([appointment.pk]).get(appointment.pk)
    if estimate is not None and estimate.status == GoodFaithEstimate.Status.DUE:
        coverage.drop_good_faith(estimate, because="The visit was cancelled.", at=at, by=by)


def _coming(at: datetime) -> list[Appointment]:
    """The visits that may have to be asked about, and those booked lately: nothing gets lost."""
    booked = Appointment.objects.filter(status=Appointment.Status.BOOKED, starts_at__gt=at)
    last = last_to_recheck((at + _DAY).date()) + 2 * _DAY  # whatever the site's time zone
    wanted = booked.filter(Q(starts_at__date__lte=last) | Q(booked_at__gt=at - LATELY))
    return list(wanted.select_related(*_WITH).order_by("starts_at", "pk"))


def _due(appointment: Appointment) -> coverage.Due:
    return coverage.Due(
        appointment_id=appointment.pk,
        patient=appointment.patient,
        service_on=local(appointment.site, appointment.starts_at).date(),
        service_types=appointment.visit_type.service_types,
    )


def _watch_good_faith(coming: Sequence[Appointment], at: datetime, by: Actor) -> None:
    asked = {one.pk: (one.patient_id, local(one.site, one.starts_at).date()) for one in coming}
    insured = {key for key, payers in held.payers_held(asked).items() if payers}
    known = held.good_faith_for(list(asked))
    for one in coming:
        estimate = known.get(one.pk)
        if one.pk not in insured and estimate is None:
            _owe(one, at, by)
        elif one.pk in insured and estimate is not None and _is_moot(estimate):
            words = "There is insurance on file for the day now."
            coverage.drop_good_faith(estimate, because=words, at=at, by=by)


def _is_moot(estimate: GoodFaithEstimate) -> bool:
    """Whether it was owed only because there was no insurance; who asked for one gets it."""
    is_due = estimate.status == GoodFaithEstimate.Status.DUE
    return is_due and estimate.cause == GoodFaithEstimate.Cause.SCHEDULED


def _owe(appointment: Appointment, at: datetime, by: Actor) -> None:
    """Put the estimate on the list; where a price is missing, that is the work."""
    try:
        coverage.owe_good_faith(_planned(appointment, at), is_asked=False, at=at, by=by)
    except Refused as refusal:
        staff.open_work(
            kind="coverage.good_faith",
            title="A good-faith estimate can’t be made",
            detail=str(refusal),
            how_to_fix="Say which services the type of visit holds and what they cost, then ask "
            "for the estimate on the visit.",
            pool=POOL,
            subject=appointment,
            patient_id=appointment.patient_id,
            once=f"coverage.good_faith_price:{appointment.visit_type_id}",
            at=at,
            by=by,
        )


def _planned(appointment: Appointment, at: datetime) -> coverage.Planned:
    site = appointment.site
    booked_on = local(site, appointment.booked_at).date()
    return coverage.Planned(
        patient=appointment.patient,
        what=appointment.visit_type.name,
        codes=[{"code": code, "units": 1} for code in appointment.visit_type.charge_codes],
        provider=appointment.provider,
        site=site,
        begun_on=min(booked_on, local(site, at).date()),
        service_on=local(site, appointment.starts_at).date(),
        appointment_id=appointment.pk,
    )

"""Good-faith estimates: owed by the clock of the law, given in writing, kept as they were given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.coding import queries as coding
from frontdesk.comms import operations as comms
from frontdesk.comms.queries import Asked, route
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.core.scoping import current_practice_id
from frontdesk.coverage import queries
from frontdesk.coverage.exchange import good_faith_pdf
from frontdesk.coverage.models import GoodFaithEstimate
from frontdesk.coverage.rules.good_faith import after, due_on, is_disputable
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice, Site
from frontdesk.staff import operations as staff_operations
from frontdesk.staff.models import Provider

Status, Cause = GoodFaithEstimate.Status, GoodFaithEstimate.Cause
How = GoodFaithEstimate.How
KIND = "estimate.good_faith"
READABLE = timedelta(days=180)  # how long the link opens
POOL, WATCHER = "receptionist", "biller"
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is planned for somebody who pays themselves; `codes` as for an estimate."""

    patient: Patient
    what: str  # in the office's words: Follow-up
    codes: Sequence[Mapping[str, Any]]
    provider: Provider
    site: Site
    begun_on: date  # booked or asked on
    service_on: date | None = None
    appointment_id: UUID | None = None
    separate: Sequence[str] = ()  # what must be booked apart, with others


@operation("coverage.estimate")
def owe_good_faith(
    planned: Planned, *, is_asked: bool, at: datetime, by: Actor
) -> GoodFaithEstimate | None:
    """Put a good-faith estimate on the list with its clock; None where none is due.

    One a visit: not yet given, it is made anew; given and different now, another takes its place.
    """
    Patient.objects.lock(planned.patient.pk)
    standing = _standing(planned.appointment_id)
    due = _due(planned, is_asked, standing)
    if due is None:
        return None
    told = _told(planned, at)
    if standing is not None and _same(standing.told, told):
        return standing
    if standing is not None and standing.status == Status.GIVEN:
        standing.status = standing.lifecycle.move(standing.status, Status.REPLACED)
        standing.save()
        estimate = _new(planned, Cause.CHANGED)
        estimate.replaces = standing
    else:
        estimate = standing or _new(planned, Cause.ASKED if is_asked else Cause.SCHEDULED)
    estimate.told, estimate.expected = told, Decimal(told["total"])
    estimate.service_on, estimate.due_on = planned.service_on, due
    estimate.save()
    _settle(estimate, at, by)  # what the list says of it may be another day and sum now
    _put_on_list(estimate, at, by)
    return estimate


@operation("coverage.estimate")
def give_good_faith(
    estimate: GoodFaithEstimate, *, how: str, at: datetime, by: Actor
) -> GoodFaithEstimate:
    """Note that it was given, and keep it exactly as printed. Given twice, it is given once."""
    estimate = GoodFaithEstimate.objects.lock(estimate.pk)
    if estimate.status == Status.GIVEN:
        return estimate
    estimate.status = estimate.lifecycle.move(estimate.status, Status.GIVEN)
    estimate.given_how, estimate.given_at = GoodFaithEstimate.How(how), at
    estimate.given_by = by.name
    estimate.printed = good_faith_pdf(estimate)
    estimate.save()
    _settle(estimate, at, by)
    return estimate


@operation("coverage.estimate")
def send_good_faith(
    estimate: GoodFaithEstimate, *, at: datetime, by: Actor, channel: str = ""
) -> GoodFaithEstimate:
    """Send where it can be read, by the way the patient agreed to: that gives it.

    The message names neither services nor sums; the birth date is asked before anything shows.
    45 CFR 149.610(e)(1): electronically where the patient wishes so, to be kept and printed.
    """
    estimate = GoodFaithEstimate.objects.lock(estimate.pk)
    patient = Patient.objects.select_related("practice").get(pk=estimate.patient_id)
    practice = patient.practice
    facts = {"patient": patient.name, "phone": practice.phone, "practice": practice.name}
    told = comms.tell(
        patient,
        KIND,
        facts,
        once=f"good_faith:{estimate.pk}:{at:%Y%m%d%H%M}",
        subject=estimate,
        link=comms.Way("estimate", at + READABLE),
        channel=channel,
        at=at,
        by=by,
    )
    if told is None:
        raise Refused(route(patient, Asked(at, channel)).why)
    how = {"email": How.EMAIL, "sms": How.TEXT}[told.channel]
    return give_good_faith(estimate, how=how, at=at, by=by)


@operation("coverage.estimate")
def note_undelivered(estimate: GoodFaithEstimate, *, at: datetime, by: Actor) -> None:
    """Put one back on the list whose message did not arrive: its clock runs as before."""
    estimate = GoodFaithEstimate.objects.lock(estimate.pk)
    if estimate.status != Status.GIVEN or estimate.given_how not in {How.EMAIL, How.TEXT}:
        return
    estimate.status = estimate.lifecycle.move(estimate.status, Status.DUE)
    estimate.because = "The message did not arrive"
    estimate.given_how, estimate.given_at, estimate.printed = "", None, None
    estimate.save()
    _put_on_list(estimate, at, by)


@operation("coverage.estimate")
def drop_good_faith(
    estimate: GoodFaithEstimate, *, because: str, at: datetime, by: Actor
) -> GoodFaithEstimate:
    """Take one that was not given off the list, with the reason."""
    if not because.strip():
        raise Refused("Say why none is needed.")
    estimate = GoodFaithEstimate.objects.lock(estimate.pk)
    estimate.status = estimate.lifecycle.move(estimate.status, Status.NOT_NEEDED)
    estimate.because = because.strip()[:200]
    estimate.save()
    _settle(estimate, at, by)
    return estimate


@operation("coverage.estimate")
def watch_bill(
    appointment_id: UUID, *, billed: Decimal, at: datetime, by: Actor
) -> GoodFaithEstimate | None:
    """Compare a bill with what was given in good faith; 400 dollars beyond becomes work.

    Source: 45 CFR 149.620: such a bill may be disputed within 120 days of the first bill.
    """
    given = GoodFaithEstimate.objects.filter(appointment_id=appointment_id, status=Status.GIVEN)
    estimate = given.order_by("-number").first()
    if estimate is None:
        return None
    estimate = GoodFaithEstimate.objects.lock(estimate.pk)
    estimate.billed, estimate.billed_at = billed, at
    estimate.save()
    once = f"coverage.gfe_over:{estimate.pk}"
    if not is_disputable(estimate.expected, billed):
        staff_operations.settle_work(once=once, at=at, by=by)
        return estimate
    staff_operations.open_work(
        kind="coverage.gfe_over",
        title=f"The bill is ${billed - estimate.expected:,.2f} above the good-faith estimate",
        detail=f"Estimated ${estimate.expected:,.2f}, billed ${billed:,.2f}. At $400 or more the "
        "patient may dispute it within 120 days of the first bill.",
        how_to_fix="Look at what was done beyond the plan. Correct the charges, or tell the "
        "patient why before the statement goes out.",
        pool=WATCHER,
        subject=estimate,
        patient_id=estimate.patient_id,
        amount=billed - estimate.expected,
        once=once,
        at=at,
        by=by,
    )
    return estimate


def _standing(appointment_id: UUID | None) -> GoodFaithEstimate | None:
    if appointment_id is None:
        return None
    rows = GoodFaithEstimate.objects.filter(appointment_id=appointment_id)
    return rows.filter(status__in=(Status.DUE, Status.GIVEN)).order_by("-number").first()


def _due(planned: Planned, is_asked: bool, standing: GoodFaithEstimate | None) -> date | None:
    """The last day: by the clock; where a given one changes, the business day before the visit.

    One on the list keeps its day when its visit moves, and is never due after it.
    """
    on = planned.service_on
    holidays = queries.federal_holidays(planned.begun_on, (on or planned.begun_on) + _YEAR)
    if standing is not None and on is not None and _is_change(standing):
        day = on - timedelta(days=1)
        while after(day - timedelta(days=1), 1, holidays) != day:
            day -= timedelta(days=1)
        return max(day, planned.begun_on)
    if standing is not None and standing.status == Status.DUE:
        return standing.due_on if on is None else min(standing.due_on, on)
    return due_on(planned.begun_on, on, is_asked=is_asked, holidays=holidays)


def _is_change(standing: GoodFaithEstimate) -> bool:
    """Whether what is given next changes what was given."""
    return standing.status == Status.GIVEN or standing.replaces_id is not None


def _new(planned: Planned, cause: str) -> GoodFaithEstimate:
    return GoodFaithEstimate(
        number=Counter.take("good_faith", start=1001),
        patient=planned.patient,
        appointment_id=planned.appointment_id,
        cause=cause,
        begun_on=planned.begun_on,
        language=planned.patient.language,
    )


def _told(planned: Planned, at: datetime) -> dict[str, Any]:
    """Everything the paper says, with its prices of the day; no price is a refusal."""
    practice = Practice.objects.get(pk=current_practice_id())
    patient, provider, site = planned.patient, planned.provider, planned.site
    on = planned.service_on or planned.begun_on
    items = queries.items_of(planned.codes, on, None, None)
    if not items:
        raise Refused("Say which services are planned: an estimate lists each with its price.")
    who = " ".join(part for part in (provider.first_name, provider.last_name) if part)
    name = f"{who}, {provider.credential}" if provider.credential else who
    rows = []
    for one, item in zip(planned.codes, items, strict=True):
        known = coding.service(item.code, on=on)
        rows.append(
            {
                "code": item.code,
                "description": known.description if known else item.code,
                "diagnosis": str(one.get("diagnosis") or ""),
                "units": item.units,
                "each": str(item.charged / item.units),
                "amount": str(item.charged),
                "provider": name,
            }
        )
    return {
        "made_on": planned.begun_on.isoformat(),
        "practice": {
            "name": practice.legal_name or practice.name,
            "address": practice.address_lines,
            "phone": practice.phone,
        },
        "patient": {
            "name": patient.legal_name,
            "born": patient.birth_date.isoformat(),
            "address": patient.address_lines,
        },
        "primary": planned.what,
        "on": planned.service_on.isoformat() if planned.service_on else "",
        "items": rows,
        "total": str(sum((item.charged for item in items), ZERO)),
        "providers": [
            {
                "name": name,
                "npi": provider.npi,
                "tin": practice.tax_id,
                "address": site.address_lines,
            }
        ],
        "separate": list(planned.separate),
    }


def _same(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two say the same but for the day they were made on."""
    return {**before, "made_on": ""} == {**now, "made_on": ""}


def _put_on_list(estimate: GoodFaithEstimate, at: datetime, by: Actor) -> None:
    staff_operations.open_work(
        kind="coverage.good_faith",
        title="Give a good-faith estimate",
        detail=f"{estimate.get_cause_display()}. By law it must be given by "
        f"{estimate.due_on:%b} {estimate.due_on.day}.",
        how_to_fix="Open it, send it by e-mail or text, or print it, hand it over and say how.",
        pool=POOL,
        subject=estimate,
        patient_id=estimate.patient_id,
        amount=estimate.expected,
        once=f"coverage.good_faith:{estimate.pk}",
        at=at,
        by=by,
    )


def _settle(estimate: GoodFaithEstimate, at: datetime, by: Actor) -> None:
    staff_operations.settle_work(once=f"coverage.good_faith:{estimate.pk}", at=at, by=by)

"""Asking payers: at booking, again before the visit, and whenever somebody presses Verify."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string

from frontdesk import x12
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.core.scoping import current_practice_id
from frontdesk.coverage import exchange, queries
from frontdesk.coverage.models import EligibilityCheck, Enrolment, Policy
from frontdesk.coverage.operations.enrolling import require_enrolled
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice
from frontdesk.practice.queries import office_day
from frontdesk.staff import operations as staff_operations
from frontdesk.staff.models import WorkItem

JOB = "frontdesk.coverage.jobs.ask_payer"  # it lives above this file: named, not imported
SAME_QUESTION = timedelta(seconds=90)  # CORE: the same question is not sent again sooner
MOST_TYPES = 15  # of one question; what is beyond says nothing a desk would read
POOL = "receptionist"


@dataclass(frozen=True, slots=True)
class Due:
    """An appointment whose coverage should be known by its day."""

    appointment_id: UUID
    patient: Patient
    service_on: date
    service_types: str = "98,30"


@operation("coverage.verify")
def verify(
    policy: Policy,
    *,
    service_on: date,
    at: datetime,
    by: Actor,
    service_types: str = "30",
    appointment_id: UUID | None = None,
    why: str = EligibilityCheck.Why.HAND,
) -> EligibilityCheck:
    """Ask the payer about a policy on a day; the answer comes by itself (a job asks).

    `service_types` are X12 codes separated by commas; the whole plan (30) is always asked
    too. The same question pressed twice is asked once.
    """
    Policy.objects.lock(policy.pk)  # two who press at once ask once
    policy = queries.policies().get(pk=policy.pk)
    types = types_asked(service_types)
    asked = EligibilityCheck.objects.filter(
        policy=policy,
        service_on=service_on,
        service_types=types,
        status=EligibilityCheck.Status.QUEUED,
        asked_at__gt=at - SAME_QUESTION,
    ).first()
    if asked is not None:
        return asked
    require_answerable(policy)
    payer = policy.subscription.plan.payer
    require_enrolled(payer, Enrolment.Message.ELIGIBILITY, office_day(at))
    check = EligibilityCheck(
        policy=policy,
        patient=policy.patient,
        appointment_id=appointment_id,
        service_on=service_on,
        service_types=types,
        why=why,
        trace=new_key().hex,
        asked_at=at,
    )
    check.request = requested(check, asker(), Counter.take("interchange"), at)
    check.save()
    queue(check)
    return check


@operation("coverage.verify")
def verify_for(
    patient: Patient,
    *,
    service_on: date,
    at: datetime,
    by: Actor,
    service_types: str = "98,30",
    appointment_id: UUID | None = None,
) -> EligibilityCheck | None:
    """Ask about every policy of the patient on a day; return the first plan's, None for self-pay.

    It never refuses: a booking must not fail because a payer cannot be asked. What stands in
    the way becomes work for the front desk.
    """
    found: list[EligibilityCheck | None] = []
    for policy in queries.policies_of(patient, service_on):
        try:
            check = verify(
                policy,
                service_on=service_on,
                service_types=service_types,
                appointment_id=appointment_id,
                why=EligibilityCheck.Why.BOOKED if appointment_id else EligibilityCheck.Why.HAND,
                at=at,
                by=by,
            )
            found.append(check)
        except Refused as refusal:
            verify_by_hand(policy, service_on, str(refusal), at=at, by=by)
            found.append(None)
    return found[0] if found else None


def verify_by_hand(
    policy: Policy,
    service_on: date,
    because: str,
    *,
    at: datetime,
    by: Actor,
    only_new: bool = False,
) -> None:
    """Leave the question to a person; with `only_new` not again when somebody dealt with it."""
    once = f"coverage.by_hand:{policy.pk}:{service_on}"
    if only_new and WorkItem.objects.filter(once=once).exists():
        return
    staff_operations.open_work(
        kind="coverage.by_hand",
        title="Verify coverage by phone",
        detail=because,
        how_to_fix="Call the payer or use its web site, then note what it says on the policy.",
        pool=POOL,
        subject=policy,
        patient_id=policy.patient_id,
        once=once,
        at=at,
        by=by,
    )


@operation("coverage.verify")
def count_attempt(check: EligibilityCheck, *, by: Actor) -> EligibilityCheck:
    """Note that the question goes out once more."""
    check = EligibilityCheck.objects.lock(check.pk)
    check.attempts += 1
    check.save()
    return check


def queue(check: EligibilityCheck, run_after: datetime | None = None) -> None:
    """Let the worker ask; the row of the queue is kept or lost with this transaction."""
    ask_payer = import_string(JOB)
    if run_after is not None:
        ask_payer = ask_payer.using(run_after=run_after)
    ask_payer.enqueue(practice_id=str(current_practice_id()), check_id=str(check.pk))


def types_asked(service_types: str) -> str:
    """Return the service types of a question: what is precise, and the whole plan last."""
    codes = [code.strip() for code in service_types.split(",") if code.strip()]
    precise = list(dict.fromkeys(code for code in codes if code != "30"))
    return ",".join([*precise[:MOST_TYPES], "30"])


def require_answerable(policy: Policy) -> None:
    """Refuse where the payer of a policy cannot be asked by message."""
    payer = policy.subscription.plan.payer
    if not payer.takes_eligibility:
        raise Refused(f"{payer.name} does not answer electronically. Verify by phone.")
    if not payer.is_active:
        raise Refused(f"{payer.name} is no longer in use. Choose the payer that took its place.")


def asker() -> Practice:
    """Return the practice as payers know it; refuse where it has no numbers yet."""
    practice = Practice.objects.get(pk=current_practice_id())
    if not practice.npi or not practice.tax_id:
        raise Refused("The practice has no NPI or tax id yet. They are in its settings.")
    return practice


def envelope(practice: Practice, control: int, at: datetime) -> x12.Envelope:
    """Return the envelope of one question."""
    return x12.Envelope(
        sender=practice.npi,
        receiver=settings.CLEARINGHOUSE_ID,
        control=control,
        at=at.astimezone(ZoneInfo("America/New_York")),  # X12 names no zone: one for all
        usage="P" if settings.PRODUCTION else "T",
    )


def requested(check: EligibilityCheck, practice: Practice, control: int, at: datetime) -> str:
    """Return the whole 270 of a check as it is kept; refuse where something is missing."""
    outer = envelope(practice, control, at)
    try:
        message = exchange.request_bytes(check, outer, practice=practice, at=outer.at)
    except x12.Unwritable as missing:
        raise Refused(f"The question cannot be written: {missing}") from missing
    return message.decode("latin-1")

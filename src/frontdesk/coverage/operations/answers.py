"""What came back from a payer, kept and understood; what did not come becomes work."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk import x12
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.operation import operation
from frontdesk.coverage import exchange
from frontdesk.coverage.models import Benefit, EligibilityCheck, Policy
from frontdesk.coverage.operations.discoveries import discover_after
from frontdesk.coverage.operations.eligibility import POOL, queue, types_asked
from frontdesk.coverage.operations.plans import learn_plan
from frontdesk.coverage.operations.proposals import propose_named
from frontdesk.coverage.rules import wait_before
from frontdesk.coverage.signals import coverage_verified
from frontdesk.staff import operations as staff_operations

Status = EligibilityCheck.Status

_HOW_TO_FIX = {
    Status.INACTIVE: "Ask the patient for another card. Without one, the visit is self-pay.",
    Status.NOT_FOUND: (
        "Compare name, birth date and member ID with the card, correct them, and verify again."
    ),
    Status.UNCLEAR: "Read the plan's answer as it came, or call the payer.",
    Status.FAILED: "Verify again later, or call the payer.",
}
_TITLES = {
    Status.INACTIVE: "Coverage is not active",
    Status.NOT_FOUND: "The payer does not find the patient",
    Status.UNCLEAR: "A payer's answer needs a person",
    Status.FAILED: "No answer about coverage",
}


@operation("coverage.verify")
def record_answer(
    check: EligibilityCheck, *, response: bytes, at: datetime, by: Actor
) -> EligibilityCheck:
    """Keep a payer's answer whole and read it: standing, benefits, what differs.

    The same answer twice changes nothing; another answer to an answered question is left to a
    person. Raises `exchange.Unreadable` when it is cut short, for it is worth asking again.
    """
    check = EligibilityCheck.objects.lock(check.pk)
    text = response.decode("latin-1")
    if check.is_answered:
        if check.response != text:
            _leave(check, "differs", "A payer answered twice, and differently", at=at, by=by)
        return check
    answer = exchange.read_answer(response, check)
    check.response, check.answered_at = text, at
    check.status = answer.status
    check.rejected_because = answer.because[:200]
    check.plan_name, check.other_payer = answer.plan_name, answer.other_payer
    check.plan_begins_on, check.plan_ends_on = answer.begins_on, answer.ends_on
    check.differences = [asdict(difference) for difference in answer.differences]
    check.trouble = answer.trouble
    check.save()
    Benefit.objects.bulk_create([_benefit(check, benefit) for benefit in answer.benefits])
    _tell(check, at=at, by=by)
    propose_named(check, answer.others, at=at, by=by)
    if check.is_active:
        learn_plan(check, at=at, by=by)
    elif check.status in (Status.INACTIVE, Status.NOT_FOUND):
        discover_after(check, at=at, by=by)
    coverage_verified.send(EligibilityCheck, check=check, by=by)
    return check


@operation("coverage.verify")
def note_no_answer(
    check: EligibilityCheck,
    *,
    because: str,
    at: datetime,
    by: Actor,
    response: bytes = b"",
    is_queued: bool = True,
) -> EligibilityCheck:
    """Ask again later; after the last try, leave it to a person. What came is kept raw.

    Without `is_queued` whoever calls asks again, many together.
    """
    check = EligibilityCheck.objects.lock(check.pk)
    if check.status != Status.QUEUED:
        return check
    check.rejected_because = because[:200]
    if response:
        check.response = response.decode("latin-1")
    wait = wait_before(check.attempts)
    if wait is not None:
        check.save()
        if is_queued:
            queue(check, at + wait if wait else None)
        return check
    check.status = Status.FAILED
    check.save()
    _tell(check, at=at, by=by)
    return check


@operation("coverage.verify")
def note_declined(
    check: EligibilityCheck, *, because: str, at: datetime, by: Actor
) -> EligibilityCheck:
    """Leave the question to a person: asking again would be declined again."""
    check = EligibilityCheck.objects.lock(check.pk)
    if check.status == Status.QUEUED:
        check.status, check.rejected_because = Status.FAILED, because[:200]
        check.save()
        _tell(check, at=at, by=by)
    return check


@operation("coverage.verify")
def note_by_hand(
    policy: Policy,
    *,
    service_on: date,
    standing: str,
    how: str,
    at: datetime,
    by: Actor,
    told_by: str = "",
    reference: str = "",
    service_types: str = "98,30",
    copay: Decimal | None = None,
    coinsurance: Decimal | None = None,
    deductible_left: Decimal | None = None,
    plan_ends_on: date | None = None,
    appointment_id: UUID | None = None,
) -> EligibilityCheck:
    """Note what a payer said on the phone or its site about one patient on a day.

    `coinsurance` is a share of one. It counts like an answer by message, and says that it is none.
    """
    if how == EligibilityCheck.How.ASKED:
        raise Refused("Choose how the payer was asked: by phone, or on its website.")
    if how == EligibilityCheck.How.PHONE and not told_by.strip():
        raise Refused("Say who told it on the phone.")
    policy = Policy.objects.select_related("patient").get(pk=policy.pk)
    check = EligibilityCheck(
        policy=policy,
        patient=policy.patient,
        appointment_id=appointment_id,
        service_on=service_on,
        service_types=types_asked(service_types),
        status=Status(standing),
        how=how,
        told_by=told_by.strip()[:80],
        reference=reference.strip()[:50],
        trace=new_key().hex,
        asked_at=at,
        answered_at=at,
        plan_ends_on=plan_ends_on,
    )
    check.save()
    if check.is_active:
        Benefit.objects.bulk_create(_told(check, copay, coinsurance, deductible_left))
    _tell(check, at=at, by=by)
    staff_operations.settle_work(once=f"coverage.by_hand:{policy.pk}:{service_on}", at=at, by=by)
    coverage_verified.send(EligibilityCheck, check=check, by=by)
    return check


def _told(
    check: EligibilityCheck,
    copay: Decimal | None,
    coinsurance: Decimal | None,
    deductible_left: Decimal | None,
) -> list[Benefit]:
    """The figures of a call as benefits; their line is 0, for no message holds them."""
    asked = check.asked_types[0]
    told = [Benefit(asked=check, code="1", service_types="30", segment=0)]
    if copay is not None:
        told.append(Benefit(asked=check, code="B", service_types=asked, amount=copay, segment=0))
    if coinsurance is not None:
        told.append(
            Benefit(asked=check, code="A", service_types=asked, percent=coinsurance, segment=0)
        )
    if deductible_left is not None:
        told.append(
            Benefit(
                asked=check,
                code="C",
                level="IND",
                service_types="30",
                period="29",
                amount=deductible_left,
                segment=0,
            )
        )
    return told


def _benefit(check: EligibilityCheck, read: x12.Benefit) -> Benefit:
    return Benefit(
        asked=check,
        code=read.code[:2],
        level=read.coverage_level[:3],
        service_types=",".join(read.service_types)[:200],
        insurance_type=read.insurance_type[:3],
        description=read.plan_description[:80],
        period=read.period_qualifier[:2],
        amount=read.amount,
        percent=read.percent,
        counts=read.quantity_qualifier[:2],
        quantity=read.quantity,
        authorization=read.authorization_required[:1],
        network=read.in_network[:1],
        message=" ".join(read.messages),
        segment=read.segment,
    )


def _tell(check: EligibilityCheck, *, at: datetime, by: Actor) -> None:
    """Open work for what a person must decide; settle what this answer made good."""
    status = Status(check.status)
    if status in _TITLES:
        _leave(check, "standing", _TITLES[status], at=at, by=by)
    else:
        _settle(check, "standing", at=at, by=by)
    if status == Status.ACTIVE and check.differences:
        _leave(check, "differences", "The plan holds something differently", at=at, by=by)
    elif status == Status.ACTIVE:
        _settle(check, "differences", at=at, by=by)


def _leave(check: EligibilityCheck, kind: str, title: str, *, at: datetime, by: Actor) -> None:
    status = Status(check.status)
    staff_operations.open_work(
        kind=f"coverage.{kind}",
        title=title,
        detail=_detail(check, kind),
        how_to_fix=_HOW_TO_FIX.get(status, "Ask the patient, then correct the policy."),
        pool=POOL,
        subject=check,
        patient_id=check.patient_id,
        once=_once(check, kind),
        at=at,
        by=by,
    )


def _settle(check: EligibilityCheck, kind: str, *, at: datetime, by: Actor) -> None:
    staff_operations.settle_work(once=_once(check, kind), at=at, by=by)


def _once(check: EligibilityCheck, kind: str) -> str:
    return f"coverage.{kind}:{check.policy_id}"


def _detail(check: EligibilityCheck, kind: str) -> str:
    if kind == "differences":
        what = ", ".join(str(one["what"]) for one in check.differences)
        return f"Differs: {what}."
    return check.rejected_because

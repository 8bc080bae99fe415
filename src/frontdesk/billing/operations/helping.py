"""Financial help: asked for, proved, decided by a person, and taken off what is owed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.billing import queries
from frontdesk.billing.models import HelpRequest
from frontdesk.billing.rules import helping
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, months_after
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries as books
from frontdesk.ledger.operations import post
from frontdesk.ledger.queries import ChargeAccount
from frontdesk.ledger.rules import Line, signed
from frontdesk.ledger.rules.chart import HARDSHIP, PATIENT
from frontdesk.ledger.signals import account_changed
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.records.models import Document
from frontdesk.records.operations import file_document
from frontdesk.staff.operations import open_work, settle_work

FIRST_REQUEST = 3001


@operation("billing.ask")
def ask_for_help(
    patient: Patient,
    *,
    household: int,
    income: Decimal,
    at: datetime,
    by: Actor,
    words: str = "",
    is_by_patient: bool = False,
) -> HelpRequest:
    """Write down that somebody asks for financial help; nothing is billed until it is decided.

    `income` is the whole household's in a year, before taxes. Asked again while a request is
    open, that request is returned with what is said now.
    """
    patient = Patient.objects.lock(patient.pk)
    on = _day(patient, at)
    region = helping.region_of(patient.state or patient.practice.state)
    found = helping.guideline(region, on)
    percent = helping.percent_of(income, household, found)
    request = queries.open_help(patient) or HelpRequest(
        number=Counter.take("help", start=FIRST_REQUEST),
        patient=patient,
        asked_at=at,
        asked_by=by.name,
        is_by_patient=is_by_patient,
    )
    request.guarantor = patient.guarantor
    request.household, request.income, request.region = household, income, region
    request.words = words.strip()[:2000] or request.words
    request.guideline, request.percent = found.year, percent
    request.proposed = helping.percent_off(percent, queries.statement_policy().scale)
    request.save()
    open_work(
        kind="billing.help",
        title=f"Request {request.number} for financial help",
        detail=f"{percent} % of the {found.year} poverty guideline; the scale takes off "
        f"{request.proposed} %.",
        how_to_fix="Look at the papers, then decide. Nothing is billed to the family until then.",
        pool="manager",
        subject=request,
        amount=books.balance_of(patient).to_pay or None,
        once=_once(request),
        at=at,
        by=by,
    )
    return request


@operation("billing.ask")
def ask_with_proof(
    patient: Patient,
    *,
    household: int,
    income: Decimal,
    words: str,
    proof: bytes | None,
    at: datetime,
    by: Actor,
    is_by_patient: bool = False,
) -> HelpRequest:
    """Write a request down and file the paper that proves it: both or neither."""
    request = ask_for_help(
        patient, household=household, income=income, words=words, is_by_patient=is_by_patient,
        at=at, by=by,
    )  # fmt: skip
    if proof is not None:
        add_proof(request, proof, title="", at=at, by=by)
    return request


@operation("billing.ask")
def add_proof(
    request: HelpRequest, content: bytes, *, title: str, at: datetime, by: Actor
) -> Document:
    """File a paper that proves what was said: a pay slip, a tax return, a letter."""
    return file_document(
        request.patient,
        kind=Document.Kind.OTHER,
        title=title or "Proof of income",
        content=content,
        subject=request,
        at=at,
        by=by,
    )


@operation("billing.help", always_ask=True)
def decide_help(
    request: HelpRequest,
    *,
    off: int,
    because: str,
    at: datetime,
    by: Actor,
    from_on: date | None = None,
) -> HelpRequest:
    """Give or deny help, with the reason: `off` percent of what patients owe, 0 denies.

    It holds for visits from `from_on` (without it, for everything that is open now) until the
    policy's months are over, and is taken off what is owed at once.
    """
    request = HelpRequest.objects.lock(request.pk)
    if not because.strip():
        raise Refused("Say what the decision rests on: the papers you saw.")
    if not 0 <= off <= 100:
        raise Refused("Take off 0 to 100 percent.")
    status = HelpRequest.Status.GIVEN if off else HelpRequest.Status.DENIED
    request.status = request.lifecycle.move(request.status, status)
    request.off, request.because = off, because.strip()[:200]
    request.decided_at, request.decided_by = at, by.name
    if off:
        on = _day(request.patient, at)
        months = queries.statement_policy().help_months
        request.from_on = from_on or queries.oldest_owed(request) or on
        request.until_on = months_after(on, months) - timedelta(days=1)
    request.save()
    settle_work(once=_once(request), at=at, by=by)
    for patient in queries.helped_by(request):
        give_help(patient, at=at, by=by)
    return HelpRequest.objects.get(pk=request.pk)


@operation("billing.statement")
def give_help(patient: Patient, *, at: datetime, by: Actor) -> Decimal:
    """Take off what standing help promises of everything the patient owes; return the dollars.

    Reckoned charge by charge from what the plan left to the patient, so that a corrected charge
    gives back what was too much, and doing it twice gives it once.
    """
    standing = queries.standing_help(patient)
    if not standing:
        return ZERO
    patient = Patient.objects.lock(patient.pk)
    lines: list[Line] = []
    sums: dict[UUID, Decimal] = {}
    for visit in books.account(patient).visits:
        left = max(visit.patient_due, ZERO)  # a payment of the visit may name none of its charges
        for charge in visit.charges:
            request = _request_for(charge, standing)
            amount = min(_still_to_give(charge, request.off), left) if request else ZERO
            if request and amount:
                left -= amount
                lines.append(_line(patient, visit.visit_id, charge, amount, request))
                sums[request.pk] = sums.get(request.pk, ZERO) + amount
    if not lines:
        return ZERO
    key = f"help:{patient.pk}:{new_key()}"
    on = _day(patient, at)
    post("adjustment", key=key, lines=lines, on=on, memo="Financial help", at=at, by=by)
    for request in HelpRequest.objects.lock_many(list(sums)):
        request.given += sums[request.pk]
        request.save()
    account_changed.send(Patient, patient=patient, at=at, by=by)
    return sum(sums.values(), ZERO)


@operation("billing.statement")
def give_all_help(*, at: datetime, by: Actor) -> Decimal:
    """Take off what standing help promises of what plans left to patients since; once a day."""
    given = ZERO
    for request in list(queries.help_requests(HelpRequest.Status.GIVEN)):
        for patient in queries.helped_by(request):
            given += give_help(patient, at=at, by=by)
    return given


@operation("billing.help")
def end_help(request: HelpRequest, *, because: str, at: datetime, by: Actor) -> HelpRequest:
    """End help before its day; what was taken off stays taken off."""
    request = HelpRequest.objects.lock(request.pk)
    if not because.strip():
        raise Refused("Say why it ends.")
    request.status = request.lifecycle.move(request.status, HelpRequest.Status.ENDED)
    request.because = because.strip()[:200]
    today = _day(request.patient, at)
    request.until_on = min(request.until_on or today, today)
    request.save()
    return request


@operation("billing.statement")
def end_expired(*, on: date, at: datetime, by: Actor) -> int:
    """End help whose last day is over, and ask a person to look whether it is needed again."""
    over = list(queries.help_over(on))
    for request in HelpRequest.objects.lock_many([one.pk for one in over]):
        request.status = request.lifecycle.move(request.status, HelpRequest.Status.ENDED)
        request.save()
        open_work(
            kind="billing.help_over",
            title=f"Financial help {request.number} is over",
            detail="New visits are billed in full from today; a running payment plan stays.",
            how_to_fix="Ask whether help is still needed, and take a new request with new papers.",
            pool="biller",
            subject=request,
            once=f"help.over:{request.pk}",
            at=at,
            by=by,
        )
    return len(over)


def _request_for(charge: ChargeAccount, standing: Sequence[HelpRequest]) -> HelpRequest | None:
    """Return the help that covers the day of a charge, the most generous of several."""
    on = charge.on
    if on is None or charge.charge_id is None or charge.insurance_due > ZERO:
        return None
    mine = [one for one in standing if one.covers(on)]
    return max(mine, key=lambda one: one.off, default=None)


def _still_to_give(charge: ChargeAccount, off: int) -> Decimal:
    share = charge.patient_due + charge.paid + charge.helped
    return helping.to_give(share, charge.helped, charge.patient_due, off)


def _line(
    patient: Patient,
    visit_id: UUID | None,
    charge: ChargeAccount,
    amount: Decimal,
    request: HelpRequest,
) -> Line:
    return signed(
        Line(
            PATIENT,
            HARDSHIP,
            amount,
            "help",
            patient_id=patient.pk,
            visit_id=visit_id,
            charge_id=charge.charge_id,
            label=f"Financial help {request.number}: {request.off} %",
        )
    )


def _day(patient: Patient, at: datetime) -> date:
    site = patient.site or Site.objects.order_by("pk").first()
    return local(site, at).date() if site else at.date()


def _once(request: HelpRequest) -> str:
    return f"help:{request.pk}"

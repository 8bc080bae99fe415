"""Hand balances over to a collection agency, call them back, and post what the agency gets."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from frontdesk.billing import exchange, queries
from frontdesk.billing.models import Agency, AgencyFile, Placement
from frontdesk.billing.queries.collecting import Moved
from frontdesk.billing.signals import letter_wanted
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries as books
from frontdesk.ledger.operations import apply_credit, post
from frontdesk.ledger.rules import Line, pay
from frontdesk.ledger.rules.chart import COLLECTIONS, PATIENT
from frontdesk.ledger.signals import account_changed
from frontdesk.people.models import Patient
from frontdesk.practice.models import save_checked
from frontdesk.practice.queries import office_day
from frontdesk.records.models import Document
from frontdesk.records.operations import file_document
from frontdesk.staff.operations import open_work, settle_work

FIRST_ACCOUNT, FIRST_FILE = 7001, 101
Status = Placement.Status


@operation("billing.policy")
def save_agency(agency: Agency | None, *, by: Actor, **values: Any) -> Agency:
    """Enter a collection agency, or correct it."""
    agency = Agency.objects.lock(agency.pk) if agency else Agency()
    save_checked(agency, values)
    return agency


@operation("billing.collect")
def propose(*, on: date, at: datetime, by: Actor) -> list[Placement]:
    """Put every balance that the policy would hand over on the list; nothing leaves the house."""
    policy = queries.statement_policy()
    made = [
        Placement.objects.create(
            number=Counter.take("placement", start=FIRST_ACCOUNT),
            patient=one.patient,
            guarantor=one.bill.family.guarantor,
            amount=one.standing.owed,
            facts=_facts(one.standing.first_billed, one.standing.notices, on),
            proposed_on=on,
        )
        for one in list(queries.candidates_to_hand_over(policy, on))
    ]
    if made:
        open_work(
            kind="billing.hand_over",
            title="Bills that may go to a collection agency",
            detail="Each has had every notice. Nothing is handed over without your yes.",
            how_to_fix="Look at the list: approve the last letter, or keep the bill here.",
            pool="manager",
            amount=sum((one.amount for one in made), ZERO),
            once=f"collections:{on}",
            at=at,
            by=by,
        )
    return made


@operation("billing.hand_over", always_ask=True)
def approve(placement: Placement, *, on: date, at: datetime, by: Actor) -> Placement:
    """Say yes: the last letter goes, with the days of the policy to pay or to call.

    What has come up since it was proposed (a payment, a question, a request for help) refuses.
    """
    placement, policy = Placement.objects.lock(placement.pk), queries.statement_policy()
    found = queries.judged(placement.patient, policy, on)
    if found.why_not:
        raise Refused(f"It must stay here: {found.why_not[0]}.")
    placement.status = placement.lifecycle.move(placement.status, Status.LETTER)
    placement.approved_by, placement.amount = by.name, found.standing.owed
    placement.letter_on = on
    placement.letter_until = on + timedelta(days=policy.letter_days)
    placement.save()
    letter_wanted.send(Placement, placement=placement)
    return placement


@operation("billing.collect")
def file_letter(placement: Placement, pdf: bytes, *, at: datetime, by: Actor) -> Placement:
    """File the last letter in the chart, to be mailed. Done twice, it is filed once."""
    placement = Placement.objects.lock(placement.pk)
    if placement.letter_id is None:
        placement.letter = file_document(
            placement.patient,
            kind=Document.Kind.STATEMENT,
            title=f"Last letter, account {placement.number}",
            content=pdf,
            content_type="application/pdf",
            subject=placement,
            at=at,
            by=by,
        )
        placement.save()
        open_work(
            kind="billing.letter",
            title=f"Mail the last letter of account {placement.number}",
            detail="It is printed from the list of collections.",
            how_to_fix="Print it, mail it, and close this task.",
            pool="biller",
            subject=placement,
            once=f"letter:{placement.pk}",
            at=at,
            by=by,
        )
    return placement


@operation("billing.collect")
def keep_here(placement: Placement, *, because: str, on: date, by: Actor) -> Placement:
    """Take an account off the list before it is handed over, with the reason."""
    placement = Placement.objects.lock(placement.pk)
    if not because.strip():
        raise Refused("Say why it stays here.")
    placement.status = placement.lifecycle.move(placement.status, Status.DROPPED)
    placement.because, placement.ended_on = because.strip()[:200], on
    placement.save()
    return placement


@operation("billing.hand_over", always_ask=True)
def hand_over(
    placements: Sequence[Placement], agency: Agency, *, on: date, at: datetime, by: Actor
) -> AgencyFile:
    """Hand accounts over whose letter's days have passed: one file, and the balances moved.

    Those that must stay here after all (a payment, a question, help) are left out and dropped
    from the list with the reason; refuses when none is left.
    """
    held = sorted(placements, key=lambda one: one.pk)
    chosen = [
        one for one in Placement.objects.lock_many([one.pk for one in held]) if _may_go(one, on)
    ]
    if not chosen:
        raise Refused("No account may be handed over: look at why each stays here.")
    file = _file(agency, chosen, at, by)
    for one in chosen:
        one.status = one.lifecycle.move(one.status, Status.PLACED)
        one.agency, one.file, one.placed_on, one.handed_by = agency, file, on, by.name
        one.save()
        _move_out(one, on, at, by)
        settle_work(once=f"letter:{one.pk}", at=at, by=by)
    return file


@operation("billing.collect")
def recall(placement: Placement, *, because: str, on: date, at: datetime, by: Actor) -> Placement:
    """Call an account back: what is left with the agency is owed here again."""
    placement = Placement.objects.lock(placement.pk)
    if not because.strip():
        raise Refused("Say why it is called back.")
    placement.status = placement.lifecycle.move(placement.status, Status.RECALLED)
    placement.because, placement.ended_on = because.strip()[:200], on
    placement.save()
    _move_back(placement, None, on, at, by)
    return placement


@operation("billing.collect")
def bring_back_paid(patient: Patient, *, at: datetime, by: Actor) -> Decimal:
    """Take back from the agency what the patient paid here, and ask to tell the agency.

    Money that comes in while a balance is with an agency waits as credit; this lets it pay.
    """
    placement = Placement.objects.filter(patient=patient, status=Status.PLACED).first()
    if placement is None:
        return ZERO
    patient = Patient.objects.lock(patient.pk)
    on = office_day(at)
    owing = books.owing(patient, on=on)
    free = owing.credit - sum(owing.held.values(), ZERO)
    free -= sum((one.owed for one in owing.buckets if one.owed > ZERO), ZERO)
    if free <= ZERO:
        return ZERO
    placement = Placement.objects.lock(placement.pk)
    amount = min(free, sum((one.amount for one in queries.with_agency(patient)), ZERO))
    if amount <= ZERO:
        return ZERO
    _move_back(placement, amount, on, at, by)
    placement.paid_here += amount
    if not queries.with_agency(patient):
        placement.status = placement.lifecycle.move(placement.status, Status.SETTLED)
        placement.ended_on, placement.because = on, "Paid here"
    placement.save()
    open_work(
        kind="billing.tell_agency",
        title=f"Tell the agency: account {placement.number} was paid here",
        detail=f"${amount} came in here while the agency had the account.",
        how_to_fix="Tell the agency, so that it asks for that no more, then close this task.",
        pool="biller",
        subject=placement,
        amount=amount,
        once=f"tell_agency:{placement.pk}:{placement.paid_here}",
        at=at,
        by=by,
    )
    apply_credit(patient, at=at, by=by)
    return amount


def _facts(first: date | None, notices: int, on: date) -> dict[str, int]:
    return {"days": (on - first).days if first else 0, "notices": notices}


def _may_go(placement: Placement, on: date) -> bool:
    """Say whether an account goes now; one that may not any more is dropped with the reason."""
    if placement.status != Status.LETTER or not placement.letter_until:
        return False
    if on <= placement.letter_until:
        raise Refused(f"Account {placement.number} has until {placement.letter_until} to answer.")
    policy = queries.statement_policy()
    found = queries.judged(placement.patient, policy, on)
    against = [words for words in found.why_not if not words.startswith("Less than")]
    owed = queries.owed_after_letter(found)
    if against or owed <= ZERO:
        placement.status = placement.lifecycle.move(placement.status, Status.DROPPED)
        placement.because = (against or ["Paid"])[0][:200]
        placement.ended_on = on
        placement.save()
        return False
    placement.amount = owed
    return True


def _file(agency: Agency, chosen: Sequence[Placement], at: datetime, by: Actor) -> AgencyFile:
    content = exchange.hand_over_csv(chosen)
    number = Counter.take("agency_file", start=FIRST_FILE)
    file = AgencyFile(
        number=number,
        agency=agency,
        direction=AgencyFile.Direction.OUT,
        name=f"collections-{number}.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        count=len(chosen),
        total=sum((one.amount for one in chosen), ZERO),
        at=at,
        by_name=by.name,
    )
    file.save()
    return file


def _move_out(placement: Placement, on: date, at: datetime, by: Actor) -> None:
    """Move what is owed from the patients' account to the agency's, charge by charge."""
    patient = Patient.objects.lock(placement.patient_id)
    moves, _ = pay(books.owing(patient, on=on).buckets, placement.amount)
    lines = [
        _line(placement, (PATIENT, COLLECTIONS), Moved(m.visit_id, m.charge_id, m.amount))
        for m in moves
    ]
    key = f"placement:{placement.pk}"
    memo = f"Account {placement.number} to {placement.agency}"
    post("collections", key=key, lines=lines, on=on, memo=memo, at=at, by=by)
    account_changed.send(Patient, patient=patient, at=at, by=by)


def _move_back(
    placement: Placement, most: Decimal | None, on: date, at: datetime, by: Actor
) -> None:
    """Move back what is with the agency, or so much of it, the oldest charge first."""
    patient = Patient.objects.lock(placement.patient_id)
    lines, left = [], most
    for moved in queries.with_agency(patient):
        part = moved.amount if left is None else min(moved.amount, left)
        if part > ZERO:
            left = None if left is None else left - part
            lines.append(_line(placement, (COLLECTIONS, PATIENT), moved._replace(amount=part)))
    if not lines:
        return
    key = f"placement:{placement.pk}:back:{placement.paid_here}:{placement.status}"
    memo = f"Account {placement.number} back"
    post("collections", key=key, lines=lines, on=on, memo=memo, at=at, by=by)
    if most is None:
        account_changed.send(Patient, patient=patient, at=at, by=by)


def _line(placement: Placement, way: tuple[str, str], moved: Moved) -> Line:
    return Line(
        *way,
        moved.amount,
        "collections",
        patient_id=placement.patient_id,
        visit_id=moved.visit_id,
        charge_id=moved.charge_id,
        label=f"Account {placement.number}",
    )

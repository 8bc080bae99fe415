"""Bills to patients in the demo: runs, notices that went out before, questions, help, an agency."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.billing import operations, queries
from frontdesk.billing.queries import FamilyBill
from frontdesk.core.clock import now, today
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.visiting import staff
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site

WARNED = 6  # families that had every notice
NOTICES = (200, 170, 140)  # days ago
OLD = timedelta(days=205)
LOOKED_AT = 160  # families among whom the demo looks for those
QUESTIONS = (
    ("unknown", "I do not know what this is. Can you tell me?"),
    ("insurance", "My plan should have paid this. Please ask them."),
    ("amount", "This is more than I was told on the phone."),
)


def live_bills(practice_id: UUID) -> None:
    """Bill a part of the alphabet today; let earlier bills be asked about, helped, handed over."""
    with practice_scope(practice_id):
        site = Site.objects.order_by("pk")[0]
        on, at = today(site), now()
        old, new = _sorted(on)
        _warn(practice_id, old, on, at)
        _hand_over(practice_id, on, at)
        _run(practice_id, on, at)
        _ask(practice_id, new, at)
        _help(practice_id, new, at)


def _sorted(on: date) -> tuple[list[Patient], list[Patient]]:
    """Return families that owe since long ago, and others; one patient of each."""
    heads = queries.heads_owing(0, 1)[:LOOKED_AT]
    old: list[Patient] = []
    new: list[Patient] = []
    for patient in Patient.objects.filter(pk__in=heads).order_by("pk"):
        bill = queries.family_bill(queries.family_billed(patient))
        if bill.total >= Decimal(60) and len(bill.family.patients) == 1:
            (old if _is_old(bill, on) and len(old) < WARNED else new).append(patient)
        if len(old) == WARNED and len(new) >= 8:
            break
    return old, new


def _is_old(bill: FamilyBill, on: date) -> bool:
    return all(line.on is not None and on - line.on > OLD for line in bill.lines)


def _warn(practice_id: UUID, patients: list[Patient], on: date, at: datetime) -> None:
    by = staff(practice_id, "biller", "Omar Haddad")
    for patient in patients:
        for days in NOTICES:
            back = timedelta(days=days)
            made = operations.make_statement(patient, on=on - back, at=at - back, by=by)
            operations.note_mailed(made, on=on - back, by=by)


def _hand_over(practice_id: UUID, on: date, at: datetime) -> None:
    """Two had their last letter, one of them is with the agency; the others are proposed."""
    by, grace = (
        staff(practice_id, "biller", "Omar Haddad"),
        staff(practice_id, "manager", "Grace Kim"),
    )
    agency = operations.save_agency(
        None, name="Fairfield Recovery", phone="+16145550188", email="desk@fairfield.example",
        fee_percent=25, by=grace,
    )  # fmt: skip
    made = operations.propose(on=on, at=at, by=by)
    for days, placement in zip((45, 45, 3), made, strict=False):
        back = timedelta(days=days)
        operations.approve(placement, on=on - back, at=at - back, by=grace)
    if made:
        operations.hand_over(made[:1], agency, on=on, at=at, by=grace)


def _run(practice_id: UUID, on: date, at: datetime) -> None:
    """The last part of the alphabet is billed by a run that is over."""
    by = staff(practice_id, "biller", "Omar Haddad")
    grace = staff(practice_id, "manager", "Grace Kim")
    policy = queries.statement_policy()
    policy.cycles = 4
    operations.save_policy(policy, by=grace)
    run = operations.start_run(on=on, cycle=4, at=at, by=by)
    for head in queries.heads_owing(4, 4):
        operations.bill_next(run, head, at=at, by=by)
    operations.end_run(run, at=at, by=by)


def _ask(practice_id: UUID, patients: list[Patient], at: datetime) -> None:
    desk = staff(practice_id, "receptionist", "Maya Ortiz")
    omar = staff(practice_id, "biller", "Omar Haddad")
    for number, (patient, (about, words)) in enumerate(zip(patients, QUESTIONS, strict=False)):
        bill = queries.family_bill(queries.family_billed(patient))
        keys = [line.charge_id for line in bill.lines if line.charge_id]
        charge = queries.charge_of([patient], keys[0]) if keys else None
        asked = operations.ask_about_bill(
            patient, about=about, words=words, charge=charge, is_by_patient=number != 2,
            at=at - timedelta(days=2 * number), by=desk,
        )  # fmt: skip
        if number == 1:
            words = "We asked your plan again. Do you have a newer card?"
            operations.answer_question(asked, words=words, at=at, by=omar)


def _help(practice_id: UUID, patients: list[Patient], at: datetime) -> None:
    desk = staff(practice_id, "receptionist", "Maya Ortiz")
    grace = staff(practice_id, "manager", "Grace Kim")
    incomes = ((2, "19800"), (4, "41000"), (1, "22500"))
    for number, (patient, (household, income)) in enumerate(
        zip(patients[3:], incomes, strict=False)
    ):
        asked = operations.ask_for_help(
            patient, household=household, income=Decimal(income),
            words="My hours were cut this fall.", at=at - timedelta(days=number), by=desk,
        )  # fmt: skip
        if number == 2:
            because = "Two pay slips and a letter of the employer"
            operations.decide_help(asked, off=asked.proposed, because=because, at=at, by=grace)

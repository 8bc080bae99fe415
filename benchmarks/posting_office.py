"""Thousands of claims that wait for a payer's decision, the 835 that decides them, its posting."""

import random
import resource
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from frontdesk import x12
from frontdesk.billing import jobs, operations
from frontdesk.billing.models import Charge, Claim, ClaimLine, Remittance, RemittanceClaim
from frontdesk.ledger.models import Entry
from frontdesk.ledger.operations import ToPost, post_many
from frontdesk.ledger.queries import trial_balance
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import INSURANCE, SERVICES
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import SuperbillLine, Visit
from tests.billing.office import ADDRESS, NOON, Office
from tests.billing.payer import adjusted, decided, remittance

ON = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
CODES = (("99213", "148.00"), ("93000", "66.00"), ("85025", "24.00"), ("36415", "18.00"))
PATIENTS = 2000


def measured(count: int, one_by_one: int) -> dict[str, Any]:
    """Return seconds, memory and what was posted, for a file of `count` claims."""
    office = Office()
    claims = _claims(office, count + one_by_one)
    content = _file(claims[:count], "BENCH1")
    apart = _file(claims[count:], "BENCH2")
    claims.clear()
    before = _peak()
    started, busy = time.perf_counter(), time.process_time()
    kept = operations.keep_file(
        kind="835", name="bench", content=content, at=NOON, by=office.anybody()
    )
    operations.read_file(kept, at=NOON, by=office.anybody())
    read = time.perf_counter()
    [key] = _waiting(office)
    jobs.post_remittance.func(str(office.practice.pk), key)
    ended, busy = time.perf_counter(), time.process_time() - busy
    memory = _peak() - before
    told = _told(office, key)
    return told | {
        "read": read - started,
        "posted": ended - read,
        "seconds": ended - started,
        "busy": busy,
        "memory": memory / 1024,
        "one_by_one": _one_by_one(office, apart, one_by_one),
    }


def _told(office: Office, key: str) -> dict[str, Any]:
    with office.reading():
        rows = RemittanceClaim.objects.filter(remittance_id=key)
        paid = {"posted": Decimal(0), "person": Decimal(0)}
        for status, amount in rows.values_list("status", "paid"):
            paid[status] += abs(amount)
        entries = Entry.objects.filter(posting__kind="remittance").count()
        lines = ClaimLine.objects.exclude(reasons=[]).count()
        assert sum((one.balance for one in trial_balance()), Decimal(0)) == 0
        assert Remittance.objects.get(pk=key).status in ("posted", "partly")
    untouched = 100 * paid["posted"] / sum(paid.values())
    return {"entries": entries, "lines": lines, "untouched": float(untouched)}


def _one_by_one(office: Office, content: bytes, count: int) -> float:
    kept = operations.keep_file(
        kind="835", name="apart", content=content, at=NOON, by=office.anybody()
    )
    operations.read_file(kept, at=NOON, by=office.anybody())
    with office.reading():
        rows = list(RemittanceClaim.objects.filter(status="to_post").select_related("remittance"))
    started = time.perf_counter()
    for row in rows:
        operations.post_remittance_claim(row, at=NOON, by=office.anybody())
    return (time.perf_counter() - started) * 1000 / count


def _waiting(office: Office) -> list[str]:
    with office.reading():
        return [str(pk) for pk in Remittance.objects.values_list("pk", flat=True)]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _claims(office: Office, count: int) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Make claims that were sent, with their charges on the books; return numbers and lines."""
    dice = random.Random(7)
    policies = [_insured(office, number) for number in range(min(PATIENTS, count))]
    bill = office.seen(policies[0], at=AT)
    with office.reading():
        line, first = bill.lines.first(), bill.visit  # whose paper does not matter here
        booked = first.appointment
    visits, appointments = [], []
    made, postings, lines, charges, told = [], [], [], [], []
    for number in range(count):
        policy = policies[number % len(policies)]
        chosen = dice.sample(CODES, dice.choice((1, 2, 2, 3)))
        appointments.append(_another(booked, patient_id=policy.patient_id))
        visit = _another(first, appointment_id=appointments[-1].pk, patient_id=policy.patient_id)
        visits.append(visit)
        claim = Claim(
            number=str(500_000 + number), visit_id=visit.pk,
            patient_id=policy.patient_id, provider=office.provider, policy_id=policy.pk,
            payer=office.insurer, on=ON, total=sum(Decimal(price) for _, price in chosen),
            status=Claim.Status.ACCEPTED, file_by=ON + timedelta(days=365), built_at=NOON,
        )  # fmt: skip
        made.append(claim)
        mine = []
        for place, (code, price) in enumerate(chosen, start=1):
            charge = _charge(office, claim, line, code, price, 900_000 + len(charges))
            charges.append(charge)
            lines.append(ClaimLine(claim_id=claim.pk, charge_id=charge.pk, place=place))
            mine.append((code, price, str(charge.number)))
        told.append((claim.number, mine))
        postings.append(ToPost(f"made:{claim.pk}", _billed(charges[-len(mine) :])))
    with office.writing():
        Appointment.objects.create_many(appointments)
        Visit.objects.create_many(visits)
        Claim.objects.create_many(made)
        Charge.objects.create_many(charges)
        ClaimLine.objects.create_many(lines)
    post_many("charge", postings, on=ON, at=NOON, by=office.anybody())
    return told


def _another(one: Any, **said: Any) -> Any:
    """Return a row that says what this one says, but for its key and what is said anew."""
    names = [field.attname for field in one._meta.concrete_fields if field.attname != "id"]
    return type(one)(**{name: getattr(one, name) for name in names} | said)


def _insured(office: Office, number: int) -> Any:
    return office.insured(f"Pat{number}", f"Lee{number}", **ADDRESS)


def _charge(
    office: Office, claim: Claim, line: SuperbillLine, code: str, price: str, number: int
) -> Charge:
    return Charge(
        number=number, visit_id=claim.visit_id, patient_id=claim.patient_id,
        provider=office.provider, line=line, on=ON, code=code,
        description=code, units=1, pointers="A", amount=Decimal(price),
    )  # fmt: skip


def _billed(charges: list[Charge]) -> list[Line]:
    return [
        Line(
            SERVICES, INSURANCE, charge.amount, "charge", patient_id=charge.patient_id,
            provider_id=charge.provider_id, visit_id=charge.visit_id, charge_id=charge.pk,
            service_on=ON,
        )
        for charge in charges
    ]  # fmt: skip


def _file(claims: list[tuple[str, list[tuple[str, str, str]]]], trace: str) -> bytes:
    """Decide the claims: most paid, some denied, one in a hundred under a number of nobody's."""
    dice = random.Random(11)
    bodies = []
    for number, mine in claims:
        kind = dice.random()
        shown = number if kind > 0.01 else f"NOBODY{number}"
        is_denied = 0.01 < kind < 0.05
        lines = [_line(dice, *one, is_denied=is_denied) for one in mine]
        bodies.append(decided(shown, *lines, status="4" if is_denied else "1"))
    return remittance(*bodies, trace=trace)


def _line(
    dice: random.Random, code: str, price: str, control: str, *, is_denied: bool
) -> x12.RemittanceLine:
    charge = Decimal(price)
    reduced = (charge * dice.randint(20, 45) / 100).quantize(Decimal("0.01"))
    share = (charge * dice.randint(0, 20) / 100).quantize(Decimal("0.01"))
    said = [f"CO-197 {charge}"] if is_denied else [f"CO-45 {reduced}", f"PR-2 {share}"]
    paid = Decimal(0) if is_denied else charge - reduced - share
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=code),
        charge=charge,
        paid=paid,
        units=Decimal(1),
        periods=[x12.Period("472", ON)],
        adjustments=[one for one in adjusted(*said) if one.amount],
        references=[x12.Reference("6R", control)],
    )

"""A payer that decides what a test says: remittances as X12 bytes."""

from datetime import date
from decimal import Decimal
from itertools import count

from frontdesk import x12
from frontdesk.billing import jobs, operations
from frontdesk.billing.models import Remittance
from tests.billing.office import NOON

numbers = count(1)
PAID_ON = date(2026, 11, 20)


def adjusted(*codes: str) -> list[x12.Adjustment]:
    """Adjustments from their short form: "CO-45 62.16"."""
    found = []
    for code in codes:
        name, amount = code.split()
        group, reason = name.split("-")
        found.append(x12.Adjustment(group, reason, Decimal(amount)))
    return found


def line(code, charge, paid, *codes, control="", modifiers=()):
    """One decided service."""
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=code, modifiers=modifiers),
        charge=Decimal(charge),
        paid=Decimal(paid),
        units=Decimal(1),
        periods=[x12.Period("472", date(2026, 11, 16))],
        adjustments=adjusted(*codes),
        references=[x12.Reference("6R", control)] if control else [],
    )


def decided(number, *lines, status="1", adjustments=(), control="PCN1"):
    """One decided claim; its sums follow from its lines."""
    whole = adjusted(*adjustments)
    every = [*whole, *(one for each in lines for one in each.adjustments)]
    share = sum((one.amount for one in every if one.group == "PR"), Decimal(0))
    return x12.RemittanceClaim(
        number=number,
        status=status,
        charge=sum((each.charge for each in lines), Decimal(0)),
        paid=sum((each.paid for each in lines), Decimal(0))
        - sum((one.amount for one in whole), Decimal(0)),
        patient_responsibility=None if status == "22" else share,
        filing="12",
        payer_control=control,
        patient=x12.Party(entity="QC", name="LEE", first="ANN", is_person=True),
        lines=list(lines),
        adjustments=whole,
    )


def remittance(*claims, plb=(), trace="", payer="DEMO PPO"):
    """A whole 835 as bytes."""
    provider = [
        x12.ProviderAdjustment(
            provider="1234567893",
            period_end=date(2026, 12, 31),
            reason=reason,
            amount=Decimal(kept),
            reference="REF1",
        )
        for reason, kept in plb
    ]
    total = sum((claim.paid for claim in claims), Decimal(0)) - sum(
        (one.amount for one in provider), Decimal(0)
    )
    number = next(numbers)
    address = x12.Address(line1="1 PAYER WAY", city="DAYTON", state="OH", postal_code="45402")
    contact = x12.Contact(function="BL", name="EDI", phone="8005550100")
    body = x12.Remittance(
        payment=x12.Payment(amount=total, paid_on=PAID_ON, method="CHK"),
        trace=trace or f"CHECK{number}",
        trace_origin="1123456789",
        payer=x12.Party(name=payer, address=address, contacts=[contact]),
        payee=x12.Party(name="ELM STREET", id_qualifier="XX", identifier="1234567893"),
        claims=list(claims),
        provider_adjustments=provider,
        produced_on=PAID_ON,
    )
    envelope = x12.Envelope(sender="PAYER", receiver="OFFICE", control=number, at=NOON)
    return x12.write(envelope, [body])


def received(office, content, *, posts=True):
    """Take in a file as the mailbox job does, and post what it brought."""
    by = office.anybody()
    kept = operations.keep_file(kind="835", name="f", content=content, at=NOON, by=by)
    operations.read_file(kept, at=NOON, by=by)
    if posts:
        posted(office)
    return kept


def posted(office):
    """Run the posting job over everything that waits."""
    with office.reading():
        keys = [str(pk) for pk in Remittance.objects.values_list("pk", flat=True)]
    for key in keys:
        jobs.post_remittance.func(str(office.practice.pk), key)

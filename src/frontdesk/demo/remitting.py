"""Remittances of the demo that came today, the bank's statement beside them, and what is open."""

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from uuid import UUID

from frontdesk import x12
from frontdesk.billing import operations
from frontdesk.billing.models import Charge, Claim, Remittance
from frontdesk.coding.queries import PriceBook, price_book
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, now
from frontdesk.core.money import CENT
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage.models import Payer
from frontdesk.demo.visiting import staff
from frontdesk.practice.models import Practice, Site

PAYERS, EACH = 3, 14
OUT = (Claim.Status.SENT, Claim.Status.RECEIVED, Claim.Status.ACCEPTED)
NOBODYS = 5  # of each remittance's claims, this one comes back under a number that is not ours
DENIED = 7
SHORT = 3  # every so many claims a payer allows less than it agreed to
SHARE = Decimal("0.10")


def live_remittances(practice_id: UUID) -> None:
    """Let three payers decide claims that wait, and the bank tell of two of the payments."""
    by = staff(practice_id, "biller", "Omar Haddad")
    with practice_scope(practice_id):
        waiting: dict[UUID, list[Claim]] = defaultdict(list)
        found = Claim.objects.filter(status__in=OUT).select_related("payer", "patient")
        for claim in found.prefetch_related("lines__charge").order_by("on", "pk"):
            if len(waiting[claim.payer_id]) < EACH:
                waiting[claim.payer_id].append(claim)
        largest = sorted(waiting.values(), key=len, reverse=True)[:PAYERS]
        for number, claims in enumerate(largest, start=1):
            _remit(claims[0].payer, claims, number, by)
        _statement(by)


def _remit(payer: Payer, claims: list[Claim], number: int, by: Actor) -> None:
    at, practice = now(), Practice.objects.get(pk=by.practice_id)
    codes = {line.charge.code for claim in claims for line in claim.lines.all()}
    book = price_book([payer.pk], codes)
    decided = [_decided(claim, place, book) for place, claim in enumerate(claims, start=1)]
    on = local(Site.objects.order_by("pk")[0], at).date()
    body = x12.Remittance(
        payment=x12.Payment(amount=sum((one.paid for one in decided), Decimal(0)), paid_on=on),
        trace=f"EFT{on:%y%m%d}{number:03d}",
        trace_origin=f"19{number:08d}",
        payer=x12.Party(
            name=payer.name.upper(),
            references=[x12.Reference("2U", payer.payer_id)],
            address=x12.Address(
                line1="1 PAYER WAY", city="DAYTON", state="OH", postal_code="454020001"
            ),
            contacts=[x12.Contact(function="BL", name="EDI", phone="5555550100")],
        ),
        payee=x12.Party(name=practice.name.upper(), id_qualifier="XX", identifier=practice.npi),
        claims=decided,
        produced_on=on,
    )
    envelope = x12.Envelope(sender="DEMO", receiver=practice.npi, control=7000 + number, at=at)
    content = x12.write(envelope, [body])
    kept = operations.keep_file(
        kind="835", name=f"demo-{number}.835", content=content, at=at, by=by
    )
    operations.read_file(kept, at=at, by=by)
    for made in Remittance.objects.filter(exchange=kept):
        while operations.post_remittance_claims(made, at=at, by=by):
            pass
        operations.close_remittance(made, at=at, by=by)


def _decided(claim: Claim, place: int, book: PriceBook) -> x12.RemittanceClaim:
    is_denied = place == DENIED
    cut = Decimal("0.92") if place % SHORT == 0 else Decimal(1)
    lines = [_line(one.charge, claim, book, cut, is_denied) for one in claim.lines.all()]
    shares = [one.amount for line in lines for one in line.adjustments if one.group == "PR"]
    return x12.RemittanceClaim(
        number=f"{claim.number}-X" if place == NOBODYS else claim.number,
        status="4" if is_denied else "1",
        charge=claim.total,
        paid=sum((line.paid for line in lines), Decimal(0)),
        patient_responsibility=sum(shares, Decimal(0)),
        filing="12",
        payer_control=f"ICN{claim.number}",
        patient=x12.Party(
            entity="QC",
            is_person=True,
            name=claim.patient.last_name.upper(),
            first=claim.patient.first_name.upper(),
        ),
        lines=lines,
    )


def _line(
    charge: Charge, claim: Claim, book: PriceBook, cut: Decimal, is_denied: bool
) -> x12.RemittanceLine:
    agreed = book.allowed(claim.payer_id, charge.code, charge.modifiers, charge.on)
    worth = agreed.amount * charge.units if agreed else charge.amount * Decimal("0.6")
    allowed = min(_cents(worth * cut), charge.amount)
    share = _cents(allowed * SHARE)
    adjustments = [x12.Adjustment("CO", "45", charge.amount - allowed)]
    adjustments.append(x12.Adjustment("PR", "2", share))
    if is_denied:
        allowed = share = Decimal(0)
        adjustments = [x12.Adjustment("CO", "197", charge.amount)]
    return x12.RemittanceLine(
        procedure=x12.Procedure(code=charge.code, modifiers=list(charge.modifiers)),
        charge=charge.amount,
        paid=allowed - share,
        units=Decimal(charge.units),
        periods=[x12.Period("472", charge.on)],
        adjustments=[one for one in adjustments if one.amount],
        references=[x12.Reference("6R", str(charge.number))],
    )


def _statement(by: Actor) -> None:
    """The bank has the first payments but not the last, and a credit that no payer sent."""
    made = list(Remittance.objects.filter(amount__gt=0, bank_line=None).order_by("trace"))
    lines = ["Date,Description,Amount,Bank Reference"]
    numbers = count(1)
    for one in made[:-1]:
        words = f"{one.payer_name} HCCLAIMPMT TRN*1*{one.trace}*{one.trace_payer}"
        lines.append(f"{one.paid_on},{words},{one.amount},B{one.paid_on:%y%m%d}{next(numbers)}")
    day = now().date() - timedelta(days=1)
    lines.append(f"{day},LOCKBOX DEPOSIT,412.50,B{day:%y%m%d}90")
    operations.read_statement("\n".join(lines).encode(), name="statement.csv", at=now(), by=by)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)

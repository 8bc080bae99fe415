"""Take one payment in several methods, for one patient or a whole family."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.models import Payment
from frontdesk.ledger.operations.payments import post_payment
from frontdesk.ledger.rules.together import Piece, Share, Tender, pieces_of
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.queries import member_of


@operation("ledger.take_payment")
def take_together(
    shares: Sequence[Share],
    tenders: Sequence[Tender],
    *,
    kind: str,
    site: Site,
    key: str,
    at: datetime,
    by: Actor,
    visit_id: UUID | None = None,
) -> list[Payment]:
    """Take what is handed over in several methods and post it; each part has its receipt number.

    The same `key` returns the payments it made before. Cash handed over beyond its part is change:
    it is noted, and goes neither into the books nor into the drawer.
    """
    shares = [share for share in shares if share.amount > ZERO]
    patients = {one.pk: one for one in Patient.objects.lock_many([s.patient_id for s in shares])}
    total = sum((tender.amount for tender in tenders), ZERO)
    if first := Payment.objects.filter(key=f"{key}:0").first():
        return _pressed_again(first, total)
    pieces = _pieces(tenders, shares, patients)
    together = new_key() if len(pieces) > 1 else None
    payments = []
    for number, piece in enumerate(pieces):
        tender = tenders[piece.tender]
        payment = Payment(
            patient=patients[piece.patient_id],
            amount=piece.amount,
            method=tender.method,
            kind=kind,
            reference=tender.reference.strip(),
            approval=tender.approval.strip(),
            handed=tender.handed,
            together=together,
            taken_at=at,
            taken_by=by.name,
            member=member_of(by),
            site=site,
            visit_id=visit_id,
            key=f"{key}:{number}",
        )
        payment.expect_proof()
        payments.append(post_payment(payment, at=at, by=by))
    return payments


def _pieces(
    tenders: Sequence[Tender], shares: Sequence[Share], patients: dict[UUID, Patient]
) -> list[Piece]:
    if not shares or any(tender.amount <= ZERO for tender in tenders):
        raise Refused("Enter an amount above zero.")
    if len(patients) != len(shares):
        raise Refused("One of these patients is not here any more.")
    for tender in tenders:
        if tender.handed is not None and tender.change < ZERO:
            raise Refused(f"${tender.handed} in cash is less than the ${tender.amount} it pays.")
    try:
        return pieces_of(tenders, shares)
    except ValueError as trouble:
        raise Refused(str(trouble)) from trouble


def _pressed_again(first: Payment, total: Decimal) -> list[Payment]:
    parts = Payment.objects.filter(together=first.together).order_by("pk")
    earlier = list(parts) if first.together else [first]
    if sum((payment.amount for payment in earlier), ZERO) != total:
        raise Refused("This form was used for another payment. Open it again.")
    return earlier

"""Take one payment in several methods, for one patient or a whole family."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger.models import Payment, SavedCard
from frontdesk.ledger.operations.cards import start_card_payment
from frontdesk.ledger.operations.payments import post_payment
from frontdesk.ledger.operations.saved_cards import start_kept_card_payment
from frontdesk.ledger.rules.together import Piece, Share, Tender, parted, pieces_of
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
    named = list(dict.fromkeys(share.patient_id for share in shares))
    patients = {one.pk: one for one in Patient.objects.lock_many(named)}
    total = sum((tender.amount for tender in tenders), ZERO)
    if first := Payment.objects.filter(key=f"{key}:0").first():
        return _pressed_again(first, total)
    pieces = _pieces(tenders, shares, patients)
    together = new_key() if len(pieces) > 1 else None
    payments = []
    for number, piece in enumerate(pieces):
        tender, share = tenders[piece.tender], shares[piece.place]
        payment = Payment(
            patient=patients[piece.patient_id],
            amount=piece.amount,
            method=tender.method,
            kind=share.kind or kind,
            reference=tender.reference.strip(),
            approval=tender.approval.strip(),
            handed=tender.handed,
            together=together,
            taken_at=at,
            taken_by=by.name,
            member=member_of(by),
            site=site,
            visit_id=share.visit_id or visit_id,
            key=f"{key}:{number}",
        )
        payment.expect_proof()
        payments.append(post_payment(payment, at=at, by=by))
    return payments


@operation("ledger.take_payment")
def take_with_card(
    shares: Sequence[Share],
    tenders: Sequence[Tender],
    card: SavedCard | None,
    *,
    kind: str,
    site: Site,
    key: str,
    at: datetime,
    by: Actor,
    visit_id: UUID | None = None,
) -> tuple[list[Payment], Payment]:
    """Take a part at the desk and ask for the rest by card; return both, the card's last.

    The card is one on file, or typed into the gateway's fields where there is none. What is taken
    at the desk stays taken if the card is declined. `visit_id` says at which visit the card is
    charged, whatever it pays. The same `key` takes and asks once.
    """
    at_desk = sum((tender.amount for tender in tenders), ZERO)
    first, rest = parted(shares, at_desk)
    if not rest:
        raise Refused("Nothing is left for the card. Leave the card out, or take less in hand.")
    taken = []
    if first:
        told: dict[str, Any] = {"kind": kind, "site": site, "key": f"{key}:desk"}
        taken = take_together(first, tenders, **told, at=at, by=by)
    patient = Patient.objects.get(pk=rest[0].patient_id)
    about = {"visit_id": visit_id, **_about(rest, kind)}
    asked: dict[str, Any] = {**about, "site": site, "key": f"{key}:card", "at": at, "by": by}
    if card is None:
        return taken, start_card_payment(patient, **asked)
    return taken, start_kept_card_payment(card, patient, **asked)


def _about(rest: Sequence[Share], kind: str) -> dict[str, Any]:
    """Say what one charge is for: one thing; or a balance, with the part for its own visit."""
    amount = sum((share.amount for share in rest), ZERO)
    if len({share.patient_id for share in rest}) > 1:
        parts = [(share.patient_id, share.amount) for share in rest]
        return {"amount": amount, "kind": kind, "shares": parts}
    visit = next((share.visit_id for share in rest if share.visit_id), None)
    told: dict[str, Any] = {"visit_id": visit} if visit else {}
    if len(rest) == 1:
        return {**told, "amount": amount, "kind": rest[0].kind or kind}
    of_visit = sum((share.amount for share in rest if share.visit_id), ZERO)
    return {**told, "amount": amount, "for_visit": of_visit, "kind": Payment.Kind.BALANCE}


def _pieces(
    tenders: Sequence[Tender], shares: Sequence[Share], patients: dict[UUID, Patient]
) -> list[Piece]:
    if not shares or any(tender.amount <= ZERO for tender in tenders):
        raise Refused("Enter an amount above zero.")
    if any(share.patient_id not in patients for share in shares):
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

"""Disputes of cards, as the gateway tells them: money gone, evidence in time, won or lost."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.gateways import Disputed
from frontdesk.ledger.models import CardDispute, Payment, Posting, ReturnedPayment
from frontdesk.ledger.operations.payments import post_payment
from frontdesk.ledger.operations.postings import post, reverse
from frontdesk.ledger.operations.returned import return_payment
from frontdesk.ledger.rules import Line, signed
from frontdesk.ledger.rules.chart import CARDS, PATIENT
from frontdesk.ledger.rules.costs import CARD_FEES
from frontdesk.ledger.rules.disputes import words_of
from frontdesk.ledger.signals import account_changed
from frontdesk.people.models import Patient
from frontdesk.staff.operations import open_work, settle_work

Status = CardDispute.Status
OWED_AGAIN = "Card payment taken back by the bank"


@operation("ledger.refund")
def hear_dispute(payment: Payment, said: Disputed, *, at: datetime, by: Actor) -> CardDispute:
    """Take what the gateway says of a dispute; said again, nothing happens twice.

    A new one takes the money out of the books at once, for the bank has it: what it paid is owed
    again. One that is won puts the money back where it was; a lost one stays as it is. What the
    gateway keeps for it is the office's own cost, each fee once.
    """
    Patient.objects.lock(payment.patient_id)
    dispute = CardDispute.objects.filter(gateway_id=said.id).first()
    dispute = CardDispute.objects.lock(dispute.pk) if dispute else _opened(payment, said, at, by)
    _book_fees(dispute, said, at, by)
    due_at = said.due_at or dispute.due_at
    if due_at != dispute.due_at:
        dispute.due_at = due_at
        dispute.save()
    if said.state in (Status.WON, Status.LOST) and dispute.is_open:
        _close(dispute, said.state, at, by)
    elif said.state == Status.SENT and dispute.status == Status.OPEN:
        _move(dispute, Status.SENT)
        settle_work(once=once_of(dispute), at=at, by=by)
    return dispute


@operation("ledger.refund", always_ask=True)
def note_evidence(dispute: CardDispute, *, evidence: str, at: datetime, by: Actor) -> CardDispute:
    """Note that the evidence was sent in the gateway's own pages, and what it was."""
    dispute = CardDispute.objects.lock(dispute.pk)
    if not evidence.strip():
        raise Refused("Say in a few words what was sent.")
    if dispute.due_at and at > dispute.due_at:
        raise Refused("The bank takes no more evidence: its last day has passed.")
    dispute.evidence, dispute.sent_at, dispute.sent_by = evidence.strip()[:300], at, by.name
    _move(dispute, Status.SENT)
    settle_work(once=once_of(dispute), at=at, by=by)
    return dispute


def once_of(dispute: CardDispute) -> str:
    """Name the work that a dispute makes."""
    return f"card.dispute:{dispute.pk}"


def _opened(payment: Payment, said: Disputed, at: datetime, by: Actor) -> CardDispute:
    """Keep a new dispute and give the money up; what was not disputed of it is taken again."""
    payment = Payment.objects.select_related("patient", "site").get(pk=payment.pk)
    dispute = CardDispute(
        payment=payment, gateway_id=said.id, amount=said.amount, reason=said.reason[:60],
        opened_at=at, due_at=said.due_at,
    )  # fmt: skip
    dispute.save()
    if payment.status == Payment.Status.POSTED and queries.crediting.refunded(payment):
        _owe_again(dispute, payment, at, by)
    elif payment.status == Payment.Status.POSTED:
        because = f"Disputed by the card holder: {words_of(said.reason)}"
        on = _day(payment, at)
        return_payment(payment, on=on, because=because, fee=ZERO, at=at, by=by)
        if ZERO < said.amount < payment.amount:
            left = payment.amount - said.amount
            dispute.kept = _again(dispute, payment, left, "kept", at, by)
            dispute.save()
    open_work(
        kind="ledger.dispute",
        title=f"${said.amount} of receipt {payment.number} are disputed at the bank",
        detail=f"{words_of(said.reason)}. The bank has taken the money back.",
        how_to_fix="Open the payment, gather receipt, signed forms and what was done, send them in "
        "the gateway's pages before the last day, and note it.",
        pool="biller",
        subject=payment,
        patient_id=payment.patient_id,
        amount=said.amount,
        due_at=said.due_at,
        once=once_of(dispute),
        at=at,
        by=by,
    )
    return dispute


def _owe_again(dispute: CardDispute, payment: Payment, at: datetime, by: Actor) -> None:
    """Let the patient owe what the bank took; of a payment refunded in part the rest stands."""
    line = Line(
        CARDS, PATIENT, dispute.amount, "dispute", patient_id=payment.patient_id,
        site_id=payment.site_id, charge_id=new_key(), label=OWED_AGAIN,
        service_on=_day(payment, at),
    )  # fmt: skip
    told: dict[str, Any] = {"on": _day(payment, at), "memo": OWED_AGAIN, "at": at, "by": by}
    post("dispute", key=queries.disputes.owed_again_as(dispute), lines=[line], **told)
    account_changed.send(Patient, patient=payment.patient, at=at, by=by)


def _book_fees(dispute: CardDispute, said: Disputed, at: datetime, by: Actor) -> None:
    """Post what the gateway keeps or gives back, under its own name for it."""
    payment = Payment.objects.select_related("site").get(pk=dispute.payment_id)
    for name, amount in said.fees:
        key = f"dispute-fee:{name}"
        if not amount or Posting.objects.filter(key=key).exists():
            continue
        label = f"Dispute of receipt {payment.number}"
        line = Line(CARDS, CARD_FEES, amount, "card.fee", site_id=payment.site_id, label=label)
        on = _day(payment, at)
        post("card.fee", key=key, lines=[signed(line)], on=on, memo=label, at=at, by=by)
        dispute.fee += amount
        dispute.save()


def _close(dispute: CardDispute, state: str, at: datetime, by: Actor) -> None:
    dispute.closed_at = at
    _move(dispute, Status(state))
    settle_work(once=once_of(dispute), at=at, by=by)
    if dispute.status != Status.WON:
        return
    payment = Payment.objects.select_related("patient", "site").get(pk=dispute.payment_id)
    if owed_again := Posting.objects.filter(key=queries.disputes.owed_again_as(dispute)).first():
        because = "The dispute was won"
        reverse(owed_again, because=because, at=at, on=_day(payment, at), by=by)
        account_changed.send(Patient, patient=payment.patient, at=at, by=by)
        return
    if not ReturnedPayment.objects.filter(payment_id=dispute.payment_id).exists():
        return
    dispute.won = _again(dispute, payment, dispute.amount, "won", at, by)
    dispute.save()


def _again(
    dispute: CardDispute, payment: Payment, amount: Decimal, why: str, at: datetime, by: Actor
) -> Payment:
    """Post money of a disputed payment that we have after all: a receipt of its own."""
    again = Payment(
        patient=payment.patient,
        amount=amount,
        method=payment.method,
        kind=payment.kind if payment.kind != Payment.Kind.PLAN else Payment.Kind.BALANCE,
        is_online=True,
        reference=payment.reference,
        saved_card=payment.saved_card,
        taken_at=at,
        taken_by=by.name,
        site=payment.site,
        visit_id=payment.visit_id,
        for_visit=_for_visit(payment, amount),
        shares=payment.shares if amount == payment.amount else None,
        key=f"dispute:{why}:{dispute.pk.hex}",
    )
    return post_payment(again, at=at, by=by)


def _for_visit(payment: Payment, amount: Decimal) -> Decimal | None:
    return None if payment.for_visit is None else min(payment.for_visit, amount)


def _move(dispute: CardDispute, status: CardDispute.Status) -> None:
    dispute.status = dispute.lifecycle.move(dispute.status, status)
    dispute.save()


def _day(payment: Payment, at: datetime) -> date:
    return local(payment.site, at).date()

"""Arguing a denial before the care: doctor to doctor, or by a written appeal."""

from datetime import date, datetime, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage import queries
from frontdesk.coverage.models import Authorization, AuthorizationDispute
from frontdesk.coverage.operations.authorizations import decide_authorization, remember
from frontdesk.coverage.signals import authorization_changed
from frontdesk.practice.queries import office_day

Status, Dispute = Authorization.Status, AuthorizationDispute
_OUTCOMES = {
    Dispute.Status.WON: Status.APPROVED,
    Dispute.Status.PART: Status.PARTIAL,
    Dispute.Status.LOST: Status.DENIED,
}


@operation("coverage.edit")
def plan_peer(
    authorization: Authorization,
    *,
    at: datetime,
    today: date,
    by: Actor,
    due_on: date | None = None,
    slot_at: datetime | None = None,
    with_whom: str = "",
    phone: str = "",
) -> AuthorizationDispute:
    """Plan the call between the doctors; planned again, the open one is changed."""
    authorization = _denied(authorization)
    terms = queries.terms_of(authorization.policy.subscription.plan.payer)
    last = due_on or _from(authorization, today) + timedelta(days=terms.peer_days)
    call = _open(authorization, Dispute.Kind.PEER) or Dispute(
        authorization=authorization, kind=Dispute.Kind.PEER, opened_at=at
    )
    if slot_at is not None and office_day(slot_at) > last:
        raise Refused(f"The payer takes the call until {last:%b} {last.day}.")
    call.due_on, call.slot_at = last, slot_at
    call.with_whom, call.phone = with_whom.strip(), phone.strip()
    call.save()
    remember(authorization, "Peer-to-peer call planned", at=at, by=by)
    return call


@operation("coverage.edit")
def appeal_authorization(
    authorization: Authorization,
    *,
    letter: str,
    at: datetime,
    today: date,
    by: Actor,
    sent_on: date | None = None,
    due_on: date | None = None,
) -> AuthorizationDispute:
    """Write an appeal, and with `sent_on` send it: then the payer has its time to decide."""
    authorization = _denied(authorization)
    terms = queries.terms_of(authorization.policy.subscription.plan.payer)
    last = due_on or _from(authorization, today) + timedelta(days=terms.appeal_days)
    if sent_on is not None and sent_on > last:
        raise Refused(f"The last day for an appeal was {last:%b} {last.day}.")
    if not letter.strip():
        raise Refused("An appeal needs its letter.")
    appeal = _open(authorization, Dispute.Kind.APPEAL) or Dispute(
        authorization=authorization, kind=Dispute.Kind.APPEAL, opened_at=at
    )
    appeal.letter, appeal.due_on, appeal.sent_on = letter.strip(), last, sent_on
    appeal.save()
    if sent_on is not None and authorization.status != Status.APPEALED:
        authorization.status = authorization.lifecycle.move(authorization.status, Status.APPEALED)
        authorization.decide_by = at + timedelta(days=30)  # 42 CFR 422.590(b): before the care
        authorization.save()
        authorization_changed.send(Authorization, authorization=authorization, by=by)
    words = "Appeal sent" if sent_on else "Appeal written"
    remember(authorization, words, at=at, by=by)
    return appeal


@operation("coverage.edit")
def close_dispute(
    dispute: AuthorizationDispute,
    *,
    outcome: str,
    words: str,
    at: datetime,
    by: Actor,
    number: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    told_by: str = "",
) -> AuthorizationDispute:
    """Note how the call or the appeal ended; what it won is approved in the same step."""
    authorization = Authorization.objects.lock(dispute.authorization_id)
    dispute = Dispute.objects.lock(dispute.pk)
    new = Dispute.Status(outcome)
    if not words.strip():
        raise Refused("Say what the payer said.")
    dispute.status = dispute.lifecycle.move(dispute.status, new)
    dispute.outcome, dispute.closed_at = words.strip()[:300], at
    dispute.save()
    decided = _OUTCOMES.get(new)
    if decided and authorization.lifecycle.may(authorization.status, decided):
        decide_authorization(
            authorization, status=decided, number=number, starts_on=starts_on, ends_on=ends_on,
            because=words, told_by=told_by, at=at, by=by,
        )  # fmt: skip
    else:
        remember(authorization, f"{dispute.get_status_display()}: {words}", at=at, by=by)
    return dispute


def _denied(authorization: Authorization) -> Authorization:
    authorization = Authorization.objects.lock(authorization.pk)
    arguable = (Status.DENIED, Status.PARTIAL, Status.APPEALED)
    if authorization.status not in arguable:
        raise Refused("Only what was denied, or approved with changes, can be argued.")
    return authorization


def _open(authorization: Authorization, kind: str) -> AuthorizationDispute | None:
    return Dispute.objects.filter(
        authorization=authorization, kind=kind, status=Dispute.Status.OPEN
    ).first()


def _from(authorization: Authorization, today: date) -> date:
    return office_day(authorization.decided_at) if authorization.decided_at else today

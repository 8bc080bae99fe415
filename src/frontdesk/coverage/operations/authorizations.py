"""Authorizations: noted by hand, corrected, decided by a payer, proven not to be needed."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import (
    Authorization,
    AuthorizationEvent,
    AuthorizationEvidence,
    AuthorizedService,
    Policy,
)
from frontdesk.coverage.signals import authorization_changed
from frontdesk.staff import operations as staff_operations

Status = Authorization.Status
Service = dict[str, Any]  # code, units (None: no limit named), counts
LONGEST_REASON = 300


@operation("coverage.edit")
def add_authorization(
    policy: Policy,
    *,
    by: Actor,
    number: str = "",
    codes: Sequence[str] = (),
    services: Sequence[Service] = (),
    starts_on: date | None = None,
    ends_on: date | None = None,
    status: str = Status.REQUESTED,
    appointment_id: UUID | None = None,
    kind: str = Authorization.Kind.PRIOR,
    **more: Any,
) -> Authorization:
    """Note an authorization or referral under a policy: needed, asked for, or approved already.

    `codes` are services without a limit; `services` say code, units and what is counted. Without
    either it is for any service. A referral counts visits.
    """
    policy = Policy.objects.lock(policy.pk)
    at = now()
    made = Authorization(
        patient_id=policy.patient_id,
        policy=policy,
        kind=kind,
        number=number.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        status=status,
        appointment_id=appointment_id,
        decided_at=at if status in Authorization.ALLOWS else None,
        **more,
    )
    if status in Authorization.WAITS and made.asked_at is None:
        made.asked_at = at
    _require_sense(made)
    made.save()
    wanted = list(services) or [{"code": code} for code in codes] or [{"code": ""}]
    set_services(made, wanted)
    remember(made, f"Noted as {made.get_status_display().lower()}", at=at, by=by)
    authorization_changed.send(Authorization, authorization=made, by=by)
    return made


@operation("coverage.edit")
def change_authorization(
    authorization: Authorization,
    *,
    by: Actor,
    services: Sequence[Service],
    number: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    version: str = "",
    **more: Any,
) -> Authorization:
    """Correct what we hold of an authorization: its number, days, services, who refers."""
    authorization = Authorization.objects.lock(authorization.pk)
    authorization.expect(version)
    authorization.number = number.strip()
    authorization.starts_on, authorization.ends_on = starts_on, ends_on
    for name, value in more.items():
        setattr(authorization, name, value)
    _require_sense(authorization)
    authorization.save()
    set_services(authorization, services)
    remember(authorization, "Corrected", at=now(), by=by)
    authorization_changed.send(Authorization, authorization=authorization, by=by)
    return authorization


@operation("coverage.edit")
def decide_authorization(
    authorization: Authorization,
    *,
    status: str,
    by: Actor,
    number: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    approved: dict[str, int | None] | None = None,
    because: str = "",
    told_by: str = "",
    reference: str = "",
    proof_id: UUID | None = None,
    at: datetime | None = None,
) -> Authorization:
    """Note the payer's decision, and who said it: approved, with changes, denied, not needed.

    `approved` gives the units of each code as they were approved; 0 is a denied service. What was
    not named stays as it was asked for.
    """
    at = at or now()
    authorization = Authorization.objects.lock(authorization.pk)
    new = Status(status)
    authorization.status = authorization.lifecycle.move(authorization.status, new)
    authorization.number = number.strip() or authorization.number
    authorization.starts_on = starts_on or authorization.starts_on
    authorization.ends_on = ends_on or authorization.ends_on
    authorization.because = because.strip()[:LONGEST_REASON]
    authorization.told_by = told_by.strip() or authorization.told_by
    authorization.reference = reference.strip() or authorization.reference
    authorization.proof_id = proof_id or authorization.proof_id
    authorization.ask_again_at = None
    if new not in Authorization.WAITS:
        authorization.decided_at = at
    if new == Status.DENIED and not authorization.because:
        raise Refused("Say why the payer denied it: an appeal answers exactly that.")
    _require_proof(authorization)
    _require_sense(authorization)
    authorization.save()
    if authorization.allows and new != Status.NOT_NEEDED:
        _approve_services(authorization, approved or {})
    settle(authorization, at=at, by=by)
    remember(authorization, _decision_words(authorization), at=at, by=by)
    authorization_changed.send(Authorization, authorization=authorization, by=by)
    return authorization


@operation("coverage.edit")
def note_not_needed(
    policy: Policy,
    *,
    codes: Sequence[str],
    told_by: str,
    reference: str,
    until: date,
    on: date,
    at: datetime,
    by: Actor,
    because: str = "",
    proof_id: UUID | None = None,
) -> Authorization:
    """Keep the proof that a payer wants no authorization: who said so, when, how long it counts."""
    if until < on:
        raise Refused("The proof would end before it counts.")
    made = add_authorization(
        policy, codes=codes, status=Status.NEEDED, starts_on=on, ends_on=until, by=by
    )
    return decide_authorization(
        made, status=Status.NOT_NEEDED, told_by=told_by, reference=reference, because=because,
        proof_id=proof_id, at=at, by=by,
    )  # fmt: skip


@operation("coverage.edit")
def withdraw_authorization(
    authorization: Authorization, *, because: str, at: datetime, by: Actor
) -> Authorization:
    """Take one off the list that is no longer wanted; what was approved is ended instead."""
    if not because.strip():
        raise Refused("Say why it is no longer wanted.")
    authorization = Authorization.objects.lock(authorization.pk)
    new = Status.ENDED if authorization.allows or authorization.status == Status.DENIED else None
    authorization.status = authorization.lifecycle.move(
        authorization.status, new or Status.WITHDRAWN
    )
    authorization.because = because.strip()[:LONGEST_REASON]
    authorization.ask_again_at = None
    authorization.save()
    settle(authorization, at=at, by=by)
    remember(authorization, f"No longer wanted: {authorization.because}", at=at, by=by)
    authorization_changed.send(Authorization, authorization=authorization, by=by)
    return authorization


@operation("coverage.edit")
def renew_authorization(authorization: Authorization, *, at: datetime, by: Actor) -> Authorization:
    """Begin the next one of the same services before this one is used up; pressed twice, once."""
    authorization = Authorization.objects.lock(authorization.pk)
    known = Authorization.objects.filter(
        renews=authorization, status__in=Authorization.OPEN | Authorization.ALLOWS
    ).first()
    if known is not None:
        return known
    if not authorization.allows:
        raise Refused("Only what was approved can be renewed.")
    lines = AuthorizedService.objects.filter(authorization=authorization, is_active=True)
    services = [
        {"code": line.code, "units": line.asked or line.approved, "counts": line.counts}
        for line in lines.order_by("place")
    ]
    return add_authorization(
        authorization.policy, kind=authorization.kind, services=services, status=Status.NEEDED,
        why=Authorization.Why.RENEWAL, why_words=f"Follows {authorization.number}"[:200],
        stops=authorization.stops, renews=authorization, diagnoses=authorization.diagnoses,
        visit_type=authorization.visit_type, provider=authorization.provider,
        referred_by=authorization.referred_by, referred_by_npi=authorization.referred_by_npi,
        expected=authorization.expected, by=by,
    )  # fmt: skip


@operation("coverage.edit")
def ask_for_evidence(
    authorization: Authorization, *, words: str, by: Actor, is_required: bool = True
) -> AuthorizationEvidence:
    """Put something the payer wants to see onto the checklist; the same words once."""
    words = words.strip()[:120]
    if not words:
        raise Refused("Say what the payer wants to see.")
    Authorization.objects.lock(authorization.pk)
    known = AuthorizationEvidence.objects.filter(
        authorization=authorization, words__iexact=words, is_active=True
    ).first()
    return known or AuthorizationEvidence.objects.create(
        authorization=authorization, words=words, is_required=is_required
    )


@operation("coverage.edit")
def give_evidence(
    evidence: AuthorizationEvidence, *, document_id: UUID | None, title: str, by: Actor
) -> AuthorizationEvidence:
    """Choose the document that shows what is asked for; None takes the choice back."""
    evidence = AuthorizationEvidence.objects.lock(evidence.pk)
    evidence.document_id, evidence.document_title = document_id, title[:120]
    evidence.save()
    return evidence


@operation("coverage.edit")
def note_packet(
    authorization: Authorization, *, packet_id: UUID, at: datetime, by: Actor
) -> Authorization:
    """Remember the packet that was made for the payer."""
    authorization = Authorization.objects.lock(authorization.pk)
    if authorization.packet_id != packet_id:
        authorization.packet_id = packet_id
        authorization.save()
        remember(authorization, "Packet made", document_id=packet_id, at=at, by=by)
    return authorization


@operation("coverage.edit")
def note_proof(
    authorization: Authorization, *, proof_id: UUID, title: str, at: datetime, by: Actor
) -> Authorization:
    """Keep the document that proves what the payer said: a screenshot, a letter."""
    authorization = Authorization.objects.lock(authorization.pk)
    authorization.proof_id = proof_id
    authorization.save()
    remember(authorization, f"Proof kept: {title}", document_id=proof_id, at=at, by=by)
    return authorization


def set_services(authorization: Authorization, services: Sequence[Service]) -> None:
    """Let an authorization hold exactly these services; a code named twice is one line."""
    wanted: dict[str, Service] = {}
    for one in services or [{"code": ""}]:
        code = str(one.get("code", "")).strip().upper()
        known = wanted.get(code)
        units = one.get("units")
        if known and known.get("units") and units:
            units += known["units"]
        wanted[code] = {**one, "code": code, "units": units}
    held = AuthorizedService.objects.filter(authorization=authorization, is_active=True)
    kept = {line.code: line for line in held}
    for place, (code, said) in enumerate(wanted.items(), start=1):
        line = kept.pop(code, None) or AuthorizedService(authorization=authorization, code=code)
        line.place = place
        line.counts = said.get("counts") or _counts(authorization)
        line.asked = said.get("units")
        line.is_denied = False
        line.approved = line.asked if authorization.allows else None
        line.save()
    for line in kept.values():
        line.is_active = False
        line.save()


def remember(
    authorization: Authorization,
    words: str,
    *,
    at: datetime,
    by: Actor,
    document_id: UUID | None = None,
) -> None:
    """Write into the history of an authorization."""
    AuthorizationEvent.objects.create(
        authorization=authorization,
        at=at,
        by_name=by.name,
        words=words[:300],
        reference=authorization.reference,
        document_id=document_id,
    )


def settle(authorization: Authorization, *, at: datetime, by: Actor) -> None:
    """Take the work that an authorization left off the list: somebody decided about it."""
    for what in ("by_hand", "late", "ending", "denied"):
        once = f"authorization.{what}:{authorization.pk}"
        staff_operations.settle_work(once=once, at=at, by=by)


def expected_of(charges: Sequence[Decimal]) -> Decimal | None:
    """Return the dollars at stake; None where no price is known."""
    return sum(charges, Decimal(0)) if charges else None


def _counts(authorization: Authorization) -> str:
    is_referral = authorization.kind == Authorization.Kind.REFERRAL
    counts = AuthorizedService.Counts
    return counts.VISITS if is_referral else counts.UNITS


def _approve_services(authorization: Authorization, approved: dict[str, int | None]) -> None:
    lines = AuthorizedService.objects.filter(authorization=authorization, is_active=True)
    for line in lines.order_by("place"):
        units = approved.get(line.code, line.asked)
        line.is_denied = units == 0
        line.approved = units or None
        line.save()


def _decision_words(authorization: Authorization) -> str:
    words = str(authorization.get_status_display())
    if authorization.number and authorization.allows:
        words += f", number {authorization.number}"
    if authorization.told_by:
        words += f", said {authorization.told_by}"
    return f"{words}: {authorization.because}" if authorization.because else words


def _require_proof(authorization: Authorization) -> None:
    if authorization.status != Status.NOT_NEEDED:
        return
    if not authorization.told_by:
        raise Refused("Say who said that none is needed: a name, or the website.")
    if authorization.ends_on is None:
        raise Refused("Say until when it counts: payers change their lists.")


def _require_sense(authorization: Authorization) -> None:
    has_number = bool(authorization.number)
    approved = (Status.APPROVED, Status.PARTIAL)
    if authorization.status in approved and not has_number:
        raise Refused("An approved authorization has a number: claims are sent with it.")
    starts, ends = authorization.starts_on, authorization.ends_on
    if starts and ends and ends < starts:
        raise Refused("The authorization would end before it starts.")

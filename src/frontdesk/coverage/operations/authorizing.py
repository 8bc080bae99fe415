"""What needs an authorization gets one on the list; what is booked and billed is counted on it.

A booked visit keeps what its services need of an approval, in the transaction that looks at it; a
charge takes over from the visit. So a visit is never counted twice, and a claim built again, sent
again or replaced counts nothing: units hang on charges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.coverage import queries
from frontdesk.coverage.models import (
    Authorization,
    AuthorizationUse,
    Policy,
)
from frontdesk.coverage.operations.authorizations import (
    add_authorization,
    ask_for_evidence,
    remember,
)
from frontdesk.coverage.rules import authorizing as rules
from frontdesk.people.models import Patient

Status = Authorization.Status
Use = AuthorizationUse
FROM_A_VISIT = frozenset({"rule", "answer", "denial", "type"})  # why one was put on the list


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booked visit as authorizations see it."""

    appointment_id: UUID
    patient: Patient
    on: date
    codes: Sequence[str]  # the services it is planned to hold
    visit_type: str = ""  # its code
    visit_type_name: str = ""
    type_says: bool = False  # the type of visit usually needs one
    provider_id: UUID | None = None
    expected: Decimal | None = None
    site_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Billed:
    """A charge as authorizations see it."""

    charge_id: UUID
    code: str
    units: int


@operation("coverage.verify")
def watch_authorization(wanted: Wanted, *, at: datetime, by: Actor) -> Authorization | None:
    """Let a booked visit keep what it needs of an approval, or put one to ask for on the list.

    Doing it again, after the visit was moved or the plan answered, leaves exactly what holds now.
    Returns the authorization the visit hangs on, if any.
    """
    Patient.objects.lock(wanted.patient.pk)  # two visits that want the last unit: one at a time
    policy = queries.policies_of(wanted.patient, wanted.on).first()
    if policy is None:
        release_authorization(wanted.appointment_id, at=at, by=by)
        return None
    used, short = _keep(wanted, policy)
    need = queries.need_for(
        policy, wanted.codes, wanted.on, visit_type=wanted.visit_type, type_says=wanted.type_says,
        who=queries.Who(wanted.provider_id, wanted.site_id, wanted.expected),
    )  # fmt: skip
    lacking = {one.code for one in short}
    missing = [code for code in need.codes if code in lacking]
    if not missing:
        words = "Not needed any more" if used is None else "Another approval covers the visit"
        _drop_needed(wanted.appointment_id, words, at=at, by=by)
        return used
    return _put_on_the_list(wanted, policy, need, missing, at=at, by=by)


@operation("coverage.verify")
def release_authorization(appointment_id: UUID, *, at: datetime, by: Actor) -> int:
    """Give back what a cancelled visit kept, and forget what was only needed for it."""
    kept = list(
        Use.objects.filter(appointment_id=appointment_id, kind=Use.Kind.BOOKED, is_active=True)
    )
    for one in kept:
        one.is_active = False
        one.save()
    _drop_needed(appointment_id, "The visit is not booked any more", at=at, by=by)
    return len(kept)


@operation("coverage.verify")
def count_charges(
    policy: Policy,
    charges: Sequence[Billed],
    *,
    on: date,
    by: Actor,
    appointment_id: UUID | None = None,
    provider_id: UUID | None = None,
) -> int:
    """Count charges on the approvals that cover them; they take over from the booked visit.

    A charge is counted once, however often it is claimed. One that wants more than is left takes
    what is left: the claim is checked for the rest. Returns how many charges were covered.
    """
    Patient.objects.lock(policy.patient_id)
    keys = [one.charge_id for one in charges]
    known = set(
        Use.objects.filter(charge_id__in=keys, is_active=True).values_list("charge_id", flat=True)
    )
    fresh = [one for one in charges if one.charge_id not in known]
    if appointment_id is not None and fresh:
        for one in Use.objects.filter(
            appointment_id=appointment_id, kind=Use.Kind.BOOKED, is_active=True
        ):
            one.is_active = False
            one.save()
    held = _usable(policy)
    asked = [rules.Asked(one.code, one.units, one.charge_id) for one in fresh]
    taken, _ = rules.take(asked, held, on, provider_id=provider_id, is_partly=True)
    for part in taken:
        Use.objects.create(
            service_id=part.held.key, kind=Use.Kind.BILLED, code=part.asked.code, on=on,
            units=part.units, charge_id=part.asked.key, appointment_id=appointment_id,
        )  # fmt: skip
    return len(taken)


@operation("coverage.verify")
def uncount_charges(charge_ids: Sequence[UUID], *, by: Actor) -> int:
    """Give back what charges used that were taken back; the visit keeps its units again."""
    uses = list(Use.objects.filter(charge_id__in=charge_ids, is_active=True))
    for one in uses:
        one.is_active = False
        one.save()
    for pk in {one.appointment_id for one in uses if one.appointment_id}:
        for kept in Use.objects.filter(appointment_id=pk, kind=Use.Kind.BOOKED).order_by("-pk"):
            is_kept = Use.objects.filter(
                appointment_id=pk, code=kept.code, kind=Use.Kind.BOOKED, is_active=True
            ).exists()
            if not is_kept and _has_room(kept):
                kept.is_active = True
                kept.save()
    return len(uses)


def _usable(policy: Policy) -> list[rules.Held]:
    given = Authorization.objects.filter(policy=policy, status__in=Authorization.ALLOWS)
    if not given.exists():  # as with most policies
        return []
    lines = queries.allowed_services([policy.patient_id]).filter(authorization__policy=policy)
    return queries.held(lines)


def _keep(wanted: Wanted, policy: Policy) -> tuple[Authorization | None, list[rules.Asked]]:
    """Take what the visit needs afresh; return the approval it hangs on, and what lacks one."""
    for one in Use.objects.filter(appointment_id=wanted.appointment_id, is_active=True):
        if one.kind == Use.Kind.BILLED:  # the visit was billed: nothing to keep for it
            return _whose(one.service_id), []
        one.is_active = False
        one.save()
    asked = [rules.Asked(code) for code in dict.fromkeys(wanted.codes or [""])]
    held = _usable(policy)
    taken, short = rules.take(asked, held, wanted.on, provider_id=wanted.provider_id)
    for part in taken:
        Use.objects.create(
            service_id=part.held.key, kind=Use.Kind.BOOKED, code=part.asked.code, on=wanted.on,
            units=part.units, appointment_id=wanted.appointment_id,
        )  # fmt: skip
    return (_whose(taken[0].held.key) if taken else None), short


def _whose(service_id: UUID) -> Authorization:
    found: Authorization = Authorization.objects.get(services=service_id)
    return found


def _has_room(kept: Use) -> bool:
    line = queries.services_used().get(pk=kept.service_id)
    left = line.held(line.used).left  # type: ignore[attr-defined] # annotated
    return left is None or left >= kept.units


def _open_for(appointment_id: UUID) -> list[Authorization]:
    open_now = Authorization.objects.filter(
        appointment_id=appointment_id, status__in=Authorization.OPEN
    )
    return list(open_now.order_by("-pk"))


def _drop_needed(appointment_id: UUID, words: str, *, at: datetime, by: Actor) -> None:
    """Take off the list what nobody asked the payer for yet."""
    for one in _open_for(appointment_id):
        is_ours = one.why in FROM_A_VISIT and not one.is_retroactive
        if one.status == Status.NEEDED and is_ours:
            one = Authorization.objects.lock(one.pk)
            one.status = one.lifecycle.move(one.status, Status.WITHDRAWN)
            one.because = words
            one.save()
            remember(one, words, at=at, by=by)


def _put_on_the_list(
    wanted: Wanted,
    policy: Policy,
    need: rules.Need,
    missing: Sequence[str],
    *,
    at: datetime,
    by: Actor,
) -> Authorization:
    known = next(iter(_open_for(wanted.appointment_id)), None)
    if known is not None:
        if (known.service_on, known.expected) != (wanted.on, wanted.expected):
            known.service_on, known.expected = wanted.on, wanted.expected
            known.save()
        return known
    services = [{"code": code, "units": 1} for code in missing if code]
    made = add_authorization(
        policy, services=services, status=Status.NEEDED, why=need.why, why_words=need.words,
        stops=need.stops, appointment_id=wanted.appointment_id, service_on=wanted.on,
        visit_type=wanted.visit_type_name, provider_id=wanted.provider_id,
        expected=wanted.expected, by=by,
    )  # fmt: skip
    for words in need.evidence:
        ask_for_evidence(made, words=words, by=by)
    return made

"""Check-in by the patient: on their phone, on the tablet; and what staff decide of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.comms import operations as comms
from frontdesk.comms import rules as comms_rules
from frontdesk.comms.models import Message
from frontdesk.comms.operations import Made
from frontdesk.core.actor import Actor
from frontdesk.core.clock import day_bounds, local
from frontdesk.core.errors import Changed, Refused
from frontdesk.core.operation import operation
from frontdesk.coverage import queries as coverage_queries
from frontdesk.people.models import Patient
from frontdesk.records import operations as records
from frontdesk.records.models import Consent, ConsentForm, Document, Reading
from frontdesk.records.operations import Signing
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.operations.telling import written
from frontdesk.visits.models import CheckIn, Item, ItemRule, Told, Visit
from frontdesk.visits.operations.check_in import BIRTH_DATE, SIDES, go_on
from frontdesk.visits.operations.flow import arrive
from frontdesk.visits.operations.told import apply, leave
from frontdesk.visits.queries import intake as queries
from frontdesk.visits.rules import check_in as rules

Status, Way = Told.Status, Told.Way


@operation("visits.check_in_self")
def tell(
    appointment: Appointment,
    item: str,
    *,
    way: str,
    at: datetime,
    by: Actor,
    said: Mapping[str, Any] | None = None,
    seen: str = "",
    key: str = "",
    document: Document | None = None,
) -> Told:
    """Say that an item is still right, or what is right instead.

    `seen` is the mark of what the person saw. What is safe is applied at once; another insurance
    or name waits for staff; so does a correction of something that staff changed meanwhile, and
    both stand side by side. The same `key` is the same press, whenever it arrives.
    """
    patient = Patient.objects.lock(appointment.patient_id)
    if key and (known := Told.objects.filter(key=_own(appointment, key)).first()):
        return known
    if item not in rules.FIELDS:
        raise Refused(_("This is not asked at check-in."))
    held = queries.held_of(patient, item)
    is_crossed = bool(seen) and seen != rules.mark(held)
    changed = rules.differing(held, {k: v for k, v in (said or {}).items() if k in held})
    if said is None and is_crossed:
        raise Changed(_("The office changed this in the meantime. Please look at it again."))
    status = Status.CONFIRMED if not changed else Status.APPLIED
    if changed and (is_crossed or item in rules.RISKY):
        status = Status.PROPOSED
    if status == Status.APPLIED:
        apply(patient, item, changed, way=way, at=at, by=by)
    told = Told.objects.create(
        patient=patient,
        appointment=appointment,
        item=item,
        way=way,
        status=status,
        held={name: str(value or "") for name, value in held.items()},
        said=changed,
        is_crossed=is_crossed and bool(changed),
        document=document,
        on=local(appointment.site, at).date(),
        told_at=at,
        told_by=by.name[:100],
        key=_own(appointment, key) if key else "",
    )
    if status == Status.PROPOSED:
        leave(told, at=at, by=by)
    _pass_over(appointment, at=at, by=by)
    return told


@operation("visits.check_in_self")
def arrive_self(appointment: Appointment, *, way: str, at: datetime, by: Actor) -> Visit:
    """Say "I'm here": the patient stands on the board, known by the birth date they gave.

    Refused on another day than the visit's, and when the visit is not booked any more.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    if local(appointment.site, appointment.starts_at).date() != local(appointment.site, at).date():
        raise Refused(_("This works on the day of your visit. Until then you can fill things in."))
    if appointment.status not in (Appointment.Status.BOOKED, Appointment.Status.ARRIVED):
        raise Refused(_("This visit is not in our book any more. Please ask at the desk."))
    visit = arrive(appointment, at=at, by=by)
    check_in = CheckIn.objects.select_for_update(of=("self",)).get(visit=visit)
    if check_in.identity_confirmed_at is None:
        check_in.way = way
        check_in.identity_confirmed_at, check_in.identity_by = at, BIRTH_DATE
        go_on(visit, check_in, at=at, by=by)
    return visit


@operation("visits.check_in_self")
def sign_self(
    appointment: Appointment,
    form: ConsentForm,
    *,
    signed_name: str,
    signed_as: str,
    at: datetime,
    by: Actor,
    signature: bytes | None = None,
    filled: Mapping[str, Any] | None = None,
    signing: Signing,
) -> Consent:
    """Fill in and sign a form oneself; one that this visit does not ask is refused."""
    _require_given(appointment, form)
    consent = records.sign_consent(
        appointment.patient,
        form=form,
        signed_name=signed_name,
        signed_as=signed_as,
        signature=signature,
        filled=filled,
        signing=replace(signing, zone=appointment.site.time_zone),
        at=at,
        on=local(appointment.site, at).date(),
        by=by,
    )
    _pass_over(appointment, at=at, by=by)
    return consent


@operation("visits.check_in_self")
def refuse_self(
    appointment: Appointment,
    form: ConsentForm,
    *,
    because: str,
    at: datetime,
    by: Actor,
    signing: Signing,
) -> Consent:
    """Say that one does not sign a form; one that is needed for the visit can't be refused."""
    _require_given(appointment, form)
    on = local(appointment.site, at).date()
    consent = records.refuse_consent(
        appointment.patient, form=form, because=because, signing=signing, at=at, on=on, by=by
    )
    _pass_over(appointment, at=at, by=by)
    return consent


@operation("visits.check_in_self")
def send_picture(
    appointment: Appointment, *, side: str, content: bytes, at: datetime, by: Actor
) -> Document:
    """Send a picture of the insurance card (front, back) or the licence; a machine reads it."""
    kind = {**SIDES, "licence": Document.Kind.PHOTO_ID}.get(side)
    if kind is None:
        raise Refused(_("Choose which picture this is."))
    on = local(appointment.site, appointment.starts_at).date()
    policy = coverage_queries.policies_of(appointment.patient, on).first()
    document = records.file_document(
        appointment.patient,
        kind=kind,
        title=kind.label,
        content=content,
        subject=policy if side in SIDES and policy else appointment,
        at=at,
        by=by,
    )
    reads = Reading.Kind.LICENCE if side == "licence" else Reading.Kind.CARD
    records.ask_reading(document, kind=reads, at=at, by=by)
    return document


@operation("visits.check_in")
def make_check_in_link(appointment: Appointment, *, at: datetime, by: Actor) -> Made:
    """Make the way to check in on one's own phone, to be shown as a code at the desk."""
    _refuse_over(appointment, at)
    return comms.make_link(
        "check_in",
        patient=appointment.patient,
        subject=appointment,
        expires_at=_until(appointment),
        by=by,
    )


@operation("visits.check_in")
def invite(appointment: Appointment, *, at: datetime, by: Actor) -> Message | None:
    """Ask the patient to check in on their phone before they come; once a visit and time.

    None when nothing is to ask, or when there is no way to write to them.
    """
    _refuse_over(appointment, at)
    plan = queries.plan_of(appointment)
    if not plan.to_ask and not plan.forms_due:
        return None
    language = comms_rules.language_of(appointment.patient.language)
    return comms.tell(
        appointment.patient,
        "visit.check_in",
        {
            "patient": appointment.patient.first_name,
            "practice": appointment.practice.name,
            "when": written(appointment.starts_at, appointment.site, language),
        },
        once=f"check_in:{appointment.pk}:{appointment.starts_at:%Y%m%d%H%M}",
        subject=appointment,
        place=appointment.site,
        link=comms.Way("check_in", _until(appointment)),
        until=appointment.starts_at,
        at=at,
        by=by,
    )


@operation("visits.set_check_in")
def set_holding(item: str, days: int, *, by: Actor) -> ItemRule:
    """Set how many days an answer about an item holds; 0 asks at every visit."""
    if item not in Item.values or not 0 <= days <= 3650:
        raise Refused(_("Choose from 0 days (every visit) to ten years."))
    rule = ItemRule.objects.filter(item=item).first() or ItemRule(item=item)
    rule.holds_days = days
    rule.save()
    return rule


def _until(appointment: Appointment) -> datetime:
    """Links to check in open until the day of the visit is over."""
    day = local(appointment.site, appointment.starts_at).date()
    return day_bounds(appointment.site, day)[1]


def _refuse_over(appointment: Appointment, at: datetime) -> None:
    coming = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)
    if appointment.status not in coming or _until(appointment) <= at:
        raise Refused(_("This visit is over or not in the book any more."))


def _own(appointment: Appointment, key: str) -> str:
    """Keys come from browsers: one patient's never answers for another's."""
    return f"{appointment.pk.hex}:{key}"[:80]


def _pass_over(appointment: Appointment, *, at: datetime, by: Actor) -> None:
    """Let the check-in under way go past what needs no question any more."""
    visit = Visit.objects.filter(appointment=appointment, check_in__isnull=False).first()
    if visit is not None:
        check_in = CheckIn.objects.select_for_update(of=("self",)).get(visit=visit)
        go_on(visit, check_in, at=at, by=by)


def _require_given(appointment: Appointment, form: ConsentForm) -> None:
    plan = queries.plan_of(appointment)
    if form.key not in {state.form.key for state in plan.forms}:
        raise Refused(_("This form is not asked for this visit."))

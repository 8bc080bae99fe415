"""Enrolments: asked for, waited for, in force; alarms when a payer takes too long."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, now
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage import queries
from frontdesk.coverage.models import Enrolment, Payer
from frontdesk.coverage.signals import enrolment_changed
from frontdesk.practice.models import Site
from frontdesk.staff.operations import open_work, settle_work

Status = Enrolment.Status
USUAL_DAYS = 30  # what payers and clearinghouses say an enrolment takes


@operation("coverage.payers")
def save_enrolment(
    enrolment: Enrolment | None,
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime | None = None,
) -> Enrolment:
    """Write down how the practice's leave to exchange a kind of message with a payer stands.

    Days that nobody gave are filled in: asked today, expected in thirty days, in force today.
    What waited for it is looked at again.
    """
    at = at or now()
    enrolment = Enrolment.objects.lock(enrolment.pk) if enrolment else Enrolment()
    said = dict(values)
    status = str(said.pop("status", enrolment.status))
    for name, value in said.items():
        setattr(enrolment, name, value)
    _require_sense(enrolment)
    if enrolment._state.adding:
        enrolment.status = status
    elif status != enrolment.status:
        enrolment.status = enrolment.lifecycle.move(enrolment.status, Status(status))
    _fill(enrolment, _day(at), by)
    enrolment.save()
    if enrolment.status not in {Status.NEEDED, *Enrolment.WAITS}:
        settle_work(once=_once(enrolment), at=at, by=by)
    enrolment_changed.send(Enrolment, enrolment=enrolment, at=at, by=by)
    return enrolment


@operation("coverage.payers")
def watch_enrolments(*, today: date, at: datetime, by: Actor) -> int:
    """Put on the work list what nobody asked for yet and what a payer is late with; return both."""
    found = [one for one in queries.enrolments_open() if _is_due(one, today)]
    for one in found:
        late = one.is_late(today)
        words = one.get_message_display().lower()
        name = one.payer.name
        open_work(
            kind="coverage.enrolment",
            title=f"{name} is late with the enrolment for {words}"
            if late
            else f"Ask {name} for the enrolment for {words}",
            detail=one.why_not(today).capitalize(),
            how_to_fix="Ask the clearinghouse’s enrolment desk or the payer how it stands"
            + (f", under number {one.reference}" if one.reference else "")
            + ", and note what they say under Settings, Payers, Enrolments.",
            pool="biller",
            subject=one,
            once=_once(one),
            at=at,
            by=by,
        )
    return len(found)


def require_enrolled(payer: Payer, message: str, on: date) -> None:
    """Refuse where the practice may not exchange this message with the payer on a day."""
    require_allowed(payer, queries.enrolments_for(message, [payer.pk]).get(payer.pk), on)


def require_allowed(payer: Payer, enrolment: Enrolment | None, on: date) -> None:
    """Refuse where this enrolment of the payer keeps its messages back on a day."""
    if enrolment is not None and (why := enrolment.why_not(on)):
        words = enrolment.get_message_display().lower()
        raise Refused(f"The practice is not enrolled with {payer.name} for {words}: {why}.")


def _require_sense(enrolment: Enrolment) -> None:
    same = Enrolment.objects.filter(payer=enrolment.payer, message=enrolment.message)
    if same.exclude(pk=enrolment.pk).exists():
        words = enrolment.get_message_display().lower()
        raise Refused(f"{enrolment.payer.name} is on the list for {words} already.")
    if enrolment.ended_on and enrolment.starts_on and enrolment.ended_on < enrolment.starts_on:
        raise Refused("It can’t end before it starts.")


def _fill(enrolment: Enrolment, today: date, by: Actor) -> None:
    if enrolment.status in Enrolment.WAITS:
        enrolment.asked_on = enrolment.asked_on or today
        enrolment.asked_by = enrolment.asked_by or by.name
        usual = enrolment.asked_on + timedelta(days=USUAL_DAYS)
        enrolment.expected_on = enrolment.expected_on or usual
    if enrolment.status == Status.ENROLLED:
        enrolment.starts_on, enrolment.ended_on = enrolment.starts_on or today, None
    if enrolment.status == Status.ENDED:
        enrolment.ended_on = enrolment.ended_on or today


def _day(at: datetime) -> date:
    site = Site.objects.order_by("pk").first()
    return local(site, at).date() if site else at.date()


def _is_due(one: Enrolment, today: date) -> bool:
    return one.status == Status.NEEDED or one.is_late(today)


def _once(enrolment: Enrolment) -> str:
    return f"coverage.enrolment:{enrolment.pk}"

"""Charge capture: what a superbill said at each step, why a visit has no charge, the alarm."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from frontdesk.coding import queries as coding
from frontdesk.core.actor import Actor
from frontdesk.core.clock import today
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.staff import operations as staff
from frontdesk.visits.models import ChargeException, Superbill, SuperbillStep, Visit
from frontdesk.visits.queries import capture
from frontdesk.visits.queries import superbill as queries

MOST_DAYS = 30  # that an exception may last before somebody must look again


def note_step(superbill: Superbill, step: str, *, at: datetime, by: Actor) -> None:
    """Keep what the superbill says at this step, once for each time it is opened."""
    known = SuperbillStep.objects.filter(
        superbill=superbill, step=step, revision=superbill.revision
    )
    if known.exists():
        return
    SuperbillStep.objects.create(
        superbill=superbill,
        step=SuperbillStep.Step(step),
        revision=superbill.revision,
        lines=[
            {
                "code": line.code,
                "modifiers": line.modifiers,
                "units": line.units,
                "charge": str(line.charge),
            }
            for line in queries.lines_of(superbill)
        ],
        diagnoses=[one.code for one in queries.diagnoses_of(superbill)],
        at=at,
        by_name=by.name,
    )


def close_capture(visit: Visit, *, at: datetime, by: Actor) -> None:
    """Note that the visit is charged, or that nothing is: exception and alarm are over."""
    for held in ChargeException.objects.filter(visit=visit, ended_at=None):
        held.ended_at = at
        held.save()
    staff.settle_work(once=_alarm(visit), at=at, by=by)


@operation("visits.superbill")
def except_charge(
    visit: Visit, *, because: str, due_on: date, at: datetime, by: Actor
) -> ChargeException:
    """Say why a visit has no charge yet, and by which day it will: it leaves the list till then."""
    visit = Visit.objects.lock(visit.pk)
    bill = Superbill.objects.filter(visit=visit).first()
    if bill is not None and not bill.is_open:
        raise Refused(_("The superbill of this visit is finished."))
    if not because.strip():
        raise Refused(_("Say what the charge waits for."))
    if not 0 <= (due_on - today(visit.site)).days <= MOST_DAYS:
        raise Refused(_("Choose a day from today, at most %(n)s days ahead.") % {"n": MOST_DAYS})
    held = ChargeException.objects.filter(visit=visit, ended_at=None).first()
    held = held or ChargeException(visit=visit)
    held.because, held.due_on = because.strip(), due_on
    held.noted_at, held.noted_by = at, by.name
    held.save()
    staff.settle_work(once=_alarm(visit), at=at, by=by)
    return held


@operation("staff.work")
def watch_charges(site: Site, *, at: datetime, by: Actor) -> int:
    """Put on the work list each visit that has no charge a day after the patient came."""
    found = [row for row in capture.uncharged(site, at) if row.is_late]
    for row in found:
        staff.open_work(
            kind="visits.charge_missing",
            title=_("Charge the visit of %(day)s") % {"day": row.visit.on.isoformat()},
            detail=row.waits_for,
            how_to_fix=_("Finish and sign the superbill, say no charge, or say what it waits for."),
            pool="biller" if row.step == capture.NOT_BEGUN else "provider",
            subject=row.visit,
            patient_id=row.visit.patient_id,
            amount=row.worth or None,
            once=_alarm(row.visit),
            at=at,
            by=by,
        )
    return len(found)


@operation("staff.work")
def watch_contracts(site: Site, *, at: datetime, by: Actor) -> int:
    """Put on the biller's list each payer's contract that ends without another after it."""
    on = today(site)
    coming = [one for one in coding.gaps_of(list(coding.contracts()), on) if one[2] >= on]
    for contract, first, _last in coming:
        staff.open_work(
            kind="visits.contract_ends",
            title=_("Renew the contract %(name)s") % {"name": contract.name},
            detail=_("Nothing is agreed from %(day)s on: estimates and underpayments stop there.")
            % {"day": first.isoformat()},
            how_to_fix=_("Enter the contract that follows, or a new last day, under Contracts."),
            pool="biller",
            subject=contract,
            once=f"contract-gap:{contract.pk}:{first}",
            at=at,
            by=by,
        )
    return len(coming)


def _alarm(visit: Visit) -> str:
    return f"charge-missing:{visit.pk}"

"""The demo's claims: their clocks, limits of two payers, a printer, what the biller planned."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.billing import operations
from frontdesk.billing.models import Claim, ClockKind
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations as operations_of_coverage
from frontdesk.coverage.models import Payer
from frontdesk.demo.visiting import staff
from frontdesk.staff.queries import members, the_clock

LIMITS = ((ClockKind.CORRECTED, 90), (ClockKind.APPEAL, 120))
STEPS = ("Read the card again", "Ask the provider for the note", "Call the plan")


def live_claims(practice_id: UUID) -> None:
    """Give every claim that no payer has its clock, and let the biller have planned some."""
    by, manager = (
        staff(practice_id, "biller", "Omar Haddad"),
        staff(practice_id, "manager", "Grace"),
    )
    with practice_scope(practice_id):
        payers = list(Payer.objects.filter(is_active=True).order_by("name")[:2])
        open_ones = Claim.objects.filter(status__in=(Claim.Status.HELD, Claim.Status.DENIED))
        planned = list(open_ones.order_by("-total", "pk")[: len(STEPS)])
        biller = next((one for one in members() if "biller" in one.roles), None)
    _enrol(payers, manager)
    for payer in payers:
        for kind, days in LIMITS:
            said = {"payer": payer, "plan": None, "kind": kind, "days": days}
            operations.save_limit(None, said, by=manager)
    printer = {"name": "Laser in the back office", "right": Decimal("1.5")}
    operations.save_printer(None, printer, by=manager)
    operations.watch_clocks(at=now(), by=the_clock(practice_id))
    on = now().date() + timedelta(days=2)
    for claim, step in zip(planned, STEPS, strict=False):
        operations.plan_next(claim, owner=biller, step=step, on=on, at=now(), by=by)


def _enrol(payers: Sequence[Payer], by: Actor) -> None:
    """The first two payers want enrolments: one has all, the other is late with remittances."""
    today = now().date()
    for place, payer in enumerate(payers):
        for message in ("837P", "835"):
            is_late = place == 1 and message == "835"
            said = {
                "payer": payer,
                "message": message,
                "status": "pending" if is_late else "enrolled",
                "asked_on": today - timedelta(days=45),
                "asked_by": "Omar Haddad",
                "starts_on": None if is_late else today - timedelta(days=730),
                "reference": f"ENR-{2040 + place}",
            }
            operations_of_coverage.save_enrolment(None, said, by=by)
    operations_of_coverage.watch_enrolments(today=today, at=now(), by=by)

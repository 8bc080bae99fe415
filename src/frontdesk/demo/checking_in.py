"""Check-in and check-out of the demo: rules, a form with blanks, a tablet, answers that wait."""

from datetime import datetime, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.clock import day_bounds, local, now
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.foundation import World
from frontdesk.demo.visiting import staff
from frontdesk.practice.models import Site
from frontdesk.records import operations as records
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.roles import LINK_PERMISSIONS
from frontdesk.visits import operations
from frontdesk.visits.rules.check_out import OFFERED

PIN = "2468"
HEALTH = (
    "Anything you are allergic to? *\nMedicines you take [long]\n"
    "Do you smoke? [yes/no] *\nPharmacy [one of: Elm Street, Oak Avenue, Another]"
)


def set_up(world: World) -> None:
    """Write down what this office asks; its forms come before anybody signs one."""
    by = staff(world.practice.pk, "manager", "Grace Whitfield")
    records.save_form(
        key="health", language="en", title="About your health", blanks=HEALTH, valid_months=12,
        body="Please tell us what we should know before you are seen.", is_required=False, by=by,
    )  # fmt: skip
    records.save_form(
        key="teen", language="en", title="Time alone with the provider", is_required=False,
        body="Teens may talk with the provider alone for part of the visit.", by=by,
    )  # fmt: skip
    records.save_rule("health", visit_types=["new", "physical"], by=by)
    records.save_rule("teen", age_from=12, age_to=17, minor_may_sign=True, by=by)
    referral = OFFERED[0]
    if (kind := world.visit_types.get("new")) is not None:
        values = {"kind": referral.kind, "label": referral.label, "pool": referral.pool,
                  "due_days": referral.due_days, "place": referral.place,
                  "visit_type": kind}  # fmt: skip
        operations.save_step(None, values, by=by)


def live(world: World) -> None:
    """Pair no tablet, but have one ready; let patients of today have said something."""
    by = staff(world.practice.pk, "manager", "Grace Whitfield")
    site = next(iter(world.sites.values()))
    at = now()
    operations.make_kiosk("Waiting room", site, pin=PIN, at=at, by=by)
    with practice_scope(world.practice.pk):
        coming = list(_coming(site, at))
    for place, appointment in enumerate(coming):
        _tell(appointment, place, at - timedelta(minutes=20 + place), world)


def _tell(appointment: Appointment, place: int, at: datetime, world: World) -> None:
    """Let one patient answer on their phone; the first ones say something that staff decide."""
    by = Actor(
        name=f"{appointment.patient.name} (by link)",
        practice_id=world.practice.pk,
        permissions=LINK_PERMISSIONS["check_in"],
        role="Patient",
    )
    for item in ("phone", "email", "address", "reach"):
        operations.tell(appointment, item, way="phone", at=at, by=by)
    if place == 0:
        said = {"payer": "Harborline Health", "member_id": "HLX482913076", "group_number": "45771"}
        operations.tell(appointment, "insurance", said=said, way="phone", at=at, by=by)
    elif place == 1:
        name = {"last_name": f"{appointment.patient.last_name}-Moss"}
        operations.tell(appointment, "name", said=name, way="phone", at=at, by=by)


def _coming(site: Site, at: datetime) -> list[Appointment]:
    _start, end = day_bounds(site, local(site, at).date())
    found = Appointment.objects.filter(
        site=site, starts_at__gt=at, starts_at__lt=end, status=Appointment.Status.BOOKED
    )
    return list(found.select_related("patient", "site", "visit_type").order_by("starts_at")[:4])

"""Answers about what we hold: written down, applied, left for staff to decide."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.people.queries import contacts_of
from frontdesk.staff import operations as staff
from frontdesk.visits.models import Item, Told, Visit
from frontdesk.visits.queries import intake as queries

Status, Way = Told.Status, Told.Way
POOL = "receptionist"


@operation("visits.check_in")
def confirm_items(
    visit: Visit, items: Sequence[str], *, changed: Sequence[str] = (), at: datetime, by: Actor
) -> list[Told]:
    """Remember at the desk which items were confirmed, and which corrected."""
    return Told.objects.bulk_create(
        Told(
            patient_id=visit.patient_id,
            appointment_id=visit.appointment_id,
            item=item,
            way=Way.DESK,
            status=Status.APPLIED if item in changed else Status.CONFIRMED,
            on=visit.on,
            told_at=at,
            told_by=by.name[:100],
        )
        for item in items
    )


def apply(
    patient: Patient, item: str, said: Mapping[str, str], *, way: str, at: datetime, by: Actor
) -> None:
    """Write a correction into the chart."""
    if item == Item.REACH:
        if channel := said.get("preferred_channel"):
            people.edit(patient, {"preferred_channel": channel}, by=by)
        for name, channel in queries.CHANNELS.items():
            if name in said:
                how = str(_("at check-in, %(way)s") % {"way": Way(way).label.lower()})
                people.say_consent(
                    patient, channel=channel, is_given=said[name] == "yes", how=how, at=at, by=by
                )
    elif item == Item.CONTACT:
        whole = {**queries.held_of(patient, item), **said}
        for former in contacts_of(patient).filter(is_emergency=True)[:1]:
            people.retire_contact(former, by=by)
        people.add_contact(
            patient,
            name=whole["contact_name"],
            phone=whole["contact_phone"],
            relationship=whole["contact_relationship"],
            by=by,
        )
    else:
        people.edit(patient, {**said, **_born(said)}, by=by)


def _born(said: Mapping[str, str]) -> dict[str, date]:
    return {"birth_date": date.fromisoformat(said["birth_date"])} if "birth_date" in said else {}


def leave(told: Told, *, at: datetime, by: Actor) -> None:
    """Put it on the list of the desk, once a patient."""
    staff.open_work(
        kind="visits.told",
        title=_("Decide what a patient or a card says differently"),
        detail=_("Something at check-in is not what we hold."),
        how_to_fix=_("Open it, compare both sides, and take over what is right."),
        pool=POOL,
        subject=told,
        patient_id=told.patient_id,
        once=trouble_of(told),
        at=at,
        by=by,
    )


def trouble_of(told: Told) -> str:
    return f"visits.told:{told.patient_id}"

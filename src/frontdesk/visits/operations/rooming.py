"""What the assistant does in the room: measure, and take a measurement back."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.rules import age_on
from frontdesk.visits.models import Visit, Vitals
from frontdesk.visits.rules import vitals as rules


class Impossible(Refused):
    """A measurement no living person has: a slip of the finger or of the unit."""

    def __init__(self, findings: list[rules.Finding]) -> None:
        super().__init__(" ".join(finding.text for finding in findings))
        self.findings = findings


class Unusual(Refused):
    """A measurement that may be true: the person is asked to look once more."""

    def __init__(self, findings: list[rules.Finding]) -> None:
        said = " ".join(finding.text for finding in findings)
        super().__init__(said + " " + _("Check it, then save once more to keep it."))
        self.findings = findings


@operation("visits.vitals")
def take_vitals(
    visit: Visit,
    typed: Mapping[str, str],
    *,
    units: Mapping[str, str],
    at: datetime,
    by: Actor,
    is_confirmed: bool = False,
) -> Vitals:
    """Keep one set of measurements, in metric, with what was typed.

    Refuses impossible ones always (`Impossible`), unusual ones until confirmed (`Unusual`).
    """
    visit = Visit.objects.lock(visit.pk)
    reading = rules.read(typed, units, age_on(visit.patient.birth_date, visit.on))
    if reading.impossible:
        raise Impossible(reading.impossible)
    if not reading.values:
        raise Refused(_("Nothing was measured."))
    if reading.unusual and not is_confirmed:
        raise Unusual(reading.unusual)
    same = Vitals.objects.filter(visit=visit, status=Vitals.Status.TAKEN).last()
    if same and same.entered == reading.entered and (at - same.taken_at).total_seconds() < 60:
        return same  # the button was pressed twice
    return Vitals.objects.create(
        visit=visit,
        patient_id=visit.patient_id,
        taken_at=at,
        taken_by=by.name,
        entered=reading.entered,
        **reading.values,
    )


@operation("visits.vitals")
def void_vitals(vitals: Vitals, *, by: Actor) -> Vitals:
    """Cross out a set of measurements entered by mistake; it is kept, and no longer shown."""
    return _set_status(vitals, Vitals.Status.VOIDED)


@operation("visits.vitals")
def restore_vitals(vitals: Vitals, *, by: Actor) -> Vitals:
    """Count a crossed-out set of measurements again."""
    return _set_status(vitals, Vitals.Status.TAKEN)


def _set_status(vitals: Vitals, status: Vitals.Status) -> Vitals:
    vitals = Vitals.objects.lock(vitals.pk)
    if vitals.status != status:
        vitals.status = vitals.lifecycle.move(vitals.status, status)
        vitals.save()
    return vitals

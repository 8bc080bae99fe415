"""Questions about measurements: the last ones, and how they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from frontdesk.people.models import Patient
from frontdesk.visits.models import Visit, Vitals
from frontdesk.visits.rules import vitals as rules

SHOWN = {"temperature": "°F", "height": "in", "weight": "lb"}


class Fields(Protocol):
    """A form whose fields are found by name."""

    def __getitem__(self, name: str) -> Any:
        """Return a field of the form."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: its fields in the form, and what it was last time."""

    name: str
    measure: rules.Measure
    value: Any
    unit: Any
    last: str


def vitals_of(patient: Patient) -> QuerySet[Vitals]:
    """Return the patient's measurements, the newest first, without those crossed out."""
    taken = Vitals.objects.filter(patient=patient, status=Vitals.Status.TAKEN)
    return taken.order_by("-taken_at", "-pk")


def today(visit: Visit) -> QuerySet[Vitals]:
    """Return the measurements of this visit, the newest first."""
    return Vitals.objects.filter(visit=visit).order_by("-taken_at", "-pk")


def shown_vitals(visit: Visit, form: Fields) -> dict[str, Any]:
    """Return the rows of the form with the last values, and the sets taken today."""
    taken = list(vitals_of(visit.patient)[:20])
    rows = [
        Row(
            name=name,
            measure=measure,
            value=form[name],
            unit=form[f"{name}_unit"] if name in SHOWN else None,
            last=_last(taken, name),
        )
        for name, measure in rules.MEASURES.items()
    ]
    sets = [(one, words_of(one), rules.bmi(one.height, one.weight)) for one in today(visit)]
    last_day = next((one.taken_at for one in taken if one.visit_id != visit.pk), None)
    return {"rows": rows, "sets": sets, "last_at": last_day}


def words_of(taken: Vitals) -> list[tuple[str, str]]:
    """Return a set of measurements as label and value, as they were typed."""
    said = dict(_typed(taken.entered))
    if "systolic" in said:
        pressure = f"{taken.systolic}/{taken.diastolic}"
        said = {"systolic": pressure, **{k: v for k, v in said.items() if k != "systolic"}}
        said.pop("diastolic", None)
    labels = {"systolic": "BP"}
    return [(labels.get(name, str(rules.MEASURES[name].label)), v) for name, v in said.items()]


def _typed(entered: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    units = {"%": "%", "of 10": "/10"}
    return [
        (name, f"{value}{units.get(unit, f' {unit}')}") for name, (value, unit) in entered.items()
    ]


def _last(taken: list[Vitals], name: str) -> str:
    """Return the newest value of a measure, in the unit it is entered in."""
    for one in taken:
        value = getattr(one, name)
        if value is not None:
            shown = rules.shown_in(value, SHOWN[name]) if name in SHOWN else value
            return f"{shown:f}" if name in SHOWN else str(shown)
    return ""

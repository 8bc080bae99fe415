"""Measurements: units, what is impossible, what is unusual.

Impossible values are refused; unusual ones are asked about once more. The ranges are wide on
purpose: they catch a slip of the finger or of the unit, they don't diagnose. Limits for adults
follow the reference ranges of ordinary observation charts (NEWS2, Royal College of Physicians
2017); for children only the impossible is checked, because normal depends on age.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

D = Decimal
ADULT = 18


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing measured: its metric unit and its ranges, both in metric."""

    name: str
    label: "str | _StrPromise"
    unit: str
    possible: tuple[Decimal, Decimal]
    usual: tuple[Decimal, Decimal]
    places: str = "1"  # what it is rounded to
    units: tuple[str, ...] = ()  # that it may be entered in


MEASURES = {
    m.name: m
    for m in (
        Measure("systolic", gettext_lazy("Systolic"), "mmHg", (D(40), D(300)), (D(90), D(180))),
        Measure("diastolic", gettext_lazy("Diastolic"), "mmHg", (D(20), D(200)), (D(50), D(110))),
        Measure("pulse", gettext_lazy("Pulse"), "/min", (D(20), D(300)), (D(45), D(120))),
        Measure("respiration", gettext_lazy("Breaths"), "/min", (D(3), D(100)), (D(10), D(24))),
        Measure("oxygen", gettext_lazy("Oxygen"), "%", (D(40), D(100)), (D(92), D(100))),
        Measure(
            "temperature", gettext_lazy("Temperature"), "°C", (D(25), D(45)),
            (D(35), D(39)), "0.1", ("°F", "°C"),
        ),
        Measure(
            "height", gettext_lazy("Height"), "cm", (D(20), D(260)),
            (D(120), D(215)), "0.1", ("in", "cm"),
        ),
        Measure(
            "weight", gettext_lazy("Weight"), "kg", (D("0.3"), D(500)),
            (D(35), D(200)), "0.01", ("lb", "kg"),
        ),
        Measure("pain", gettext_lazy("Pain"), "of 10", (D(0), D(10)), (D(0), D(10))),
    )
}  # fmt: skip

_TO_METRIC = {
    "lb": lambda value: value * D("0.45359237"),
    "in": lambda value: value * D("2.54"),
    "°F": lambda value: (value - 32) * 5 / 9,
}
_FROM_METRIC = {
    "lb": lambda value: value / D("0.45359237"),
    "in": lambda value: value / D("2.54"),
    "°F": lambda value: value * 9 / 5 + 32,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong or odd about one measurement, in words."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Measurements read: metric values, as typed with units, and what was found about them."""

    values: dict[str, Decimal]
    entered: dict[str, list[str]]
    impossible: list[Finding]
    unusual: list[Finding]


def read(typed: Mapping[str, str], units: Mapping[str, str], age: int) -> Reading:
    """Read what was typed; an empty field was not measured.

    `units` names the unit of temperature, height and weight where it is not metric.
    """
    values, entered = {}, {}
    impossible: list[Finding] = []
    unusual: list[Finding] = []
    for name, measure in MEASURES.items():
        text = str(typed.get(name) or "").strip().replace(",", ".")
        if not text:
            continue
        unit = units.get(name) or measure.unit
        value = _metric(text, unit, measure)
        if value is None or not measure.possible[0] <= value <= measure.possible[1]:
            impossible.append(Finding(name, _impossible(measure, unit)))
            continue
        values[name], entered[name] = value, [text, unit]
        if age >= ADULT and not measure.usual[0] <= value <= measure.usual[1]:
            unusual.append(Finding(name, _unusual(measure, text, unit)))
    impossible += _pressures(values)
    return Reading(values, entered, impossible, unusual)


def bmi(height: Decimal | None, weight: Decimal | None) -> Decimal | None:
    """Return kilograms over square metres, to one place; None when either is missing."""
    if not height or not weight:
        return None
    return (weight / (height / 100) ** 2).quantize(D("0.1"))


def shown_in(value: Decimal | int | None, unit: str) -> Decimal | None:
    """Return a metric value in another unit, to one place."""
    if value is None:
        return None
    convert = _FROM_METRIC.get(unit)
    return (convert(D(value)) if convert else D(value)).quantize(D("0.1"))


def _metric(text: str, unit: str, measure: Measure) -> Decimal | None:
    try:
        value = D(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or (measure.units and unit not in measure.units):
        return None
    convert = _TO_METRIC.get(unit)
    exact = convert(value) if convert else value
    rounded = exact.quantize(D(measure.places))
    return None if measure.places == "1" and rounded != exact else rounded


def _pressures(values: Mapping[str, Decimal]) -> list[Finding]:
    upper, lower = values.get("systolic"), values.get("diastolic")
    if (upper is None) != (lower is None):
        missing = "diastolic" if lower is None else "systolic"
        return [Finding(missing, _("A blood pressure has two numbers."))]
    if upper is not None and lower is not None and lower >= upper:
        return [Finding("diastolic", _("The lower number must be below the upper one."))]
    return []


def _impossible(measure: Measure, unit: str) -> str:
    low, high = (shown_in(bound, unit) for bound in measure.possible)
    return _("%(label)s must be from %(low)s to %(high)s %(unit)s.") % {
        "label": measure.label,
        "low": _short(low),
        "high": _short(high),
        "unit": unit,
    }


def _unusual(measure: Measure, text: str, unit: str) -> str:
    return _("%(label)s %(value)s %(unit)s is unusual.") % {
        "label": measure.label,
        "value": text,
        "unit": unit,
    }


def _short(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""

"""Bring a whole practice in from a file: all of it, or nothing of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from frontdesk.coding.models import ChargeItem, Fee, FeeSchedule
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer, Plan
from frontdesk.practice import operations as practice
from frontdesk.practice.exchange import PracticeFile, Row
from frontdesk.practice.models import Closure, Device, Practice, Room, Site, save_checked
from frontdesk.practice.rules import read_hours
from frontdesk.scheduling.models import Phase, Session, VisitType
from frontdesk.staff import operations as staff
from frontdesk.staff.models import Member, Provider

R = TypeVar("R", bound=Record)

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ADDRESS = ("address_1", "address_2", "city", "state", "zip_code")
YES, NO = {"yes", "true", "1", "x", "y"}, {"", "no", "false", "0", "n"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that can't be brought in, and why, in words."""

    where: str
    says: str


@dataclass(slots=True)
class Report:
    """What was brought in, by table, and what could not be."""

    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def count(self, table: str, *, is_new: bool) -> None:
        """Count a row."""
        counted = self.new if is_new else self.changed
        counted[table] = counted.get(table, 0) + 1


class NotBroughtIn(Refused):
    """Some rows are wrong, so nothing was kept. `report` says which."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{len(report.problems)} rows can't be brought in; nothing was kept.")
        self.report = report


@operation("practice.edit", always_ask=True)
def bring_in_practice(file: PracticeFile, *, by: Actor) -> Report:
    """Bring in the settings of a practice from a file; what is there already is changed.

    A row is known again by its natural key (a site by its name, a provider by the NPI, a payer
    by its id …), so the same file twice changes nothing. Raises `NotBroughtIn` with every wrong
    row when there is one, and then nothing is kept.
    """
    report = Report()
    if not Practice.objects.filter(pk=by.practice_id).exists():
        _found(file, by)
    for table, bring in _BRING.items():
        for row in file.rows(table):
            _one(report, table, row, bring, by)
    if report.problems:
        raise NotBroughtIn(report)
    return report


def _found(file: PracticeFile, by: Actor) -> None:
    rows = file.rows("practice")
    if not rows or not rows[0].text("name"):
        raise Refused("A new practice needs the table practice with a name.")
    practice.found({"name": rows[0].text("name")}, by=by)


def _one(
    report: Report, table: str, row: Row, bring: Callable[[Row, Actor], bool], by: Actor
) -> None:
    """Bring one row in; what is wrong with it is noted and the next one is tried."""
    try:
        with transaction.atomic():
            report.count(table, is_new=bring(row, by))
    except (Refused, ValueError, ValidationError) as wrong:
        says = " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
        report.problems.append(Problem(row.where, says))
    except IntegrityError:
        report.problems.append(Problem(row.where, "This contradicts what is there already."))


def _practice(row: Row, by: Actor) -> bool:
    values = _given(row, "name legal_name tax_id npi taxonomy phone email", *ADDRESS)
    values |= {n: int(row.text(n)) for n in ("logoff_minutes", "hold_minutes") if row.text(n)}
    practice.change_practice(values, by=by)
    return False


def _site(row: Row, by: Actor) -> bool:
    known = Site.objects.filter(name=_name(row, "name")).first()
    values: dict[str, Any] = _given(row, "name time_zone phone npi place_of_service", *ADDRESS)
    if any(day in row.values for day in WEEK):
        values["hours"] = {n: read_hours(row.text(day)) for n, day in enumerate(WEEK)}
    practice.save_site(known, values, by=by)
    return known is None


def _room(row: Row, by: Actor) -> bool:
    site = _of(Site, row, "site", "name")
    known = Room.objects.filter(site=site, name=_name(row, "name")).first()
    practice.save_room(known, {"site": site, **_given(row, "name kind")}, by=by)
    return known is None


def _device(row: Row, by: Actor) -> bool:
    site = _of(Site, row, "site", "name")
    known = Device.objects.filter(site=site, name=_name(row, "name")).first()
    practice.save_device(known, {"site": site, **_given(row, "name kind")}, by=by)
    return known is None


def _closure(row: Row, by: Actor) -> bool:
    site = _of(Site, row, "site", "name") if row.text("site") else None
    on = _day(row, "on")
    known = Closure.objects.filter(site=site, on=on).first()
    values = {"site": site, "on": on, "because": _name(row, "because")}
    practice.save_closure(known, values, by=by)
    return known is None


def _provider(row: Row, by: Actor) -> bool:
    known = Provider.objects.filter(npi=_name(row, "npi")).first()
    values: dict[str, Any] = _given(row, "npi first_name last_name credential taxonomy specialty")
    if row.text("site"):
        values["site"] = _of(Site, row, "site", "name")
    staff.save_provider(known, values, by=by)
    return known is None


def _visit_type(row: Row, by: Actor) -> bool:
    known = VisitType.objects.filter(code=_name(row, "code")).first()
    values: dict[str, Any] = _given(row, "code name service_types tone")
    values["minutes"] = _number(row, "minutes")
    values |= {n: _flag(row, n) for n in ("is_new_patient", "needs_authorization")}
    if "charge_codes" in row.values:
        values["charge_codes"] = row.several("charge_codes")
    return _save(VisitType, known, values)


def _phase(row: Row, by: Actor) -> bool:
    visit_type = _of(VisitType, row, "visit_type", "code")
    values = {
        "visit_type": visit_type,
        "role": _name(row, "role"),
        "kind": row.text("kind"),
        "starts_after": int(row.text("starts_after") or 0),
    }
    known = Phase.objects.filter(**values).first()
    return _save(Phase, known, {**values, "minutes": _number(row, "minutes")})


def _session(row: Row, by: Actor) -> bool:
    values: dict[str, Any] = {
        "provider": _of(Provider, row, "provider", "npi"),
        "site": _of(Site, row, "site", "name"),
        "weekday": _weekday(row),
        "starts": time.fromisoformat(_name(row, "starts")),
        "from_on": _day(row, "from_on"),
    }
    known = Session.objects.filter(**values).first()
    values["ends"] = time.fromisoformat(_name(row, "ends"))
    values["until_on"] = _day(row, "until_on") if row.text("until_on") else None
    codes = row.several("visit_types")
    held = dict(VisitType.objects.filter(code__in=codes).values_list("code", "pk"))
    if missing := [code for code in codes if code not in held]:
        raise Refused(f"There is no visit type {', '.join(missing)}.")
    values["visit_type_ids"] = [str(held[code]) for code in codes]
    return _save(Session, known, values)


def _fee_schedule(row: Row, by: Actor) -> bool:
    values: dict[str, Any] = {"name": _name(row, "name"), "starts_on": _day(row, "starts_on")}
    known = FeeSchedule.objects.filter(**values).first()
    values["kind"] = row.text("kind") or FeeSchedule.Kind.CHARGE
    values["ends_on"] = _day(row, "ends_on") if row.text("ends_on") else None
    return _save(FeeSchedule, known, values)


def _fee(row: Row, by: Actor) -> bool:
    values: dict[str, Any] = {
        "schedule": _of(FeeSchedule, row, "schedule", "name"),
        "code": _name(row, "code"),
        "modifier": row.text("modifier"),
    }
    known = Fee.objects.filter(**values).first()
    return _save(Fee, known, {**values, "amount": _dollars(row, "amount")})


def _charge(row: Row, by: Actor) -> bool:
    known = ChargeItem.objects.filter(code=_name(row, "code")).first()
    values: dict[str, Any] = _given(row, "code description system group")
    if "is_favorite" in row.values:
        values["is_favorite"] = _flag(row, "is_favorite")
    return _save(ChargeItem, known, values)


def _payer(row: Row, by: Actor) -> bool:
    known = Payer.objects.filter(payer_id=_name(row, "payer_id")).first()
    values: dict[str, Any] = _given(row, "payer_id name filing_indicator phone", *ADDRESS)
    if row.text("timely_filing_days"):
        values["timely_filing_days"] = _number(row, "timely_filing_days")
    if row.text("allowed"):
        values["allowed"] = _of(FeeSchedule, row, "allowed", "name")
    return _save(Payer, known, values)


def _plan(row: Row, by: Actor) -> bool:
    values: dict[str, Any] = {
        "payer": _of(Payer, row, "payer", "payer_id"),
        "name": _name(row, "name"),
        "group_number": row.text("group_number"),
    }
    known = Plan.objects.filter(**values).first()
    return _save(Plan, known, {**values, **_given(row, "kind")})


def _member(row: Row, by: Actor) -> bool:
    email = _name(row, "email").lower()
    known = Member.objects.filter(user__email=email).first()
    values: dict[str, Any] = {"name": _name(row, "name"), "roles": row.several("roles")}
    if row.text("site"):
        values["default_site"] = _of(Site, row, "site", "name")
    if row.text("provider"):
        values["provider"] = _of(Provider, row, "provider", "npi")
    if known is None:
        staff.invite(email=email, by=by, **values)
    else:
        staff.change_member(known, values, by=by)
    return known is None


_BRING: Mapping[str, Callable[[Row, Actor], bool]] = {
    "practice": _practice,
    "sites": _site,
    "rooms": _room,
    "devices": _device,
    "closures": _closure,
    "providers": _provider,
    "visit_types": _visit_type,
    "phases": _phase,
    "sessions": _session,
    "fee_schedules": _fee_schedule,
    "fees": _fee,
    "charges": _charge,
    "payers": _payer,
    "plans": _plan,
    "staff": _member,
}


def _save(model: type[R], known: R | None, values: Mapping[str, Any]) -> bool:
    record = model.objects.lock(known.pk) if known is not None else model()
    save_checked(record, values)
    return known is None


def _given(row: Row, names: str, *more: str) -> dict[str, Any]:
    """Return the texts that the row gives, by column."""
    return {name: row.text(name) for name in (*names.split(), *more) if row.text(name)}


def _name(row: Row, column: str) -> str:
    if not (text := row.text(column)):
        raise Refused(f"The column {column} is empty.")
    return text


def _of(model: type[R], row: Row, column: str, key: str) -> R:
    """Return the record that the column names."""
    text = _name(row, column)
    found: R | None = model.objects.filter(**{key: text}).first()
    if found is None:
        raise Refused(f"There is no {model._meta.verbose_name} {text}.")
    return found


def _number(row: Row, column: str) -> int:
    text = _name(row, column)
    if not text.isdigit():
        raise Refused(f"{column} is a whole number, not {text}.")
    return int(text)


def _day(row: Row, column: str) -> date:
    text = _name(row, column)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{column} is a day such as 2026-11-23, not {text}.") from None


def _weekday(row: Row) -> int:
    text = _name(row, "weekday").lower()
    found = [n for n, day in enumerate(WEEK) if text in (day, day[:3], str(n))]
    if not found:
        raise Refused(f"weekday is a day such as Monday, not {text}.")
    return found[0]


def _flag(row: Row, column: str) -> bool:
    text = row.text(column).lower()
    if text not in YES | NO:
        raise Refused(f"{column} is yes or no, not {text}.")
    return text in YES


def _dollars(row: Row, column: str) -> Decimal:
    text = _name(row, column)
    try:
        amount = Decimal(text.replace("$", "").replace(",", ""))
    except InvalidOperation:
        raise Refused(f"{column} is an amount such as 120.00, not {text}.") from None
    exponent = amount.as_tuple().exponent
    if not amount.is_finite() or amount < 0 or (isinstance(exponent, int) and exponent < -2):
        raise Refused(f"{column} is an amount in dollars and cents, not {text}.")
    return amount

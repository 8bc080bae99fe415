"""Bring a whole practice in from a file: all of it, or nothing of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from frontdesk.coding.models import ChargeItem, Fee, FeeSchedule
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt, operation
from frontdesk.coverage.models import Enrolment, Payer, Plan
from frontdesk.practice import operations as practice
from frontdesk.practice.exchange import PracticeFile, Row
from frontdesk.practice.models import Device, Practice, Room, Site
from frontdesk.practice.rules import read_hours
from frontdesk.staff import operations as staff
from frontdesk.staff.models import Member, Provider
from frontdesk.workspace.operations import practice_hours as hours
from frontdesk.workspace.operations.practice_rows import (
    WEEK,
    choice_of,
    day,
    dollars,
    flag,
    given,
    named,
    number,
    record_of,
    save,
)
from frontdesk.workspace.operations.practice_rules import rule

_ENROLMENT_DAYS = ("asked_on", "expected_on", "starts_on", "ended_on")
ADDRESS = ("address_1", "address_2", "city", "state", "zip_code")


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
        with attempt():
            report.count(table, is_new=bring(row, by))
    except (Refused, ValueError, ValidationError) as wrong:
        says = " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
        report.problems.append(Problem(row.where, says))
    except IntegrityError:
        report.problems.append(Problem(row.where, "This contradicts what is there already."))


def _practice(row: Row, by: Actor) -> bool:
    values = given(row, "name legal_name tax_id npi taxonomy phone email", *ADDRESS)
    values |= {n: int(row.text(n)) for n in ("logoff_minutes", "hold_minutes") if row.text(n)}
    practice.change_practice(values, by=by)
    return False


def _site(row: Row, by: Actor) -> bool:
    known = Site.objects.filter(name=named(row, "name")).first()
    values: dict[str, Any] = given(row, "name time_zone phone npi place_of_service", *ADDRESS)
    if any(on in row.values for on in WEEK):
        values["hours"] = {n: read_hours(row.text(on)) for n, on in enumerate(WEEK)}
    practice.save_site(known, values, by=by)
    return known is None


def _room(row: Row, by: Actor) -> bool:
    site = record_of(Site, row, "site", "name")
    known = Room.objects.filter(site=site, name=named(row, "name")).first()
    practice.save_room(known, {"site": site, **given(row, "name kind")}, by=by)
    return known is None


def _device(row: Row, by: Actor) -> bool:
    site = record_of(Site, row, "site", "name")
    known = Device.objects.filter(site=site, name=named(row, "name")).first()
    practice.save_device(known, {"site": site, **given(row, "name kind")}, by=by)
    return known is None


def _provider(row: Row, by: Actor) -> bool:
    known = Provider.objects.filter(npi=named(row, "npi")).first()
    values: dict[str, Any] = given(row, "npi first_name last_name credential taxonomy specialty")
    if row.text("site"):
        values["site"] = record_of(Site, row, "site", "name")
    staff.save_provider(known, values, by=by)
    return known is None


def _fee_schedule(row: Row, by: Actor) -> bool:
    values: dict[str, Any] = {"name": named(row, "name"), "starts_on": day(row, "starts_on")}
    known = FeeSchedule.objects.filter(**values).first()
    values["kind"] = row.text("kind") or FeeSchedule.Kind.CHARGE
    values["ends_on"] = day(row, "ends_on") if row.text("ends_on") else None
    return save(FeeSchedule, known, values)


def _fee(row: Row, by: Actor) -> bool:
    values: dict[str, Any] = {
        "schedule": record_of(FeeSchedule, row, "schedule", "name"),
        "code": named(row, "code"),
        "modifier": row.text("modifier"),
    }
    known = Fee.objects.filter(**values).first()
    return save(Fee, known, {**values, "amount": dollars(row, "amount")})


def _charge(row: Row, by: Actor) -> bool:
    known = ChargeItem.objects.filter(code=named(row, "code")).first()
    values: dict[str, Any] = given(row, "code description system group")
    if "is_favorite" in row.values:
        values["is_favorite"] = flag(row, "is_favorite")
    return save(ChargeItem, known, values)


def _payer(row: Row, by: Actor) -> bool:
    known = Payer.objects.filter(payer_id=named(row, "payer_id")).first()
    values: dict[str, Any] = given(row, "payer_id name filing_indicator phone", *ADDRESS)
    if row.text("timely_filing_days"):
        values["timely_filing_days"] = number(row, "timely_filing_days")
    if row.text("allowed"):
        values["allowed"] = record_of(FeeSchedule, row, "allowed", "name")
    return save(Payer, known, values)


def _plan(row: Row, by: Actor) -> bool:
    values: dict[str, Any] = {
        "payer": record_of(Payer, row, "payer", "payer_id"),
        "name": named(row, "name"),
        "group_number": row.text("group_number"),
    }
    known = Plan.objects.filter(**values).first()
    return save(Plan, known, {**values, **given(row, "kind")})


def _enrolment(row: Row, by: Actor) -> bool:
    payer = record_of(Payer, row, "payer", "payer_id")
    message = choice_of(Enrolment.Message, row, "message")
    values: dict[str, Any] = given(row, "asked_by reference note")
    values |= {name: day(row, name) for name in _ENROLMENT_DAYS if row.text(name)}
    if row.text("status"):
        values["status"] = choice_of(Enrolment.Status, row, "status")
    known = Enrolment.objects.filter(payer=payer, message=message).first()
    return save(Enrolment, known, {**values, "payer": payer, "message": message})


def _member(row: Row, by: Actor) -> bool:
    email = named(row, "email").lower()
    known = Member.objects.filter(user__email=email).first()
    values: dict[str, Any] = {"name": named(row, "name"), "roles": row.several("roles")}
    if "skills" in row.values:
        values["skills"] = row.several("skills")
    if row.text("site"):
        values["default_site"] = record_of(Site, row, "site", "name")
    if row.text("provider"):
        values["provider"] = record_of(Provider, row, "provider", "npi")
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
    "closures": hours.closure,
    "interpreters": hours.interpreter,
    "providers": _provider,
    "staff": _member,
    "visit_types": hours.visit_type,
    "phases": hours.phase,
    "sessions": hours.session,
    "blocks": hours.block,
    "preferences": hours.preference,
    "time_off": hours.time_off,
    "recurring_off": hours.recurring_off,
    "fee_schedules": _fee_schedule,
    "fees": _fee,
    "charges": _charge,
    "payers": _payer,
    "plans": _plan,
    "enrolments": _enrolment,
    "rules": rule,
}

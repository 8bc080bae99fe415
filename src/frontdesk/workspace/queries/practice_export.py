"""The settings of a practice as a practice file holds them: what is written can be brought in."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from frontdesk.billing.queries.ruled import rules_as_rows
from frontdesk.core.actor import Actor
from frontdesk.practice.exchange import TABLES
from frontdesk.practice.models import Closure, Device, Interpreter, Practice, Room, Site
from frontdesk.practice.rules import write_hours
from frontdesk.scheduling.models import (
    Block,
    Phase,
    Preference,
    RecurringOff,
    Session,
    TimeOff,
    VisitType,
)
from frontdesk.staff.models import Member, Provider
from frontdesk.workspace.operations.practice_rows import WEEK

Rows = list[dict[str, Any]]


def as_json(by: Actor) -> str:
    """Return the practice's places, people and hours as one JSON file, in a settled order."""
    return json.dumps(tables(by), indent=1, ensure_ascii=False) + "\n"


def tables(by: Actor) -> dict[str, Rows]:
    """Return the rows of each table that has any; empty columns are left out."""
    keys = _Keys()
    found: dict[str, Rows] = {"practice": [_fields(Practice.objects.get(pk=by.practice_id))]}
    for table, write in _WRITE.items():
        found[table] = [_plain(row) for row in write(keys)]
    return {table: rows for table, rows in found.items() if rows}


class _Keys:
    """What records are known by in a file, by their key here."""

    def __init__(self) -> None:
        self.types = dict(VisitType.objects.values_list("pk", "code"))
        self.sites = dict(Site.objects.values_list("pk", "name"))
        self.resources: dict[UUID, str] = dict(Provider.objects.values_list("pk", "npi"))
        for rows in (Room.objects.all(), Device.objects.all()):
            named = rows.values_list("pk", "site__name", "name")
            self.resources |= {key: f"{site}/{name}" for key, site, name in named}
        self.resources |= dict(Interpreter.objects.values_list("pk", "name"))
        self.resources |= dict(Member.objects.values_list("pk", "user__email"))

    def codes(self, keys: Iterable[str]) -> list[str]:
        """Return visit types by their codes."""
        return [self.types[UUID(key)] for key in keys if UUID(key) in self.types]


def _fields(record: Any) -> dict[str, Any]:
    """Return the columns of the record's table that are its own fields."""
    table = _TABLE_OF[type(record)]
    own = {field.name for field in record._meta.concrete_fields if not field.is_relation}
    return {name: getattr(record, name) for name in TABLES[table] if name in own}


def _sites(keys: _Keys) -> Iterable[dict[str, Any]]:
    for site in Site.objects.prefetch_related("hours").order_by("name"):
        week: dict[str, list[Any]] = {name: [] for name in WEEK}
        for hours in site.hours.all():
            week[WEEK[hours.weekday]].append((hours.opens, hours.closes))
        yield {**_fields(site), **{name: write_hours(spans) for name, spans in week.items()}}


def _things(kind: Any) -> Callable[[_Keys], Iterable[dict[str, Any]]]:
    def write(keys: _Keys) -> Iterable[dict[str, Any]]:
        for thing in kind.objects.filter(is_active=True).order_by("site__name", "name"):
            yield {**_fields(thing), "site": keys.sites[thing.site_id]}

    return write


def _closures(keys: _Keys) -> Iterable[dict[str, Any]]:
    for one in Closure.objects.order_by("on", "pk"):
        yield {**_fields(one), "site": keys.sites.get(one.site_id, "") if one.site_id else ""}


def _interpreters(keys: _Keys) -> Iterable[dict[str, Any]]:
    for one in Interpreter.objects.filter(is_active=True).order_by("name"):
        yield {**_fields(one), "sites": [keys.sites[UUID(key)] for key in one.site_ids]}


def _providers(keys: _Keys) -> Iterable[dict[str, Any]]:
    for one in Provider.objects.filter(is_active=True).order_by("npi"):
        yield {**_fields(one), "site": keys.sites.get(one.site_id, "") if one.site_id else ""}


def _members(keys: _Keys) -> Iterable[dict[str, Any]]:
    held = Member.objects.filter(is_active=True).select_related("user").order_by("user__email")
    for one in held:
        yield {
            **_fields(one),
            "email": one.user.email,
            "site": keys.sites[one.default_site_id] if one.default_site_id else "",
            "provider": keys.resources.get(one.provider_id, "") if one.provider_id else "",
        }


def _visit_types(keys: _Keys) -> Iterable[dict[str, Any]]:
    for one in VisitType.objects.filter(is_active=True).order_by("code"):
        yield _fields(one)


def _phases(keys: _Keys) -> Iterable[dict[str, Any]]:
    held = Phase.objects.filter(is_active=True, visit_type__is_active=True)
    for one in held.order_by("visit_type__code", "starts_after", "role", "pk"):
        named = keys.resources.get(one.named_id, "") if one.named_id else ""
        yield {**_fields(one), "visit_type": keys.types[one.visit_type_id], "named": named}


def _session_key(one: Session, keys: _Keys) -> dict[str, Any]:
    return {
        "provider": keys.resources[one.provider_id],
        "site": keys.sites[one.site_id],
        "weekday": WEEK[one.weekday],
    }


def _sessions(keys: _Keys) -> Iterable[dict[str, Any]]:
    held = Session.objects.filter(provider__is_active=True)
    for one in held.order_by("provider__npi", "weekday", "from_on", "starts"):
        limits = one.most_of_type.items()
        yield {
            **_fields(one),
            **_session_key(one, keys),
            "visit_types": keys.codes(one.visit_type_ids),
            "most_of_type": [f"{keys.types[UUID(key)]}={most}" for key, most in limits],
        }


def _blocks(keys: _Keys) -> Iterable[dict[str, Any]]:
    held = Block.objects.filter(is_active=True, session__provider__is_active=True)
    order = ("session__provider__npi", "session__weekday", "session__from_on", "starts")
    for one in held.select_related("session").order_by(*order):
        yield {
            **_fields(one),
            **_session_key(one.session, keys),
            "session_starts": one.session.starts,
            "from_on": one.session.from_on,
            "visit_types": keys.codes(one.visit_type_ids),
            "opens_to": keys.codes(one.opens_to_ids),
        }


def _preferences(keys: _Keys) -> Iterable[dict[str, Any]]:
    held = Preference.objects.filter(is_active=True, provider__is_active=True)
    for one in held.order_by("provider__npi", "kind", "pk"):
        yield {
            **_fields(one),
            "provider": keys.resources[one.provider_id],
            "visit_types": keys.codes(one.visit_type_ids),
            "weekdays": [WEEK[weekday] for weekday in one.weekdays],
        }


def _time_off(keys: _Keys) -> Iterable[dict[str, Any]]:
    for one in TimeOff.objects.filter(is_active=True).order_by("starts_at", "pk"):
        who = keys.resources.get(one.resource_id)
        if who:
            yield {**_fields(one), "kind": one.resource_kind, "who": who}


def _recurring_off(keys: _Keys) -> Iterable[dict[str, Any]]:
    for one in RecurringOff.objects.filter(is_active=True).order_by("weekday", "starts", "pk"):
        who = keys.resources.get(one.resource_id)
        if who:
            more = {"kind": one.resource_kind, "who": who, "weekday": WEEK[one.weekday]}
            yield {**_fields(one), **more, "site": keys.sites[one.site_id]}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as JSON can hold it, without what is empty."""
    return {
        name: value if isinstance(value, bool | int | str | list | dict) else value.isoformat()
        for name, value in row.items()
        if value not in (None, "", [], {})
    }


_TABLE_OF: dict[type, str] = {
    Practice: "practice",
    Site: "sites",
    Room: "rooms",
    Device: "devices",
    Closure: "closures",
    Interpreter: "interpreters",
    Provider: "providers",
    Member: "staff",
    VisitType: "visit_types",
    Phase: "phases",
    Session: "sessions",
    Block: "blocks",
    Preference: "preferences",
    TimeOff: "time_off",
    RecurringOff: "recurring_off",
}
_WRITE: dict[str, Callable[[_Keys], Iterable[dict[str, Any]]]] = {
    "sites": _sites,
    "rooms": _things(Room),
    "devices": _things(Device),
    "closures": _closures,
    "interpreters": _interpreters,
    "providers": _providers,
    "staff": _members,
    "visit_types": _visit_types,
    "phases": _phases,
    "sessions": _sessions,
    "blocks": _blocks,
    "preferences": _preferences,
    "time_off": _time_off,
    "recurring_off": _recurring_off,
    "rules": lambda _keys: rules_as_rows(),
}

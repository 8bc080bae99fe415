"""When a practice works and what its visits take, row by row from its file."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db.models import Model

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.practice import operations as practice
from frontdesk.practice.exchange import Row
from frontdesk.practice.models import Closure, Device, Interpreter, Room, Site
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import (
    Block,
    Phase,
    Preference,
    RecurringOff,
    Session,
    TimeOff,
    VisitType,
)
from frontdesk.scheduling.operations.setup import refuse_overlap
from frontdesk.staff.models import Member, Provider
from frontdesk.workspace.operations.practice_rows import (
    day,
    flag,
    given,
    named,
    number,
    number_or_none,
    record_of,
    save,
    wall,
    wall_or_none,
    weekday,
    weekday_of,
)

Role = Phase.Role
NUMBERS = ("capacity", "buffer_before", "buffer_after", "notice_hours")


def closure(row: Row, by: Actor) -> bool:
    """Bring in a day off, or a part of one."""
    site = record_of(Site, row, "site", "name") if row.text("site") else None
    on = day(row, "on")
    starts, ends = wall_or_none(row, "starts"), wall_or_none(row, "ends")
    known = Closure.objects.filter(site=site, on=on, starts=starts, ends=ends).first()
    values = {"site": site, "on": on, "because": named(row, "because")}
    practice.save_closure(known, {**values, "starts": starts, "ends": ends}, by=by)
    return known is None


def interpreter(row: Row, by: Actor) -> bool:
    """Bring in an interpreter."""
    known = Interpreter.objects.filter(name=named(row, "name")).first()
    values: dict[str, Any] = given(row, "name mode")
    values["languages"] = row.several("languages")
    values["site_ids"] = [str(_site(name).pk) for name in row.several("sites")]
    practice.save_interpreter(known, values, by=by)
    return known is None


def visit_type(row: Row, by: Actor) -> bool:
    """Bring in what can be booked."""
    known = VisitType.objects.filter(code=named(row, "code")).first()
    values: dict[str, Any] = given(row, "code name service_types tone mode")
    values["minutes"] = number(row, "minutes")
    values |= {n: flag(row, n) for n in ("is_new_patient", "needs_authorization")}
    values |= {n: number(row, n) for n in NUMBERS if row.text(n)}
    if row.text("keeps_room"):
        values["keeps_room"] = flag(row, "keeps_room")
    if "charge_codes" in row.values:
        values["charge_codes"] = row.several("charge_codes")
    return save(VisitType, known, values)


def phase(row: Row, by: Actor) -> bool:
    """Bring in a phase of a visit type."""
    role = named(row, "role")
    values = {
        "visit_type": record_of(VisitType, row, "visit_type", "code"),
        "role": role,
        "kind": row.text("kind"),
        "skill": row.text("skill"),
        "named_id": _resource(role, row.text("named")).pk if row.text("named") else None,
        "starts_after": int(row.text("starts_after") or 0),
    }
    known = Phase.objects.filter(**values).first()
    values["may_wait"] = int(row.text("may_wait") or 0)
    return save(Phase, known, {**values, "minutes": number(row, "minutes"), "is_active": True})


def session(row: Row, by: Actor) -> bool:
    """Bring in a weekly session; one that overlaps another of the provider is refused."""
    values: dict[str, Any] = {
        "provider": record_of(Provider, row, "provider", "npi"),
        "site": record_of(Site, row, "site", "name"),
        "weekday": weekday(row),
        "starts": wall(row, "starts"),
        "from_on": day(row, "from_on"),
    }
    known = Session.objects.filter(**values).first()
    values["ends"] = wall(row, "ends")
    values["until_on"] = day(row, "until_on") if row.text("until_on") else None
    values["visit_type_ids"] = _type_keys(row.several("visit_types"))
    values["most_visits"] = number_or_none(row, "most_visits")
    values["least_visits"] = number_or_none(row, "least_visits")
    values["most_of_type"] = _limits(row.several("most_of_type"))
    wanted = Session(**{**values, "id": known.pk} if known else values)
    refuse_overlap(wanted)
    return save(Session, known, values)


def block(row: Row, by: Actor) -> bool:
    """Bring in a part of a session that is kept for some visits."""
    held = Session.objects.filter(
        provider=record_of(Provider, row, "provider", "npi"),
        site=record_of(Site, row, "site", "name"),
        weekday=weekday(row),
        starts=wall(row, "session_starts"),
        from_on=day(row, "from_on"),
    ).first()
    if held is None:
        raise Refused("There is no such session: it is named by all that it is known by.")
    values = {
        "name": named(row, "name"),
        "starts": wall(row, "starts"),
        "ends": wall(row, "ends"),
        "visit_type_ids": _type_keys(row.several("visit_types")),
        "release_hours": number_or_none(row, "release_hours"),
        "opens_to_ids": _type_keys(row.several("opens_to")),
    }
    known = Block.objects.filter(session=held, name=values["name"], is_active=True).first()
    scheduling.save_block(known, held, values, by=by)
    return known is None


def preference(row: Row, by: Actor) -> bool:
    """Bring in what a provider prefers."""
    provider = record_of(Provider, row, "provider", "npi")
    kind = named(row, "kind")
    if kind not in Preference.Kind.values:
        raise Refused(f"kind is one of {', '.join(Preference.Kind.values)}, not {kind}.")
    values: dict[str, Any] = {
        "kind": kind,
        "number": number_or_none(row, "number") or 0,
        "visit_type_ids": _type_keys(row.several("visit_types")),
        "starts": wall_or_none(row, "starts"),
        "ends": wall_or_none(row, "ends"),
        "weekdays": sorted(weekday_of(text) for text in row.several("weekdays")),
    }
    same = Preference.objects.filter(provider=provider, kind=kind, is_active=True)
    alike = ("visit_type_ids", "weekdays", "starts", "ends")
    known = next((p for p in same if all(getattr(p, n) == values[n] for n in alike)), None)
    values["is_hard"] = flag(row, "is_hard")
    values["cost"] = number_or_none(row, "cost") or 10
    scheduling.save_preference(known, provider, values, on=now().date(), by=by)
    return known is None


def time_off(row: Row, by: Actor) -> bool:
    """Bring in time off; who is away is named as everywhere in the file."""
    role = _role(row)
    values: dict[str, Any] = {
        "resource_kind": role,
        "resource_id": _resource(role, named(row, "who")).pk,
        "starts_at": _instant(row, "starts_at"),
        "ends_at": _instant(row, "ends_at"),
    }
    if TimeOff.objects.filter(**values, is_active=True).exists():
        return False
    scheduling.take_time_off(**values, because=named(row, "because"), by=by)
    return True


def recurring_off(row: Row, by: Actor) -> bool:
    """Bring in time off that comes again."""
    role = _role(row)
    values: dict[str, Any] = {
        "resource_kind": role,
        "resource_id": _resource(role, named(row, "who")).pk,
        "site": record_of(Site, row, "site", "name"),
        "weekday": weekday(row),
        "starts": wall(row, "starts"),
        "ends": wall(row, "ends"),
        "every_weeks": number_or_none(row, "every_weeks") or 1,
        "from_on": day(row, "from_on"),
        "until_on": day(row, "until_on") if row.text("until_on") else None,
    }
    if RecurringOff.objects.filter(**values, is_active=True).exists():
        return False
    scheduling.take_recurring_off(**values, because=named(row, "because"), by=by)
    return True


def _type_keys(codes: list[str]) -> list[str]:
    held = dict(VisitType.objects.filter(code__in=codes).values_list("code", "pk"))
    if missing := [code for code in codes if code not in held]:
        raise Refused(f"There is no visit type {', '.join(missing)}.")
    return [str(held[code]) for code in codes]


def _limits(said: list[str]) -> dict[str, int]:
    """Return limits written as follow-up=2, by key of the visit type."""
    found = {}
    for text in said:
        code, mark, most = text.rpartition("=")
        if not mark or not most.strip().isdigit():
            raise Refused(f"most_of_type is written as follow-up=2, not {text}.")
        found[_type_keys([code.strip()])[0]] = int(most)
    return found


def _role(row: Row) -> str:
    role = named(row, "kind")
    if role not in Role.values:
        raise Refused(f"kind is one of {', '.join(Role.values)}, not {role}.")
    return role


def _resource(role: str, who: str) -> Any:
    """Return a provider by NPI, a room or device as site/name, staff by e-mail, an interpreter."""
    found: Model | None = None
    if role == Role.PROVIDER:
        found = Provider.objects.filter(npi=who).first()
    elif role in (Role.ROOM, Role.DEVICE):
        site, _slash, name = who.partition("/")
        things: Any = Room if role == Role.ROOM else Device
        found = things.objects.filter(site__name=site.strip(), name=name.strip()).first()
    elif role == Role.INTERPRETER:
        found = Interpreter.objects.filter(name=who).first()
    else:
        found = Member.objects.filter(user__email=who.lower()).first()
    if found is None:
        raise Refused(f"There is no {Role(role).label.lower()} {who}.")
    return found


def _site(name: str) -> Site:
    found = Site.objects.filter(name=name).first()
    if found is None:
        raise Refused(f"There is no site {name}.")
    return found


def _instant(row: Row, column: str) -> datetime:
    text = named(row, column)
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found
    raise Refused(f"{column} is an instant such as 2026-11-23T13:30-05:00, not {text}.")

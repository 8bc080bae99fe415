"""The demo practice's hours: blocks, limits, preferences, skills, interpreters, holidays, leave."""

from datetime import date, time, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.clock import today
from frontdesk.core.operation import operation
from frontdesk.demo.foundation import World
from frontdesk.practice import operations as practice
from frontdesk.practice.queries import holiday_proposals
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Session, VisitType
from frontdesk.scheduling.operations import Limits, PhaseSaid
from frontdesk.staff.models import Member, Provider

SKILLS = {
    "Ines Romero": ["phlebotomy", "ECG"],
    "Jonas Weber": ["ECG"],
    "Priti Shah": ["phlebotomy"],
}
INTERPRETERS = [
    ("Rosa Delgado", ["es"], "in_person"),
    ("Amina Warsame", ["so", "ar"], "telephone"),
    ("Video interpreters", ["es", "vi", "so", "zh", "ase"], "video"),
]
TYPES: list[tuple[dict[str, object], list[PhaseSaid]]] = [
    (
        {"name": "Ultrasound", "code": "ultrasound", "charge_codes": ["Z9213"], "notice_hours": 24,
         "buffer_after": 5},
        [PhaseSaid("desk", 0, 5), PhaseSaid("assistant", 5, 10), PhaseSaid("provider", 15, 15),
         PhaseSaid("device", 30, 15, kind="ultrasound"), PhaseSaid("room", 5, 45, kind="exam")],
    ),
    (
        {"name": "Blood draw", "code": "blood-draw", "charge_codes": ["Z9212"]},
        [PhaseSaid("assistant", 0, 10, skill="phlebotomy"),
         PhaseSaid("provider", 10, 5, may_wait=10), PhaseSaid("room", 0, 15, kind="exam")],
    ),
    (
        {"name": "Video follow-up", "code": "video", "charge_codes": ["Z9213"], "mode": "video"},
        [PhaseSaid("provider", 0, 20)],
    ),
    (
        {"name": "Diabetes group", "code": "group", "charge_codes": ["Z9213"], "capacity": 8,
         "notice_hours": 48},
        [PhaseSaid("provider", 0, 60), PhaseSaid("room", 0, 65, kind="group")],
    ),
]  # fmt: skip


@operation("practice.edit")
def plan_hours(world: World, *, by: Actor) -> None:
    """Give the demo practice the hours of a real one."""
    site = world.sites["Alder Creek"]
    on = today(site)
    group = practice.save_room(None, {"site": site, "name": "Group", "kind": "group"}, by=by)
    world.rooms[site.pk].append(group)
    _people(by)
    for values, phases in TYPES:
        made = scheduling.save_visit_type(None, values, phases=phases, by=by)
        world.visit_types[made.code] = made
    _holidays(on, by)
    _weeks(world, on, by)
    _leave(world, on, by)


def _people(by: Actor) -> None:
    for member in Member.objects.filter(name__in=SKILLS):
        member.skills = SKILLS[member.name]
        member.save()
    for name, languages, mode in INTERPRETERS:
        values = {"name": name, "languages": languages, "mode": mode}
        practice.save_interpreter(None, values, by=by)


def _holidays(on: date, by: Actor) -> None:
    """Keep the six usual ones of two years; whoever looks at the demo today finds it open."""
    for year in (on.year, on.year + 1):
        kept = {one.key for one in holiday_proposals(year) if one.is_kept and one.on != on}
        practice.decide_holidays(year, kept, by=by)
    eve = date(on.year, 12, 24)
    if on < eve:
        half = {"site": None, "on": eve, "because": "Christmas Eve", "starts": time(12)}
        practice.save_closure(None, half, by=by)


def _weeks(world: World, on: date, by: Actor) -> None:
    osei, lindqvist, park = world.providers[:3]
    types = world.visit_types
    for session in _sessions(osei):
        _block(session, "Same day", time(8), time(9), [types["sick"]], 24, by)
    for session in _sessions(lindqvist):
        if session.weekday in (1, 3):
            _block(session, "Procedures", time(13), time(15), [types["procedure"]], 72, by)
    wednesday = next(one for one in _sessions(park) if one.weekday == 2)
    scheduling.change_session(
        wednesday, starts=wednesday.starts, ends=wednesday.ends, on=wednesday.from_on,
        limits=Limits(20, {str(types["well-child"].pk): 8}, 4), by=by,
    )  # fmt: skip
    said: list[tuple[Provider, dict[str, object]]] = [
        (osei, {"kind": "most_new", "number": 4}),
        (osei, {"kind": "lunch", "number": 30, "starts": time(12), "ends": time(13, 30),
                "is_hard": False, "cost": 30}),
        (lindqvist, {"kind": "not_after", "visit_type_ids": [str(types["procedure"].pk)],
                     "starts": time(16)}),
        (lindqvist, {"kind": "not_two_long", "number": 40, "is_hard": False}),
        (park, {"kind": "gap", "number": 5, "is_hard": False, "cost": 3}),
        (osei, {"kind": "overtime", "number": 20}),
        (park, {"kind": "overtime", "number": 30}),
    ]  # fmt: skip
    for provider, values in said:
        scheduling.save_preference(None, provider, values, on=on, by=by)


def _leave(world: World, on: date, by: Actor) -> None:
    """Teaching every second week, and a device that is calibrated; not today."""
    site = world.sites["Alder Creek"]
    tomorrow = on + timedelta(days=1)
    scheduling.take_recurring_off(
        resource_kind="provider", resource_id=world.providers[0].pk, site=site,
        weekday=(on.weekday() + 2) % 7, starts=time(13), ends=time(14), every_weeks=2,
        from_on=tomorrow, because="Teaching", by=by,
    )  # fmt: skip
    scheduling.take_recurring_off(
        resource_kind="device", resource_id=world.devices[site.pk][0].pk, site=site,
        weekday=(on.weekday() + 3) % 7, starts=time(8), ends=time(9), every_weeks=4,
        from_on=tomorrow, because="Calibration", by=by,
    )  # fmt: skip


def _sessions(provider: Provider) -> list[Session]:
    held = Session.objects.filter(provider=provider).select_related("site", "provider")
    return list(held.order_by("weekday", "starts"))


def _block(
    session: Session, name: str, starts: time, ends: time, kept_for: list[VisitType], hours: int,
    by: Actor,
) -> None:  # fmt: skip
    values = {
        "name": name,
        "starts": starts,
        "ends": ends,
        "visit_type_ids": [str(one.pk) for one in kept_for],
        "release_hours": hours,
    }
    scheduling.save_block(None, session, values, by=by)

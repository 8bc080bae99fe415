"""The day at the desk: who is booked, who comes, and what their visits need first."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from frontdesk.core.clock import day_bounds
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Authorization
from frontdesk.coverage.queries import to_authorize
from frontdesk.demo import folk, living, office
from frontdesk.demo.year.state import Year
from frontdesk.people.models import Patient
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling import queries as scheduling_queries
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.queries.openings import Opening
from frontdesk.visits import operations as visits
from frontdesk.visits.models import CheckIn, Stage, Visit

MORE = 1.1  # booked for each one that comes
CANCELS, STAYS_AWAY, WALKS_IN = 0.05, 0.04, 0.05  # of those booked, and of those who come
ON_THE_SPOT = {"BLUEF": "Z9720", "CASCA": "Z9730"}  # done at once, approved by nobody
AT_ONCE = 0.015  # of visits


def book(year: Year, on: date) -> None:
    """Book a day on the evening before, ask for what its visits need, and let some cancel."""
    reached = year.at
    evening = year.set(on, 19) - timedelta(days=1)
    is_later = evening < reached < evening + timedelta(hours=12)  # a month was counted meanwhile
    year.clock.at = reached if is_later else evening
    wanted = round(year.visits * MORE) - len(_of_day(year, on))
    for patient in year.chance.sample(year.world.patients, len(year.world.patients)):
        if wanted <= 0:
            break
        with suppress(Refused):
            wanted -= _book(year, patient, on)
    living.run_jobs()
    _ask_for_approvals(year)
    for appointment in _of_day(year, on):
        if appointment.status == "booked" and year.chance.random() < CANCELS:
            scheduling.cancel(
                appointment, because="Cannot come", whose="patient", at=year.at, by=year.desk
            )


def see_patients(year: Year, on: date) -> None:
    """Let those come who do, in their order, and a few who have not called before."""
    site = year.site
    for appointment in _of_day(year, on):
        if appointment.status in ("cancelled", "no_show"):
            continue
        year.clock.at = appointment.starts_at
        if appointment.status == "booked" and year.chance.random() < STAYS_AWAY:
            year.clock.at += timedelta(minutes=20)
            scheduling.no_show(appointment, at=year.at, by=year.desk)
            continue
        _see(year, appointment)
    _opens, closes = day_bounds(site, on)
    if year.at < closes - timedelta(hours=8) and year.chance.random() < WALKS_IN * year.visits:
        _walk_in(year, on)


def _of_day(year: Year, on: date) -> list[Appointment]:
    with practice_scope(year.practice_id):
        opens, closes = day_bounds(year.site, on)
        found = Appointment.objects.filter(starts_at__gte=opens, starts_at__lt=closes)
        named = found.select_related("patient", "provider", "site", "visit_type", "room")
        return list(named.order_by("starts_at", "pk"))


def _book(year: Year, patient: Patient, on: date) -> int:
    kind = _kind(year, patient, on)
    opening = _opening(year, kind, on, limit=12)
    if opening is None:
        return 0
    scheduling.book(
        patient, kind, opening.provider, opening.site, opening.starts_at, year.at,
        reason=year.chance.choice(office.REASONS.get(kind.code, [kind.name])), by=year.desk,
    )  # fmt: skip
    return 1


def _opening(year: Year, kind: VisitType, on: date, *, limit: int) -> Opening | None:
    with practice_scope(year.practice_id):
        found = scheduling_queries.openings(kind, from_on=on, days=1, limit=limit, at=year.at)
    return year.chance.choice(found) if found else None


def _kind(year: Year, patient: Patient, on: date) -> VisitType:
    group = folk.group_of(patient.birth_date, on)
    fits = [
        (one.code, one.weight)
        for one in office.VISIT_TYPES
        if (one.ages in ("all", group) or (one.ages, group) == ("adult", "senior"))
        and not one.is_new
    ]
    return year.world.visit_types[folk.weighted(fits, year.chance)]


def _ask_for_approvals(year: Year) -> None:
    """Ask the payers for what visits need, as the list of authorizations ranks it."""
    with practice_scope(year.practice_id):
        rows = to_authorize(year.at, year.at.date())
        wanted = [one.authorization for one in rows]
    asked = 0
    for one in wanted:
        if one.status == Authorization.Status.NEEDED:
            with suppress(Refused):
                coverage.request_authorization(one, way="278", at=year.at, by=year.desk)
                asked += 1
    if asked:
        living.run_jobs()


def _walk_in(year: Year, on: date) -> None:
    year.clock.at += timedelta(minutes=5)
    patient = year.chance.choice(year.world.patients)
    kind = year.world.visit_types["sick"]
    with suppress(Refused):
        opening = _opening(year, kind, on, limit=1)
        if opening is None or opening.starts_at < year.at:
            return
        year.clock.at = opening.starts_at
        crew = year.crews[opening.site.pk]
        arrived = visits.walk_in(
            patient, visit_type=kind, provider=opening.provider, site=opening.site,
            starts_at=opening.starts_at, at=year.at, reason="Fever since yesterday", by=crew.desk,
        )  # fmt: skip
        _see(year, arrived.appointment)


def _see(year: Year, appointment: Appointment) -> None:
    """Lead a patient through the office; one whom an interruption left half-way goes on."""
    crew, at = year.crews[appointment.site_id], appointment.starts_at
    visit = crew.arrive(appointment, at - timedelta(minutes=8))
    if visit.stage == Stage.GONE:
        return
    if visit.stage == Stage.ARRIVED:
        crew.check_in(visit, at - timedelta(minutes=4))
        rooms = year.world.rooms[appointment.site_id]
        order = sorted(rooms, key=lambda room: room.pk != appointment.room_id)
        if not crew.room(visit, order, at):
            _leave(year, visit, at)
            return
    with suppress(Refused):
        crew.see(visit, at + timedelta(minutes=4))
        _sign(year, visit, at + timedelta(minutes=16))
        crew.check_out(visit, at + timedelta(minutes=19))


def _leave(year: Year, visit: Visit, at: datetime) -> None:
    because = "No room was free"
    visits.leave_unseen(visit, because=because, at=at + timedelta(minutes=50), by=year.desk)


def _sign(year: Year, visit: Visit, at: datetime) -> None:
    crew = year.crews[visit.site_id]
    with practice_scope(year.practice_id):
        told = CheckIn.objects.filter(visit=visit, policy__isnull=False)
        payer_id = told.values_list("policy__subscription__plan__payer__payer_id", flat=True)
        code = ON_THE_SPOT.get(payer_id.first() or "")
    if code and year.chance.random() < AT_ONCE:
        superbill = visits.begin_superbill(visit, by=crew.clinician)
        visits.add_diagnosis(superbill, "M25.561", by=crew.clinician)
        visits.add_line(superbill, code, pointers="A", by=crew.clinician)
    crew.sign(visit, at)

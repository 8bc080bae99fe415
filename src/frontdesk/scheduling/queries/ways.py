"""What a repair may choose from: the visits that are hit, and every way each could still happen."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.core.clock import at_wall, day_bounds, local
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Appointment, Occupancy, Phase, Repair, RepairLine, VisitType
from frontdesk.scheduling.queries import overtime
from frontdesk.scheduling.queries.calendars import Busy, Stretch, stretch
from frontdesk.scheduling.rules.time import LONGEST
from frontdesk.solver import openings as solver
from frontdesk.solver.openings import CELL_MINUTES, Grid, Need
from frontdesk.solver.repair import columns
from frontdesk.solver.repair.columns import CALL, STAY, Day, Way
from frontdesk.solver.repair.cost import Was
from frontdesk.solver.repair.model import Given, Key, Option, Problem, Shift, Take, Visit
from frontdesk.staff.models import Provider

Status = Appointment.Status
NOTICE = timedelta(hours=2)  # the least in which a patient can be asked to come earlier
NEAR = 30  # minutes by which somebody who is not hit may be moved
FARTHEST = 28  # days a repair looks ahead at most, however long somebody is away
NOON = time(12)
Asked = tuple[UUID, int]  # a type of visit, and for how many minutes: some are longer or shorter


@dataclass(frozen=True, slots=True)
class Landed:
    """Where a plan puts a visit."""

    starts_at: datetime
    provider: Provider
    site: Site
    room: Room | None


@dataclass(slots=True)
class Scene:
    """A broken day: what may be moved, what is free of everything, and the ways of each visit."""

    repair: Repair
    at: datetime
    grid: Grid
    days: list[Day]
    hit: list[Appointment]
    others: list[Appointment]
    wishes: Mapping[UUID, RepairLine]
    held: dict[tuple[Asked, UUID], tuple[Stretch, int]] = field(default_factory=dict)
    staying: dict[tuple[Asked, UUID], tuple[Stretch, dict[UUID, Shift]]] = field(
        default_factory=dict
    )  # the same calendars, with whoever may be kept after hours
    free: dict[Key, int] = field(default_factory=dict)
    blocked: dict[Key, int] = field(default_factory=dict)
    rows: dict[UUID, list[Busy]] = field(default_factory=dict)  # what each visit takes now

    @property
    def hit_keys(self) -> set[UUID]:
        """The visits that need what is out."""
        return {one.pk for one in self.hit}

    def problem(self, banned: Collection[tuple[str, str]] = ()) -> Problem:
        """Write every visit's ways out, without those that the book refused in a rehearsal."""
        visits = [Visit(str(one.pk), self.ways(one)) for one in self.hit]
        for other in self.others:
            near = self.ways(other)[1:]
            visits.append(Visit(str(other.pk), (self.stays(other), *near)))
        kept = [
            Visit(one.key, tuple(o for o in one.options if (one.key, o.key) not in banned))
            for one in visits
        ]
        return Problem(tuple(kept), self.free, self._shifts())

    def ways(self, appointment: Appointment, *, most: int = columns.MOST) -> tuple[Option, ...]:
        """Return the call and then the ways of one visit, the cheapest first."""
        line = self.wishes.get(appointment.pk)
        wish = line.wish if line else RepairLine.Wish.FREE
        everything = wish == RepairLine.Wish.PINNED
        options = columns.options_of(
            self.was(appointment),
            self._ways(appointment),
            self.days,
            patient=appointment.patient_id,
            cells_long=_cells(appointment.own_type.minutes),
            most=10_000 if everything else most,
        )
        if wish == RepairLine.Wish.CALL:
            return options[:1]
        if line is not None and everything:
            wanted = self.key_of(line)
            return (options[0], *(one for one in options[1:] if one.key == wanted))
        return options

    def stays(self, appointment: Appointment) -> Option:
        """Return the way in which nothing changes: exactly what the visit has now."""
        spans = [_take(row, self.grid) for row in self.rows.get(appointment.pk, ())]
        long = _cells(appointment.own_type.minutes)
        takes = [Take((appointment.patient_id,), self.cell_of(appointment.starts_at), long), *spans]
        return Option(STAY, tuple(takes))

    def was(self, appointment: Appointment) -> Was:
        """Return what was promised, as the cost rules see it."""
        cell, patient = self.cell_of(appointment.starts_at), appointment.patient
        day = max((n for n, one in enumerate(self.days) if one.first <= cell), default=0)
        return Was(
            cell=cell,
            day=day,
            is_afternoon=cell >= self.days[day].noon,
            provider=appointment.provider_id,
            site=appointment.site_id,
            is_affected=appointment.pk in self.hit_keys,
            is_here=appointment.status == Status.ARRIVED,
            is_confirmed=appointment.confirmed_at is not None,
            needs_interpreter=patient.needs_interpreter,
            is_new=appointment.visit_type.is_new_patient,
            is_own_provider=patient.provider_id == appointment.provider_id,
            is_remote=appointment.visit_type.mode != VisitType.Mode.IN_PERSON,
            into_day=cell - self.days[day].first,
        )

    def key_of(self, line: RepairLine) -> str:
        """Return the key of the way that a line asks for."""
        if line.starts_at is None:
            return CALL
        return f"{line.provider_id}@{line.site_id}@{self.cell_of(line.starts_at)}"

    def landed(self, given: Given) -> Landed | None:
        """Return where a chosen way puts the visit; None for one that stays or is to be called."""
        if given.option.key in (CALL, STAY):
            return None
        provider, site, cell = given.option.key.split("@")
        held = next(one for (_, key), (one, _) in self.held.items() if key == UUID(site))
        rooms: dict[Key, Room] = {
            room.pk: room for one, _ in self.held.values() for room in one.things.rooms
        }
        room = next((rooms[key] for key in given.resources if key in rooms), None)
        providers = {k: v for one, _ in self.held.values() for k, v in one.providers.items()}
        return Landed(self.grid.at(int(cell)), providers[UUID(provider)], held.site, room)

    def cell_of(self, instant: datetime) -> int:
        """Return the cell in which an instant lies."""
        return int((instant - self.grid.starts_at).total_seconds()) // (60 * CELL_MINUTES)

    def load(self) -> None:
        """Read the calendars that count, and block whatever is taken by visits that stay put."""
        here, besides = self.repair.site, self._movable()
        sites = [here, *Site.objects.filter(is_active=True).exclude(pk=here.pk).order_by("name")]
        kinds = {one.own_type.asked: one.own_type for one in (*self.hit, *self.others)}
        far = {one.own_type.asked for one in self.hit}
        first = local(here, self.grid.starts_at).date()
        agreed = {site.pk: overtime.agreed(site, first) for site in sites}
        for asked, kind in kinds.items():
            for site in sites if asked in far else [here]:
                held = stretch(
                    kind, site, from_on=first, days=len(self.days), at=self.at, besides=besides
                )
                self.held[asked, site.pk] = held, self.cell_of(held.grid.starts_at)
                self.staying[asked, site.pk] = overtime.staying(
                    held, first, agreed[site.pk] if asked in far else {}
                )
        for name, (_held, shift) in self.held.items():
            for key, bits in _free_of(self.staying[name][0]).items():
                self.free[key] = self.free.get(key, 0) | _shifted(bits, shift)
        self.rows = self._rows()
        out = self.grid.touched(self.repair.starts_at, self.repair.ends_at)
        self._block({self.repair.resource_id: out})
        self._free_patients()
        self._settle_others()

    def _movable(self) -> set[UUID]:
        return {one.pk for one in (*self.hit, *self.others)}

    def _ways(self, appointment: Appointment) -> Iterable[Way]:
        is_hit = appointment.pk in self.hit_keys
        may = self._may_begin(appointment, is_hit=is_hit)
        late = self.days[1].first if len(self.days) > 1 else self.grid.cells
        same_day = (1 << late) - 1
        for (asked, site), (held, shift) in self.held.items():
            is_elsewhere = site != appointment.site_id
            if asked != appointment.own_type.asked or (is_elsewhere and not is_hit):
                continue
            for provider in held.providers if is_hit else [appointment.provider_id]:
                bits = self._starts(held, shift, provider) & may
                thinned = _spread(bits & ~same_day, _cells(appointment.own_type.minutes))
                bits = (bits & same_day) | thinned
                if is_elsewhere and appointment.status == Status.ARRIVED:
                    continue
                yield Way(provider, site, held.needs(provider), bits)
                later, shifts = self.staying[asked, site]
                if is_hit and provider in shifts:
                    over = self._starts(later, shift, provider) & may & same_day & ~bits
                    ends = shifts[provider].ends + shift
                    yield Way(provider, site, held.needs(provider), over, ends)

    def _shifts(self) -> dict[Key, list[Shift]]:
        """Return when the hours of whoever may be kept are over."""
        found: dict[Key, list[Shift]] = {}
        for name, (_held, shifted) in self.held.items():
            for key, one in self.staying[name][1].items():
                moved = Shift(one.ends + shifted, one.until + shifted, one.most)
                if moved not in found.setdefault(key, []):
                    found[key].append(moved)
        return found

    def _starts(self, held: Stretch, shift: int, provider: UUID) -> int:
        free = {
            key: bits & ~_shifted(self.blocked.get(key, 0), -shift)
            for key, bits in held.free(provider).items()
        }
        needs: list[Need] = held.needs(provider)
        return _shifted(solver.starts(free, needs), shift)

    def _may_begin(self, appointment: Appointment, *, is_hit: bool) -> int:
        """Return the cells at which this patient can be asked to come."""
        whole, was = self.grid.whole, self.cell_of(appointment.starts_at)
        now_cell = max(0, self.cell_of(self.at) + 1)
        later = whole & ~((1 << max(was, now_cell)) - 1)
        if appointment.status == Status.ARRIVED:
            end = self.days[1].first if len(self.days) > 1 else self.grid.cells
            return (whole & ~((1 << now_cell) - 1)) & ((1 << end) - 1)
        noticed = max(0, self.cell_of(self.at + NOTICE) + 1)
        may = later | (whole & ~((1 << noticed) - 1))
        if not is_hit:
            near = NEAR // CELL_MINUTES
            first = max(0, was - near)
            may &= ((1 << (was + near + 1)) - 1) & ~((1 << first) - 1) & ~(1 << was)
        return may

    def _free_patients(self) -> None:
        """A patient is free but for visits that this repair does not touch."""
        patients = {one.patient_id for one in (*self.hit, *self.others)}
        busy: dict[UUID, int] = {}
        fixed = Appointment.objects.filter(
            patient_id__in=patients,
            status__in=(Status.BOOKED, Status.ARRIVED),
            starts_at__gte=self.grid.starts_at - LONGEST,
            starts_at__lt=self.grid.at(self.grid.cells),
        ).exclude(pk__in=self._movable())
        for patient, starts_at, ends_at in fixed.values_list("patient_id", "starts_at", "ends_at"):
            busy[patient] = busy.get(patient, 0) | self.grid.touched(starts_at, ends_at)
        self.free |= {key: self.grid.whole & ~busy.get(key, 0) for key in patients}

    def _settle_others(self) -> None:
        """Leave out who can't be counted on to stay as they are: off hours, beside another."""
        rows, shifts = self.rows, self._shifts()
        while True:
            odd = [
                one
                for one in self.others
                if not rows.get(one.pk)
                or any(row.lane for row in rows[one.pk])
                or any(t.bits & ~self.free.get(t.choices[0], 0) for t in self.stays(one).takes)
                or any(_is_after(t, shifts) for t in self.stays(one).takes)
            ]
            if not odd:
                return
            gone = {one.pk for one in odd}
            self.others = [one for one in self.others if one.pk not in gone]
            for key in gone:
                for row in rows.get(key, ()):
                    self._block({row.resource_id: _take(row, self.grid).bits})
            for one in odd:
                self._block({one.patient_id: self.grid.touched(one.starts_at, one.ends_at)})

    def _block(self, bits: Mapping[Key, int]) -> None:
        for key, taken in bits.items():
            self.blocked[key] = self.blocked.get(key, 0) | taken
            self.free[key] = self.free.get(key, 0) & ~taken

    def _rows(self) -> dict[UUID, list[Busy]]:
        found: dict[UUID, dict[UUID, Busy]] = defaultdict(dict)
        for held, _shift in self.held.values():
            for row in held.taken:
                if row.appointment_id is not None:
                    found[row.appointment_id][row.pk] = row
        return {key: list(rows.values()) for key, rows in found.items()}


def scene_of(repair: Repair, at: datetime, *, wishes: bool = True) -> Scene:
    """Load a broken day with the ways out of it. What staff wish of single visits is obeyed."""
    wished = {line.appointment_id: line for line in repair.lines.all()} if wishes else {}
    site = repair.site
    first = local(site, max(repair.starts_at, at)).date()
    last = local(site, repair.ends_at - timedelta(microseconds=1)).date()
    span = min((last - first).days + 1, FARTHEST)
    count = min(span + repair.days, FARTHEST)
    opens, _ = day_bounds(site, first)
    grid = Grid.between(opens, day_bounds(site, first + timedelta(days=count - 1))[1])
    starts = [first + timedelta(days=n) for n in range(count)]
    kept = {key for key, line in wished.items() if line.wish == RepairLine.Wish.KEEP}
    hit = [
        one
        for one in hit_by(
            repair.resource_kind, repair.resource_id, repair.starts_at, repair.ends_at
        )
        if one.ends_at > at and one.pk not in kept
    ]
    scene = Scene(repair, at, grid, [], hit, [], wished)
    scene.days = [
        Day(
            scene.cell_of(day_bounds(site, day)[0]),
            scene.cell_of(at_wall(site, day, NOON)),
        )
        for day in starts
    ]
    if repair.may_touch and span == 1:
        taken = kept | {one.pk for one in hit}
        others = [one for one in _beside(repair, at) if one.pk not in taken]
        often = Counter(one.patient_id for one in (*hit, *others))
        scene.others = [one for one in others if often[one.patient_id] == 1]
    scene.load()
    return scene


def hit_by(
    resource_kind: str, resource_id: UUID, starts_at: datetime, ends_at: datetime
) -> list[Appointment]:
    """Return the visits that need somebody or something within a span, by time."""
    overlaps = {
        "starts_at__lt": ends_at,
        "ends_at__gt": starts_at,
        "starts_at__gte": starts_at - LONGEST,
    }
    taken = Occupancy.objects.filter(
        resource_id=resource_id, is_active=True, appointment__isnull=False, **overlaps
    )
    wanted = Q(pk__in=set(taken.values_list("appointment_id", flat=True)))
    if resource_kind == Phase.Role.PROVIDER:
        wanted |= Q(provider_id=resource_id, **overlaps)
    return list(_read(Appointment.objects.filter(wanted, status__in=_STILL)))


_STILL = (Status.BOOKED, Status.ARRIVED)


def _beside(repair: Repair, at: datetime) -> list[Appointment]:
    """Return the other visits of the same day and site that could give way."""
    day = local(repair.site, max(repair.starts_at, at)).date()
    opens, closes = day_bounds(repair.site, day)
    begin = max(opens, at + timedelta(minutes=NEAR))
    found = Appointment.objects.filter(
        site=repair.site,
        starts_at__gte=begin,
        starts_at__lt=closes,
        status=Status.BOOKED,
        override_reason="",
    )
    return list(_read(found))


def _read(found: QuerySet[Appointment]) -> QuerySet[Appointment]:
    found = found.select_related("patient", "provider", "site", "room", "visit_type")
    return found.prefetch_related("visit_type__phases").order_by("starts_at", "pk")


def _free_of(held: Stretch) -> dict[Key, int]:
    free: dict[Key, int] = dict(held.others.items())
    for key in held.providers:
        free[key] = free.get(key, 0) | held.free(key)[key]
    return free


def _take(row: Busy, grid: Grid) -> Take:
    bits = grid.touched(row.starts_at, row.ends_at)
    first = (bits & -bits).bit_length() - 1
    return Take((row.resource_id,), max(first, 0), bits.bit_length() - max(first, 0))


def _is_after(take: Take, shifts: Mapping[Key, Iterable[Shift]]) -> bool:
    ends = take.first + take.cells
    return any(s.ends < ends and take.first < s.until for s in shifts.get(take.choices[0], ()))


def _spread(bits: int, every: int) -> int:
    return sum(1 << cell for cell in solver.spread(bits, every))


def _shifted(bits: int, cells: int) -> int:
    return bits << cells if cells >= 0 else bits >> -cells


def _cells(minutes: int) -> int:
    return -(-minutes // CELL_MINUTES)


def kind_of(given: Given, landed: Landed | None) -> str:
    """Return what becomes of a visit in one word: the largest of its changes."""
    kinds = RepairLine.Kind
    if landed is None:
        return kinds.STAY if given.option.key == STAY else kinds.CALL
    rules = {rule for rule, _points in given.option.costs}
    for rule, kind in (("day", kinds.DAY), ("site", kinds.SITE), ("provider", kinds.PROVIDER)):
        if rule in rules:
            return kind
    return kinds.TIME if "moved" in rules else kinds.ROOM

"""How likely visits are missed, from what the practice itself has seen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from frontdesk.core.clock import now
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, RiskModel, VisitType
from frontdesk.scheduling.rules import risk as rules
from frontdesk.solver.risk import Case, Model

Status = Appointment.Status
KEPT = (Status.ARRIVED, Status.FULFILLED)
LEARNED_FROM = timedelta(days=730)
MOST_LEARNED = 80_000  # visits, the newest
NEAR = timedelta(hours=36)  # before the visit: from then on silence counts
VERSIONS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Risk:
    """How likely a visit is missed, and what makes it so, in words."""

    probability: float
    because: str

    @property
    def percent(self) -> int:
        """The probability, as it is said."""
        return round(self.probability * 100)

    @property
    def says(self) -> str:
        """The probability in words."""
        return f"{self.percent}%"

    @property
    def is_high(self) -> bool:
        """Say whether it is worth a second reminder."""
        return self.probability >= HIGH


HIGH = 0.25


def no_show_risk(
    appointments: Iterable[Appointment], *, at: datetime | None = None
) -> dict[UUID, Risk | None]:
    """Return the risk of each visit by its key; None where nothing could be learned yet.

    Four queries, however many visits. Visits that are over or cancelled have a risk too: that of
    the moment before them.
    """
    asked = list(appointments)
    kept = current_model() if asked else None
    if kept is None:
        return dict.fromkeys((one.pk for one in asked), None)
    model, moment = Model.of(kept.weights), at or now()
    zones = dict(Site.objects.values_list("pk", "time_zone"))
    types = dict(VisitType.objects.values_list("pk", "name"))
    histories = _histories({one.patient_id for one in asked}, moment)
    found: dict[UUID, Risk | None] = {}
    for one in asked:
        seen, missed = histories.get(one.patient_id, (0, 0))
        case = _case(one, seen, missed, zones[one.site_id], is_near=one.starts_at - moment < NEAR)
        name = types.get(one.visit_type_id, "")
        found[one.pk] = Risk(model.probability(case), rules.because(model, case, name))
    return found


def current_model() -> RiskModel | None:
    """Return the newest fit that learned from enough, or None."""
    return RiskModel.objects.filter(is_enough=True).order_by("-fitted_at", "-pk").first()


def versions() -> list[RiskModel]:
    """Return the last fits, the newest first, those that lacked visits too."""
    return list(RiskModel.objects.order_by("-fitted_at", "-pk")[:VERSIONS_SHOWN])


def last_fit() -> RiskModel | None:
    """Return the newest fit, whatever became of it."""
    return RiskModel.objects.order_by("-fitted_at", "-pk").first()


def past(at: datetime) -> QuerySet[Appointment]:
    """Return the visits of the last two years that were kept or missed."""
    over = Appointment.objects.filter(starts_at__lt=at, starts_at__gte=at - LEARNED_FROM)
    return over.filter(status__in=(*KEPT, Status.NO_SHOW))


def cases(at: datetime) -> tuple[list[Case], list[bool], list[datetime]]:
    """Return what there is to learn from in the order of days: cases, which were missed, when."""
    zones = dict(Site.objects.values_list("pk", "time_zone"))
    newest = past(at).order_by("-starts_at", "-pk")[:MOST_LEARNED]
    rows = list(
        newest.only(
            "patient_id", "site_id", "visit_type_id", "starts_at", "booked_at", "confirmed_at",
            "status", "practice_id",
        )
    )  # fmt: skip
    found: list[Case] = []
    missed: list[bool] = []
    days: list[datetime] = []
    for one, seen, times in _with_history(reversed(rows)):
        if one.booked_at >= one.starts_at:
            continue
        found.append(_case(one, seen, times, zones[one.site_id], is_near=True))
        missed.append(one.status == Status.NO_SHOW)
        days.append(one.starts_at)
    return found, missed, days


def _with_history(rows: Iterable[Appointment]) -> Iterator[tuple[Appointment, int, int]]:
    """Yield each visit with how many of the patient's before it were seen and missed."""
    before: dict[UUID, list[int]] = {}
    for one in rows:
        counts = before.setdefault(one.patient_id, [0, 0])
        yield one, counts[0], counts[1]
        counts[0] += 1
        counts[1] += one.status == Status.NO_SHOW


def _histories(patients: set[UUID], at: datetime) -> dict[UUID, tuple[int, int]]:
    rows = (
        past(at)
        .filter(patient_id__in=patients)
        .values("patient_id")
        .annotate(seen=Count("pk"), missed=Count("pk", filter=Q(status=Status.NO_SHOW)))
        .order_by()
    )
    return {row["patient_id"]: (row["seen"], row["missed"]) for row in rows}


def _case(one: Appointment, seen: int, missed: int, zone: str, *, is_near: bool) -> Case:
    wall = one.starts_at.astimezone(ZoneInfo(zone))
    confirmed = one.confirmed_at is not None and one.confirmed_at < one.starts_at
    lead = one.starts_at - one.booked_at
    return Case(
        lead_days=max(lead.total_seconds(), 0.0) / 86_400,
        seen=seen,
        missed=missed,
        visit_type=str(one.visit_type_id),
        hour=wall.hour,
        weekday=wall.weekday(),
        is_confirmed=confirmed,
        is_near=is_near,
    )


@dataclass(slots=True)
class Prospect:
    """One patient's risk at times that are not booked yet, from what the practice has seen."""

    model: Model
    visit_type: VisitType
    seen: int
    missed: int
    at: datetime
    _known: dict[Case, float] = field(default_factory=dict)

    def probability(self, starts_at: datetime, zone: ZoneInfo) -> float:
        """Return how likely the patient misses a visit that begins then, booked now."""
        case = self._case(starts_at, zone)
        found = self._known.get(case)
        if found is None:
            found = self._known[case] = self.model.probability(case)
        return found

    def risk(self, starts_at: datetime, zone: ZoneInfo) -> Risk:
        """Return the same with what makes it so."""
        case = self._case(starts_at, zone)
        because = rules.because(self.model, case, self.visit_type.name)
        return Risk(self.probability(starts_at, zone), because)

    def _case(self, starts_at: datetime, zone: ZoneInfo) -> Case:
        wall = starts_at.astimezone(zone)
        return Case(
            lead_days=float(max((starts_at - self.at).days, 0)),  # whole days: the same cases again
            seen=self.seen,
            missed=self.missed,
            visit_type=str(self.visit_type.pk),
            hour=wall.hour,
            weekday=wall.weekday(),
            is_confirmed=False,
            is_near=False,  # nobody could have confirmed it yet
        )


def prospect(patient: Patient | None, visit_type: VisitType, at: datetime) -> Prospect | None:
    """Return what tells a patient's risk at any time, in two queries; None without a model."""
    kept = current_model() if patient is not None else None
    if patient is None or kept is None:
        return None
    seen, missed = _histories({patient.pk}, at).get(patient.pk, (0, 0))
    return Prospect(Model.of(kept.weights), visit_type, seen, missed, at)


def risk_of(appointment: Appointment) -> Risk | None:
    """Return the risk of one visit that is still to come."""
    if appointment.status != Status.BOOKED:
        return None
    return no_show_risk([appointment])[appointment.pk]


def riskiest(rows: Sequence[Appointment], at: datetime) -> list[tuple[Appointment, Risk]]:
    """Return visits with their risks, the likeliest to be missed first."""
    risks = no_show_risk(rows, at=at)
    pairs = [(one, risk) for one in rows if (risk := risks[one.pk]) is not None]
    return sorted(pairs, key=lambda pair: -pair[1].probability)

"""Whether a time that the calendars give is also one that the rules give: limits, preferences."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from frontdesk.core.clock import day_bounds, local
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Session, VisitType
from frontdesk.scheduling.queries import remembered, working
from frontdesk.scheduling.queries.preferences import preferences_by
from frontdesk.scheduling.queries.remembered import Memory
from frontdesk.scheduling.queries.working import Visit, visits_between
from frontdesk.scheduling.rules.preferences import Broken, Kind, Planned, Rule, judge

AHEAD = timedelta(days=28)  # whose visits are read together


@dataclass(slots=True)
class Judging:
    """The rules of a site's providers for one type of visit, with the days they are judged on.

    Days are read four weeks at a time, in two queries, and only for providers who have rules.
    """

    visit_type: VisitType
    site: Site
    at: datetime
    sessions: list[Session]
    rules: dict[UUID, list[Rule]]
    judged: frozenset[UUID]  # for whom every time has to be judged
    besides: Collection[UUID] = ()
    _visits: dict[tuple[UUID, date], list[Visit]] = field(default_factory=dict)
    _until: dict[date, bool] = field(default_factory=dict)
    _plans: dict[tuple[UUID, date], list[Planned]] = field(default_factory=dict)
    _full: dict[tuple[UUID, date], bool] = field(default_factory=dict)  # by session

    def takes(self, provider_id: UUID, starts_at: datetime, also: Sequence[Visit] = ()) -> bool:
        """Say whether neither a limit nor a firm preference refuses a visit at this time.

        `also` are visits that are to be booked with it.
        """
        if self.is_full(provider_id, starts_at, also):
            return False
        return not any(one.is_hard for one in self.broken(provider_id, starts_at, also))

    def broken(
        self, provider_id: UUID, starts_at: datetime, also: Sequence[Visit] = ()
    ) -> list[Broken]:
        """Return which preferences a visit at this time would break, hard ones first."""
        rules = self.rules.get(provider_id)
        if not rules:
            return []
        starts = local(self.site, starts_at)
        more = self._of(also, provider_id, starts.date())
        plan = [
            *self._plan(provider_id, starts.date()), *(one.planned(self.site) for one in more)
        ]  # fmt: skip
        candidate = Planned(
            starts=starts,
            ends=local(self.site, self.visit_type.ends_at(starts_at)),
            type_key=str(self.visit_type.pk),
            is_new=self.visit_type.is_new_patient,
            asked_at=self.at,
        )
        return judge(rules, plan, candidate)

    def is_full(self, provider_id: UUID, starts_at: datetime, also: Sequence[Visit] = ()) -> bool:
        """Say whether the session of this time takes no more visits of the type."""
        starts = local(self.site, starts_at)
        more = self._of(also, provider_id, starts.date())
        for session in self.sessions:
            is_its = session.provider_id == provider_id and session.is_limited
            if not is_its or not session.holds_on(starts.date()):
                continue
            is_within = session.starts <= starts.time() < session.ends
            if is_within and self._is_full(session, starts.date(), more):
                return True
        return False

    def _is_full(self, session: Session, day: date, more: Sequence[Visit]) -> bool:
        if more:
            return self._has_no_place(session, day, more)
        if (session.pk, day) not in self._full:
            self._full[session.pk, day] = self._has_no_place(session, day)
        return self._full[session.pk, day]

    def _has_no_place(self, session: Session, day: date, more: Sequence[Visit] = ()) -> bool:
        visits = [*self._day(session.provider_id, day), *more]
        kinds = working.counted(session, self.site, visits).get(day, working.NONE_YET)
        return working.is_full(session, kinds, self.visit_type)

    def _of(self, visits: Sequence[Visit], provider_id: UUID, day: date) -> list[Visit]:
        return [
            one
            for one in visits
            if one.provider_id == provider_id and local(self.site, one.starts_at).date() == day
        ]

    def _plan(self, provider_id: UUID, day: date) -> list[Planned]:
        if (provider_id, day) not in self._plans:
            visits = self._day(provider_id, day)
            self._plans[provider_id, day] = [one.planned(self.site) for one in visits]
        return self._plans[provider_id, day]

    def _day(self, provider_id: UUID, day: date) -> list[Visit]:
        if day not in self._until:
            self._read(day)
        return self._visits.get((provider_id, day), [])

    def _read(self, day: date) -> None:
        opens, _closes = day_bounds(self.site, day)
        last = day + AHEAD
        closes, _closes = day_bounds(self.site, last)
        found = defaultdict(list)
        for visit in visits_between(self.judged, opens, closes, at=self.at, besides=self.besides):
            found[visit.provider_id, local(self.site, visit.starts_at).date()].append(visit)
        self._visits.update(found)
        for number in range(AHEAD.days):
            self._until[day + timedelta(days=number)] = True


def judging(
    visit_type: VisitType,
    site: Site,
    at: datetime,
    sessions: list[Session],
    memory: Memory | None,
    besides: Collection[UUID] = (),
) -> Judging:
    """Return the rules of those who have these sessions."""
    everybody = remembered.recall(memory, ("all rules",), preferences_by)
    who = {session.provider_id for session in sessions}
    rules = {
        key: held
        for key, held in everybody.items()
        if key in who and any(rule.kind != Kind.OVERTIME for rule in held)
    }
    limited = {session.provider_id for session in sessions if session.is_limited}
    return Judging(
        visit_type, site, at, sessions, rules, frozenset(limited | rules.keys()), besides
    )


def busy_of(
    patient: Patient | None, opens: datetime, closes: datetime, besides: Collection[UUID] = ()
) -> list[tuple[datetime, datetime]]:
    """Return when a patient has visits already: nobody is in two places at once."""
    if patient is None:
        return []
    held = Appointment.objects.filter(
        patient=patient,
        starts_at__lt=closes,
        ends_at__gt=opens,
        status__in=(Appointment.Status.BOOKED, Appointment.Status.ARRIVED),
    )
    return list(held.exclude(pk__in=besides).values_list("starts_at", "ends_at"))

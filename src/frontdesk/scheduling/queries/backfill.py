"""Who may have a time that came free, who is asked first, and why."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.scheduling.models import (
    Appointment,
    FreedTime,
    Offer,
    RefillRule,
    Wait,
)
from frontdesk.scheduling.queries import conflicts, preferences
from frontdesk.scheduling.queries.asking import spoken_by
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.scheduling.queries.freed_times import group_of, seats_of
from frontdesk.scheduling.queries.readiness import Facts, Readiness, readiness_of
from frontdesk.scheduling.queries.risk import no_show_risk
from frontdesk.scheduling.queries.things import interpreters_of, speaks
from frontdesk.scheduling.rules.time import LONGEST
from frontdesk.solver.backfill import (
    MOVES_MOST,
    NEW_UNTIL,
    Candidate,
    Ranked,
    Time,
    Why,
    batch,
    bucket,
    chance_of,
    fills,
    personal_chance,
    rank,
    rounds_left,
    this_round,
    unwanted,
)

REMEMBERED = timedelta(days=180)  # of offers, for the practice's own acceptance
REMEMBERED_MOST = 5000
GONE = (Patient.Status.DECEASED, Patient.Status.MERGED)
_OF_THE_VISIT = ("appointment__site", "appointment__provider")


class Asked(NamedTuple):
    """What a visit from the waitlist asks of the calendars."""

    visit: tuple[UUID, int]  # the type, and for how long
    language: str  # that somebody has to interpret
    own: UUID | None  # the visit whose time is free again when they come earlier


@dataclass(frozen=True, slots=True)
class Considered:
    """Somebody on the waitlist beside a freed time: where they stand, or why they may not."""

    wait: Wait
    ranked: Ranked | None = None
    refused: str = ""
    ready: Readiness | None = None

    @property
    def because(self) -> list[str]:
        """Why they stand where they stand, the weightiest first."""
        if self.ranked is None:
            return []
        held = sorted(self.ranked.because, key=lambda why: -abs(why.points))
        return [why_words(why) for why in held]


@dataclass(slots=True)
class Answers:
    """What was said to offers of late."""

    by_kind: dict[tuple[int, int], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    by_patient: dict[UUID, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    times: dict[UUID, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    accepted: int = 0
    asked: int = 0

    def says_yes(self, patient_id: UUID, kind: tuple[int, int]) -> float:
        """Return the chance that this patient accepts an offer of this kind."""
        said, own = self.by_kind[kind], self.by_patient[patient_id]
        usual = chance_of(said[0], said[1], chance_of(self.accepted, self.asked))
        return personal_chance(usual, own[0], own[1])

    def lately(self, patient_id: UUID, first: datetime) -> int:
        """Return how many offers the patient had since then."""
        return sum(when > first for when in self.times[patient_id])


def refill_rules() -> dict[UUID | None, RefillRule]:
    """Return the rules by type of visit; that of the practice under None, made up if need be."""
    kept = {rule.visit_type_id: rule for rule in RefillRule.objects.select_related("visit_type")}
    kept.setdefault(None, RefillRule())
    return kept


def rule_for(visit_type_id: UUID) -> RefillRule:
    """Return how freed times of this type of visit are offered."""
    rules = refill_rules()
    return rules.get(visit_type_id) or rules[None]


def answers(at: datetime) -> Answers:
    """Return what was said to the offers of the last months, in one query."""
    rows = Offer.objects.filter(offered_at__gt=at - REMEMBERED).order_by("-offered_at")
    found = Answers()
    columns = ("patient_id", "status", "offered_at", "starts_at", "was_starts_at")
    for patient_id, status, offered_at, starts_at, was in rows.values_list(*columns)[
        :REMEMBERED_MOST
    ]:
        found.times[patient_id].append(offered_at)
        if status in (Offer.Status.PENDING, Offer.Status.VIEWED, Offer.Status.GONE):
            continue  # they have not answered, or could not
        yes = int(status == Offer.Status.ACCEPTED)
        sooner = (was - starts_at).days if was else None
        for counted in (
            found.by_kind[bucket(starts_at - offered_at, sooner)],
            found.by_patient[patient_id],
        ):
            counted[0] += yes
            counted[1] += 1
        found.accepted += yes
        found.asked += 1
    return found


def consider(
    freed: FreedTime, at: datetime, rule: RefillRule, *, said: Answers | None = None
) -> list[Considered]:
    """Return everybody on the waitlist beside a freed time: those to ask, ranked, then the rest.

    The same number of queries for ten waiting and for a thousand, per type of visit they want.
    """
    waits = list(waiting().order_by("since", "pk"))
    said = said or answers(at)
    around = _Around(
        freed, at, rule, said,
        unfit=_unfit(freed, waits, at),
        busy=_busy(freed, waits),
        asked=set(Offer.objects.filter(freed=freed).values_list("wait_id", flat=True)),
        thinking=_thinking(at),
    )  # fmt: skip
    words = {wait.pk: _refusal(wait, around) for wait in waits}
    refused = [Considered(wait, refused=words[wait.pk]) for wait in waits if words[wait.pk]]
    suiting = [wait for wait in waits if not words[wait.pk]]
    ready = _would_be_ready(freed, suiting, at)
    stopped = [wait for wait in suiting if ready[wait.pk].worst == "red"]
    refused += [
        Considered(one, refused=_("is not ready by then: %(what)s") % {"what": ready[one.pk].says})
        for one in stopped
    ]
    allowed = [wait for wait in suiting if ready[wait.pk].worst != "red"]
    risks = _miss_chances(allowed)
    held = {wait.pk: wait for wait in allowed}
    ranked = rank(_candidate(freed, one, at, rule, said, ready, risks) for one in allowed)
    top = [
        Considered(held[one.candidate.key], one, ready=ready[one.candidate.key])  # type: ignore[index]  # keys of waits
        for one in ranked
    ]
    return top + refused


def next_batch(
    considered: Sequence[Considered], freed: FreedTime, at: datetime, rule: RefillRule
) -> list[Considered]:
    """Return whom to ask now: the fewest who fill the time with the chance that is wanted."""
    first = {one.wait.patient_id: one for one in reversed(considered) if one.ranked}
    ranked = [
        one
        for one in considered
        if one.ranked and one.wait.takes_offers and first[one.wait.patient_id] is one
    ]
    chances = [one.ranked.candidate.says_yes for one in ranked if one.ranked]
    rounds = rounds_left(
        freed.starts_at - at, floor_of(freed, rule), timedelta(minutes=rule.answer_minutes)
    )
    goal = this_round(rule.target / 100, rounds)
    return ranked[: batch(chances, goal, rule.most_at_once)] if ranked else []


def chance_to_fill(considered: Iterable[Considered]) -> int:
    """Return the chance, in percent, that one of these accepts."""
    held = [one.ranked.candidate.says_yes for one in considered if one.ranked]
    return round(100 * fills(held))


def floor_of(freed: FreedTime, rule: RefillRule) -> timedelta:
    """Return how close to the visit nobody is asked any more."""
    return timedelta(hours=max(rule.floor_hours, freed.visit_type.notice_hours))


def waiting() -> QuerySet[Wait]:
    """Return who waits, with what is asked of each."""
    here = Wait.objects.filter(status=Wait.Status.WAITING).exclude(patient__status__in=GONE)
    return here.select_related("patient", "visit_type", *_OF_THE_VISIT)


def why_words(why: Why | Sequence[object]) -> str:
    """Return a reason in words: "waits for 31 days (+16)"."""
    kind, figure, points = str(why[0]), int(str(why[1])), int(str(why[2]))
    words = {
        "urgency": {1: "", 2: _("soon"), 3: _("urgent")}.get(figure, ""),
        "waited": _("waits for %(n)s days") % {"n": figure},
        "unbooked": _("has no visit yet"),
        "sooner": _("%(n)s days sooner") % {"n": figure},
        "fit": _("uses %(n)s %% of the time") % {"n": figure},
        "ready": _("something is still missing"),
        "miss": _("may not come: %(n)s %%") % {"n": figure},
        "asked": _("was asked %(n)s times of late") % {"n": figure},
        "yes": _("says yes with %(n)s %%") % {"n": figure},
    }
    return f"{words.get(kind, kind)} ({points:+d})"


@dataclass(frozen=True, slots=True)
class _Around:
    """What the rules ask of the freed time and of those who wait."""

    freed: FreedTime
    at: datetime
    rule: RefillRule
    said: Answers
    unfit: dict[Asked, str]  # why not, by what is asked for; empty where it fits
    busy: set[UUID]
    asked: set[UUID]
    thinking: set[UUID]


def _refusal(wait: Wait, around: _Around) -> str:
    """Return the first rule that keeps the time from somebody, in words; nothing when none does."""
    return next((words for words in _refusals(wait, around) if words), "")


def _refusals(wait: Wait, around: _Around) -> Iterator[str]:
    freed, at, rule = around.freed, around.at, around.rule
    first = at - timedelta(days=rule.offers_days)
    names = {"visit": wait.visit_type.name}
    often = {"n": rule.offers_most, "days": rule.offers_days}
    was_asked = around.said.lately(wait.patient_id, first) >= rule.offers_most
    is_kept = _is_kept_for_new(freed, wait, at, rule)
    yield _("was asked already") if wait.pk in around.asked else ""
    yield _("is thinking about another time") if wait.patient_id in around.thinking else ""
    yield around.unfit[_asked(freed, wait)]
    yield _("this time is kept for new patients") if is_kept else ""
    yield "" if _has_notice(freed, wait, at) else _("a %(visit)s needs more notice") % names
    yield _(unwanted(wait.wants, time_of(freed), at) or " ").strip()
    yield _("has another visit then") if wait.patient_id in around.busy else ""
    yield _("was moved often enough") if wait.moves >= MOVES_MOST else ""
    yield _("had %(n)s offers in %(days)s days") % often if was_asked else ""


def _is_kept_for_new(freed: FreedTime, wait: Wait, at: datetime, rule: RefillRule) -> bool:
    is_kept = rule.keeps_new and freed.visit_type.is_new_patient
    return is_kept and not wait.visit_type.is_new_patient and freed.starts_at - at > NEW_UNTIL


def _has_notice(freed: FreedTime, wait: Wait, at: datetime) -> bool:
    return freed.starts_at - at >= timedelta(hours=wait.visit_type.notice_hours)


def time_of(freed: FreedTime) -> Time:
    """Return the freed time as the rules see it."""
    starts = local(freed.site, freed.starts_at)
    return Time(str(freed.provider_id), str(freed.site_id), starts)


def _asked(freed: FreedTime, wait: Wait) -> Asked:
    """Return what is asked of the calendars for somebody: the same for most who wait.

    Their own visit matters where it is with the same provider on the same day: it goes when they
    come earlier, so it is neither in the way nor counted.
    """
    own, on = wait.appointment, local(freed.site, freed.starts_at).date()
    near = (freed.provider_id, on)
    is_near = own and (own.provider_id, local(freed.site, own.starts_at).date()) == near
    return Asked(
        wait.asks_for.asked, spoken_by(wait.patient), wait.appointment_id if is_near else None
    )


def _unfit(freed: FreedTime, waits: Iterable[Wait], at: datetime) -> dict[Asked, str]:
    """Say for each kind of visit why booking would refuse it then; nothing where it would not."""
    kinds = {_asked(freed, wait): wait for wait in waits}
    return {asked: _why_unfit(freed, asked, wait, at) for asked, wait in kinds.items()}


def _why_unfit(freed: FreedTime, asked: Asked, wait: Wait, at: datetime) -> str:
    visit = wait.asks_for
    names = {"visit": visit.name, "minutes": visit.minutes}
    no_fit = _("a %(minutes)s-min %(visit)s does not fit") % names
    if not (visit.is_active and freed.provider.is_active and freed.site.is_active):
        return no_fit
    if visit.capacity > 1 and visit.pk == freed.visit_type_id and (group := group_of(freed)):
        is_full, held_until = seats_of(group, at)
        return no_fit if is_full or held_until is not None else ""
    besides = {asked.own} if asked.own else set()
    wish = Wish(visit, freed.provider, freed.site, freed.starts_at, None, besides, wait.patient)
    held = conflicts.day_of(wish, at)
    if conflicts.places(wish, held) is not None:
        return preferences.hard_words(wish, held).rstrip(".")
    if asked.language:
        alone = replace(wish, patient=None)
        if conflicts.places(alone, conflicts.day_of(alone, at)) is not None:
            return _("nobody who interprets is free then")
    return no_fit


def _thinking(at: datetime) -> set[UUID]:
    """Return who holds an offer that waits for their answer."""
    waiting_for = (Offer.Status.PENDING, Offer.Status.VIEWED)
    held = Offer.objects.filter(status__in=waiting_for, expires_at__gt=at)
    return set(held.values_list("patient_id", flat=True))


def _busy(freed: FreedTime, waits: Sequence[Wait]) -> set[UUID]:
    """Return which patients have another visit in the freed time, their own booked one aside."""
    own = {wait.appointment_id for wait in waits if wait.appointment_id}
    return set(
        Appointment.objects.filter(
            patient_id__in={wait.patient_id for wait in waits},
            starts_at__lt=freed.ends_at,
            starts_at__gt=freed.starts_at - LONGEST,
            ends_at__gt=freed.starts_at,
            status__in=(Appointment.Status.BOOKED, Appointment.Status.ARRIVED),
        )
        .exclude(pk__in=own)
        .values_list("patient_id", flat=True)
    )


def _would_be_ready(freed: FreedTime, waits: Sequence[Wait], at: datetime) -> dict[UUID, Readiness]:
    """Say how ready each would be; whoever interprets for them is booked with the visit."""
    zone = ZoneInfo(freed.site.time_zone)
    known = interpreters_of(freed.site)
    comes = {one.pk: any(speaks(who, one.patient.language) for who in known) for one in waits}
    facts = {
        wait.pk: Facts(
            pk=wait.appointment_id or wait.pk,
            patient_id=wait.patient_id,
            starts_at=freed.starts_at.astimezone(zone),
            taxonomy=freed.provider.taxonomy,
            needs_authorization=wait.visit_type.needs_authorization,
            needs_interpreter=wait.patient.needs_interpreter and not comes[wait.pk],
            language=wait.patient.language,
            visit_type=wait.visit_type.code,
            state=freed.site.state,
            provider_id=freed.provider_id,
            site_id=freed.site_id,
        )
        for wait in waits
    }
    found = readiness_of(list(facts.values()), at)
    return {key: found[one.pk] for key, one in facts.items()}


def _miss_chances(waits: Sequence[Wait]) -> dict[UUID, float]:
    """Return how likely those who are booked are to miss their visit, where the practice knows."""
    booked = [wait.appointment for wait in waits if wait.appointment is not None]
    risks = no_show_risk(booked)
    return {
        wait.pk: float(risk.probability)
        for wait in waits
        if wait.appointment_id and (risk := risks.get(wait.appointment_id)) is not None
    }


def _candidate(
    freed: FreedTime, wait: Wait, at: datetime, rule: RefillRule, said: Answers,
    ready: dict[UUID, Readiness], risks: dict[UUID, float],
) -> Candidate:  # fmt: skip
    sooner = (wait.appointment.starts_at - freed.starts_at).days if wait.appointment else None
    kind = bucket(freed.starts_at - at, sooner)
    return Candidate(
        key=wait.pk,
        urgency=wait.urgency,
        waited_days=wait.days_waited(at),
        sooner_days=sooner,
        minutes=wait.asks_for.minutes,
        gap_minutes=freed.minutes,
        is_ready=ready[wait.pk].worst == "green",
        miss_chance=risks.get(wait.pk),
        asked_lately=said.lately(wait.patient_id, at - timedelta(days=rule.offers_days)),
        says_yes=said.says_yes(wait.patient_id, kind),
    )

"""What can be booked and when, for the settings."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dates import WEEKDAYS_ABBR

from frontdesk.scheduling.models import Preference, Session, VisitType
from frontdesk.scheduling.queries.pictures import Picture, of_week
from frontdesk.scheduling.queries.preferences import (
    contradictions_by,
    contradictions_of,
    names_of_types,
)
from frontdesk.scheduling.rules.preferences import said
from frontdesk.staff.models import Provider


@dataclass(frozen=True, slots=True)
class Week:
    """A provider with their sessions by weekday, Monday first."""

    provider: Provider
    days: list[list[Session]]
    troubles: list[str] = field(default_factory=list)  # what contradicts itself


def visit_types() -> QuerySet[VisitType]:
    """Return every visit type with its phases, those in use first."""
    return VisitType.objects.prefetch_related("phases").order_by("-is_active", "name")


def weeks(on: date) -> list[Week]:
    """Return the weekly sessions that hold on or begin after a day, by provider."""
    held = Session.objects.filter(Q(until_on=None) | Q(until_on__gt=on)).select_related("site")
    by_provider: dict[UUID, list[Session]] = {}
    for session in held.prefetch_related("blocks").order_by("starts", "from_on"):
        by_provider.setdefault(session.provider_id, []).append(session)
    providers = Provider.objects.filter(is_active=True).order_by("last_name", "first_name")
    wrong = contradictions_by(by_provider)
    return [
        Week(
            one,
            [[s for s in by_provider.get(one.pk, ()) if s.weekday == day] for day in range(7)],
            wrong.get(one.pk, []),
        )
        for one in providers
    ]


def sessions() -> QuerySet[Session]:
    """Return sessions with what a page says of them."""
    return Session.objects.select_related("provider", "site")


@dataclass(frozen=True, slots=True)
class WeekOf:
    """One provider's usual week: its picture, its sessions, preferences, contradictions."""

    provider: Provider
    sessions: list[Session]
    preferences: list[tuple[Preference, str]]  # each in words
    contradictions: list[str]
    picture: Picture
    names: dict[str, str]


def week_of(provider: Provider, on: date) -> WeekOf:
    """Return a provider's usual week from a day on."""
    held = Session.objects.filter(Q(until_on=None) | Q(until_on__gt=on), provider=provider)
    week = list(
        held.select_related("site").prefetch_related("blocks").order_by("weekday", "starts")
    )
    wanted = Preference.objects.filter(is_active=True, provider=provider)
    wanted = wanted.select_related("provider", "site")
    names = names_of_types()
    rows = [(one, one.rule(names)) for one in wanted.order_by("pk")]
    rules = [rule for _one, rule in rows]
    short = [str(WEEKDAYS_ABBR[day]) for day in range(7)]
    return WeekOf(
        provider=provider,
        sessions=week,
        preferences=[(one, said(rule)) for one, rule in rows],
        contradictions=contradictions_of(rules, week),
        picture=of_week(week, rules, on, short),
        names=names,
    )

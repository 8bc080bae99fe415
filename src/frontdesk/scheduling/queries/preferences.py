"""What providers prefer, and how a wanted time stands to it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from frontdesk.core.clock import day_bounds, local
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Preference, Session, VisitType
from frontdesk.scheduling.queries import remembered
from frontdesk.scheduling.queries.calendars import Stretch
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.scheduling.queries.remembered import Memory
from frontdesk.scheduling.queries.working import visits_between
from frontdesk.scheduling.rules.preferences import (
    Broken,
    Planned,
    Rule,
    Worked,
    contradictions,
    judge,
)
from frontdesk.staff.models import Provider


def preferences_by(providers: Collection[UUID] | None = None) -> dict[UUID, list[Rule]]:
    """Return the rules of some providers, or of all, by key; whoever has none is left out."""
    held = Preference.objects.filter(is_active=True).select_related("provider", "site")
    if providers is not None:
        held = held.filter(provider_id__in=providers)
    rows = list(held.order_by("pk"))
    names = names_of_types() if any(row.visit_type_ids for row in rows) else {}
    found: defaultdict[UUID, list[Rule]] = defaultdict(list)
    for row in rows:
        found[row.provider_id].append(row.rule(names))
    return dict(found)


def names_of_types() -> dict[str, str]:
    """Return what each visit type is called, by its key as text."""
    return {str(pk): name for pk, name in VisitType.objects.values_list("pk", "name")}


def planned(
    provider: Provider, site: Site, day: date, *, at: datetime, besides: Collection[UUID] = ()
) -> list[Planned]:
    """Return the provider's day as rules judge it: what is booked and what is held."""
    opens, closes = day_bounds(site, day)
    visits = visits_between([provider.pk], opens, closes, at=at, besides=besides)
    return [visit.planned(site) for visit in visits]


def judged(
    provider: Provider,
    visit_type: VisitType,
    site: Site,
    starts_at: datetime,
    *,
    at: datetime,
    besides: Collection[UUID] = (),
    memory: Memory | None = None,
) -> list[Broken]:
    """Return which of the provider's rules a visit at this time would break, hard ones first."""
    everybody = remembered.recall(memory, ("all rules",), preferences_by)
    rules = everybody.get(provider.pk)
    if not rules:
        return []
    starts = local(site, starts_at)
    candidate = Planned(
        starts=starts,
        ends=local(site, visit_type.ends_at(starts_at)),
        type_key=str(visit_type.pk),
        is_new=visit_type.is_new_patient,
        asked_at=at,
    )
    return judge(rules, planned(provider, site, starts.date(), at=at, besides=besides), candidate)


def hard_words(wish: Wish, held: Stretch) -> str:
    """Say which of the provider's firm rules a wished time would break; empty when none."""
    broken = judged(
        wish.provider,
        wish.visit_type,
        wish.site,
        wish.starts_at,
        at=held.at,
        besides=wish.besides,
        memory=held.memory,
    )
    return " ".join(one.words for one in broken if one.is_hard)


def worked_of(sessions: Iterable[Session]) -> list[Worked]:
    """Return sessions as far as rules can contradict them."""
    return [
        Worked(
            weekday=session.weekday,
            starts=session.starts,
            ends=session.ends,
            type_keys=frozenset(session.visit_type_ids),
            releases=tuple(
                (block.name, block.release_hours)
                for block in session.active_blocks
                if block.release_hours is not None
            ),
        )
        for session in sessions
    ]


def contradictions_of(rules: Collection[Rule], sessions: Iterable[Session]) -> list[str]:
    """Say which of a provider's rules can't hold together or leave nothing of a session."""
    new = {str(key) for key in _new_types()}
    return contradictions(list(rules), worked_of(sessions), new)


def contradictions_by(sessions: Mapping[UUID, Collection[Session]]) -> dict[UUID, list[str]]:
    """Say what contradicts itself for each provider who prefers anything, in a few queries."""
    rules = preferences_by()
    new = {str(key) for key in _new_types()} if rules else set()
    return {
        key: contradictions(mine, worked_of(sessions.get(key, ())), new)
        for key, mine in rules.items()
    }


def _new_types() -> Iterable[UUID]:
    return VisitType.objects.filter(is_new_patient=True).values_list("pk", flat=True)

"""In words why no time can be had: the first thing that takes the last one away."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Phase, VisitType
from frontdesk.scheduling.queries import away, feasible
from frontdesk.scheduling.queries.asking import only_provider
from frontdesk.scheduling.queries.calendars import Stretch, stretch
from frontdesk.solver import openings as solver
from frontdesk.solver.openings import CELL_MINUTES, Need
from frontdesk.staff.models import Provider

Wanted = Callable[[Stretch], int]


def why_none(
    visit_type: VisitType,
    site: Site | None,
    provider: Provider | None,
    *,
    from_on: date,
    days: int,
    wanted: Wanted,
    at: datetime,
    known: Sequence[Stretch] = (),
) -> str:
    """Say what takes away the last time, the first thing that does: hours, leave, visits, rooms.

    Where several sites are asked and none can ever give the visit, each says what it lacks.
    `wanted` returns the cells of a site's stretch that are asked for. `known` are the stretches
    of all sites where they have been read for the same question.
    """
    sites = [one.site for one in known] or ([site] if site else _open_sites())
    if not sites:
        return "No site is open for visits yet. Set one up first."
    if len(sites) > 1 and (never := feasible.troubles_by([visit_type], from_on)):
        return f"{visit_type} can't be given. {' '.join(never[visit_type.pk])}"
    provider = provider or _named(visit_type)
    if known:
        return _why(known, provider, wanted)
    asked = [
        stretch(visit_type, one, from_on=from_on, days=days, at=at, provider=provider)
        for one in sites
    ]
    return _why(asked, provider, wanted)


def _open_sites() -> list[Site]:
    return list(Site.objects.filter(is_active=True).order_by("name"))


def _named(visit_type: VisitType) -> Provider | None:
    """Return the one provider whom the visit's phases name, if they do."""
    named = only_provider(visit_type.active_phases)
    return Provider.objects.get(pk=named) if named else None


def _why(asked: Sequence[Stretch], provider: Provider | None, wanted: Wanted) -> str:
    longest = max(asked, key=lambda one: len(one.providers))
    cells = wanted(longest)
    stages = list(_stages(longest, cells))
    words = dict(_words(longest, provider))
    return words[solver.first_empty(stages) or stages[-1][0]]


def _stages(held: Stretch, wanted: int) -> Iterable[tuple[str, int]]:
    """Yield, one restriction after another, the starts that are left for any provider."""
    keys = list(held.providers)

    def left(mask_of: dict[UUID, int]) -> int:
        found = 0
        for key in keys:
            own = [need for need in held.needs(key) if need.choices == (key,)]
            whole = own or [Need((key,), 0, -(-held.visit_type.minutes // CELL_MINUTES))]
            found |= solver.starts({key: mask_of[key]}, whole)
        return found & wanted

    yield "sessions", left({key: held.worked(key, of_type=False) for key in keys})
    yield "type", left({key: held.worked(key) for key in keys})
    open_then = {key: held.worked(key) & held.opened for key in keys}
    yield "open", left(open_then)
    there = {key: mask & ~held.away.get(key, 0) for key, mask in open_then.items()}
    yield "away", left(there)
    yield "taken", left({key: mask & ~held.busy.get(key, 0) for key, mask in there.items()})
    for phase in held.phases:
        if phase.role != Phase.Role.PROVIDER:
            yield _stage_of(phase), _with(held, keys, phase) & wanted
    together = 0
    for key in keys:
        together |= held.starts(key)
    yield "together", together & wanted
    yield "rules", 0


def _with(held: Stretch, keys: list[UUID], phase: Phase) -> int:
    found = 0
    for key in keys:
        pairs = zip(held.phases, held.needs(key), strict=True)
        fewer = [n for p, n in pairs if p.role == Phase.Role.PROVIDER or p == phase]
        found |= solver.starts(held.free(key), fewer)
    return found


def _words(held: Stretch, provider: Provider | None) -> Iterable[tuple[str, str]]:
    who = str(provider) if provider else "Nobody"
    all_who_could = who if provider else "Everybody who could do it"
    sees = "sees no patients" if provider else "sees patients"
    place, kind = held.site.name, held.visit_type.name
    yield "sessions", f"{who} {sees} at {place} in these days."
    yield "type", f"{who} has{' no' if provider else ''} hours at {place} for: {kind}."
    yield "open", f"{place} is closed whenever there would be a time."
    yield "away", f"{all_who_could} is away in these days."
    yield "taken", f"{all_who_could} is fully booked in these days."
    for phase in held.phases:
        if phase.role != Phase.Role.PROVIDER:
            yield _stage_of(phase), _lacking(held, phase)
    yield "together", "Everything is free at some time, but never all of it together."
    yield "rules", _of_rules(held, provider)


def _of_rules(held: Stretch, provider: Provider | None) -> str:
    who = f"{provider} prefers" if provider else "the providers prefer"
    return f"The times that are free in these days go against what {who}."


def _stage_of(phase: Phase) -> str:
    return f"{phase.role} {phase.kind}"


def _lacking(held: Stretch, phase: Phase) -> str:
    what = away.name_of(phase.named_id) if phase.named_id else phase.needs_words
    if not held.things.for_phase(phase):
        if phase.named_id:
            return f"{what} is not at {held.site.name}. {held.visit_type.name} needs it."
        return f"{held.site.name} has no {what}. {held.visit_type.name} needs one."
    if phase.named_id:
        return f"{what} is never free when the provider is."
    return f"No {what} is free when the provider is."

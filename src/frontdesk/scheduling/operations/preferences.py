"""What providers prefer: kept as rules that are checked against each other and the week."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.scheduling.models import Preference, Session
from frontdesk.scheduling.queries.preferences import contradictions_of, names_of_types
from frontdesk.staff.models import Provider

Kind = Preference.Kind
WITH_TYPES = {Kind.MOST_OF_TYPE, Kind.NOT_AFTER, Kind.NOTICE}
LONGEST_OVERTIME = 120  # minutes; more of it is a session of its own
MAY_BE_NONE = {Kind.MOST_NEW, Kind.MOST_OF_TYPE, Kind.NOT_AFTER}  # 0 new patients is an answer


@operation("scheduling.templates")
def save_preference(
    preference: Preference | None,
    provider: Provider,
    values: Mapping[str, Any],
    *,
    on: date,
    by: Actor,
) -> Preference:
    """Keep or change what a provider prefers.

    A firm rule that contradicts another, or leaves nothing of a session that holds on or after
    the day `on`, is refused in words.
    """
    kept = Preference.objects.lock(preference.pk) if preference else Preference(provider=provider)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.weekdays = sorted(kept.weekdays)
    _refuse_unclear(kept)
    _refuse_contradiction(kept, on)
    kept.save()
    return kept


@operation("scheduling.templates")
def end_preference(preference: Preference, *, by: Actor) -> Preference:
    """Let a preference hold no longer."""
    preference = Preference.objects.lock(preference.pk)
    preference.is_active = False
    preference.save()
    return preference


def _refuse_unclear(kept: Preference) -> None:
    """Say what is missing for this kind, and forget what does not belong to it."""
    kind = Kind(kept.kind)
    if kind == Kind.MOST_OF_TYPE and not kept.visit_type_ids:
        raise Refused("Say which visits this is about.")
    if kind not in MAY_BE_NONE and not kept.number:
        raise Refused("Say how many: zero would say nothing.")
    if kind == Kind.NOT_AFTER and kept.starts is None:
        raise Refused("Say from which time on.")
    if kind == Kind.LUNCH:
        _refuse_no_lunch(kept)
    if kind == Kind.OVERTIME and kept.number > LONGEST_OVERTIME:
        raise Refused("Two hours at most. Whoever works longer than that has another session.")
    _forget_the_rest(kept, kind)


def _refuse_no_lunch(kept: Preference) -> None:
    if kept.starts is None or kept.ends is None:
        raise Refused("Say between which times lunch is kept.")
    if kept.ends <= kept.starts:
        raise Refused("Lunch ends after it starts.")


def _forget_the_rest(kept: Preference, kind: Preference.Kind) -> None:
    if kind not in WITH_TYPES:
        kept.visit_type_ids = []
    if kind not in (Kind.LUNCH, Kind.NOT_AFTER):
        kept.starts = None
    if kind != Kind.LUNCH:
        kept.ends = None
    if kind == Kind.OVERTIME:
        kept.is_hard = True
    else:
        kept.site = None


def _refuse_contradiction(kept: Preference, on: date) -> None:
    names = names_of_types()
    others = Preference.objects.filter(provider=kept.provider, is_active=True).exclude(pk=kept.pk)
    before = [other.rule(names) for other in others.select_related("provider", "site")]
    held = Session.objects.filter(Q(until_on=None) | Q(until_on__gt=on), provider=kept.provider)
    week = list(held.prefetch_related("blocks"))
    known = set(contradictions_of(before, week))
    new = [
        words
        for words in contradictions_of([*before, kept.rule(names)], week)
        if words not in known
    ]
    if new:
        raise Refused(" ".join(new))

"""What can be done to the practice and its places."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.db import models

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import (
    Closure,
    Device,
    Hours,
    Interpreter,
    Practice,
    Room,
    Site,
    save_checked,
)
from frontdesk.practice.queries.places import holiday_proposals
from frontdesk.practice.rules import Span
from frontdesk.practice.signals import closure_decided

M = TypeVar("M", bound=models.Model)

Values = Mapping[str, Any]
Week = Mapping[int, list[Span]]  # Monday is 0; a day that is absent or empty is closed


@operation("practice.edit", always_ask=True)
def found(values: Values, *, by: Actor) -> Practice:
    """Found a practice: its key is the one the actor already acts in."""
    return _fill(Practice(pk=by.practice_id), values)


@operation("practice.edit")
def change_practice(values: Values, *, by: Actor) -> Practice:
    """Change what the practice is called, billed as, and how it behaves."""
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)
    return _fill(practice, values)


@operation("practice.edit")
def finish_setup(*, by: Actor) -> Practice:
    """Say that the practice is set up: it may open."""
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)
    return _fill(practice, {"is_set_up": True})


@operation("practice.edit")
def save_site(site: Site | None, values: Values, *, by: Actor) -> Site:
    """Add or change a site, and its hours when `hours` (day of the week to spans) is given."""
    values = dict(values)
    week = values.pop("hours", None)
    if site is not None:
        site = Site.objects.lock(site.pk)
        if not values.get("is_active", True) and site.is_active:
            _keep_one_open(site)
    site = _fill(site or Site(), values)
    if week is not None:
        _set_hours(site, week)
    return site


@operation("practice.edit")
def save_room(room: Room | None, values: Values, *, by: Actor) -> Room:
    """Add or change a room."""
    return _fill(Room.objects.lock(room.pk) if room else Room(), values)


@operation("practice.edit")
def save_device(device: Device | None, values: Values, *, by: Actor) -> Device:
    """Add or change a device."""
    return _fill(Device.objects.lock(device.pk) if device else Device(), values)


@operation("practice.edit")
def save_closure(closure: Closure | None, values: Values, *, by: Actor) -> Closure:
    """Add or change a day off; with `is_kept` false it is withdrawn."""
    values = dict(values)
    is_kept = values.pop("is_kept", True)
    closure = Closure.ever.lock(closure.pk) if closure else Closure()
    _fill(closure, {**values, "is_withdrawn": not is_kept})
    closure_decided.send(Closure, closure=closure, by=by)
    return closure


@operation("practice.edit")
def decide_holidays(year: int, kept: Collection[str], *, by: Actor) -> int:
    """Close on the holidays of a year that are `kept` (keys of proposals) and on no others of them.

    What the office works through is remembered as withdrawn, so that it is not asked again.
    Return how many days changed.
    """
    changed = 0
    for proposal in holiday_proposals(year):
        is_kept = proposal.key in kept
        if proposal.is_decided and proposal.is_kept == is_kept:
            continue
        values = {"site": proposal.site, "on": proposal.on, "because": proposal.name}
        save_closure(proposal.closure, {**values, "is_kept": is_kept}, by=by)
        changed += 1
    return changed


@operation("practice.edit")
def save_interpreter(interpreter: Interpreter | None, values: Values, *, by: Actor) -> Interpreter:
    """Add or change an interpreter: who interprets which languages, how, and at which sites."""
    values = dict(values)
    if "sites" in values:
        values["site_ids"] = [str(site.pk) for site in values.pop("sites")]
    if not values.get("languages", True):
        raise Refused("Say which languages are interpreted.")
    kept = Interpreter.objects.lock(interpreter.pk) if interpreter else Interpreter()
    return _fill(kept, values)


def _fill(record: M, values: Values) -> M:
    save_checked(record, values)
    return record


def _keep_one_open(site: Site) -> None:
    if not Site.objects.filter(is_active=True).exclude(pk=site.pk).exists():
        raise Refused("A practice keeps at least one open site.")


def _set_hours(site: Site, week: Week) -> None:
    wanted = set(_spans(week))
    for held in Hours.objects.filter(site=site):
        span = (held.weekday, held.opens, held.closes)
        if span in wanted:
            wanted.discard(span)
        else:
            held.is_withdrawn = True
            held.save()
    for weekday, opens, closes in sorted(wanted):
        Hours.objects.create(site=site, weekday=weekday, opens=opens, closes=closes)


def _spans(week: Week) -> Iterable[tuple[int, Any, Any]]:
    for weekday, spans in week.items():
        for opens, closes in spans:
            yield weekday, opens, closes

"""What the palette finds: people, pages, actions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Min, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from frontdesk.core.actor import Actor
from frontdesk.people.models import Patient
from frontdesk.people.queries import find, recent
from frontdesk.people.rules.names import words
from frontdesk.scheduling.models import Appointment
from frontdesk.ui.context import Place, Shell
from frontdesk.ui.navigation import NEW

ONLY_ACTIONS = ">"
PEOPLE = 6
_ACTS = (
    # what one may do with the first patient found: words, icon, address, permission, key, drawer
    (
        _lazy("Book a visit"),
        "calendar-plus",
        "scheduling:find",
        "scheduling.book",
        "b",
        True,
    ),
    (_lazy("Take a payment"), "cash", "ledger:take", "ledger.take_payment", "p", True),
    (_lazy("Write a message"), "message-circle", "comms:write", "comms.send", "m", True),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A patient, and when they come next or came last."""

    patient: Patient
    parts: list[tuple[str, bool]]  # the name, cut where it fits what was typed
    next_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Something one can do or a place one can go to."""

    label: str
    icon: str
    url: str
    key: str = ""
    drawer: bool = False


@dataclass(slots=True)
class Results:
    """What the palette shows for what was typed."""

    people: list[Found] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)  # for the first of the people
    pages: list[Act] = field(default_factory=list)
    new: list[Act] = field(default_factory=list)

    @property
    def first(self) -> Patient | None:
        """The patient whom the actions are for."""
        return self.people[0].patient if self.people else None


def palette(request: HttpRequest, text: str, at: datetime, *, by: Actor) -> Results:
    """Return people, pages and actions that fit; without words, what one used last."""
    typed = text.strip()
    results = Results()
    if typed.startswith(ONLY_ACTIONS):
        typed = typed[1:].strip()
    elif by.may("people.find"):
        people = find(typed, PEOPLE) if typed else recent(by.user_id, PEOPLE)
        results.people = _with_times(people, typed, at)
        if typed and people:
            results.acts = _acts_for(people[0], by)
    places = [place for place in Shell(request).places if _fits(place, typed)]
    results.pages = [_act(place) for place in places if place.item.place != NEW]
    results.new = [_act(place) for place in places if place.item.place == NEW]
    return results


def _with_times(people: list[Patient], typed: str, at: datetime) -> list[Found]:
    """Say of each when they come next or came last, in one query."""
    open_ones = [Appointment.Status.BOOKED, Appointment.Status.ARRIVED]
    rows = (
        Appointment.objects.filter(patient__in=[patient.pk for patient in people])
        .values("patient_id")
        .annotate(
            next_at=Min("starts_at", filter=Q(starts_at__gte=at, status__in=open_ones)),
            last_at=Max(
                "starts_at", filter=Q(starts_at__lt=at, status=Appointment.Status.FULFILLED)
            ),
        )
    )
    times: dict[UUID, Any] = {row["patient_id"]: row for row in rows} if people else {}
    return [
        Found(
            patient,
            _marked(patient.name, typed),
            times.get(patient.pk, {}).get("next_at"),
            times.get(patient.pk, {}).get("last_at"),
        )
        for patient in people
    ]


def _marked(name: str, typed: str) -> list[tuple[str, bool]]:
    """Cut a name into parts, those that were typed marked."""
    parts: list[tuple[str, bool]] = []
    starts = words(typed)
    for word in name.split(" "):
        fit = next((one for one in starts if word.casefold().startswith(one)), "")
        parts += [(word[: len(fit)], True)] if fit else []
        parts.append((word[len(fit) :] + " ", False))
    return parts


def _acts_for(patient: Patient, by: Actor) -> list[Act]:
    acts = []
    for label, icon, name, permission, key, drawer in _ACTS:
        if not by.may(permission):
            continue
        try:
            url = f"{reverse(name)}?patient={patient.pk}"
        except NoReverseMatch:
            continue
        acts.append(Act(str(label), icon, url, key, drawer))
    return acts


def _fits(place: Place, typed: str) -> bool:
    said = _words_of(place).casefold()
    return all(word in said for word in typed.casefold().split())


def _words_of(place: Place) -> str:
    return f"{_('New')} {place.item.label}" if place.item.place == NEW else str(place.item.label)


def _act(place: Place) -> Act:
    item = place.item
    return Act(_words_of(place), item.icon, place.url, drawer=item.drawer)

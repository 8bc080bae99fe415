"""How far a practice is set up: each step with what is done and what it unlocks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.coding.models import ChargeItem, Fee
from frontdesk.core.actor import Actor
from frontdesk.coverage.models import Payer
from frontdesk.practice import queries as practice
from frontdesk.practice.models import Practice, Room, Site
from frontdesk.scheduling.models import Session, VisitType
from frontdesk.staff.models import Member, Provider, User

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to set up: where, what it unlocks, and how one tells that it is done."""

    key: str
    label: "str | StrPromise"
    unlocks: "str | StrPromise"
    icon: str
    url_name: str
    permission: str
    is_done: Callable[[Practice], bool]
    model: type[Model] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A part as it stands now."""

    part: Part
    url: str
    is_done: bool
    is_next: bool
    count: int | None


def _has(model: type[Model]) -> Callable[[Practice], bool]:
    return lambda _practice: model.objects.exists()  # type: ignore[attr-defined]


def _is_billable(practice: Practice) -> bool:
    return bool(practice.npi and practice.tax_id and practice.address_1 and practice.zip_code)


def _is_open_sometime(_practice: Practice) -> bool:
    return Site.objects.filter(is_active=True, hours__isnull=False).exists()


def _has_company(_practice: Practice) -> bool:
    return Member.objects.filter(is_active=True).count() > 1


PARTS = (
    Part(
        "practice",
        _("The practice"),
        _("Name, tax id, NPI and address: they stand on every claim, receipt and letter."),
        "building-hospital",
        "practice:details",
        "practice.edit",
        _is_billable,
    ),
    Part(
        "sites",
        _("Sites, time zone and hours"),
        _("A site's clock and hours decide when anything can be booked."),
        "map-pin",
        "practice:sites",
        "practice.view",
        _is_open_sometime,
        Site,
    ),
    Part(
        "rooms",
        _("Rooms"),
        _("A visit takes a room, so that two patients never get the same one."),
        "door",
        "practice:rooms",
        "practice.view",
        _has(Room),
        Room,
    ),
    Part(
        "providers",
        _("Providers"),
        _("Whom patients are booked with; the NPI's check digit is verified."),
        "stethoscope",
        "staff:providers",
        "practice.view",
        _has(Provider),
        Provider,
    ),
    Part(
        "visit_types",
        _("Visit types"),
        _("How long each kind of visit takes, and whom and what it needs when."),
        "list-details",
        "scheduling:visit_types",
        "scheduling.templates",
        _has(VisitType),
        VisitType,
    ),
    Part(
        "sessions",
        _("Weekly sessions"),
        _("When each provider sees patients: from here on, times can be found and booked."),
        "calendar-time",
        "scheduling:sessions",
        "scheduling.templates",
        _has(Session),
        Session,
    ),
    Part(
        "payers",
        _("Payers"),
        _("Whom insurance questions and claims go to, under which id."),
        "shield-check",
        "coverage:payers",
        "coverage.payers",
        _has(Payer),
        Payer,
    ),
    Part(
        "charges",
        _("Charge list and fees"),
        _("What you do and what it costs: superbills and estimates are priced from it."),
        "receipt-2",
        "coding:charges",
        "coding.view",
        lambda _practice: ChargeItem.objects.exists() and Fee.objects.exists(),
        ChargeItem,
    ),
    Part(
        "people",
        _("People who work here"),
        _("Everybody signs in as themselves and may do what their roles say."),
        "users-group",
        "staff:people",
        "staff.view",
        _has_company,
        Member,
    ),
)


def steps(actor: Actor) -> list[Step]:
    """Return the parts that have a screen and that the actor may see, in their order."""
    mine = practice.practice_of(actor)
    found: list[Step] = []
    waits = True
    for part in PARTS:
        url = _url(part.url_name)
        if not url or not actor.may(part.permission):
            continue
        is_done = part.is_done(mine)
        count = part.model.objects.count() if part.model else None  # type: ignore[attr-defined]
        found.append(Step(part, url, is_done, waits and not is_done, count))
        waits = waits and is_done
    return found


def is_new_house() -> bool:
    """Say whether nobody can sign in yet: the first administrator is still to come."""
    return not User.objects.exists()


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

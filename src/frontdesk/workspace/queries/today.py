"""What Today and the alarm show, kept for a moment: twenty watchers cost little more than one.

What is kept belongs to one practice, one state of the records it shows and one minute; a task on
the work list, or a claim that is sent, leaves it as it is.
"""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.kept import kept, number_of, state_by
from frontdesk.practice.models import Site
from frontdesk.staff import queries as staff
from frontdesk.visits.models import Call, RoomMessage, Stage, Visit
from frontdesk.visits.queries.board import VIEWS, Look, board
from frontdesk.visits.queries.shapes import Board
from frontdesk.visits.queries.strip import Light, lights_of

SHOWN_BY = ("visits", "scheduling", "coverage", "records", "ledger", "people", "practice")
CALLED_BY = ("visits", "people", "practice")
NEWS_FOR = timedelta(hours=4)  # a message older than this is no news


def kept_board(site: Site, at: datetime, look: Look, state: tuple[UUID, int, int]) -> Board:
    """Return the board of a site, drawn once for everybody who looks at the same."""
    key = ("board", *state, site.pk, look)
    on = local(site, at).date()
    return kept(key, lambda: board(site, on, at, look, number_of(site.practice_id)))


def kept_part(key: tuple[Hashable, ...], actor: Actor, draw: Callable[[], str]) -> tuple[str, str]:
    """Return a part of a page and its tag, drawn once for all who have the same rights."""

    def made() -> tuple[str, str]:
        html = draw()
        tag = hashlib.sha256(html.encode()).hexdigest()[:16]
        return html.replace('data-tag=""', f'data-tag="{tag}"', 1), tag

    return kept((*key, actor.permissions, get_language()), made)


def usual_view(actor: Actor) -> str:
    """Return which lanes somebody wants first, by what they do."""
    if actor.may("staff.assign"):
        return "all"
    does = (
        actor.may("visits.check_out"),
        actor.may("visits.vitals") and not actor.may("visits.sign"),
        actor.may("visits.sign"),
    )
    if sum(does) != 1:
        return "all"
    return ("desk", "rooms", "mine")[does.index(True)]


def look_of(actor: Actor, view: str, provider: str, *, is_whole: bool) -> Look:
    """Return what somebody wants to see, from what the address says and who they are."""
    view = view if view in VIEWS else usual_view(actor)
    chosen = _key(provider)
    if view == "mine" and chosen is None:
        member = staff.member_of(actor)
        chosen = member.provider_id if member else None
        view = view if chosen else "all"
    return Look(chosen, is_whole, view)


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that is told once, quietly: who arrived, what was written."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """What calls for somebody: help, lights, the provider's arrivals, messages not read."""

    help: list[Light]
    lights: list[Light]
    notices: list[Notice]

    @property
    def count(self) -> int:
        """How many things the bell counts."""
        return len(self.help) + len(self.lights) + len(self.notices)


def kept_alarm(site: Site, actor: Actor, at: datetime) -> Alarm:
    """Return what calls for somebody at a site."""
    state = state_by(actor.practice_id, at, CALLED_BY)[:2]
    key = ("alarm", *state, site.pk, actor.user_id, int(at.timestamp()) // 300)
    return kept(key, lambda: _alarm(site, actor, at))


def _alarm(site: Site, actor: Actor, at: datetime) -> Alarm:
    lights = lights_of(site)
    return Alarm(
        [one for one in lights if one.kind == Call.Kind.HELP],
        [one for one in lights if one.kind != Call.Kind.HELP],
        [*_arrivals(site, actor, at), *_written(site, actor, at)],
    )


def _arrivals(site: Site, actor: Actor, at: datetime) -> list[Notice]:
    """Return the provider's own patients who wait."""
    if not actor.may("visits.sign"):
        return []
    member = staff.member_of(actor)
    if member is None or member.provider_id is None:
        return []
    here = Visit.objects.filter(
        site=site,
        on=local(site, at).date(),
        provider_id=member.provider_id,
        stage__in=(Stage.ARRIVED, Stage.ROOMED),
    ).select_related("patient", "room")
    found = []
    for visit in here.order_by("stage_since"):
        facts = {"name": visit.patient.name, "room": visit.room.name if visit.room else ""}
        ready = _("%(name)s is in %(room)s.") if visit.room else _("%(name)s has arrived.")
        found.append(Notice(f"{visit.pk}:{visit.stage}", ready % facts))
    return found


def _written(site: Site, actor: Actor, at: datetime) -> list[Notice]:
    if actor.user_id is None:
        return []
    fresh = (
        RoomMessage.objects.filter(site=site, at__gte=at - NEWS_FOR)
        .exclude(by_user=actor.user_id)
        .exclude(seen__user_id=actor.user_id)
        .select_related("room", "visit__room")
    )
    found = []
    for message in fresh.order_by("at"):
        room = message.room or (message.visit.room if message.visit else None)
        facts = {"name": message.by_name, "room": room.name if room else _("the waiting room")}
        found.append(Notice(str(message.pk), _("%(name)s wrote to %(room)s.") % facts))
    return found


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

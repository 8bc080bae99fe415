"""Questions about people who work here, and about the work that waits for them."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.composed import Composed
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.practice.models import Practice, Site
from frontdesk.staff.models import Member, Provider, User, WorkItem
from frontdesk.staff.roles import EVERY_PERMISSION, RIGHTS, label_of, permissions_of

LAST_ACTIVE = "last_active"  # session: seconds since 1970 of the person's last own request
CHOSEN_PRACTICE = "practice_id"
CHOSEN_SITE = "site_id"
NOTED_EVERY = 30  # seconds; activity is written down no oftener
SEES_ALL_WORK = "staff.assign"
_QUIET_HEADERS = ("X-Quiet", "X-Live")  # a page that refreshes by itself says so
_QUIET_PATHS = ("/live/", "/ui/counts/")


def signed_in(request: HttpRequest) -> tuple[Actor, Site | None] | None:
    """Return who acts in this request and at which site, or None when nobody is signed in.

    Read anew for every request, so that a right taken away is gone at once. A session that
    rested longer than the practice allows ends here, whatever the browser believes.
    """
    if not request.user.is_authenticated:
        return None
    member = member_of_session(request)
    if member is None:
        return None
    limit = member.practice.logoff_minutes * 60
    if _has_rested(request, limit):
        request.signed_off_idle = True  # type: ignore[attr-defined]
        with practice_scope(member.practice_id):
            logout(request)
        return None
    request.idle_seconds = limit  # type: ignore[attr-defined]
    request.is_set_up = member.practice.is_set_up  # type: ignore[attr-defined]
    return actor_of(member), _site_of(request, member)


def member_of_session(request: HttpRequest) -> Member | None:
    """Return the place the session chose; the only one there is needs no choosing."""
    mine = memberships(request.user)  # type: ignore[arg-type]
    chosen = request.session.get(CHOSEN_PRACTICE)
    if chosen is None:
        return mine[0] if len(mine) == 1 else None
    return next((member for member in mine if str(member.practice_id) == chosen), None)


def actor_of(member: Member) -> Actor:
    """Return the member as somebody who acts, with the rights their roles give now."""
    return Actor(
        name=member.name,
        practice_id=member.practice_id,
        permissions=permissions_of(member.roles),
        user_id=member.user_id,
        role=label_of(member.roles),
        site_ids=frozenset(UUID(site_id) for site_id in member.site_ids),
    )


def the_clock(practice_id: UUID) -> Actor:
    """Return the machine itself, which may do everything within one practice."""
    return Actor(name="Frontdesk", practice_id=practice_id, permissions=EVERY_PERMISSION)


def skills() -> list[str]:
    """Return every skill that somebody who works here has, in the order of the alphabet."""
    held = Member.objects.filter(is_active=True).values_list("skills", flat=True)
    return sorted({skill for mine in held for skill in mine}, key=str.casefold)


def memberships(user: User) -> list[Member]:
    """Return the user's places in every practice, with the practice, oldest first."""
    with practice_scope(EVERY_PRACTICE):
        return _memberships(user.pk)


_memberships = Composed(
    lambda user_id: (
        Member.objects.filter(user_id=user_id, is_active=True)
        .select_related("practice", "default_site")
        .order_by("pk")
    )
)


def works_elsewhere(actor: Actor) -> bool:
    """Say whether the acting person belongs to another practice too."""
    if actor.user_id is None:
        return False
    with practice_scope(EVERY_PRACTICE):
        mine = Member.objects.filter(user_id=actor.user_id, is_active=True)
        return mine.exclude(practice_id=actor.practice_id).exists()


def practice_ids() -> list[UUID]:
    """Return every practice of this installation, for jobs that run through them all."""
    return list(Practice.objects.order_by("pk").values_list("pk", flat=True))


def member_of(actor: Actor) -> Member | None:
    """Return the acting person's place in this practice; a machine has none."""
    if actor.user_id is None:
        return None
    return Member.objects.filter(user_id=actor.user_id).first()


def has_second_step(user: User) -> bool:
    """Say whether signing in as this person asks for a code too."""
    return bool(Authenticator.objects.filter(user_id=user.pk).exists())


def members() -> QuerySet[Member]:
    """Return everybody who works or worked here, those who do first."""
    everybody = Member.objects.select_related("user", "default_site", "provider")
    return everybody.order_by("-is_active", "name", "pk")


def providers() -> QuerySet[Provider]:
    """Return the providers of the practice, the active first."""
    return Provider.objects.select_related("site").order_by("-is_active", "last_name", "first_name")


def work_for(actor: Actor) -> QuerySet[WorkItem]:
    """Return every item the actor may see: theirs, their roles' lists, or for a manager all."""
    items = WorkItem.objects.select_related("owner")
    if actor.may(SEES_ALL_WORK):
        return items
    member = member_of(actor)
    if member is None:
        return items.none()
    return items.filter(Q(owner=member) | Q(pool__in=member.roles))


def work_near(actor: Actor) -> QuerySet[WorkItem]:
    """Return what needs the actor: their own items, and those of their roles nobody has taken."""
    member = member_of(actor)
    if member is None:
        return WorkItem.objects.none()
    unclaimed = Q(owner=None, pool__in=member.roles)
    return WorkItem.objects.select_related("owner").filter(Q(owner=member) | unclaimed)


def waiting(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """Return those that are open and not put off, the oldest promise first."""
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now())
    return items.filter(awake, status=WorkItem.Status.OPEN).order_by(
        F("due_at").asc(nulls_last=True), "opened_at", "pk"
    )


def rights_by_room() -> dict[str, list[tuple[str, str]]]:
    """Return every right and its words, under the room it belongs to."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for right, words in RIGHTS.items():
        rooms.setdefault(right.partition(".")[0], []).append((right, words))
    return rooms


def _has_rested(request: HttpRequest, limit: int) -> bool:
    """Say whether the person did nothing for too long; note that they do something now."""
    moment = int(time.time())
    last = request.session.get(LAST_ACTIVE)
    if last is not None and moment - last > limit:
        return True
    if (last is None or moment - last >= NOTED_EVERY) and not _is_quiet(request):
        request.session[LAST_ACTIVE] = moment
    return False


def _is_quiet(request: HttpRequest) -> bool:
    return request.path in _QUIET_PATHS or any(name in request.headers for name in _QUIET_HEADERS)


def _site_of(request: HttpRequest, member: Member) -> Site | None:
    """Return the site the session looks at, if the member works there; else their usual one."""
    chosen = request.session.get(CHOSEN_SITE)
    usual: Site | None = member.default_site
    if usual is not None and chosen in (None, str(usual.pk)):
        return usual
    with practice_scope(member.practice_id):
        sites = Site.objects.filter(is_active=True).order_by("name")
        if member.site_ids:
            sites = sites.filter(pk__in=member.site_ids)
        found = {str(site.pk): site for site in sites}
    if chosen in found:
        return found[chosen]
    return usual or next(iter(found.values()), None)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who works here and did something lately."""

    name: str
    role: str
    minutes: int  # since they last did something
    provider_id: UUID | None


def signed_in_now(site: Site, within_minutes: int = 60) -> list[SignedIn]:
    """Return who of the practice is signed in and did something at a site within the last hour.

    A screen says at which site somebody looks, not where they sit: whoever works at several
    sites counts at the one they look at.
    """
    moment = int(time.time())
    found: dict[UUID, SignedIn] = {}
    members = {
        member.user_id: member
        for member in Member.objects.filter(is_active=True).select_related("default_site")
    }
    for session in Session.objects.filter(expire_date__gt=now()).iterator():
        held = session.get_decoded()
        member = members.get(_user_of(held))  # type: ignore[arg-type]  # nobody is found for nobody
        last = held.get(LAST_ACTIVE)
        if member is None or last is None or moment - last > within_minutes * 60:
            continue
        if str(held.get(CHOSEN_SITE) or member.default_site_id) != str(site.pk):
            continue
        one = SignedIn(
            member.name, label_of(member.roles), (moment - last) // 60, member.provider_id
        )
        known = found.get(member.user_id)
        found[member.user_id] = min(known, one, key=lambda told: told.minutes) if known else one
    return sorted(found.values(), key=lambda one: one.name)


def _user_of(held: dict[str, Any]) -> UUID | None:
    try:
        return UUID(str(held.get(SESSION_KEY)))
    except ValueError:
        return None

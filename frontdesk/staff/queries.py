"""Questions about people who work here."""

from django.http import HttpRequest

from frontdesk.core.actor import Actor
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member
from frontdesk.staff.roles import label_of, permissions_of


def signed_in(request: HttpRequest) -> tuple[Actor, Site | None] | None:
    """Return who acts in this request and at which site, or None when nobody is signed in.

    Read anew for every request, so that a right taken away is gone at once.
    """
    user = request.user
    if not user.is_authenticated:
        return None
    chosen = request.session.get("practice_id")
    with practice_scope(EVERY_PRACTICE):
        mine = Member.objects.filter(user=user, is_active=True).select_related("default_site")
        members = list(mine.order_by("pk"))
    member = next((m for m in members if str(m.practice_id) == chosen), None) or next(
        iter(members), None
    )
    if member is None:
        return None
    return actor_of(member), member.default_site


def actor_of(member: Member) -> Actor:
    """Return the member as somebody who acts, with the rights their roles give now."""
    return Actor(
        name=member.name,
        practice_id=member.practice_id,
        permissions=permissions_of(member.roles),
        user_id=member.user_id,
        role=label_of(member.roles),
        site_ids=frozenset(member.site_ids),
    )

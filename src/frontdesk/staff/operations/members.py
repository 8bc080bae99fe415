"""Who works here and what they may do. Rights are widened only by whoever may, even inside."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site, save_checked
from frontdesk.staff import queries
from frontdesk.staff.models import Member, Provider, User
from frontdesk.staff.roles import ROLES, permissions_of
from frontdesk.staff.signals import password_link_wanted

KEEPS_THE_KEYS = "staff.edit"


@operation("staff.edit", always_ask=True)
def invite(
    *,
    name: str,
    email: str,
    roles: list[str],
    by: Actor,
    default_site: Site | None = None,
    sites: list[Site] | None = None,
    provider: Provider | None = None,
    skills: list[str] | None = None,
) -> Member:
    """Give somebody a place in the practice; whoever has no password yet gets a link by mail."""
    _check_roles(roles)
    address = User.objects.normalize_email(email).strip().lower()
    user = User.objects.filter(email=address).first() or User.objects.create_user(
        address, None, name=name
    )
    if Member.objects.filter(user=user).exists():
        raise Refused(f"{address} has a place here already.")
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
    member = Member.objects.create(
        user=user,
        name=name,
        roles=sorted(roles),
        default_site=default_site,
        site_ids=_keys(sites),
        provider=provider,
        skills=skills or [],
    )
    if not user.has_usable_password():
        password_link_wanted.send(Member, user_id=user.pk, purpose="invite")
    return member


@operation("staff.edit", always_ask=True)
def change_member(member: Member, values: Mapping[str, Any], *, by: Actor) -> Member:
    """Change somebody's name, roles, sites or provider; what they may do changes at once.

    `values` holds any of name, roles, skills, default_site, sites, provider, is_active.
    """
    member = Member.objects.lock(member.pk)
    changed = dict(values)
    if "sites" in changed:
        changed["site_ids"] = _keys(changed.pop("sites"))
    if "roles" in changed:
        changed["roles"] = sorted(changed["roles"])
        _check_roles(changed["roles"])
    stays = changed.get("is_active", member.is_active)
    _keep_a_key(member, changed.get("roles", member.roles) if stays else [])
    if not stays and member.user_id == by.user_id:
        raise Refused("Somebody else must end your own place here.")
    for field, value in changed.items():
        setattr(member, field, value)
    member.save()
    _follow(member)
    return member


@operation("staff.edit")
def send_link(member: Member, *, by: Actor) -> Member:
    """Mail somebody a link to set their password."""
    if not member.is_active:
        raise Refused(f"{member.name} does not work here any more.")
    purpose = "reset" if member.user.has_usable_password() else "invite"
    password_link_wanted.send(Member, user_id=member.user_id, purpose=purpose)
    return member


@operation("staff.edit")
def end_pause(member: Member, *, by: Actor) -> Member:
    """Let somebody sign in again before their pause is over."""
    User.objects.forget_misses(member.user_id)
    return member


@operation("practice.edit")
def save_provider(provider: Provider | None, values: Mapping[str, Any], *, by: Actor) -> Provider:
    """Add or change a provider."""
    provider = Provider.objects.lock(provider.pk) if provider else Provider()
    save_checked(provider, values)
    return provider


@operation("staff.sign_in")
def change_profile(member: Member, values: Mapping[str, Any], *, by: Actor) -> Member:
    """Change how one is called and how one's screens look."""
    if member.user_id != by.user_id:
        raise Refused("A profile is changed by its owner.")
    member = Member.objects.lock(member.pk)
    if name := values.get("name"):
        member.name = name
    member.save()
    user = member.user
    user.theme = values.get("theme", user.theme)
    user.density = values.get("density", user.density)
    user.save(update_fields=["theme", "density"])
    return member


def _check_roles(roles: list[str]) -> None:
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise Refused(f"There is no role {', '.join(sorted(unknown))}.")
    if not roles:
        raise Refused("Give at least one role: without one nothing can be seen.")


def _keep_a_key(member: Member, roles: list[str]) -> None:
    """Refuse to lock everybody out: somebody must be left who may change this again."""
    held = member.is_active and KEEPS_THE_KEYS in permissions_of(member.roles)
    if not held or KEEPS_THE_KEYS in permissions_of(roles):
        return
    others = Member.objects.filter(is_active=True).exclude(pk=member.pk)
    if not any(KEEPS_THE_KEYS in permissions_of(other.roles) for other in others):
        raise Refused("Nobody else may change who works here. Give somebody that right first.")


def _follow(member: Member) -> None:
    """End or reopen the sign-in itself when somebody's last place ends or a first one opens."""
    user = member.user
    works = bool(queries.memberships(user))
    if user.is_active != works:
        user.is_active = works
        user.save(update_fields=["is_active"])


def _keys(sites: list[Site] | None) -> list[str]:
    chosen: list[UUID] = [site.pk for site in sites or ()]
    return sorted(str(pk) for pk in chosen)

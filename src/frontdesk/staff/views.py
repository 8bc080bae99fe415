"""People who work here: the list, their roles, providers."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.staff import forms, models, operations, queries
from frontdesk.staff.roles import ROLES, label_of
from frontdesk.ui import crud
from frontdesk.ui.responses import go, respond, toast

SEES, CHANGES = ("staff.view",), "staff.edit"


@needs(*SEES)
def roles(request: Request) -> HttpResponse:
    """Show which role may do what: one table a manager can read."""
    return respond(request, "staff/roles.html", roles=ROLES, rooms=queries.rights_by_room())


@needs(CHANGES)
@require_POST
def send_link(request: Request, pk: str) -> HttpResponse:
    """Mail somebody a link to set their password."""
    member = get_object_or_404(models.Member, pk=pk)
    try:
        operations.send_link(member, by=request.actor)
        toast(request, gettext("Link sent to %(who)s") % {"who": member.user.email})
    except Refused as refusal:
        toast(request, str(refusal), tone="red")
    return go(request, "staff:people")


@needs(CHANGES)
@require_POST
def end_pause(request: Request, pk: str) -> HttpResponse:
    """Let somebody sign in again before their pause is over."""
    member = get_object_or_404(models.Member, pk=pk)
    operations.end_pause(member, by=request.actor)
    toast(request, gettext("%(who)s can sign in again") % {"who": member.name})
    return go(request, "staff:people")


def _save_member(
    member: models.Member | None, values: Mapping[str, Any], *, by: Actor
) -> models.Member:
    if member is None:
        return operations.invite(**values, by=by)
    return operations.change_member(member, values, by=by)


def _roles(member: models.Member) -> str:
    return label_of(member.roles)


def _last_seen(member: models.Member) -> str:
    if not member.user.has_usable_password():
        return gettext("Invited")
    seen = member.user.last_login
    return date_format(seen, "M j, Y") if seen else gettext("Never")


def _active_members() -> QuerySet[models.Member]:
    return queries.members()


PEOPLE = crud.Table(
    namespace="staff",
    name="people",
    title=_("People who work here"),
    noun=_("person"),
    icon="users-group",
    rows=_active_members,
    form=forms.Member,
    save=_save_member,
    sees=SEES,
    changes=CHANGES,
    columns=(
        crud.Column(_("Name"), "name"),
        crud.Column(_("E-mail"), "user.email"),
        crud.Column(_("Does"), _roles),
        crud.Column(_("Site"), "default_site.name"),
        crud.Column(_("Last signed in"), _last_seen),
        crud.Column(_("Works here"), "is_active"),
    ),
    search=("name", "user__email"),
    acts="staff/person_acts.html",
    empty=_("Invite the first person: they choose their own password."),
)
PROVIDERS = crud.Table(
    namespace="staff",
    name="providers",
    title=_("Providers"),
    noun=_("provider"),
    icon="stethoscope",
    rows=queries.providers,
    form=forms.Provider,
    save=operations.save_provider,
    sees=("practice.view",),
    changes="practice.edit",
    columns=(
        crud.Column(_("Name"), "full_name"),
        crud.Column(_("NPI"), "npi"),
        crud.Column(_("Specialty"), "specialty"),
        crud.Column(_("Site"), "site.name"),
        crud.Column(_("Sees patients"), "is_active"),
    ),
    search=("first_name", "last_name", "npi"),
    empty=_("Patients are booked with a provider, and claims name one."),
)

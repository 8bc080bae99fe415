"""One's own page: name, how screens look, password, second step."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from frontdesk.core.http import SIGNED_IN, Request, needs
from frontdesk.staff import forms, operations
from frontdesk.staff import queries as staff
from frontdesk.ui.responses import refusals_on, respond, toast, wear


@needs(SIGNED_IN)
def profile(request: Request) -> HttpResponse:
    """Show and change how one is called and how one's screens look."""
    member = staff.member_of(request.actor)
    if member is None:
        return redirect("/")
    user = member.user
    held = {"name": member.name, "theme": user.theme, "density": user.density}
    form = forms.Profile(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            operations.change_profile(member, form.cleaned_data, by=request.actor)
            toast(request, _("Profile saved"))
            said = form.cleaned_data
            return wear(redirect("workspace:profile"), said["theme"], said["density"])
    has_second_step = staff.has_second_step(user)
    return respond(
        request, "workspace/profile.html", form=form, member=member, has_second_step=has_second_step
    )

"""Type a paper explanation of benefits: the check, its claims line by line, balanced as you go."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.billing import forms, operations, queries
from frontdesk.core.clock import now
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import go, refusals_on, respond, toast


@needs("billing.remit")
def paper(request: Request) -> HttpResponse:
    """Enter a check with what its paper says; it is saved when it balances."""
    form = forms.PaperEob(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("payer", "check", "paid_on")}
        with refusals_on(form):
            made = operations.enter_eob(form.typed, **said, at=now(), by=request.actor)
            toast(request, _("Check %(check)s is being posted") % {"check": said["check"]})
            return go(request, "billing:remittance", made.pk)
    return respond(request, "billing/paper.html", form=form, typed=form.typed)


@needs("billing.remit")
@require_POST
def paper_claim(request: Request) -> HttpResponse:
    """Find a claim by its number or the patient's last name, and give its lines to type."""
    form = forms.PaperEob(request.POST)
    payer = form.cleaned_data.get("payer")
    found = queries.claims_to_type(payer, request.POST.get("find", ""))
    taken = {claim.key for claim in form.typed.claims}
    fresh = [claim for claim in found if str(claim.pk) not in taken]
    added = str(fresh[0].pk) if len(fresh) == 1 else ""
    if added:
        form.typed.claims += queries.typed_claims([added], {})
    told = {"typed": form.typed, "fresh": fresh, "found": found, "find": True, "added": added}
    return respond(request, "billing/paper.html", part="claims", form=form, **told)


@needs("billing.remit")
@require_POST
def paper_balance(request: Request) -> HttpResponse:
    """Say how far what is typed balances."""
    form = forms.PaperEob(request.POST)
    return respond(request, "billing/paper_balance.html", typed=form.typed)

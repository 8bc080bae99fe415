"""Money on the pages of check-in and check-out: the card's part, the change to give back."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from frontdesk.core.http import Request
from frontdesk.ledger import jobs, queries
from frontdesk.ledger.forms import Tendered
from frontdesk.ledger.models import Payment, SavedCard
from frontdesk.ledger.rules.together import Tender
from frontdesk.ui import figures
from frontdesk.ui.responses import go, toast
from frontdesk.visits.models import Visit
from frontdesk.visits.operations import Rest


def cards_for(visit: Visit) -> list[SavedCard]:
    """Return the cards on file that may pay for the visit's patient."""
    return queries.cards.cards_of(visit.patient)


def rest_of(form: Tendered, tenders: list[Tender]) -> Rest:
    """Say what the card pays: all that the ways at the desk leave."""
    return Rest(form.cleaned_data["key"], form.kept_card, tuple(tenders))


def typed_in(request: Request, payment: Payment, back: str) -> HttpResponse:
    """Lead to the gateway's fields, and from there back to the page."""
    return go(request, f"{reverse('ledger:card', args=[payment.pk])}?next={back}")


def charged(request: Request, asked: Payment) -> bool:
    """Charge a card on file at once and say how it went; true where the money came."""
    jobs.settle_card.func(str(asked.practice_id), str(asked.pk))
    payment = Payment.objects.select_related("saved_card").get(pk=asked.pk)
    told = {"card": payment.saved_card, "sum": figures.money(payment.amount)}
    if payment.status == Payment.Status.POSTED:
        toast(request, _("%(card)s was charged %(sum)s.") % told)
        return True
    if payment.status == Payment.Status.PENDING:
        toast(
            request,
            _("The gateway does not answer. %(card)s is charged as soon as it does.") % told,
        )
        return False
    told["why"] = payment.failed_because
    toast(request, _("%(card)s was not charged %(sum)s: %(why)s") % told, tone="amber")
    return False


def tell_change(request: Request, tender: Tender) -> None:
    """Say how much goes back over the counter."""
    if tender.change:
        toast(request, _("Change: %(sum)s") % {"sum": figures.money(tender.change)})

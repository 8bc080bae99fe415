"""An earlier time, offered by link: when, where, with whom; yes, no, or no more of these.

It names neither the kind of visit nor why they come: a phone is looked at by others too.
"""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from frontdesk.comms.models import Link
from frontdesk.core.clock import now
from frontdesk.portal.views.door import LinkRequest, by_link
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import Offer
from frontdesk.ui.responses import respond


@by_link("offer", when_used=True)
def page(request: LinkRequest, link: Link) -> HttpResponse:
    """Show the offered time, or what came of it."""
    offer = operations.view_offer(_offer(link), at=now(), by=request.actor)
    return respond(request, "portal/offer.html", offer=_offer(link), is_open=_is_open(offer))


@by_link("offer", when_used=True)
@require_POST
def accept(request: LinkRequest, link: Link) -> HttpResponse:
    """Take the time; whoever comes second is told so on the same page."""
    operations.accept_offer(_offer(link), link=link, at=now(), by=request.actor)
    return _to_page(request)


@by_link("offer", when_used=True)
@require_POST
def decline(request: LinkRequest, link: Link) -> HttpResponse:
    """Say no to this time, and stay on the list."""
    operations.decline_offer(_offer(link), link=link, at=now(), by=request.actor)
    return _to_page(request)


@by_link("offer", when_used=True)
@require_POST
def stop(request: LinkRequest, link: Link) -> HttpResponse:
    """Say no to this and all further offers."""
    operations.stop_offers(_offer(link), link=link, at=now(), by=request.actor)
    return _to_page(request)


def _offer(link: Link) -> Offer:
    return get_object_or_404(queries.offers(), pk=link.subject_id)


def _is_open(offer: Offer) -> bool:
    return offer.is_open and now() < offer.expires_at


def _to_page(request: LinkRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:offer", args=[request.secret]))

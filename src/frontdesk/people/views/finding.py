"""Find a patient: the page, the list while typing, and the options of a form."""

from django.http import HttpResponse

from frontdesk.core.http import Request, needs
from frontdesk.people import queries
from frontdesk.ui.responses import respond, words_typed

ON_A_PAGE = 12


@needs("people.find")
def patients(request: Request) -> HttpResponse:
    """Show whom the words fit; without words, the charts one opened last."""
    words = words_typed(request)
    found = (
        queries.find(words, ON_A_PAGE)
        if words
        else queries.recent(request.actor.user_id, ON_A_PAGE)
    )
    return respond(
        request,
        "people/patients.html",
        part="rows",
        patients=found,
        q=words,
        is_full=len(found) == ON_A_PAGE,
    )


@needs("people.find")
def options(request: Request) -> HttpResponse:
    """Offer patients in a form that asks for one."""
    found = queries.find(words_typed(request))
    return respond(request, "people/options.html", patients=found)

"""The visits in the book.

A day of a large office has hundreds, and is drawn anew each minute and at each change; a visit that
stands as it stood is not drawn again.
"""

from dataclasses import fields
from operator import attrgetter

from django import template
from django.template import loader
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from frontdesk.scheduling.queries.shapes import Booked, Card
from frontdesk.ui.drawn import Drawn

register = template.Library()

_KEPT_APART = {"booked", "ready"}
_all_of_card = attrgetter(*(one.name for one in fields(Card) if one.name not in _KEPT_APART))
_all_of_booked = attrgetter(*(one.name for one in fields(Booked)))
_drawn = Drawn(2000)


@register.simple_tag
def book_card(card: Card, col: str, by: str, may_move: bool) -> SafeString:
    """Draw a visit in its column: who, when and what, and whether all is ready."""
    ready = tuple(card.ready.items()) if card.ready else ()
    key = (
        _all_of_card(card), _all_of_booked(card.booked), ready, col, by, may_move, get_language(),
    )  # fmt: skip
    said = {"card": card, "col": col, "by": by, "may_move": may_move}
    return _drawn.get(key, lambda: loader.render_to_string("scheduling/card.html", said).rstrip())

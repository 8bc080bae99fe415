"""What stands in the rail, the bar of the phone and the New menu; config fills it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

RAIL, FOOT, NEW = "rail", "foot", "new"


@dataclass(frozen=True, slots=True)
class Item:
    """One place to go to. It is shown when its URL exists and the actor holds the permission."""

    label: str
    icon: str
    url_name: str
    permission: str = ""  # none: every member of staff
    key: str = ""  # the letter after `g`; for New, the letter after `n`
    count: Callable[[HttpRequest], int] | None = None  # how many need the actor, asked later
    place: str = RAIL
    # Beginnings of the names of other pages that belong to it, for "you are here": a namespace, or
    # a part of one. The closest fit wins, so that a page is never in two places.
    prefixes: tuple[str, ...] = ()
    drawer: bool = False  # opens over the page instead of leaving it


Builder = Callable[[HttpRequest], list[Item]]

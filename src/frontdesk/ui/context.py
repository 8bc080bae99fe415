"""What every template knows about the office around it: `shell`."""

from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from frontdesk.core.clock import now
from frontdesk.ui.navigation import FOOT, NEW, RAIL, Builder, Item

if TYPE_CHECKING:
    from frontdesk.core.actor import Actor

SHADES = ("light", "dark")
DENSITIES = ("compact", "comfortable")
JOBS_ON_A_PHONE = 5


def shell(request: HttpRequest) -> dict[str, "Shell"]:
    """Give templates the shell; each part is worked out when a template asks for it."""
    return {"shell": Shell(request)}


class Place:
    """An item of the navigation with its address, and whether one is there now."""

    def __init__(self, item: Item, url: str, here: bool) -> None:
        self.item, self.url, self.here = item, url, here
        self.id = item.url_name.replace(":", "-")
        self.counts = item.count is not None


class Shell:
    """The frame around a page: who is there, where, and where they may go."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def actor(self) -> "Actor | None":
        """Whoever is signed in; nobody on public pages."""
        return cast("Actor | None", getattr(self.request, "actor", None))

    @cached_property
    def site(self) -> object | None:
        """The site one looks at."""
        return getattr(self.request, "site", None)

    @cached_property
    def shade(self) -> str:
        """Light or dark, as the browser said last time."""
        return _one_of(self.request.COOKIES.get("fd-shade"), SHADES)

    @cached_property
    def density(self) -> str:
        """Compact or comfortable, as chosen on this machine."""
        return _one_of(self.request.COOKIES.get("fd-density"), DENSITIES)

    @cached_property
    def idle_seconds(self) -> int:
        """After how many seconds of rest this session is signed off; 0 when it is not."""
        return int(getattr(self.request, "idle_seconds", getattr(settings, "IDLE_SECONDS", 0)))

    @cached_property
    def places(self) -> list[Place]:
        """Every place the actor may go to, in the order of the house."""
        path = getattr(settings, "NAVIGATION_BUILDER", "")
        if self.actor is None or not path:
            return []
        builder = cast("Builder", import_string(path))
        items = builder(self.request)
        here = self._here(items)
        found = (self._place(item, item is here) for item in items)
        return [place for place in found if place is not None]

    @property
    def frame_key(self) -> tuple[object, ...]:
        """All that the frame around a page hangs on: who, where, and in which language."""
        match, site = self.request.resolver_match, self.site
        return (
            self.actor,
            match and (match.view_name, match.namespace),
            site and (getattr(site, "pk", None), str(getattr(site, "name", ""))),
            self.idle_seconds,
            getattr(self.request, "is_set_up", True),
            getattr(settings, "NAVIGATION_BUILDER", ""),
            get_language(),
        )

    @cached_property
    def rail(self) -> list[Place]:
        """The places of the day's work."""
        return [place for place in self.places if place.item.place == RAIL]

    @cached_property
    def foot(self) -> list[Place]:
        """The places below: settings and help."""
        return [place for place in self.places if place.item.place == FOOT]

    @cached_property
    def new(self) -> list[Place]:
        """What the New menu can begin."""
        return [place for place in self.places if place.item.place == NEW]

    @cached_property
    def tabbar(self) -> list[Place]:
        """The jobs at the bottom of a phone."""
        return self.rail[:JOBS_ON_A_PHONE]

    @cached_property
    def more(self) -> list[Place]:
        """The other places, behind the last field of a phone's bar."""
        return [*self.rail[JOBS_ON_A_PHONE:], *self.foot]

    @cached_property
    def has_counts(self) -> bool:
        """Whether some place counts what needs the actor."""
        return any(place.counts for place in self.places)

    @property
    def drawn_at(self) -> str:
        """When this page is drawn, so that it can hear of what it has missed by then."""
        return now().isoformat()

    @property
    def drawer_layout(self) -> str:
        """A drawer comes alone when it opens over a page, and in the shell at its own address."""
        over = is_part(self.request)
        return "ui/drawer_fragment.html" if over else "ui/drawer_page.html"

    def _here(self, items: Sequence[Item]) -> Item | None:
        """Return the one place that the page shown belongs to: whose beginning fits it closest."""
        match = self.request.resolver_match
        view = match.view_name if match else ""
        fits = [
            (len(start), item)
            for item in items
            for start in (item.url_name, *item.prefixes)
            if view == start or (start in item.prefixes and view.startswith(start))
        ]
        return max(fits, key=itemgetter(0))[1] if fits else None

    def _place(self, item: Item, here: bool) -> Place | None:
        actor = cast("Actor", self.actor)
        if item.permission and not actor.may(item.permission):
            return None
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            return None
        return Place(item, url, here)


def is_part(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of a page, and not for a whole one."""
    headers = request.headers
    whole = headers.get("HX-Boosted") or headers.get("HX-History-Restore-Request")
    return bool(headers.get("HX-Request")) and not whole


def _one_of(chosen: str | None, known: tuple[str, ...]) -> str:
    return chosen if chosen in known else known[0]

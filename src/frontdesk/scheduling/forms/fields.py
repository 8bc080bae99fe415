"""Fields that choose among records of the practice in scope."""

from collections.abc import Callable
from datetime import date, time
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import at_wall
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Hold, VisitType
from frontdesk.staff.models import Provider

if TYPE_CHECKING:
    _One = forms.ModelChoiceField[Any]
    _Several = forms.ModelMultipleChoiceField[Any]
else:
    _One = forms.ModelChoiceField
    _Several = forms.ModelMultipleChoiceField

Question = Callable[[], QuerySet[Any]]


class _Asking:
    """Ask for the records when a form is made: at import no practice is in scope."""

    ask: Question

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        copy = super().__deepcopy__(memo)  # type: ignore[misc]
        copy.queryset = self.ask()
        return copy  # type: ignore[no-any-return]


class OneOf(_Asking, _One):
    """One of the records that a question returns."""

    def __init__(self, ask: Question, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Choose") if kwargs.get("required", True) else "—")
        super().__init__(None, **kwargs)
        self.ask = ask


class SomeOf(_Asking, _Several):
    """Some of the records that a question returns."""

    def __init__(self, ask: Question, **kwargs: Any) -> None:
        super().__init__(None, **kwargs)
        self.ask = ask


def visit_types() -> QuerySet[VisitType]:
    """Return what can be booked, by name."""
    return VisitType.objects.filter(is_active=True).order_by("name")


def providers() -> QuerySet[Provider]:
    """Return whom one can be booked with, by name."""
    return Provider.objects.filter(is_active=True).order_by("last_name", "first_name")


def sites() -> QuerySet[Site]:
    """Return where one can be booked, by name."""
    return Site.objects.filter(is_active=True).order_by("name")


def rooms() -> QuerySet[Room]:
    """Return the rooms in use, of every site."""
    return Room.objects.filter(is_active=True)


def holds() -> QuerySet[Hold]:
    """Return what is held, with the room of each."""
    return Hold.objects.select_related("room")


def why_no_span(
    site: Site, starts: tuple[date, time], ends: tuple[date, time]
) -> tuple[str, str] | None:
    """Return the field and why nothing lies between two times of a wall; None if something does."""
    if at_wall(site, *starts) < at_wall(site, *ends):
        return None
    if starts < ends:
        return "starts", str(_("The clocks go forward then: there is no such time that night."))
    return "last", str(_("It ends before it begins."))


def patients() -> QuerySet[Patient]:
    """Return who can be booked: charts that are in use."""
    return Patient.objects.filter(status=Patient.Status.ACTIVE)

"""What a request to book several visits may say: a series, a family, a sequence, a team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from frontdesk.scheduling.forms.booking import ANY_TIME, WITHIN
from frontdesk.scheduling.forms.fields import OneOf, patients, providers, sites, visit_types
from frontdesk.scheduling.models import VisitSet
from frontdesk.scheduling.queries import together
from frontdesk.scheduling.rules.series import MOST

OUT, LIST = "out", "list"
ROWS = 5  # visits that are booked together on one screen
SCOPES = [
    ("this", _("Only this visit")),
    ("following", _("This and the following")),
    ("all", _("All that are still to come")),
]
HOW = [
    (together.AFTER, _("One after the other")),
    (together.AT_ONCE, _("At the same time")),
    (together.APART, _("Days apart")),
]


@dataclass(frozen=True, slots=True)
class Picked:
    """What was decided for one date: a time with somebody, left out, or left to the list."""

    planned_on: date
    how: str = ""
    provider_id: UUID | None = None
    starts_at: datetime | None = None


class Series(forms.Form):
    """A visit that comes again: what, with whom, from when, how often."""

    patient = OneOf(patients)
    visit_type = OneOf(visit_types, label=_("Visit"), empty_label=None)
    provider = OneOf(providers, label=_("With"), empty_label=None)
    site = OneOf(sites, label=_("Where"), empty_label=None)
    first_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    at_time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    every = forms.IntegerField(label=_("Every"), min_value=1, max_value=26, initial=1)
    unit = forms.ChoiceField(
        label=_("Weeks or months"), choices=VisitSet.Unit, initial=VisitSet.Unit.WEEK
    )
    times = forms.IntegerField(
        label=_("How many visits"), min_value=1, max_value=MOST, initial=6, required=False
    )
    until = forms.DateField(
        label=_("or until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("Why they come"), max_length=200, required=False)
    only_free = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for an end, and refuse one that lies before the beginning."""
        said: dict[str, Any] = super().clean() or {}
        until, first = said.get("until"), said.get("first_on")
        if not said.get("times") and not until:
            raise ValidationError(_("Say how many visits, or until when."))
        if until and first and until < first:
            self.add_error("until", _("This is before the first visit."))
        return said


class Together(forms.Form):
    """Several visits: how they lie to each other, where, and from when on."""

    how = forms.ChoiceField(
        label=_("How"), choices=HOW, initial=together.AFTER, widget=forms.RadioSelect
    )
    site = OneOf(sites, label=_("Where"), empty_label=None)
    from_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    days = forms.ChoiceField(label=_("When"), choices=WITHIN, required=False)
    part = forms.ChoiceField(label=_("Time of day"), choices=ANY_TIME, required=False)


class Row(forms.Form):
    """One of several visits."""

    is_new = False  # the line that was just asked for
    patient = OneOf(patients, label=_("Patient"), required=False)
    visit_type = OneOf(visit_types, label=_("Visit"), required=False, empty_label=_("None"))
    provider = OneOf(providers, label=_("With"), required=False, empty_label=_("Anyone"))
    least_days = forms.IntegerField(
        label=_("Days after, at least"), min_value=0, max_value=365, required=False
    )
    most_days = forms.IntegerField(label=_("at most"), min_value=0, max_value=365, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse days that are not in order."""
        said: dict[str, Any] = super().clean() or {}
        least, most = said.get("least_days") or 0, said.get("most_days")
        if most is not None and most < least:
            self.add_error("most_days", _("Fewer than at least."))
        return said


class MoveSeries(forms.Form):
    """Where a visit of a series goes, and which others with it."""

    starts_at = forms.DateTimeField()
    provider = OneOf(providers, required=False)
    scope = forms.ChoiceField(choices=SCOPES)
    only_free = forms.BooleanField(required=False)


def read_picks(said: Sequence[str]) -> list[Picked]:
    """Read what was decided for each date; ValidationError where it is no such thing."""
    return [_read_pick(text) for text in said]


def read_times(text: str) -> list[tuple[UUID, datetime]]:
    """Read a chosen proposal: with whom and when, part by part."""
    found = []
    for piece in text.split(";"):
        provider, _bar, said = piece.partition("|")
        starts_at = moment(said)
        if starts_at is None:
            raise ValidationError(_("This time can't be read. Look again."))
        found.append((_key(provider), starts_at))
    return found


def _read_pick(text: str) -> Picked:
    day, _bar, rest = text.partition("|")
    planned_on = _day(day)
    if planned_on is None:
        raise ValidationError(_("This date can't be read. Look again."))
    if rest in (OUT, LIST):
        return Picked(planned_on, rest)
    (provider, starts_at), *_more = read_times(rest)
    return Picked(planned_on, "", provider, starts_at)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """Return an aware instant from its text; None where it is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValidationError(_("This time can't be read. Look again.")) from None

"""What a request to look for, book, move or cancel may say."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.scheduling.forms.fields import (
    OneOf,
    holds,
    patients,
    providers,
    rooms,
    sites,
    visit_types,
)
from frontdesk.scheduling.models import Appointment

ANY_TIME = [("", _("Any time")), ("morning", _("Morning")), ("afternoon", _("Afternoon"))]
WITHIN = [
    ("7", _("Next 7 days")),
    ("14", _("Next 2 weeks")),
    ("42", _("Next 6 weeks")),
    ("120", _("Next 4 months")),
]


class Show(forms.Form):
    """Which part of the book to show."""

    on = forms.DateField(required=False)
    by = forms.ChoiceField(
        choices=[("", ""), ("rooms", ""), ("things", ""), ("sites", "")], required=False
    )
    provider = OneOf(providers, required=False)


class Shown(forms.Form):
    """Which month to show, of whom."""

    on = forms.DateField(required=False)
    site = forms.ChoiceField(choices=[("", ""), ("all", "")], required=False)
    provider = OneOf(providers, required=False)

    def day_or(self, here: date) -> date:
        """Return the day that is asked for, or this one."""
        on = self.cleaned_data.get("on")
        return on if isinstance(on, date) else here


class Listed(forms.Form):
    """Which visits to list, in which order."""

    on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    provider = OneOf(providers, label=_("With"), required=False, empty_label=_("Anyone"))
    visit_type = OneOf(visit_types, label=_("Visit"), required=False, empty_label=_("Any visit"))
    status = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All but cancelled")), *Appointment.Status.choices],
        required=False,
    )
    site = forms.ChoiceField(
        label=_("Where"), choices=[("", _("This site")), ("all", _("All sites"))], required=False
    )
    order = forms.ChoiceField(
        choices=[(one, one) for one in ("", "patient", "provider", "visit", "status")],
        required=False,
        widget=forms.HiddenInput,
    )


class Find(forms.Form):
    """Which times to look for."""

    visit_type = OneOf(visit_types, label=_("Visit"), empty_label=None)
    provider = OneOf(providers, label=_("With"), required=False, empty_label=_("Anyone"))
    site = OneOf(sites, label=_("Where"), required=False, empty_label=_("Any site"))
    days = forms.ChoiceField(label=_("When"), choices=WITHIN, required=False)
    part = forms.ChoiceField(label=_("Time of day"), choices=ANY_TIME, required=False)
    from_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    patient = OneOf(patients, required=False, widget=forms.HiddenInput)


class Pointed(forms.Form):
    """A time with a provider, at a site, that somebody pointed at."""

    provider = OneOf(providers)
    site = OneOf(sites)
    starts_at = forms.DateTimeField()
    room = OneOf(rooms, required=False)
    visit_type = OneOf(visit_types, label=_("Visit"), required=False, empty_label=None)
    patient = OneOf(patients, required=False)
    hold = OneOf(holds, required=False)  # that somebody has kept it with before
    against = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)


class At(Pointed):
    """A time for one type of visit, perhaps held already."""

    visit_type = OneOf(visit_types, label=_("Visit"), empty_label=None)


class Look(forms.Form):
    """From which day, and with whom, another time is looked for."""

    from_on = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    anyone = forms.BooleanField(label=_("Anyone"), required=False)


class Book(At):
    """A visit to be booked."""

    patient = OneOf(
        patients, label=_("Patient"), error_messages={"required": _("Choose who comes.")}
    )
    reason = forms.CharField(
        label=_("Why they come"),
        max_length=200,
        required=False,
        help_text=_("Seen by the office, never in messages."),
    )
    because = forms.CharField(
        label=_("Book it all the same, because"),
        max_length=200,
        required=False,
        help_text=_(
            "For a visit that can't wait. It is shown and counted, with the rule it breaks."
        ),
    )


class Move(forms.Form):
    """Where a visit goes."""

    starts_at = forms.DateTimeField()
    provider = OneOf(providers, required=False)
    site = OneOf(sites, required=False)
    room = OneOf(rooms, required=False)
    minutes = forms.IntegerField(required=False, min_value=5, max_value=720)
    days = forms.IntegerField(required=False, min_value=-366, max_value=366)  # later, same time
    seen = forms.IntegerField(required=False, min_value=0)  # the visit's sequence on that screen
    back = forms.BooleanField(required=False)  # to where it was a moment ago


class MoveAnyway(Move):
    """Where a visit goes against a rule, and why."""

    because = forms.CharField(
        label=_("Move it all the same, because"),
        max_length=200,
        help_text=_("It is shown and counted, with the rule it breaks."),
    )


class Cancel(forms.Form):
    """Why a visit is off."""

    whose = forms.ChoiceField(
        label=_("Who cancels"),
        choices=Appointment.CancelledBy.choices,
        widget=forms.RadioSelect,
        initial=Appointment.CancelledBy.PATIENT,
    )
    because = forms.CharField(label=_("Reason"), max_length=200)
    scope = forms.ChoiceField(
        label=_("Which visits"),
        choices=[
            ("this", _("Only this visit")),
            ("following", _("This and the following")),
            ("all", _("All that are still to come")),
        ],
        required=False,
    )
    again = forms.BooleanField(required=False)

    def values(self) -> dict[str, Any]:
        """Return what the operation is told."""
        return self.cleaned_data | {"scope": self.cleaned_data["scope"] or "this"}

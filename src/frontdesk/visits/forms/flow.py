"""Forms of the board: a walk-in, a room, a patient who left."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import VisitType
from frontdesk.staff.models import Provider


class WalkIn(forms.Form):
    """Who came, for what, and to whom."""

    patient: "forms.ModelChoiceField[Patient]" = forms.ModelChoiceField(None, label=_("Patient"))
    visit_type: "forms.ModelChoiceField[VisitType]" = forms.ModelChoiceField(
        None, label=_("Visit"), empty_label=None
    )
    provider: "forms.ModelChoiceField[Provider]" = forms.ModelChoiceField(None, label=_("Provider"))
    reason = forms.CharField(max_length=200, required=False, label=_("Reason"))
    because = forms.CharField(
        max_length=200,
        required=False,
        label=_("Why it can't wait"),
        help_text=_("Only to book over a time that is taken."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "patient": Patient.objects.filter(status=Patient.Status.ACTIVE),
            "visit_type": VisitType.objects.filter(is_active=True).order_by("name"),
            "provider": Provider.objects.filter(is_active=True).order_by("last_name"),
        }
        for name, queryset in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = queryset
                field.error_messages["invalid_choice"] = _("Choose one of the list.")
        self.fields["patient"].error_messages["required"] = _("Choose the patient from the list.")
        self.fields["provider"].error_messages["required"] = _("Choose whom they come to see.")


class ChooseRoom(forms.Form):
    """Which room."""

    room: "forms.ModelChoiceField[Room]" = forms.ModelChoiceField(
        None,
        label=_("Room"),
        error_messages={"required": _("Choose a room."), "invalid_choice": _("Choose a room.")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["room"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Room.objects.filter(site=site, is_active=True)


class Left(forms.Form):
    """Why somebody left without being seen, if they said."""

    REASONS = (
        ("waited too long", _("Waited too long")),
        ("felt better", _("Felt better")),
        ("had to go", _("Had to go: work, children, a ride")),
        ("cost", _("The cost")),
        ("went elsewhere", _("Went elsewhere")),
        ("", _("Did not say")),
    )
    reason = forms.ChoiceField(choices=REASONS, required=False, label=_("Why"))
    because = forms.CharField(max_length=60, required=False, label=_("What they said"))

    @property
    def words(self) -> str:
        """Why they left, as the log keeps it."""
        told = (self.cleaned_data["reason"], self.cleaned_data["because"].strip())
        return ": ".join(part for part in told if part)

"""Forms of the board: a walk-in, a room, a patient who left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import VisitType
from frontdesk.scheduling.queries import Opening
from frontdesk.staff.models import Provider


class WalkIn(forms.Form):
    """Who came, for what, and to whom."""

    patient: "forms.ModelChoiceField[Patient]" = forms.ModelChoiceField(None, label=_("Patient"))
    visit_type: "forms.ModelChoiceField[VisitType]" = forms.ModelChoiceField(
        None, label=_("Visit"), empty_label=None
    )
    when = forms.CharField(required=False)  # one of the free times; empty: now, with somebody else
    provider: "forms.ModelChoiceField[Provider]" = forms.ModelChoiceField(
        None, required=False, label=_("Provider")
    )
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
        if not self.initial.get("visit_type"):  # the shortest, as the board's next walk-in
            kinds = VisitType.objects.filter(is_active=True).order_by("minutes", "name")
            self.initial["visit_type"] = kinds.values_list("pk", flat=True).first()

    def clean_when(self) -> tuple[Provider, datetime] | None:
        """Read the free time that was chosen; that it still is free, the booking finds out."""
        if not (text := self.cleaned_data["when"]):
            return None
        try:
            key, starts_at = text.split("|")
            provider, at = Provider.objects.get(pk=UUID(key), is_active=True), _instant(starts_at)
        except (ValueError, Provider.DoesNotExist):
            raise forms.ValidationError(_("Choose one of the times.")) from None
        return provider, at

    def clean(self) -> dict[str, Any]:
        """Ask whom they come to see where no free time was chosen."""
        said = super().clean() or self.cleaned_data
        if not said.get("when") and not said.get("provider") and "when" not in self.errors:
            self.add_error("provider", _("Choose whom they come to see."))
        return said

    @property
    def shown_type(self) -> VisitType | None:
        """The kind of visit that is shown as chosen."""
        try:
            key = UUID(str(self["visit_type"].value()))
        except ValueError:
            return None
        return VisitType.objects.filter(pk=key, is_active=True).first()

    @property
    def shown_patient(self) -> Patient | None:
        """Whoever is shown as chosen."""
        try:
            return Patient.objects.filter(pk=UUID(str(self["patient"].value()))).first()
        except ValueError:
            return None

    @staticmethod
    def value_of(one: Opening) -> str:
        """Write a free time as it is sent back."""
        return f"{one.provider.pk}|{one.starts_at.isoformat()}"

    def picked(self, values: Sequence[str]) -> str:
        """Return the time that stands chosen: what was chosen if it is free still, or the first."""
        chosen = str(self["when"].value() or "")
        if chosen in values or not values or (self.is_bound and not chosen):
            return chosen if chosen in values else ""
        return values[0]

    def wish(self, mark: datetime) -> dict[str, Any]:
        """Return what is booked: at the time that was chosen, or at `mark`, which is now."""
        said = dict(self.cleaned_data)
        provider, starts_at = said.pop("when") or (said["provider"], mark)
        return {**said, "provider": provider, "starts_at": starts_at}


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


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

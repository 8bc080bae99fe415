"""What one may look for in the audit."""

from datetime import time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import HasTimeZone, at_wall
from frontdesk.staff.models import Member
from frontdesk.workspace.queries.audit import Wanted, patients_meant
from frontdesk.workspace.queries.deeds import deeds

DAY = {"type": "date"}


class Filter(forms.Form):
    """Patient, person, deed and days; all of them may be left empty."""

    patient = forms.CharField(label=_("Patient"), required=False, max_length=100)
    member: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        queryset=None, label=_("Who"), required=False, empty_label=_("Anybody")
    )
    operation = forms.ChoiceField(label=_("What"), required=False)
    from_on = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs=DAY))
    until_on = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs=DAY))
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["member"].queryset = Member.objects.order_by("name")
        fields["operation"].choices = [("", _("Anything")), *deeds()]

    def wanted(self, place: HasTimeZone) -> Wanted:
        """Return what is looked for; days are those of the place. A wrong value is not asked."""
        said = self.cleaned_data
        member, until = said.get("member"), said.get("until_on")
        self.patients = patients_meant(said.get("patient", ""))
        return Wanted(
            patients=[patient.pk for patient in self.patients],
            user_id=member.user_id if member else None,
            operation=said.get("operation", ""),
            from_at=at_wall(place, said["from_on"], time.min) if said.get("from_on") else None,
            until_at=at_wall(place, until + timedelta(days=1), time.min) if until else None,
            before=said.get("before"),
        )

    @property
    def finds_nobody(self) -> bool:
        """Say whether a patient was named whom nobody knows."""
        return bool(self.cleaned_data.get("patient")) and not self.patients

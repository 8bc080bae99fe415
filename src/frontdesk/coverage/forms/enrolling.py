"""What a request may say about enrolments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.coverage import models
from frontdesk.coverage.forms.held import Day
from frontdesk.ui.fields import record_field


class Enrolment(forms.ModelForm[models.Enrolment]):
    """The practice's leave to exchange one kind of message with a payer."""

    # Declared by hand: a model's own field would look for its choices before there is a practice.
    payer: "forms.ModelChoiceField[models.Payer]" = forms.ModelChoiceField(None, label=_("Payer"))
    asked_on = Day(label=_("Asked for on"), required=False)
    expected_on = Day(label=_("Expected by"), required=False)
    starts_on = Day(label=_("Counts from"), required=False)
    ended_on = Day(label=_("Ended on"), required=False)

    class Meta:
        model = models.Enrolment
        fields = (
            "message",
            "status",
            "asked_on",
            "asked_by",
            "expected_on",
            "starts_on",
            "ended_on",
            "reference",
            "note",
        )
        labels = {
            "message": _("For"),
            "status": _("How it stands"),
            "asked_by": _("Who asked"),
            "reference": _("Number of the request"),
            "note": _("Note"),
        }

    field_order = ("payer", "message", "status")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payers = models.Payer.objects.filter(is_active=True).order_by("name")
        record_field(self, "payer").queryset = payers
        self.initial.setdefault("payer", self.instance.payer_id)

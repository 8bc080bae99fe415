"""What a request about money may say."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from frontdesk.core.keys import new_key
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient

ONLINE = "online"  # a card typed into the gateway's own fields


def methods() -> list[tuple[str, str]]:
    """Return what can be paid with here; a card can be typed in where there is a gateway."""
    online = [(ONLINE, str(_("Card, typed in")))] if settings.STRIPE_API_KEY else []
    return [*((value, str(label)) for value, label in Payment.Method.choices), *online]


class Take(forms.Form):
    """A payment at the desk. `key` makes the same press pay once."""

    patient: forms.ModelChoiceField[Patient] = forms.ModelChoiceField(
        queryset=None,
        widget=forms.HiddenInput,
        label=_("Patient"),
        error_messages={"required": _("Choose the patient.")},
    )
    amount = forms.DecimalField(
        label=_("Amount"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2
    )
    kind = forms.ChoiceField(
        label=_("For"), choices=Payment.Kind.choices, initial=Payment.Kind.BALANCE
    )
    method = forms.ChoiceField(label=_("Paid with"), initial=Payment.Method.CARD)
    reference = forms.CharField(
        label=_("Check number, or last four of the card"), max_length=20, required=False
    )
    approval = forms.CharField(label=_("Approval code"), max_length=20, required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["patient"].queryset = Patient.objects.all()  # type: ignore[attr-defined]
        self.fields["key"].initial = str(new_key())
        self.fields["method"].choices = methods()  # type: ignore[attr-defined]
        self.fields["amount"].widget.attrs.update({"inputmode": "decimal", "class": "money"})

    @property
    def is_online(self) -> bool:
        """Whether the card goes through the gateway's fields."""
        return bool(self.cleaned_data["method"] == ONLINE)


class TakeBack(forms.Form):
    """Why a payment is taken back."""

    because = forms.CharField(label=_("Reason"), max_length=200)


class WriteOff(forms.Form):
    """What is given up, and why."""

    amount = forms.DecimalField(
        label=_("Amount"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2
    )
    because = forms.CharField(label=_("Reason"), max_length=140)


class Day(forms.Form):
    """Which day's payments."""

    on = forms.DateField(required=False)

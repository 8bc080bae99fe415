"""What requests about codes and prices may say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.coding.models import ChargeItem, FeeSchedule
from frontdesk.coding.rules import is_procedure_code
from frontdesk.ui.fields import Dollars

MOST = 9_999_999


class Charge(forms.ModelForm[ChargeItem]):
    """One line of the charge list, with its price."""

    amount = Dollars(
        label=_("Price"), min_value=0, max_value=MOST, decimal_places=2, required=False
    )

    class Meta:
        model = ChargeItem
        fields = (
            "code",
            "description",
            "group",
            "system",
            "is_favorite",
            "valid_from",
            "valid_to",
        )
        labels = {
            "description": _("In your own words"),
            "group": _("Heading on the superbill"),
            "system": _("Where the code is from"),
            "is_favorite": _("Show first"),
            "valid_from": _("First day"),
            "valid_to": _("Last day"),
        }
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}) for name in ("valid_from", "valid_to")
        }

    def __init__(self, *args: Any, amount: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = amount
        if not self.instance._state.adding:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        """Write codes in capitals; refuse what can't be one."""
        code = str(self.cleaned_data["code"]).strip().upper()
        if not is_procedure_code(code):
            raise forms.ValidationError(_("A code is like 99213, G0439 or Z9213."))
        return code


class Schedule(forms.Form):
    """A new price list."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("What it says"), choices=FeeSchedule.Kind)
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )


class Price(forms.Form):
    """The price of a code on a schedule."""

    code = forms.CharField(label=_("Code"), max_length=10)
    modifier = forms.CharField(label=_("Modifier"), max_length=2, required=False)
    amount = Dollars(label=_("Price"), min_value=0, max_value=MOST, decimal_places=2)

    def clean_code(self) -> str:
        """Refuse what can't be a code."""
        code = str(self.cleaned_data["code"]).strip().upper()
        if not is_procedure_code(code):
            raise forms.ValidationError(_("A code is like 99213, G0439 or Z9213."))
        return code


class Necessity(forms.Form):
    """Coverage policies as a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV with the headings policy, code, diagnosis, first day; and, if any, title, "
            "covered (yes or no), last day, source."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )


class Prices(forms.Form):
    """A price list as a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV with the headings code, description, price; modifier and group if any."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv"}),
    )
    system = forms.ChoiceField(label=_("Where the codes are from"), choices=ChargeItem.System)
    licence = forms.CharField(label=_("CPT licence"), max_length=100, required=False)
    attested = forms.BooleanField(
        label=_("The practice holds a CPT licence from the AMA that covers this use."),
        required=False,
    )
    code_in = forms.CharField(label=_("Codes are under the heading"), required=False)
    description_in = forms.CharField(label=_("Texts are under"), required=False)
    amount_in = forms.CharField(label=_("Prices are under"), required=False)
    modifier_in = forms.CharField(label=_("Modifiers are under"), required=False)

    def mapping(self) -> dict[str, str]:
        """Return which heading holds what, where it was said."""
        names = ("code", "description", "amount", "modifier")
        return {name: self.cleaned_data[f"{name}_in"] for name in names}

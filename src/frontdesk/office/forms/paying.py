"""What a request about paying may say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.keys import new_key
from frontdesk.office.forms.fields import Asked, day, dollars
from frontdesk.office.models import Bill
from frontdesk.office.queries.paying import payable
from frontdesk.ui.fields import record_field


class When(Asked):
    """On which day a run pays, and what falls due until when."""

    pay_on = day(_("Pay on"), required=False)
    until = day(_("What is due until"), required=False)


class Pay(forms.Form):
    """Which bills a run pays, and what it should come to. `key` makes the same press pay once."""

    pay_on = day(_("Pay on"))
    until = day(_("What is due until"))
    bill: forms.ModelMultipleChoiceField[Bill] = forms.ModelMultipleChoiceField(
        queryset=None, error_messages={"required": _("Pick the bills to pay.")}
    )
    expected = dollars(_("It should come to"))
    key = forms.CharField(max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = payable().filter(kind=Bill.Kind.BILL)
        record_field(self, "bill").queryset = found
        self.fields["bill"].error_messages["invalid_choice"] = str(
            _("A bill that was picked is paid or voided meanwhile. Look again.")
        )
        self.new_key = str(new_key())


class Span(Asked):
    """Between which days."""

    first = day(_("From"), required=False)
    last = day(_("To"), required=False)

"""Money that goes out: refunds, payments a bank took back, and the rules for both."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.keys import new_key
from frontdesk.ledger.forms.desk import dollars
from frontdesk.ledger.models import Payment, PaymentPolicy, Refund
from frontdesk.ledger.rules.money_policy import SMALL_AT_MOST, SMALL_NOT_BEFORE
from frontdesk.ui.fields import choice_field


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class RefundWish(forms.Form):
    """What is given back, to whom and how. `key` proposes once."""

    amount = dollars(_("Amount"), least="0.01")
    to = forms.ChoiceField(label=_("To"), choices=Refund.To.choices)
    to_name = forms.CharField(label=_("Name on the check"), max_length=100, required=False)
    to_address = forms.CharField(label=_("Address"), max_length=200, required=False)
    card = forms.ChoiceField(label=_("Paid"), required=False)
    known_on = _day(_("Found on"), required=False)
    because = forms.CharField(label=_("Reason"), max_length=200)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, payments: Sequence[Payment] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payments = {str(one.pk): one for one in payments}
        self.fields["key"].initial = str(new_key())
        back = [
            (key, _("Back to card %(card)s, receipt %(number)s of $%(amount)s")
             % {"card": one.reference, "number": one.number, "amount": one.amount})
            for key, one in self.payments.items()
        ]  # fmt: skip
        choice_field(self, "card").choices = [
            ("", _("By check")), *back,
        ]  # fmt: skip

    @property
    def payment(self) -> Payment | None:
        """The card payment it goes back to; nothing for a check."""
        return self.payments.get(self.cleaned_data["card"])


class RefundCheck(forms.Form):
    """The check with which a refund was paid."""

    reference = forms.CharField(label=_("Check number"), max_length=20)
    on = _day(_("Written on"))

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class Returned(forms.Form):
    """What the bank says of a payment it took back."""

    on = _day(_("Returned on"))
    because = forms.CharField(label=_("What the bank says"), max_length=200)
    fee = dollars(_("Fee for the patient"))


class PolicyForm(forms.ModelForm[PaymentPolicy]):
    """The practice's rules for patients' money."""

    class Meta:
        model = PaymentPolicy
        fields = (
            "plan_least",
            "plan_months",
            "plan_defaults_after",
            "notice_days",
            "retry_days",
            "tries",
            "card_most",
            "refund_alone",
            "refund_biller",
            "refund_days",
            "unclaimed_months",
            "returned_fee",
            "small_most",
            "small_days",
            "small_run",
            "told_beyond",
            "denial_alone",
        )
        labels = {
            "plan_least": _("Smallest instalment, $"),
            "plan_months": _("Longest plan, months"),
            "plan_defaults_after": _("In default after so many missed instalments"),
            "notice_days": _("Told before a charge, days"),
            "retry_days": _("A declined card is tried again after, days"),
            "tries": _("Tries of one instalment"),
            "card_most": _("Most that a kept card may be charged at once, $"),
            "refund_alone": _("Up to this one person refunds alone, $"),
            "refund_biller": _("Above this a manager approves, $"),
            "refund_days": _("A patient's refund is due after, days"),
            "unclaimed_months": _("Credit nobody claims goes to the state after, months"),
            "returned_fee": _("Fee for a returned payment, $"),
            "small_most": _("Small balances up to, $ (0: none are given up)"),
            "small_days": _("Nothing moved for, days"),
            "small_run": _("Most given up in one run, $"),
            "told_beyond": _("Explained unasked from so much above the estimate, $"),
            "denial_alone": _("Up to this one person writes a denial off alone, $"),
        }

    def clean_small_most(self) -> Any:
        """A balance beyond this isn't small."""
        most = self.cleaned_data["small_most"]
        if most > SMALL_AT_MOST:
            raise forms.ValidationError(
                _("At most $%(most)s: giving up more without looking is not a small balance.")
                % {"most": SMALL_AT_MOST}
            )
        return most

    def clean_small_days(self) -> Any:
        """A fair try to collect comes first."""
        days = self.cleaned_data["small_days"]
        if days < SMALL_NOT_BEFORE:
            raise forms.ValidationError(
                _("At least %(days)s days: a fair try to collect comes first.")
                % {"days": SMALL_NOT_BEFORE}
            )
        return days

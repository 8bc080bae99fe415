"""What a request about money may say."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from frontdesk.ledger.models import Payment
from frontdesk.ledger.rules import PIECES
from frontdesk.ui.fields import Dollars

ONLINE = "online"  # a card typed into the gateway's own fields


def methods() -> list[tuple[str, str]]:
    """Return what can be paid with here; a card can be typed in where there is a gateway."""
    online = [(ONLINE, str(_("Card, typed in")))] if settings.STRIPE_API_KEY else []
    return [*((value, str(label)) for value, label in Payment.Method.choices), *online]


class TakeBack(forms.Form):
    """Why a payment is taken back."""

    because = forms.CharField(label=_("Reason"), max_length=200)


class Evidence(forms.Form):
    """What was sent to the bank of a disputed card."""

    evidence = forms.CharField(label=_("What was sent"), max_length=300)


class WriteOff(forms.Form):
    """What is given up, and why."""

    amount = Dollars(label=_("Amount"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2)
    because = forms.CharField(label=_("Reason"), max_length=140)


class Day(forms.Form):
    """Which day's payments."""

    on = forms.DateField(required=False)


def dollars(label: Any, *, least: str = "0.00", **more: Any) -> forms.DecimalField:
    """Return a field for a sum in dollars."""
    field = Dollars(label=label, min_value=Decimal(least), max_digits=9, decimal_places=2, **more)
    field.widget.attrs["class"] = "money"
    return field


class OpenDrawer(forms.Form):
    """What lies in a drawer when it opens."""

    float_amount = dollars(_("Float: the change in the drawer"), initial=Decimal("100.00"))


class Count(forms.Form):
    """How many of each piece lie in a drawer, and the sum of the checks."""

    checks = dollars(_("All checks together"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for piece in PIECES:
            field = forms.IntegerField(
                label=_called(piece), min_value=0, max_value=9999, required=False
            )
            field.widget.attrs.update({"inputmode": "numeric"})
            self.fields[_name(piece)] = field

    @property
    def rows(self) -> list[forms.BoundField]:
        """The fields of the pieces, the largest first."""
        return [self[_name(piece)] for piece in PIECES]

    @property
    def pieces(self) -> dict[str, int]:
        """How many of each were counted, by their value."""
        return {piece: self.cleaned_data[_name(piece)] or 0 for piece in PIECES}

    @property
    def check_sum(self) -> Decimal:
        """The sum of the checks, in dollars."""
        return self.cleaned_data["checks"] or Decimal(0)


class Explain(forms.Form):
    """What explains a difference; why something is taken apart or opened again."""

    because = forms.CharField(label=_("Reason"), max_length=200)


class Confirm(forms.Form):
    """What the bank says of a deposit."""

    on = forms.DateField(
        label=_("Credited on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    credited = dollars(_("What the bank counted"))
    reference = forms.CharField(label=_("Bank's reference"), max_length=60, required=False)
    because = forms.CharField(
        label=_("Reason, where it differs from the slip"), max_length=200, required=False
    )


class KeptOfCards(forms.Form):
    """What the card processor kept of what it brought, and what else it brought."""

    fee = dollars(_("Fee the processor kept"), required=False)
    because = forms.CharField(
        label=_("What else is in it"),
        help_text=_("Only where it is more than the cards on their way."),
        max_length=200,
        required=False,
    )

    def clean_fee(self) -> Decimal:
        """Nothing typed is nothing kept."""
        return self.cleaned_data["fee"] or Decimal(0)


class CardMoney(KeptOfCards):
    """What the card processor brought to the bank."""

    on = forms.DateField(
        label=_("Credited on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    credited = dollars(_("What the bank has"), least="0.01")
    reference = forms.CharField(label=_("Transfer’s number"), max_length=60, required=False)


def _name(piece: str) -> str:
    return f"piece_{piece.replace('.', '_')}"


def _called(piece: str) -> str:
    value = Decimal(piece)
    return f"${value:.0f}" if value >= 1 else f"{value * 100:.0f}¢"

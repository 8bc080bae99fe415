"""A payment at the desk: in one way or several, for a patient or a family."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.money import ZERO
from frontdesk.ledger.forms.desk import ONLINE, dollars, methods
from frontdesk.ledger.models import Payment, SavedCard
from frontdesk.ledger.rules.together import Share, Tender
from frontdesk.people.models import Patient
from frontdesk.ui import figures
from frontdesk.ui.fields import choice_field, record_field

KEPT = "kept:"  # a card on file, by its key
OTHERS = (2, 3)  # further ways of one payment
CARD_NUMBER = re.compile(r"(\d[ -]?){13,}")
Method = Payment.Method


class SlipInput(forms.TextInput):
    """A check's number, or a card's last four digits.

    A whole card number that was typed all the same is neither given back nor kept as a draft.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "data-draft": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Return what stands in the field."""
        return None if CARD_NUMBER.match(str(value).strip()) else super().format_value(value)


def _slip() -> forms.CharField:
    label = _("Check number, or last four")
    return forms.CharField(label=label, max_length=20, required=False, widget=SlipInput)


class Tendered(forms.Form):
    """What is handed over. The first way pays what the others leave; `key` pays once."""

    method = forms.ChoiceField(label=_("Paid with"), initial=Method.CARD)
    reference = _slip()
    approval = forms.CharField(label=_("Approval code"), max_length=20, required=False)
    handed = dollars(_("Cash handed over"), least="0.01", required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cards: Sequence[SavedCard] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cards = cards
        self.fields["key"].initial = str(new_key())
        kept = [(f"{KEPT}{card.pk}", str(card)) for card in cards]
        choice_field(self, "method").choices = [*methods(), *kept]
        at_desk = [("", _("Nothing more")), *((one.value, one.label) for one in Method)]
        for place in OTHERS:
            self.fields[f"method_{place}"] = forms.ChoiceField(
                label=_("And with"), choices=at_desk, required=False
            )
            self.fields[f"amount_{place}"] = dollars(_("Amount"), least="0.01", required=False)
            self.fields[f"reference_{place}"] = _slip()
            self.fields[f"approval_{place}"] = forms.CharField(
                label=_("Approval code"), max_length=20, required=False
            )

    @property
    def others(self) -> list[dict[str, forms.BoundField]]:
        """The fields of the further ways, way by way."""
        names = ("method", "amount", "reference", "approval")
        return [{name: self[f"{name}_{place}"] for name in names} for place in OTHERS]

    @property
    def is_split(self) -> bool:
        """Whether more than one way is asked for; then the fields stay open."""
        return any(self[f"method_{place}"].value() for place in OTHERS)

    @property
    def is_online(self) -> bool:
        """Whether the card goes through the gateway's fields."""
        return bool(self.cleaned_data["method"] == ONLINE)

    @property
    def kept_card(self) -> SavedCard | None:
        """The card on file that is to be charged, or nothing."""
        method = str(self.cleaned_data["method"])
        return next((card for card in self.cards if method == f"{KEPT}{card.pk}"), None)

    @property
    def is_by_card(self) -> bool:
        """Whether the gateway charges what the further ways leave."""
        return self.is_online or self.kept_card is not None

    def clean(self) -> dict[str, Any]:
        """Each further way needs its amount."""
        said = super().clean() or {}
        for place in OTHERS:
            way, amount = said.get(f"method_{place}"), said.get(f"amount_{place}")
            if way and not amount:
                self.add_error(f"amount_{place}", _("Enter what is paid like this."))
            if amount and not way:
                self.add_error(f"method_{place}", _("Choose how this is paid."))
        return said

    def tenders(self, total: Decimal) -> list[Tender]:
        """Return what is handed over, way by way; the first one pays the rest of the total.

        Where the gateway charges the rest, or nothing is left, only the others are handed over.
        Raises `Refused` where they come to more than the total.
        """
        said = self.cleaned_data
        others = [
            Tender(
                said[f"method_{place}"],
                said[f"amount_{place}"],
                said[f"reference_{place}"],
                said[f"approval_{place}"],
            )
            for place in OTHERS
            if said[f"method_{place}"]
        ]
        if self.is_by_card:
            return others
        parts = sum((one.amount for one in others), ZERO)
        if parts > total:
            told = {"parts": figures.money(parts), "total": figures.money(total)}
            more = _("The parts come to %(parts)s, which is more than %(total)s.")
            raise Refused(str(more) % told)
        rest = total - parts
        if others and not rest:
            return others
        handed = said["handed"] if said["method"] == Method.CASH else None
        first = Tender(said["method"], rest, said["reference"], said["approval"], handed)
        return [first, *others]


class Take(Tendered):
    """A payment at the desk for one patient."""

    patient: forms.ModelChoiceField[Patient] = forms.ModelChoiceField(
        queryset=None,
        widget=forms.HiddenInput,
        label=_("Patient"),
        error_messages={"required": _("Choose the patient.")},
    )
    amount = dollars(_("Amount"), least="0.01")
    kind = forms.ChoiceField(
        label=_("For"), choices=Payment.Kind.choices, initial=Payment.Kind.BALANCE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "patient").queryset = Patient.objects.all()


class FamilyTake(Tendered):
    """A payment for a family: spread oldest first, or as the amounts by the names say."""

    amount = dollars(_("Amount"), least="0.01", required=False)

    def __init__(self, *args: Any, patients: Sequence[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients
        for patient in patients:
            self.fields[_share(patient)] = dollars(patient.name, required=False)

    @property
    def rows(self) -> list[forms.BoundField]:
        """The fields of the patients, in their order."""
        return [self[_share(patient)] for patient in self.patients]

    @property
    def chosen(self) -> list[Share]:
        """What is paid for whom by choice; empty where it is spread oldest first."""
        said = self.cleaned_data
        return [Share(one.pk, said[_share(one)]) for one in self.patients if said.get(_share(one))]

    def clean(self) -> dict[str, Any]:
        """A sum, or sums by the names; both must agree."""
        said = super().clean()
        if self.errors:
            return said
        named = sum((share.amount for share in self.chosen), ZERO)
        if not named and not said.get("amount"):
            self.add_error("amount", _("Enter what is paid."))
        if named and said.get("amount") and named != said["amount"]:
            self.add_error("amount", _("The amounts by the names are not this sum."))
        return said


def _share(patient: Patient) -> str:
    return f"share_{patient.pk.hex}"

"""Payment plans and cards on file: what a request may say."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.ledger.forms.desk import dollars
from frontdesk.ledger.models import Plan, SavedCard
from frontdesk.ledger.rules.plans import Terms
from frontdesk.ui.fields import choice_field

HOW = [
    ("signed here", _("Signed here")),
    ("by phone", _("By phone, the agreement is mailed")),
    ("by link", _("By e-mail")),
]


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class PlanTerms(forms.Form):
    """What a patient agrees to."""

    total = dollars(_("On the plan"), least="0.01")
    each = dollars(_("Each instalment"), least="0.01")
    every = forms.ChoiceField(label=_("How often"), choices=Plan.Every.choices, initial="month")
    first_on = _day(_("First instalment"))
    card = forms.ChoiceField(label=_("Paid"), required=False)
    agreed_how = forms.ChoiceField(label=_("Agreed"), choices=HOW)
    disclosed = forms.BooleanField(
        label=_("The agreement with its disclosure was given to the patient"), required=False
    )

    def __init__(self, *args: Any, cards: Sequence[SavedCard] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cards = {str(card.pk): card for card in cards}
        kept = [(key, _("By %(card)s, by itself") % {"card": card}) for key, card in
                self.cards.items()]  # fmt: skip
        choice_field(self, "card").choices = [
            ("", _("By the patient: at the desk, by mail, by phone")), *kept,
        ]  # fmt: skip

    def clean_first_on(self) -> date:
        """A first instalment in another century is a slip of the keyboard."""
        first_on: date = self.cleaned_data["first_on"]
        if not 2000 <= first_on.year < 2100:
            raise forms.ValidationError(_("Enter a day of this century."))
        return first_on

    @property
    def terms(self) -> Terms:
        """The sums and days."""
        said = self.cleaned_data
        return Terms(said["total"], said["each"], said["every"], said["first_on"])

    @property
    def chosen_card(self) -> SavedCard | None:
        """The card that is charged by itself, or nothing."""
        return self.cards.get(self.cleaned_data["card"])


class ChangedTerms(PlanTerms):
    """Other terms for what is left, with the reason."""

    because = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["agreed_how"]
        self.fields["total"].label = _("Still to pay")


class PauseUntil(forms.Form):
    """Until when nothing is charged, and why."""

    until = _day(_("Nothing is charged before"))
    because = forms.CharField(label=_("Reason"), max_length=200)


class Told(forms.Form):
    """How a patient was told of an instalment."""

    how = forms.ChoiceField(
        label=_("Told by"), choices=[("phone", _("Phone")), ("letter", _("Letter"))]
    )


class KeepCard(forms.Form):
    """What a patient agrees to when we keep their card."""

    most = dollars(_("At most, at once"), least="1.00")
    ends = forms.ChoiceField(
        label=_("Until"),
        choices=[("card", _("The card expires")), ("year", _("A year from now")),
                 ("visit", _("The end of today: this visit only"))],
        initial="year",
    )  # fmt: skip
    agrees = forms.BooleanField(
        label=_("The patient heard or read the consent below, and agrees"),
        error_messages={"required": _("Without consent no card is kept.")},
    )

    def until(self, today: date) -> date | None:
        """Return the last day of the consent; none where the card's own end counts."""
        ends = self.cleaned_data["ends"]
        if ends == "visit":
            return today
        if ends == "card":
            return None
        is_leap = (today.month, today.day) == (2, 29)
        return today.replace(year=today.year + 1, day=28 if is_leap else today.day)


class CloseCard(forms.Form):
    """Why a card is taken off file."""

    because = forms.CharField(label=_("Reason"), max_length=200, initial=_("The patient asked"))

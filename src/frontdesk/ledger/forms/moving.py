"""Credit moved: from where, how much, and where it goes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from frontdesk.core.keys import new_key
from frontdesk.ledger.forms.desk import dollars
from frontdesk.ledger.queries.moving import Held, OpenVisit, Relative
from frontdesk.people.models import Patient
from frontdesk.ui import figures
from frontdesk.ui.fields import choice_field

FREE = "free"


class MoveCredit(forms.Form):
    """From a visit or from what is free, to another place of the family. `key` moves once."""

    held = forms.ChoiceField(label=_("Paid ahead"), choices=[])
    amount = dollars(_("Amount"), least="0.01")
    to = forms.ChoiceField(label=_("Moves to"), choices=[])
    because = forms.CharField(label=_("Who asked for it, and why"), max_length=140, required=False)
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        held: Sequence[Held],
        visits: Sequence[OpenVisit],
        relatives: Sequence[Relative],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.relatives = {str(one.patient.pk): one.patient for one in relatives}
        self.fields["key"].initial = str(new_key())
        choice_field(self, "held").choices = [
            (str(one.visit_id or FREE), _held_words(one)) for one in held
        ]
        choice_field(self, "to").choices = [
            *((str(one.patient.pk), _relative_words(one)) for one in relatives),
            *((f"visit:{one.visit_id}", _visit_words(one)) for one in visits),
            (FREE, _("Free of any visit: pays the oldest that is owed")),
        ]

    @property
    def told(self) -> dict[str, Any]:
        """What was said, as the operation takes it."""
        said = self.cleaned_data
        to = said["to"]
        return {
            "amount": said["amount"],
            "from_visit": None if said["held"] == FREE else UUID(said["held"]),
            "to_visit": UUID(to.removeprefix("visit:")) if to.startswith("visit:") else None,
            "to": self._relative(to),
            "because": said["because"],
            "key": said["key"],
        }

    def _relative(self, key: str) -> Patient | None:
        return self.relatives.get(key)


def _held_words(one: Held) -> str:
    words = _("%(sum)s for a visit, since %(day)s") if one.visit_id else _("%(sum)s, free")
    day = date_format(one.since, "M j, Y") if one.since else ""
    return str(words) % {"sum": figures.money(one.amount), "day": day}


def _visit_words(one: OpenVisit) -> str:
    told = {"day": date_format(one.since, "M j, Y"), "sum": figures.money(one.owed)}
    return str(_("Visit of %(day)s, %(sum)s open")) % told


def _relative_words(one: Relative) -> str:
    told = {"name": one.patient.name, "sum": figures.money(one.owed)}
    return str(_("%(name)s, owes %(sum)s") if one.owed else _("%(name)s, owes nothing")) % told

"""Forms of the check-out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.ledger.forms import Tendered
from frontdesk.staff.models import Member
from frontdesk.ui.fields import Dollars
from frontdesk.visits.models import CheckOutItem, Visit
from frontdesk.visits.operations import Next, Paid
from frontdesk.visits.queries.check_out import find_offer


class Answer(forms.Form):
    """Declined with a reason, or deferred to somebody by a day."""

    answer = forms.ChoiceField(choices=CheckOutItem.Answer.choices)
    because = forms.CharField(max_length=200, required=False, label=_("Why"))
    owner: "forms.ModelChoiceField[Member]" = forms.ModelChoiceField(
        None, required=False, label=_("Who does it"), empty_label=_("Choose")
    )
    due_on = forms.DateField(
        required=False, label=_("By"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Member.objects.filter(is_active=True).order_by("name")


class Finish(Tendered):
    """The last press: what is paid, and which time was chosen."""

    amount = Dollars(
        min_value=0, max_digits=9, decimal_places=2, required=False, label=_("To take now")
    )
    slot = forms.CharField(required=False)

    def __init__(self, *args: Any, visit: Visit, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visit, self.at = visit, at
        self.fields["method"].required = False
        self.fields["amount"].widget.attrs["class"] = "money"

    def clean_slot(self) -> Next | None:
        """Read the chosen time; it must be one that can be had."""
        text = self.cleaned_data["slot"]
        if not text:
            return None
        try:
            kind, provider, starts_at = text.split("|")
            chosen = find_offer(
                self.visit, UUID(kind), UUID(provider), datetime.fromisoformat(starts_at)
            )
        except ValueError:
            chosen = None
        if chosen is None:
            raise forms.ValidationError(_("That time is not offered any more. Choose another."))
        return Next(chosen.visit_type, chosen.provider, chosen.site, chosen.starts_at)

    @property
    def paid(self) -> Paid | None:
        """What the patient pays, if anything."""
        said = self.cleaned_data
        if not said.get("amount"):
            return None
        first, *others = self.tenders(said["amount"])
        return Paid(
            said["amount"],
            first.method,
            said["key"],
            first.reference,
            first.approval,
            first.handed,
            tuple(others),
        )


class ComeBack(forms.Form):
    """In how many weeks, and for what."""

    weeks = forms.IntegerField(min_value=0, max_value=104, required=False)
    kind = forms.UUIDField(required=False)

    def choice(self) -> tuple[int | None, UUID | None]:
        """Return weeks and visit type, none where nothing was chosen."""
        if not self.is_valid():
            return None, None
        return self.cleaned_data["weeks"], self.cleaned_data["kind"]

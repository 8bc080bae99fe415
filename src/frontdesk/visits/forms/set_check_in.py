"""What a request may say about what check-in and check-out ask, and about tablets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.practice.models import Site
from frontdesk.scheduling.models import VisitType
from frontdesk.staff.roles import ROLES
from frontdesk.visits.models import CheckOutStep, Item
from frontdesk.visits.queries.intake import holding_days
from frontdesk.visits.rules.check_out import ALWAYS, OFFERED, USUAL


class Holding(forms.Form):
    """How many days each answer holds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item, days in holding_days().items():
            self.fields[item] = forms.IntegerField(
                label=Item(item).label, min_value=0, max_value=3650, initial=days
            )


class Tablet(forms.Form):
    """A tablet for the waiting room."""

    name = forms.CharField(max_length=60, label=_("Name"), initial=_("Waiting room"))
    site: "forms.ModelChoiceField[Site]" = forms.ModelChoiceField(
        None, label=_("Site"), empty_label=None
    )
    pin = forms.RegexField(
        r"^\d{4,8}$",
        label=_("PIN to unlock it"),
        error_messages={"invalid": _("Four to eight digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Site.objects.filter(is_active=True).order_by("name")


class Step(forms.ModelForm[CheckOutStep]):
    """One step of check-out."""

    kind = forms.ChoiceField(label=_("Step"), required=False)
    visit_type: "forms.ModelChoiceField[VisitType]" = forms.ModelChoiceField(
        None, required=False, label=_("After"), empty_label=_("Every visit")
    )
    pool = forms.ChoiceField(
        label=_("Goes on the list of"), choices=[(key, role.label) for key, role in ROLES.items()]
    )

    class Meta:
        model = CheckOutStep
        fields = (
            "kind", "label", "visit_type", "pool", "due_days", "weeks", "place",
            "is_declinable", "is_active",
        )  # fmt: skip
        labels = {
            "label": _("What it is called"),
            "due_days": _("Proposed days when done later"),
            "weeks": _("Weeks to the next visit (next visit only)"),
            "place": _("Order"),
            "is_declinable": _("The patient may decline it"),
            "is_active": _("Asked"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.kind, one.label) for one in (*USUAL, *OFFERED)]
        own = self.instance.kind
        if own and own not in dict(known):
            known.append((own, self.instance.label))
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("One of our own")), *known]
        types = self.fields["visit_type"]
        if isinstance(types, forms.ModelChoiceField):
            types.queryset = VisitType.objects.filter(is_active=True).order_by("name")

    def clean(self) -> dict[str, Any]:
        """Superbill and balance can be renamed and ordered, not taken away."""
        said = super().clean() or {}
        if said.get("kind") in ALWAYS and not said.get("is_active"):
            self.add_error("is_active", _("It is settled after every visit."))
        return said


class Span(forms.Form):
    """The days of a report."""

    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

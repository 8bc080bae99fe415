"""What a request about claims, their limits and their paper may say."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from frontdesk.billing import models, queries
from frontdesk.coverage.models import Payer, Plan
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member
from frontdesk.staff.queries import members
from frontdesk.ui.drawn import Drawn
from frontdesk.ui.fields import choice_field, record_field, word_records

MOST_CONTROLS = 200  # a few kilobytes each

_controls = Drawn(MOST_CONTROLS)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanNext(forms.Form):
    """Who has a claim, what comes next, and when."""

    owner: forms.ModelChoiceField[Member] = forms.ModelChoiceField(
        queryset=None, label=_("Who"), required=False, empty_label=_("Everybody")
    )
    step = forms.CharField(label=_("Next"), max_length=140, required=False)
    on = forms.DateField(label=_("Until"), required=False, widget=_day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "owner").queryset = members().filter(is_active=True)


class Narrow(forms.Form):
    """What the claims list is narrowed to."""

    payer = forms.ChoiceField(label=_("Payer"), required=False)
    owner = forms.ChoiceField(label=_("Who"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payers, owners = queries.narrowable()
        self.named = {
            "payer": (("", gettext("Every payer")), *payers),
            "owner": (("", gettext("Anybody")), *owners),
        }
        for name, named in self.named.items():
            choice_field(self, name).choices = named
            self.fields[name].widget.attrs["class"] = "form-select"

    @cached_property
    def narrowed(self) -> queries.Narrowed:
        """What was said, as the list takes it; an address that names nobody narrows nothing."""
        said = self.cleaned_data if self.is_valid() else {}
        keys = {name: UUID(said[name]) for name in self.named if said.get(name)}
        return queries.Narrowed(**keys)

    @cached_property
    def address(self) -> str:
        """What the addresses of chips and pages carry on."""
        chosen = {"payer": self.narrowed.payer, "owner": self.narrowed.owner}
        return "".join(f"&{name}={key}" for name, key in chosen.items() if key)

    @property
    def controls(self) -> list[tuple[forms.BoundField, SafeString]]:
        """The fields with their controls: the same names with the same choice are drawn once."""
        return [
            (one, _controls.get((named, one.value(), get_language()), one.as_widget))
            for one, named in zip(self, self.named.values(), strict=True)
        ]


class Batch(forms.Form):
    """Which of the ready claims go into one file."""

    payer: forms.ModelChoiceField[Payer] = forms.ModelChoiceField(
        queryset=None, label=_("Payer"), required=False, empty_label=_("Every payer")
    )
    site: forms.ModelChoiceField[Site] = forms.ModelChoiceField(
        queryset=None, label=_("Site"), required=False, empty_label=_("Every site")
    )
    until = forms.DateField(label=_("Visits until"), required=False, widget=_day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payers = Payer.objects.filter(is_active=True).order_by("name")
        record_field(self, "payer").queryset = payers
        record_field(self, "site").queryset = Site.objects.order_by("name")

    @property
    def chosen(self) -> Any:
        """The ready claims that fit what is said so far."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return queries.ready_claims(said.get("payer"), said.get("site"), said.get("until"))


class PayerLimit(forms.ModelForm[models.PayerLimit]):
    """How many days a payer gives for a step."""

    # Declared by hand: a model's own field would look for its choices before there is a practice.
    payer: forms.ModelChoiceField[Payer] = forms.ModelChoiceField(queryset=None, label=_("Payer"))
    plan: forms.ModelChoiceField[Plan] = forms.ModelChoiceField(
        queryset=None, label=_("Plan"), required=False, empty_label=_("Every plan of the payer")
    )

    class Meta:
        model = models.PayerLimit
        fields = ("kind", "days")
        labels = {"kind": _("For"), "days": _("Days")}
        help_texts = {
            "days": _(
                "Counted from the day of service, from the decision, or from the letter. "
                "Without days, what is usual counts."
            )
        }

    field_order = ("payer", "plan", "kind", "days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "payer").queryset = Payer.objects.order_by("name")
        plans = Plan.objects.select_related("payer").order_by("payer__name", "name")
        record_field(self, "plan").queryset = plans
        word_records(self, "plan", _plan_name)
        if self.instance.payer_id:
            self.initial.setdefault("payer", self.instance.payer_id)
            self.initial.setdefault("plan", self.instance.plan_id)


class PaperForm(forms.ModelForm[models.PaperForm]):
    """A printer, and how far its type must be moved on the red form."""

    class Meta:
        model = models.PaperForm
        fields = ("name", "right", "down", "is_active")
        labels = {
            "name": _("Printer"),
            "right": _("Move right, mm"),
            "down": _("Move down, mm"),
            "is_active": _("In use"),
        }
        help_texts = {
            "right": _("Less than zero moves left."),
            "down": _("Less than zero moves up."),
        }


def _plan_name(plan: Plan) -> str:
    return f"{plan.payer.name}, {plan.name}"

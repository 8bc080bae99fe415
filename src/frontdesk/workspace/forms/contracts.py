"""Forms of contracts with payers."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.coding.models import Contract, ContractTerm, FeeSchedule, Locality
from frontdesk.coverage.models import Payer, Plan
from frontdesk.practice.models import Site
from frontdesk.staff.models import Provider
from frontdesk.ui.fields import choice_field, record_field


def _day(label: Any, *, required: bool) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"})
    )


class ContractForm(forms.Form):
    """A contract: whom it is with and for, its days, and how it prices by itself."""

    name = forms.CharField(label=_("Name"), max_length=80)
    payer: "forms.ModelChoiceField[Payer]" = forms.ModelChoiceField(None, label=_("Payer"))
    plan: "forms.ModelChoiceField[Plan]" = forms.ModelChoiceField(
        None, label=_("Plan"), required=False, empty_label=_("Every plan")
    )
    provider: "forms.ModelChoiceField[Provider]" = forms.ModelChoiceField(
        None, label=_("Provider"), required=False, empty_label=_("Every provider")
    )
    site: "forms.ModelChoiceField[Site]" = forms.ModelChoiceField(
        None, label=_("Site"), required=False, empty_label=_("Every site")
    )
    starts_on = _day(_("First day"), required=True)
    last_on = _day(_("Last day, if there is one"), required=False)
    schedule: "forms.ModelChoiceField[FeeSchedule]" = forms.ModelChoiceField(
        None, label=_("Price list agreed code by code"), required=False, empty_label=_("None")
    )
    locality = forms.ChoiceField(label=_("Medicare locality"), required=False)
    modifiers = forms.CharField(
        label=_("What is paid for modifiers"), max_length=200, required=False,
        help_text=_("In percent of the price: 50=150 80=16"),
    )  # fmt: skip
    pays_lesser = forms.BooleanField(
        label=_("Pays our charge where that is less"), required=False, initial=True
    )

    def __init__(self, *args: Any, contract: Contract | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _first(contract) if contract else {})
        super().__init__(*args, **kwargs)
        offered = {
            "payer": Payer.objects.filter(is_active=True).order_by("name"),
            "plan": Plan.objects.select_related("payer").order_by("payer__name", "name"),
            "provider": Provider.objects.filter(is_active=True).order_by("last_name"),
            "site": Site.objects.filter(is_active=True).order_by("name"),
            "schedule": FeeSchedule.objects.filter(kind=FeeSchedule.Kind.CONTRACT).order_by("name"),
        }
        for name, rows in offered.items():
            record_field(self, name).queryset = rows
        places = dict(Locality.objects.order_by("year").values_list("code", "name"))
        choice_field(self, "locality").choices = [
            ("", _("National")),
            *sorted(places.items(), key=lambda one: one[1]),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a plan of another payer."""
        said = super().clean() or {}
        plan, payer = said.get("plan"), said.get("payer")
        if plan and payer and plan.payer_id != payer.pk:
            self.add_error("plan", _("This plan is another payer's."))
        return said

    def details(self) -> dict[str, Any]:
        """Return what the operation keeps."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "payer_id": said["payer"].pk,
            "plan_id": _key(said["plan"]),
            "provider_id": _key(said["provider"]),
            "site": said["site"],
            "starts_on": said["starts_on"],
            "last_on": said["last_on"],
            "schedule": said["schedule"],
            "locality": said["locality"],
            "pays_lesser": said["pays_lesser"],
        }


class TermForm(forms.Form):
    """A percentage for some codes."""

    percent = forms.DecimalField(
        label=_("Percent"), min_value=0, max_value=1000, decimal_places=2, max_digits=6
    )
    basis = forms.ChoiceField(label=_("Of"), choices=ContractTerm.Basis)
    first_code = forms.CharField(
        label=_("For the code"), max_length=10, required=False,
        help_text=_("Leave empty for every code."),
    )  # fmt: skip
    last_code = forms.CharField(label=_("up to"), max_length=10, required=False)
    year = forms.IntegerField(
        label=_("Medicare's prices of"), min_value=2000, max_value=2100, required=False,
        help_text=_("Leave empty for the year of the service."),
    )  # fmt: skip


def _first(contract: Contract) -> dict[str, Any]:
    return {
        "name": contract.name,
        "payer": contract.payer_id,
        "plan": contract.plan_id,
        "provider": contract.provider_id,
        "site": contract.site_id,
        "starts_on": contract.starts_on,
        "last_on": contract.last_on,
        "schedule": contract.schedule_id,
        "locality": contract.locality,
        "modifiers": " ".join(f"{m}={p}" for m, p in contract.modifier_percents.items()),
        "pays_lesser": contract.pays_lesser,
    }


def _key(record: Any) -> UUID | None:
    return record.pk if record is not None else None

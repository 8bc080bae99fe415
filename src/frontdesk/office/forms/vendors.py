"""What a request about vendors and their banks may say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.office import models
from frontdesk.office.forms.fields import SiteField, day, dollars
from frontdesk.office.queries.bills import billable
from frontdesk.office.queries.vendors import in_use, look_alikes
from frontdesk.practice.rules import is_tax_id
from frontdesk.staff.models import Member
from frontdesk.ui.fields import choice_field, record_field


class Vendor(forms.ModelForm[models.Vendor]):
    """Somebody who sends bills. A name like one that is here wants a word."""

    account = forms.ChoiceField(label=_("Usual account"))
    site = SiteField(_("Usual site"))
    tax_id = forms.CharField(label=_("Tax id"), max_length=11, required=False)
    is_another = forms.BooleanField(label=_("It is another vendor"), required=False)

    class Meta:
        model = models.Vendor
        fields = (
            "name",
            "our_account",
            "account",
            "site",
            "net_days",
            "discount_percent",
            "discount_days",
            "pays_by",
            "contact",
            "phone",
            "email",
            "address_1",
            "address_2",
            "city",
            "state",
            "zip_code",
            "reported_as",
            "needs_order",
            "is_active",
        )
        labels = {
            "name": _("Name"),
            "our_account": _("Our number with them"),
            "net_days": _("Days to pay"),
            "discount_percent": _("Discount for paying early, percent"),
            "discount_days": _("… within days"),
            "pays_by": _("Paid by"),
            "contact": _("Contact"),
            "phone": _("Phone"),
            "email": _("E-mail"),
            "address_1": _("Address"),
            "address_2": _("Suite"),
            "city": _("City"),
            "state": _("State"),
            "zip_code": _("ZIP"),
            "reported_as": _("Reported to the tax office"),
            "needs_order": _("Bills need an order"),
            "is_active": _("In use"),
        }

    field_order = ("name", "is_another", "our_account", "account", "site")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "account").choices = billable()
        self.fields["site"].sites()  # type: ignore[attr-defined]
        if not self.data:
            self.fields.pop("is_another")
        if self.instance.tax_id_last4:
            self.fields["tax_id"].help_text = _("On file: %(end)s. Empty keeps it.") % {
                "end": self.instance.tax_id_shown
            }
        self.fields["tax_id"].widget.attrs |= {"autocomplete": "off", "data-draft": "off"}

    def clean_tax_id(self) -> str:
        """Refuse what cannot be a tax id."""
        said: str = self.cleaned_data["tax_id"].strip()
        if said and not is_tax_id(said):
            raise forms.ValidationError(_("A tax id has nine digits."))
        return said

    def clean(self) -> dict[str, Any]:
        """Warn of a vendor that is likely here already."""
        said = super().clean() or self.cleaned_data
        is_another = said.pop("is_another", False)
        held = self.instance if not self.instance._state.adding else None
        is_new_name = held is None or "name" in self.changed_data
        alike = look_alikes(said.get("name", ""), but=held) if is_new_name else []
        if alike and not is_another:
            self.add_error(
                "is_another",
                _("%(name)s is here already. Tick it if this is another one.")
                % {"name": alike[0].name},
            )
        return said


class Bank(forms.Form):
    """Bank details as the vendor gave them."""

    routing = forms.CharField(label=_("Routing number"), max_length=9)
    account = forms.CharField(label=_("Account number"), max_length=20)
    kind = forms.ChoiceField(label=_("Account"), choices=models.VendorBank.Kind.choices)
    came_by = forms.CharField(label=_("How they came to the office"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("routing", "account"):
            self.fields[name].widget.attrs |= {
                "autocomplete": "off", "data-draft": "off", "inputmode": "numeric",
            }  # fmt: skip


class Settings(forms.ModelForm[models.PaySettings]):
    """From which account bills are paid, and the office's rules."""

    account = forms.CharField(label=_("Account number"), max_length=20, required=False)

    class Meta:
        model = models.PaySettings
        fields = (
            "bank_name",
            "routing",
            "account",
            "company_id",
            "first_check",
            "nudge_right",
            "nudge_down",
            "tolerance_percent",
            "tolerance_amount",
            "discount_worth",
        )
        labels = {
            "bank_name": _("Bank"),
            "routing": _("Routing number"),
            "company_id": _("Company number at the bank (ACH)"),
            "first_check": _("The check stock begins with number"),
            "nudge_right": _("Print further right, mm"),
            "nudge_down": _("Print further down, mm"),
            "tolerance_percent": _("A bill may differ from its order by percent"),
            "tolerance_amount": _("… or by dollars a line"),
            "discount_worth": _("Pay early where it earns, percent a year"),
        }

    field_order = ("bank_name", "routing", "account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].widget.attrs |= {"autocomplete": "off", "data-draft": "off"}
        if self.instance.account_last4:
            self.fields["account"].help_text = _("On file: %(end)s. Empty keeps it.") % {
                "end": self.instance.account_shown
            }


class Limit(forms.ModelForm[models.ApprovalLimit]):
    """How large a bill somebody approves alone."""

    member: "forms.ModelChoiceField[Member]" = forms.ModelChoiceField(
        queryset=None, label=_("Who"), empty_label=None
    )
    up_to = dollars(_("Approves alone up to"))

    class Meta:
        model = models.ApprovalLimit
        fields = ("member", "up_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Member.objects.filter(is_active=True).order_by("name")
        record_field(self, "member").queryset = members


class Recurring(forms.ModelForm[models.RecurringBill]):
    """A bill that comes again."""

    vendor: "forms.ModelChoiceField[models.Vendor]" = forms.ModelChoiceField(
        queryset=None, label=_("Vendor"), empty_label=""
    )
    account = forms.ChoiceField(label=_("Account"))
    site = SiteField(_("Site"))
    amount = dollars(_("Amount"), least="0.01")
    next_on = day(_("Next on"))
    ends_on = day(_("Last on"), required=False)

    class Meta:
        model = models.RecurringBill
        fields = (
            "vendor",
            "what",
            "account",
            "site",
            "amount",
            "every",
            "next_on",
            "ends_on",
            "is_active",
        )
        labels = {"what": _("What"), "every": _("Every"), "is_active": _("Goes on")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "vendor").queryset = in_use()
        choice_field(self, "account").choices = billable()
        self.fields["site"].sites()  # type: ignore[attr-defined]

"""What a request about bills and orders may say."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.office.forms.fields import SiteField, day, dollars, dress
from frontdesk.office.models import Bill, BillLine, OrderLine, Vendor, VendorPayment
from frontdesk.office.operations import Head, ToBill, ToOrder
from frontdesk.office.queries.bills import billable
from frontdesk.office.queries.orders import OrderRow
from frontdesk.office.queries.vendors import in_use
from frontdesk.practice.models import Site
from frontdesk.records import exchange as paper
from frontdesk.records.rules import kind_of
from frontdesk.ui.fields import Dollars, choice_field, record_field

USUAL = ("", _("As usual"))
LINES = 3  # empty lines offered


class BillHead(forms.Form):
    """The top of a bill or a credit."""

    likely = False  # whether it looks like one that is here already

    vendor: forms.ModelChoiceField[Vendor] = forms.ModelChoiceField(
        queryset=None, label=_("Vendor"), empty_label=""
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=Bill.Kind.choices, initial="bill")
    vendor_number = forms.CharField(label=_("Number on it"), max_length=40, required=False)
    billed_on = day(_("Date"))
    due_on = day(_("Due"), required=False)
    total = dollars(_("Total"), least="0.01")
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    file = forms.FileField(label=_("The bill as a picture or PDF"), required=False)
    is_another = forms.BooleanField(label=_("It is another bill"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "vendor").queryset = in_use()
        self.fields["vendor_number"].widget.attrs["autocomplete"] = "off"

    def clean_file(self) -> Any:
        """Refuse what cannot be kept, before the bill is entered."""
        file = self.cleaned_data.get("file")
        if file:
            content = file.read()
            try:
                paper.clean(content, kind_of(content))
            except Refused as refusal:
                raise ValidationError(str(refusal)) from refusal
            file.seek(0)
        return file

    @property
    def head(self) -> Head:
        """What stands at the top, as the operation takes it."""
        said = self.cleaned_data
        return Head(
            said["total"],
            said["billed_on"],
            vendor_number=said["vendor_number"],
            due_on=said["due_on"],
            kind=said["kind"],
            note=said["note"],
        )


class BillLineForm(forms.Form):
    """One line of a bill; without an amount it takes what the others leave."""

    what = forms.CharField(label=_("What"), max_length=140, required=False)
    account = forms.ChoiceField(label=_("Account"), required=False)
    site = SiteField(_("Site"))
    quantity = forms.DecimalField(
        label=_("Quantity"), max_digits=10, decimal_places=2, required=False
    )
    amount = dollars(_("Amount"), least=None, required=False)
    order_line: forms.ModelChoiceField[OrderLine] = forms.ModelChoiceField(
        queryset=None, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "account").choices = [USUAL, *billable()]
        self.fields["site"].sites()  # type: ignore[attr-defined]
        record_field(self, "order_line").queryset = OrderLine.objects.all()
        self.fields["quantity"].widget = forms.TextInput(attrs={"inputmode": "decimal"})
        dress(self)

    @property
    def is_used(self) -> bool:
        """Whether anything was typed into it."""
        said = getattr(self, "cleaned_data", {})
        return any(said.get(name) for name in ("what", "account", "amount"))


BillLines = formset_factory(BillLineForm, extra=LINES, max_num=60, validate_max=True)
Lines = BaseFormSet[BillLineForm]


def lines_said(head: BillHead, lines: Lines) -> list[ToBill]:
    """Return the lines as the operation takes them.

    Without any, the whole bill stands on the vendor's usual account and site; one line without
    an amount takes what the others leave.
    """
    vendor, total = head.cleaned_data["vendor"], head.cleaned_data["total"]
    used = [form for form in lines.forms if form.is_used]
    if not used:
        return [ToBill(vendor.account, total, vendor.site)]
    told = sum((form.cleaned_data["amount"] or ZERO for form in used), ZERO)
    said = []
    for form in used:
        row = form.cleaned_data
        amount = row["amount"] if row["amount"] is not None else total - told
        told += amount if row["amount"] is None else ZERO
        if amount:
            said.append(_line(row, amount, vendor))
    return said


def _line(row: dict[str, Any], amount: Decimal, vendor: Vendor) -> ToBill:
    return ToBill(
        row["account"] or vendor.account,
        amount,
        row["site"] if row["account"] or row["site"] else vendor.site,
        row["what"],
        row["quantity"],
        row["order_line"],
    )


def from_order(
    rows: Sequence[OrderRow], site: Site, *, is_credit: bool = False
) -> list[dict[str, Any]]:
    """Return the lines of a bill for what came of an order and was not billed yet.

    Of a credit: for what was billed and is not here.
    """
    pieces = [(row.line, row.to_credit if is_credit else row.to_bill) for row in rows]
    return [
        {
            "what": line.what,
            "account": line.account,
            "site": site.pk,
            "quantity": count,
            "amount": (count * line.price).quantize(Decimal("0.01")),
            "order_line": line.pk,
        }
        for line, count in pieces
        if count
    ]


def from_lines(lines: Sequence[BillLine]) -> list[dict[str, Any]]:
    """Return the lines of a bill that is to be changed."""
    return [
        {
            "what": line.what,
            "account": line.account,
            "site": line.site_id,
            "quantity": line.quantity,
            "amount": line.amount,
            "order_line": line.order_line_id,
        }
        for line in lines
    ]


class Approve(forms.Form):
    """A yes to a bill; why, where it differs."""

    because = forms.CharField(
        label=_("Why it is right all the same"), max_length=200, required=False
    )


class PaidOtherwise(forms.Form):
    """How a bill was paid outside of a run."""

    method = forms.ChoiceField(
        label=_("Paid"),
        choices=[
            (VendorPayment.Method.DEBIT, _("Taken from the bank by the vendor")),
            (VendorPayment.Method.CARD, _("By company card")),
        ],
    )
    pay_on = day(_("On"))
    reference = forms.CharField(label=_("Reference"), max_length=60, required=False)


class Attach(forms.Form):
    """A bill as it came."""

    file = forms.FileField(label=_("Picture or PDF"))


class OrderHead(forms.Form):
    """Whom something is ordered from."""

    vendor: forms.ModelChoiceField[Vendor] = forms.ModelChoiceField(
        queryset=None, label=_("Vendor"), empty_label=""
    )
    site = SiteField(_("For"), required=True)
    ordered_on = day(_("Ordered on"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "vendor").queryset = in_use()
        self.fields["site"].sites()  # type: ignore[attr-defined]


class OrderLineForm(forms.Form):
    """One thing to order."""

    what = forms.CharField(label=_("What"), max_length=140, required=False)
    account = forms.ChoiceField(label=_("Account"), required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"),
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        required=False,
    )
    price = Dollars(
        label=_("Price a piece"), max_digits=12, decimal_places=4, min_value=0, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "account").choices = [USUAL, *billable()]
        self.fields["quantity"].widget = forms.TextInput(attrs={"inputmode": "decimal"})
        dress(self)

    def clean(self) -> dict[str, Any]:
        """Ask for the rest of a line that was begun."""
        said = self.cleaned_data
        if said.get("what") and not said.get("quantity") and "quantity" not in self.errors:
            self.add_error("quantity", _("How many?"))
        if said.get("what") and said.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("At which price?"))
        return said


OrderLines = formset_factory(OrderLineForm, extra=5, max_num=60, validate_max=True)


def ordered_said(head: OrderHead, lines: BaseFormSet[OrderLineForm]) -> list[ToOrder]:
    """Return the lines of an order as the operation takes them."""
    usual = head.cleaned_data["vendor"].account
    return [
        ToOrder(row["what"], row["account"] or usual, row["quantity"], row["price"])
        for row in (form.cleaned_data for form in lines.forms)
        if row.get("what")
    ]


class Receive(forms.Form):
    """How much came of each line of an order."""

    received_on = day(_("Came on"))
    slip = forms.CharField(label=_("Packing slip"), max_length=60, required=False)

    def __init__(self, *args: Any, rows: Sequence[OrderRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = rows
        for row in rows:
            field = forms.DecimalField(
                label=row.line.what, max_digits=10, decimal_places=2, required=False
            )
            field.widget = forms.TextInput(
                attrs={
                    "inputmode": "decimal",
                    "autocomplete": "off",
                    "class": "form-control form-control-sm money",
                }
            )
            self.fields[f"line-{row.line.pk}"] = field

    @property
    def rows(self) -> list[tuple[OrderRow, forms.BoundField]]:
        """Each line of the order with its field."""
        return [(row, self[f"line-{row.line.pk}"]) for row in self.lines]

    @property
    def quantities(self) -> dict[Any, Decimal]:
        """How much came, by the key of the line."""
        return {
            row.line.pk: self.cleaned_data[f"line-{row.line.pk}"] or Decimal(0)
            for row in self.lines
        }

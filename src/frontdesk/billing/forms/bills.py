"""What a request about patients' bills, help and collections may say."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.billing import queries
from frontdesk.billing.models import Agency, Dispute, Placement, StatementPolicy
from frontdesk.billing.rules.helping import MOST_IN_HOUSEHOLD
from frontdesk.ui.fields import Dollars, record_field

MOST_BYTES = 10 * 1024 * 1024


class RunOf(forms.Form):
    """Which part of the alphabet is billed; nothing is everybody."""

    cycle = forms.IntegerField(min_value=0, max_value=4, required=False)


class Question(forms.Form):
    """What somebody asks about a bill."""

    about = forms.ChoiceField(label=_("About"), choices=Dispute.About.choices)
    words = forms.CharField(
        label=_("What they say"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class Answer(forms.Form):
    """What is written in a thread, and what came of it."""

    words = forms.CharField(
        label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        required=False,
        choices=[("", _("Still open: ask the patient")), *Dispute.Outcome.choices],
    )
    adjust = Dollars(
        label=_("Give up"), min_value=0, max_digits=10, decimal_places=2, required=False
    )
    is_from_patient = forms.BooleanField(label=_("The patient said this"), required=False)

    def clean_adjust(self) -> Decimal:
        """Return nothing given up where nothing was typed."""
        return self.cleaned_data["adjust"] or Decimal("0.00")


class AskForHelp(forms.Form):
    """Who lives in the household, what it earns, and a paper that proves it."""

    household = forms.IntegerField(
        label=_("People in the household"), min_value=1, max_value=MOST_IN_HOUSEHOLD
    )
    income = Dollars(
        label=_("Their income in a year"), min_value=0, max_digits=10, decimal_places=2
    )
    words = forms.CharField(
        label=_("What they say"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    proof = forms.FileField(label=_("Proof of income"), required=False)

    @property
    def told(self) -> dict[str, Any]:
        """What was said, with the paper's bytes."""
        said = {**self.cleaned_data}
        file = said.pop("proof")
        return {**said, "proof": file.read() if file else None}


class Proof(forms.Form):
    """A paper that proves an income."""

    proof = forms.FileField(label=_("Paper"), help_text=_("A picture or PDF, up to 10 MB."))


class DecideHelp(forms.Form):
    """How many percent are taken off, from which visit on, and why."""

    off = forms.IntegerField(label=_("Percent off"), min_value=0, max_value=100)
    from_on = forms.DateField(
        label=_("Visits from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: everything that is owed now."),
    )
    because = forms.CharField(label=_("What it rests on"), max_length=200)


class HandOver(forms.Form):
    """Which accounts go to which agency."""

    accounts: forms.ModelMultipleChoiceField[Placement] = forms.ModelMultipleChoiceField(
        queryset=None
    )
    agency: forms.ModelChoiceField[Agency] = forms.ModelChoiceField(queryset=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = Placement.objects.filter(status=Placement.Status.LETTER)
        record_field(self, "accounts").queryset = ready
        record_field(self, "agency").queryset = queries.agencies()


class AgencyReport(forms.Form):
    """A file of an agency."""

    agency: forms.ModelChoiceField[Agency] = forms.ModelChoiceField(
        queryset=None, label=_("Agency"), empty_label=None
    )
    file = forms.FileField(
        label=_("Report"), help_text=_("CSV with the columns account, date, kind, amount, fee.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "agency").queryset = queries.agencies()

    def clean_file(self) -> Any:
        """Refuse what is too big to be a report."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        return file


class AgencyForm(forms.ModelForm[Agency]):
    """A collection agency."""

    class Meta:
        model = Agency
        fields = ("name", "phone", "email", "fee_percent", "is_active")
        labels = {
            "name": _("Name"), "phone": _("Phone"), "email": _("E-mail"),
            "fee_percent": _("Fee in percent"), "is_active": _("In use"),
        }  # fmt: skip


class BillingPolicy(forms.ModelForm[StatementPolicy]):
    """How patients are billed and helped; the sliding scale is written step by step."""

    scale = forms.CharField(
        label=_("Sliding scale"),
        help_text=_("Up to percent of the poverty guideline = percent off: 100=100, 150=75"),
    )

    class Meta:
        model = StatementPolicy
        fields = (
            "least", "days_between", "days_to_pay", "cycles", "notices", "answer_days",
            "link_days", "help_months", "scale", "collect_after_days", "collect_least",
            "letter_days",
        )  # fmt: skip
        labels = {
            "least": _("Smallest bill"), "days_between": _("Days between bills"),
            "days_to_pay": _("Days to pay"), "cycles": _("Parts of the alphabet"),
            "notices": _("Notices before collections"),
            "answer_days": _("Days to answer a question"),
            "link_days": _("Days a link to pay opens"),
            "help_months": _("Months that help is given"),
            "collect_after_days": _("Days since the first bill"),
            "collect_least": _("Smallest balance"), "letter_days": _("Days after the last letter"),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = self.instance.scale
        self.initial["scale"] = ", ".join(f"{limit}={off}" for limit, off in steps)

    def clean_scale(self) -> list[list[str]]:
        """Return the steps; refuse what is no number."""
        steps = [part.split("=") for part in self.cleaned_data["scale"].split(",") if part.strip()]
        try:
            return [[str(Decimal(limit.strip())), str(int(off))] for limit, off in steps]
        except (ValueError, ArithmeticError) as trouble:
            raise forms.ValidationError(_("Write steps like 100=100, 150=75.")) from trouble

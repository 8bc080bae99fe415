"""What a request about billing may say."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from frontdesk.billing import queries
from frontdesk.billing.models import Appeal, BankLine, Claim, Remittance, RemittanceClaim
from frontdesk.billing.queries import candidates
from frontdesk.billing.rules.denials import causes
from frontdesk.billing.rules.secondary import MSP_TYPES
from frontdesk.coverage.models import Payer, Policy
from frontdesk.coverage.queries import policies_of
from frontdesk.ui.fields import Dollars, record_field, word_records

MOST_BYTES = 10 * 1024 * 1024


class Because(forms.Form):
    """A reason, for what must not be done without one."""

    because = forms.CharField(label=_("Reason"), max_length=140)


class Authorize(forms.Form):
    """The payer's authorization number."""

    number = forms.CharField(label=_("Authorization number"), max_length=50)


class ChoosePlan(forms.Form):
    """Another of the patient's plans."""

    policy: forms.ModelChoiceField[Policy] = forms.ModelChoiceField(
        queryset=None, label=_("Plan"), empty_label=None
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record_field(self, "policy").queryset = policies_of(claim.patient, claim.on)
        word_records(self, "policy", _plan_name)


class Match(forms.Form):
    """Which of our claims a payer's decision is about."""

    claim: forms.ModelChoiceField[Claim] = forms.ModelChoiceField(
        queryset=None,
        label=_("Claim"),
        widget=forms.RadioSelect,
        empty_label=None,
        required=False,
    )
    number = forms.CharField(
        label=_("Or the number of another claim"), max_length=20, required=False
    )

    def __init__(self, *args: Any, row: RemittanceClaim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = candidates(row)
        keys = [claim.pk for claim in self.found]
        record_field(self, "claim").queryset = Claim.objects.filter(pk__in=keys)
        spelled = row.patient_name.casefold()
        names = [claim.patient.last_name.casefold() for claim in self.found[:1]]
        self.is_likely = any(name and name in spelled for name in names)

    def clean(self) -> dict[str, Any]:
        """Take the claim of the number that was typed, else the one that was chosen."""
        said = super().clean() or self.cleaned_data
        number = said.get("number", "").strip()
        if number:
            said["claim"] = Claim.objects.filter(number=number).exclude(status="voided").first()
            if said["claim"] is None:
                self.add_error("number", _("There is no claim of this number."))
        elif said.get("claim") is None:
            self.add_error("claim", _("Choose a claim, or type its number."))
        return said


class BankStatement(forms.Form):
    """A file of the bank."""

    file = forms.FileField(
        label=_("Statement"), help_text=_("CSV, OFX, QFX or BAI2, up to 10 MB. Only credits count.")
    )

    def clean_file(self) -> Any:
        """Refuse what is too big to be a statement."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        return file


class BroughtFile(forms.Form):
    """An answer of a payer or clearinghouse as a file."""

    file = forms.FileField(
        label=_("File"), help_text=_("835, 999, 277CA or TA1, as it was downloaded; up to 10 MB.")
    )

    def clean_file(self) -> Any:
        """Refuse what is too big to come this way."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        return file


class PaperEob(forms.Form):
    """The head of a paper explanation of benefits: whose check it is."""

    payer: forms.ModelChoiceField[Payer] = forms.ModelChoiceField(
        queryset=None, label=_("Payer"), empty_label=""
    )
    check = forms.CharField(label=_("Check number"), max_length=50)
    paid_on = forms.DateField(
        label=_("Date of the check"), widget=forms.DateInput(attrs={"type": "date"})
    )
    amount = Dollars(label=_("Amount of the check"), min_value=0, max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payers = Payer.objects.filter(is_active=True).order_by("name")
        record_field(self, "payer").queryset = payers
        keys = self.data.getlist("claim") if isinstance(self.data, QueryDict) else []
        known = [key for key in keys if _is_key(key)]
        self.full_clean()
        said = {name: str(value) for name, value in self.data.items()}
        amount = self.cleaned_data.get("amount") if self.is_bound else None
        self.typed = queries.typed_eob(amount, known, said)


class MatchCredit(forms.Form):
    """Which remittances a credit at the bank is."""

    remittances: forms.ModelMultipleChoiceField[Remittance] = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Remittances"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, line: BankLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open = queries.not_matched()
        ways = queries.ways_to_match(line)
        self.proposed = {one.pk for one in ways[0]} if ways else set()
        record_field(self, "remittances").queryset = self.open


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _plan_name(policy: Policy) -> str:
    plan = policy.subscription.plan
    return f"{plan.payer.name}, {plan.name}"


class DenialFilter(forms.Form):
    """What the list of denials is narrowed to."""

    show = forms.CharField(required=False, max_length=10)
    cause = forms.CharField(required=False, max_length=14)
    payer = forms.UUIDField(required=False)
    reason = forms.RegexField(  # CO-197, or 197 in any group
        re.compile(r"^((CO|PR|OA|PI)[\s-]*)?[A-Z]?\d{1,3}$", re.IGNORECASE),
        required=False,
        max_length=10,
        error_messages={"invalid": _("A reason code reads CO-197, or 197 for any group.")},
    )
    page = forms.IntegerField(required=False, min_value=1)


class MspType(forms.Form):
    """Why Medicare pays second."""

    code = forms.ChoiceField(label=_("Reason"), choices=list(MSP_TYPES.items()))


class PatternChosen(forms.Form):
    """Which payer refuses which code for which reason again and again."""

    payer_id = forms.UUIDField()
    code = forms.CharField(max_length=10)
    carc = forms.CharField(max_length=10)


class NoteDenial(forms.Form):
    """What was found out or done about a denial, and how long it took."""

    words = forms.CharField(label=_("What was found out or done"), max_length=280)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=480)


class ChooseCause(forms.Form):
    """The root cause of a denial."""

    cause = forms.ChoiceField(label=_("Root cause"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"] = forms.ChoiceField(
            label=_("Root cause"),
            choices=[(one.key, f"{one.label} ({one.duty})") for one in causes().values()],
        )


class WriteAppeal(forms.Form):
    """An appeal's letter, what is enclosed, and how it goes out."""

    argument = forms.CharField(label=_("Argument"), widget=forms.Textarea, max_length=6000)
    to = forms.CharField(label=_("To"), widget=forms.Textarea, max_length=400)
    with_remittance = forms.BooleanField(label=_("The payer’s decision"), required=False)
    with_proof = forms.BooleanField(label=_("Proof of timely filing (999, 277CA)"), required=False)
    enclosed = forms.MultipleChoiceField(
        label=_("From the chart"), required=False, widget=forms.CheckboxSelectMultiple
    )
    how = forms.ChoiceField(label=_("Sent by"), choices=Appeal.How.choices, required=False)
    reference = forms.CharField(
        label=_("Receipt or tracking number"), required=False, max_length=60
    )

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        for name in ("argument", "to", "with_remittance", "with_proof", "enclosed"):
            kwargs["initial"].setdefault(name, getattr(appeal, name))
        super().__init__(*args, **kwargs)
        papers = queries.papers_for(appeal)
        self.fields["enclosed"] = forms.MultipleChoiceField(
            label=_("From the chart"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(str(one.pk), f"{one.title}, {one.captured_at:%b %d, %Y}") for one in papers],
        )
        self.fields["argument"].widget.attrs["rows"] = 12
        self.fields["to"].widget.attrs["rows"] = 4

    @property
    def letter(self) -> dict[str, Any]:
        """What is kept of the letter."""
        said = self.cleaned_data
        kept = {name: said[name] for name in ("argument", "to", "with_remittance", "with_proof")}
        return {**kept, "enclosed": [UUID(key) for key in said["enclosed"]]}

    @property
    def sending(self) -> dict[str, str]:
        """How it goes out."""
        return {
            "how": self.cleaned_data["how"] or Appeal.How.FAX,
            "reference": self.cleaned_data["reference"],
        }


class AppealAnswer(forms.Form):
    """What the payer answered to an appeal."""

    outcome = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            (Appeal.Status.WON.value, _("Won")),
            (Appeal.Status.PARTLY.value, _("Partly won")),
            (Appeal.Status.LOST.value, _("Lost")),
        ],
    )
    dated = forms.DateField(
        label=_("Day of the letter"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    won = Dollars(
        label=_("Dollars won"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    words = forms.CharField(label=_("What the letter says"), required=False, max_length=200)

    def clean_won(self) -> Decimal:
        """Nothing typed is nothing won."""
        return Decimal(self.cleaned_data["won"] or 0)

"""What a request may say about coverage."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frontdesk.coding.models import FeeSchedule
from frontdesk.coverage import models
from frontdesk.people.models import Patient, Sex
from frontdesk.ui.fields import Dollars, choice_field, record_field

DAY = {"type": "date"}
_CODE = re.compile(r"([A-Z0-9]{3,10}?)((?:-[A-Z0-9]{2})*)(?:[X×](\d{1,3}))?")
FILINGS = (  # SBR09 of the 837P; the usual ones first
    ("CI", _("Commercial")),
    ("BL", _("Blue Cross or Blue Shield")),
    ("HM", _("HMO")),
    ("MB", _("Medicare Part B")),
    ("16", _("Medicare Advantage")),
    ("MC", _("Medicaid")),
    ("CH", _("Military (TRICARE)")),
    ("VA", _("Veterans Affairs")),
    ("WC", _("Workers’ compensation")),
    ("AM", _("Auto insurance")),
    ("LM", _("Liability insurance")),
    ("12", _("PPO")),
    ("13", _("Point of service (POS)")),
    ("14", _("EPO")),
    ("15", _("Indemnity")),
    ("17", _("Dental HMO")),
    ("DS", _("Disability")),
    ("FI", _("Federal employees")),
    ("OF", _("Another federal program")),
    ("11", _("Another program, not federal")),
    ("TV", _("Title V")),
    ("MA", _("Medicare Part A")),
    ("ZZ", _("Another")),
)

CORRECTIONS = (
    ("", _("As usual: anew for Medicare Part B, else replaced")),
    ("True", _("Replace or take back the first claim")),
    ("False", _("Go as new claims")),
)


class Day(forms.DateField):
    """A day, picked or typed."""

    widget = forms.DateInput(attrs=DAY)


class Codes(forms.CharField):
    """Services as people write them: "Z9213, 80053-91 x2"."""

    def to_python(self, value: Any) -> list[dict[str, Any]]:  # type: ignore[override]
        """Return the codes with modifiers and units, or say which piece cannot be read."""
        if isinstance(value, list):
            return value
        text = re.sub(r"\s+([xX×]\s*\d)", r"\1", str(value or "").upper())
        pieces = [piece for piece in re.split(r"[,;\s]+", text) if piece]
        return [self._piece(piece) for piece in pieces]

    @staticmethod
    def _piece(piece: str) -> dict[str, Any]:
        read = _CODE.fullmatch(piece)
        if read is None:
            raise ValidationError(_("“%(piece)s” is no service code.") % {"piece": piece})
        modifiers = [modifier for modifier in read[2].split("-") if modifier]
        return {"code": read[1], "modifiers": modifiers, "units": int(read[3] or 1)}


class Payer(forms.ModelForm[models.Payer]):
    """An insurer or programme."""

    # Declared by hand: a model's own field would look for its choices before there is a practice.
    allowed: "forms.ModelChoiceField[FeeSchedule]" = forms.ModelChoiceField(
        label=_("Contract: what it allows"),
        queryset=None,
        required=False,
        empty_label=_("No contract"),
    )
    filing_indicator = forms.ChoiceField(label=_("Kind of payer"), choices=FILINGS, initial="CI")

    class Meta:
        model = models.Payer
        fields = (
            "name",
            "payer_id",
            "filing_indicator",
            "phone",
            "timely_filing_days",
            "takes_eligibility",
            "finds_by_name",
            "takes_claims",
            "takes_corrections",
            "address_1",
            "address_2",
            "city",
            "state",
            "zip_code",
            "is_active",
        )
        labels = {
            "name": _("Name"),
            "payer_id": _("Payer ID at the clearinghouse"),
            "phone": _("Phone for providers"),
            "timely_filing_days": _("Days in which a claim must be filed"),
            "takes_eligibility": _("Answers eligibility electronically"),
            "finds_by_name": _("Finds patients without a member ID"),
            "takes_claims": _("Takes claims electronically"),
            "takes_corrections": _("Corrected claims"),
            "is_active": _("In use"),
        }
        widgets = {
            "takes_corrections": forms.Select(choices=CORRECTIONS),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = FeeSchedule.objects.filter(kind=FeeSchedule.Kind.CONTRACT).order_by("name")
        record_field(self, "allowed").queryset = contracts
        self.initial.setdefault("allowed", self.instance.allowed_id)

    def clean_payer_id(self) -> str:
        """Refuse an ID that another payer has."""
        payer_id = str(self.cleaned_data["payer_id"]).strip().upper()
        same = models.Payer.objects.filter(payer_id=payer_id).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError(_("Another payer has this ID already."))
        return payer_id


class Policy(forms.Form):
    """A policy from its card: who pays, the member's number, who holds it."""

    payer = forms.UUIDField(label=_("Payer"), widget=forms.HiddenInput)
    plan_name = forms.CharField(label=_("Plan"), max_length=80, required=False)
    member_id = forms.CharField(label=_("Member ID"), max_length=30)
    group_number = forms.CharField(label=_("Group"), max_length=30, required=False)
    rx_bin = forms.CharField(label=_("RxBIN"), max_length=12, required=False)
    rx_pcn = forms.CharField(label=_("RxPCN"), max_length=20, required=False)
    rx_group = forms.CharField(label=_("RxGrp"), max_length=20, required=False)
    relationship = forms.ChoiceField(
        label=_("Holder"),
        choices=[
            ("18", _("The patient")),
            ("01", _("Their spouse")),
            ("19", _("A parent")),
            ("G8", _("Somebody else")),
        ],
        initial="18",
    )
    rank = forms.TypedChoiceField(
        label=_("Order"),
        choices=[("", _("Next free")), *models.Policy.Rank.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    holder = forms.UUIDField(required=False, widget=forms.HiddenInput)
    holder_first_name = forms.CharField(label=_("First name"), max_length=60, required=False)
    holder_last_name = forms.CharField(label=_("Last name"), max_length=60, required=False)
    holder_birth_date = Day(label=_("Birth date"), required=False)
    holder_sex = forms.ChoiceField(label=_("Sex"), choices=Sex, initial=Sex.UNKNOWN, required=False)
    starts_on = Day(label=_("Covered from"), required=False)
    ends_on = Day(label=_("Covered until"), required=False)

    def clean_payer(self) -> models.Payer:
        """Return the payer, which is of this practice and in use."""
        found = models.Payer.objects.filter(pk=self.cleaned_data["payer"], is_active=True).first()
        if found is None:
            raise ValidationError(_("Choose a payer of the list."))
        return found

    def clean_holder(self) -> Patient | None:
        """Return the holder who has a chart here, if one was chosen."""
        chosen = self.cleaned_data["holder"]
        if chosen is None:
            return None
        found = Patient.objects.filter(pk=chosen).first()
        if found is None:
            raise ValidationError(_("Choose somebody of the list."))
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for the holder where it is not the patient, and for days in order."""
        said = super().clean() or {}
        if said.get("relationship") not in {None, "18"} and not said.get("holder"):
            for name in ("holder_first_name", "holder_last_name", "holder_birth_date"):
                if not said.get(name):
                    self.add_error(name, _("The plan asks for it."))
        in_order(self, said)
        return said


class Correction(forms.Form):
    """What of a policy can be corrected."""

    plan_name = forms.CharField(label=_("Plan"), max_length=80, required=False)
    member_id = forms.CharField(label=_("Member ID"), max_length=30)
    group_number = forms.CharField(label=_("Group"), max_length=30, required=False)
    rx_bin = forms.CharField(label=_("RxBIN"), max_length=12, required=False)
    rx_pcn = forms.CharField(label=_("RxPCN"), max_length=20, required=False)
    rx_group = forms.CharField(label=_("RxGrp"), max_length=20, required=False)
    starts_on = Day(label=_("Covered from"), required=False)
    ends_on = Day(label=_("Covered until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for days in order."""
        said = super().clean() or {}
        in_order(self, said)
        return said


class Ending(forms.Form):
    """The last day a policy covers."""

    on = Day(label=_("Last day covered"))


class Estimate(forms.Form):
    """What to reckon: services on a day, under a policy or as self-pay."""

    codes = Codes(label=_("Services"), help_text=_("Like Z9213, 80053-91 x2"))
    on = Day(label=_("Day of the visit"))
    policy = forms.ChoiceField(label=_("Who pays"), required=False)
    appointment = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, policies: list[models.Policy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policies = {str(policy.pk): policy for policy in policies}
        named = [(pk, str(one.subscription.plan.payer)) for pk, one in self.policies.items()]
        choice_field(self, "policy").choices = [*named, ("", _("Self-pay"))]

    @property
    def chosen(self) -> models.Policy | None:
        """The policy that was chosen; None: self-pay."""
        return self.policies.get(self.cleaned_data["policy"])


class Accept(forms.Form):
    """Another plan, added to the patient's policies."""

    payer: "forms.ModelChoiceField[models.Payer]" = forms.ModelChoiceField(
        label=_("Payer"), queryset=None
    )
    member_id = forms.CharField(label=_("Member ID"), max_length=30)
    plan_name = forms.CharField(label=_("Plan"), max_length=80, required=False)
    goes_first = forms.BooleanField(label=_("It is billed first"), required=False)
    ends_old = forms.BooleanField(label=_("End the plan that was asked about"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = models.Payer.objects.filter(is_active=True).order_by("name")
        record_field(self, "payer").queryset = active


HOW_ASKED = [one for one in models.EligibilityCheck.How.choices if one[0] != "271"]


class ByHand(forms.Form):
    """What a payer said of a patient on the phone or its website."""

    service_on = Day(label=_("For the day"))
    how = forms.ChoiceField(label=_("How"), choices=HOW_ASKED)
    told_by = forms.CharField(label=_("Who said it"), max_length=80, required=False)
    reference = forms.CharField(label=_("Call number"), max_length=50, required=False)
    standing = forms.ChoiceField(
        label=_("Coverage"),
        choices=[
            ("active", _("Active")),
            ("inactive", _("Not active")),
            ("not_found", _("Not found")),
        ],
    )
    plan_ends_on = Day(label=_("Ended on"), required=False)
    copay = Dollars(label=_("Copay"), min_value=0, decimal_places=2, required=False)
    percent = forms.DecimalField(
        label=_("Coinsurance, percent"), min_value=0, max_value=100, required=False
    )
    deductible_left = Dollars(
        label=_("Deductible left"), min_value=0, decimal_places=2, required=False
    )
    appointment_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def said(self) -> dict[str, Any]:
        """What was said, as the operation takes it."""
        said = dict(self.cleaned_data)
        percent = said.pop("percent")
        return {**said, "coinsurance": None if percent is None else percent / 100}


MONTHS = [
    (1, _("January")), (2, _("February")), (3, _("March")), (4, _("April")), (5, _("May")),
    (6, _("June")), (7, _("July")), (8, _("August")), (9, _("September")), (10, _("October")),
    (11, _("November")), (12, _("December")),
]  # fmt: skip


class PlanSaid(forms.Form):
    """What a plan says for everybody on it: of office visits, and of the whole plan."""

    how = forms.ChoiceField(label=_("How"), choices=HOW_ASKED)
    told_by = forms.CharField(label=_("Who said it"), max_length=80, required=False)
    year_begins = forms.TypedChoiceField(label=_("Plan year begins in"), choices=MONTHS, coerce=int)
    copay = Dollars(label=_("Copay, office visit"), min_value=0, decimal_places=2, required=False)
    percent = forms.DecimalField(
        label=_("Coinsurance, percent"), min_value=0, max_value=100, required=False
    )
    deductible = Dollars(
        label=_("Deductible a year"), min_value=0, decimal_places=2, required=False
    )
    out_of_pocket = Dollars(label=_("Yearly limit"), min_value=0, decimal_places=2, required=False)

    @property
    def said(self) -> dict[str, Any]:
        """What was said, as the operation takes it."""
        told = self.cleaned_data
        percent = told["percent"]
        share = None if percent is None else percent / 100
        visit = {"copay": told["copay"]}
        plan = {name: told[name] for name in ("deductible", "out_of_pocket")}
        benefits = {"98": _figures(visit), "30": _figures({**plan, "coinsurance": share})}
        return {
            **{name: told[name] for name in ("how", "told_by", "year_begins")},
            "benefits": {service: figures for service, figures in benefits.items() if figures},
        }


class Discovering(forms.Form):
    """How far the practice looks for coverage nobody told it of."""

    is_on = forms.BooleanField(
        label=_("Look by itself when a plan is not active or does not find the patient"),
        required=False,
    )
    most_payers = forms.IntegerField(
        label=_("Payers asked about one patient"), min_value=1, max_value=20
    )
    again_after_days = forms.IntegerField(
        label=_("Days before the same patient again"), min_value=1
    )
    most_a_day = forms.IntegerField(
        label=_("Questions a day, all patients"), min_value=0, max_value=5000
    )


class Giving(forms.Form):
    """How a good-faith estimate was given."""

    how = forms.ChoiceField(label=_("How it was given"), choices=models.GoodFaithEstimate.How)


def _figures(told: dict[str, Any]) -> dict[str, str]:
    return {name: f"{value.normalize():f}" for name, value in told.items() if value is not None}


def in_order(form: forms.Form, said: dict[str, Any]) -> None:
    starts, ends = said.get("starts_on"), said.get("ends_on")
    if starts and ends and ends < starts:
        form.add_error("ends_on", _("This is before it starts."))

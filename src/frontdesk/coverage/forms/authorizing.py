"""What a request may say about authorizations and referrals."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frontdesk.coverage import models
from frontdesk.coverage.forms.held import Codes, Day, in_order
from frontdesk.ui.fields import record_field

Status = models.Authorization.Status
_AREA = forms.Textarea(attrs={"rows": 3})
_LETTER = forms.Textarea(attrs={"rows": 14})
_TIME = forms.TimeInput(attrs={"type": "time"})


class Noted(forms.Form):
    """An authorization or referral, as it stands on paper or was told."""

    kind = forms.ChoiceField(label=_("What it is"), choices=models.Authorization.Kind)
    status = forms.ChoiceField(
        label=_("How it stands"),
        choices=[(one.value, one.label) for one in (
            Status.NEEDED, Status.REQUESTED, Status.PENDED, Status.APPROVED, Status.DENIED
        )],
        initial=Status.NEEDED,
    )  # fmt: skip
    codes = Codes(
        label=_("Services"), required=False,
        help_text=_("Codes with their units: 97110 x10, 97140 x6. None: any service."),
    )  # fmt: skip
    visits = forms.IntegerField(
        label=_("Visits"), required=False, min_value=1, max_value=999,
        help_text=_("For any service, and for referrals."),
    )  # fmt: skip
    number = forms.CharField(label=_("Number"), max_length=50, required=False)
    starts_on = Day(label=_("From"), required=False)
    ends_on = Day(label=_("Until"), required=False)
    diagnoses = forms.CharField(label=_("Diagnoses"), max_length=120, required=False)
    referred_by = forms.CharField(label=_("Referred by"), max_length=100, required=False)
    referred_by_npi = forms.RegexField(
        r"^\d{10}$", label=_("Their NPI"), required=False,
        error_messages={"invalid": _("An NPI has ten digits.")},
    )  # fmt: skip

    def clean_diagnoses(self) -> list[str]:
        """Return the codes, the main one first."""
        return [one.upper() for one in self.cleaned_data["diagnoses"].replace(",", " ").split()]

    def clean(self) -> dict[str, Any]:
        """Ask for a number where it is approved, for who refers, and for days in order."""
        said = super().clean() or {}
        if said.get("status") == Status.APPROVED and not said.get("number"):
            self.add_error("number", _("Claims are sent with it."))
        if said.get("kind") == "referral" and not said.get("referred_by"):
            self.add_error("referred_by", _("Say who refers the patient."))
        in_order(self, said)
        said["services"] = self._services(said)
        return said

    @staticmethod
    def _services(said: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the lines: each code with its units, or visits for any service."""
        if said.get("codes") and said.get("kind") != "referral":
            return [{"code": one["code"], "units": one["units"]} for one in said["codes"]]
        codes = [one["code"] for one in said.get("codes") or []] or [""]
        return [{"code": code, "units": said.get("visits"), "counts": "visits"} for code in codes]


class Corrected(Noted):
    """The same, where its status is changed by asking and answering only."""

    status = None  # type: ignore[assignment] # taken out of the form
    kind = None  # type: ignore[assignment]

    def __init__(self, *args: Any, held: models.Authorization, **kwargs: Any) -> None:
        self.held = held
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Read the services as its kind wants them."""
        said = forms.Form.clean(self) or {}
        in_order(self, said)
        said["services"] = self._services({**said, "kind": self.held.kind})
        return said


class Asking(forms.Form):
    """How the payer is asked."""

    way = forms.ChoiceField(label=_("How"), choices=models.Way)
    is_urgent = forms.BooleanField(
        label=_("Urgent"), required=False, help_text=_("The payer decides within 72 hours.")
    )
    note = forms.CharField(
        label=_("What the payer should know"), widget=_AREA, max_length=264, required=False
    )
    reference = forms.CharField(label=_("Reference number"), max_length=50, required=False)
    told_by = forms.CharField(label=_("Whom you talked to"), max_length=80, required=False)
    retro_because = forms.CharField(
        label=_("Why it is asked for afterwards"), max_length=200, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for proof where a person asked: a website gives a number, a call a name."""
        said = super().clean() or {}
        if said.get("way") == models.Way.PORTAL and not said.get("reference"):
            self.add_error("reference", _("The website shows one when it has taken the request."))
        if said.get("way") == models.Way.PHONE and not said.get("told_by"):
            self.add_error("told_by", _("Say whom you talked to."))
        return said


class AnswerGiven(forms.Form):
    """What the payer decided."""

    status = forms.ChoiceField(
        label=_("Decision"),
        choices=[(one.value, one.label) for one in (
            Status.APPROVED, Status.PARTIAL, Status.DENIED, Status.PENDED, Status.NOT_NEEDED
        )],
    )  # fmt: skip
    number = forms.CharField(label=_("Number"), max_length=50, required=False)
    starts_on = Day(label=_("From"), required=False)
    ends_on = Day(label=_("Until"), required=False)
    told_by = forms.CharField(label=_("Who said so"), max_length=80, required=False)
    reference = forms.CharField(label=_("Reference number"), max_length=50, required=False)
    because = forms.CharField(label=_("Why"), widget=_AREA, max_length=300, required=False)

    def __init__(self, *args: Any, lines: list[models.AuthorizedService], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {f"units_{place}": line for place, line in enumerate(lines)}
        for name, line in self.names.items():
            self.fields[name] = forms.IntegerField(
                label=_("Approved of %(what)s") % {"what": line.code or _("any service")},
                min_value=0, max_value=9999, required=False, initial=line.asked,
                help_text=_("None: no limit. 0: denied."),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for what the decision needs: a number, a reason, a proof."""
        said = super().clean() or {}
        status = said.get("status")
        if status in (Status.APPROVED, Status.PARTIAL) and not said.get("number"):
            self.add_error("number", _("Claims are sent with it."))
        if status == Status.DENIED and not said.get("because"):
            self.add_error("because", _("An appeal answers exactly that."))
        if status == Status.NOT_NEEDED:
            if not said.get("told_by"):
                self.add_error("told_by", _("The proof names who said so."))
            if not said.get("ends_on"):
                self.add_error("ends_on", _("Say until when it counts."))
        in_order(self, said)
        approved = {line.code: said.pop(name, None) for name, line in self.names.items()}
        return {**said, "approved": approved}


class NotNeeded(forms.Form):
    """The proof that a payer wants no authorization."""

    codes = Codes(label=_("For which services"), required=False, help_text=_("None: any service."))
    told_by = forms.CharField(label=_("Who said so"), max_length=80)
    reference = forms.CharField(label=_("Reference number"), max_length=50, required=False)
    until = Day(label=_("Counts until"))
    because = forms.CharField(label=_("In which words"), max_length=300, required=False)


class PeerCall(forms.Form):
    """A call between the doctors."""

    slot_on = Day(label=_("Day of the call"), required=False)
    slot_time = forms.TimeField(label=_("Time"), widget=_TIME, required=False)
    with_whom = forms.CharField(label=_("The payer’s doctor"), max_length=100, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    due_on = Day(
        label=_("Last day for it"), required=False, help_text=_("None: as the payer’s terms say.")
    )

    def clean(self) -> dict[str, Any]:
        """A time needs its day."""
        said = super().clean() or {}
        if bool(said.get("slot_on")) != bool(said.get("slot_time")):
            self.add_error("slot_time", _("Give both the day and the time, or neither."))
        return said


class AppealLetter(forms.Form):
    """An appeal."""

    letter = forms.CharField(label=_("Letter"), widget=_LETTER)
    sent_on = Day(label=_("Sent on"), required=False, help_text=_("Empty while it is a draft."))
    due_on = Day(
        label=_("Last day for it"), required=False, help_text=_("None: as the payer’s terms say.")
    )


class Outcome(forms.Form):
    """How a call or an appeal ended."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            one
            for one in models.AuthorizationDispute.Status.choices
            if one[0] != models.AuthorizationDispute.Status.OPEN
        ],
    )
    words = forms.CharField(label=_("What the payer said"), widget=_AREA, max_length=300)
    told_by = forms.CharField(label=_("Who said so"), max_length=80, required=False)
    number = forms.CharField(label=_("Number"), max_length=50, required=False)
    starts_on = Day(label=_("From"), required=False)
    ends_on = Day(label=_("Until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the number of what was won."""
        said = super().clean() or {}
        if said.get("outcome") in ("won", "part") and not said.get("number"):
            self.add_error("number", _("Claims are sent with it."))
        in_order(self, said)
        return said


class Withdrawal(forms.Form):
    """Why one is no longer wanted."""

    because = forms.CharField(label=_("Why"), max_length=300)


class Evidence(forms.Form):
    """Something the payer wants to see."""

    words = forms.CharField(label=_("What the payer wants to see"), max_length=120)
    is_required = forms.BooleanField(label=_("The packet needs it"), required=False, initial=True)


class _OfPayer(forms.ModelForm[Any]):
    """A form that chooses a payer: at import no practice is in scope."""

    payer: "forms.ModelChoiceField[models.Payer]" = forms.ModelChoiceField(None, label=_("Payer"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payers = models.Payer.objects.filter(is_active=True).order_by("name")
        record_field(self, "payer").queryset = payers
        self.initial.setdefault("payer", self.instance.payer_id)


class Rule(_OfPayer):
    """What a payer wants an authorization for."""

    payer: "forms.ModelChoiceField[models.Payer]" = forms.ModelChoiceField(
        None, label=_("Payer"), required=False, empty_label=_("Every payer")
    )
    evidence = forms.CharField(
        label=_("What it wants to see"), widget=_AREA, required=False,
        help_text=_("One a line: office note, imaging report."),
    )  # fmt: skip

    class Meta:
        model = models.AuthorizationRule
        fields = (
            "code",
            "visit_type",
            "needs",
            "stops",
            "says",
            "from_on",
            "until_on",
            "is_active",
        )
        labels = {
            "code": _("Service code begins with"),
            "visit_type": _("Code of the visit type"),
            "needs": _("Needs an authorization"),
            "stops": _("Without one"),
            "says": _("Why, and where it is written"),
            "from_on": _("From"),
            "until_on": _("Until"),
            "is_active": _("In use"),
        }
        widgets = {
            "from_on": forms.DateInput(attrs={"type": "date"}),
            "until_on": forms.DateInput(attrs={"type": "date"}),
        }
        help_texts = {"needs": _("Off: the payer says that none is needed.")}

    field_order = ("payer", "code", "visit_type", "needs", "stops", "says", "evidence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["evidence"] = "\n".join(self.instance.evidence or [])

    def clean_evidence(self) -> list[str]:
        """Return what is wanted, a line each."""
        return [one.strip() for one in self.cleaned_data["evidence"].splitlines() if one.strip()]

    def clean(self) -> dict[str, Any]:
        """Ask for something that the rule is about."""
        said = super().clean() or {}
        if not said.get("code") and not said.get("visit_type"):
            raise ValidationError(_("Name a service code or a type of visit."))
        return said


class Terms(_OfPayer):
    """How a payer is asked, and its times."""

    class Meta:
        model = models.ReviewTerms
        fields = (
            "way", "portal", "fax", "phone", "urgent_hours", "standard_days", "retro_days",
            "peer_days", "appeal_days", "renew_percent", "renew_days",
        )  # fmt: skip
        labels = {
            "way": _("How it is asked"),
            "portal": _("Its website"),
            "fax": _("Fax"),
            "phone": _("Phone"),
            "urgent_hours": _("Urgent: hours to decide"),
            "standard_days": _("Otherwise: days to decide"),
            "retro_days": _("Days after the care it still takes requests"),
            "peer_days": _("Days for a peer-to-peer call"),
            "appeal_days": _("Days for an appeal"),
            "renew_percent": _("Renew at percent used"),
            "renew_days": _("Renew days before its end"),
        }

    field_order = ("payer", "way", "portal", "fax", "phone")

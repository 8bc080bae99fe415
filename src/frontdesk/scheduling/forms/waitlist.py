"""What a request about the waitlist, freed times and readiness may say."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from frontdesk.people.models import Channel
from frontdesk.practice.models import Interpreter
from frontdesk.scheduling.forms.fields import (
    OneOf,
    SomeOf,
    patients,
    providers,
    sites,
    visit_types,
)
from frontdesk.scheduling.models import RefillRule, Wait
from frontdesk.scheduling.rules.readiness import CHECKS, CLEAR_DAYS
from frontdesk.ui.fields import Dollars

_DAY = {"type": "date"}
_CHANNELS = [("", _("As they prefer")), *((c.value, c.label) for c in Channel if c != "mail")]
_LABELS = {
    "coverage": _("Coverage"),
    "authorization": _("Authorization"),
    "referral": _("Referral"),
    "forms": _("Forms"),
    "balance": _("Balance"),
    "interpreter": _("Interpreter"),
    "results": _("Results"),
    "rules": _("Rules that stop"),
    "asked": _("Questions of rules"),
}


def waits() -> QuerySet[Wait]:
    """Return who waits."""
    return Wait.objects.filter(status=Wait.Status.WAITING)


def interpreters() -> QuerySet[Interpreter]:
    """Return who interprets."""
    return Interpreter.objects.filter(is_active=True).order_by("name")


class ShowWaits(forms.Form):
    """Which part of the waitlist to show."""

    visit_type = OneOf(visit_types, label=_("Visit"), required=False, empty_label=_("Any visit"))
    provider = OneOf(providers, label=_("With"), required=False, empty_label=_("Anyone"))
    urgency = forms.TypedChoiceField(
        label=_("Urgency"),
        choices=[("", _("Any urgency")), *Wait.Urgency.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    fits = forms.BooleanField(label=_("Could be placed now"), required=False)


class Wishes(forms.Form):
    """What somebody on the waitlist can come to."""

    urgency = forms.TypedChoiceField(
        label=_("Urgency"), choices=Wait.Urgency.choices, coerce=int, initial=1
    )
    part = forms.ChoiceField(label=_("Time of day"), choices=Wait.Part.choices, required=False)
    providers = SomeOf(
        providers, label=_("With"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: anyone."),
    )  # fmt: skip
    sites = SomeOf(
        sites, label=_("Where"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: any site."),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"), choices=list(WEEKDAYS_ABBR.items()), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: any day."),
    )  # fmt: skip
    earliest_on = forms.DateField(
        label=_("Not before"), required=False, widget=forms.DateInput(attrs=_DAY)
    )
    latest_on = forms.DateField(
        label=_("Not after"), required=False, widget=forms.DateInput(attrs=_DAY)
    )
    notice_hours = forms.IntegerField(
        label=_("Hours they need to get here"), min_value=0, max_value=720, initial=24
    )
    channel = forms.ChoiceField(label=_("Offer by"), choices=_CHANNELS, required=False)
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("Seen by the office only.")
    )

    @property
    def wants(self) -> dict[str, Any]:
        """What was said, as the fields of a wait."""
        said = dict(self.cleaned_data)
        said["provider_ids"] = [str(one.pk) for one in said.pop("providers")]
        said["site_ids"] = [str(one.pk) for one in said.pop("sites")]
        return {name: value for name, value in said.items() if name in _WISHES}

    @staticmethod
    def initial_of(wait: Wait) -> dict[str, Any]:
        """Return what a wait says, for the form."""
        said = {name: getattr(wait, name) for name in _WISHES}
        return {**said, "providers": wait.provider_ids, "sites": wait.site_ids}


_WISHES = (
    "urgency", "part", "provider_ids", "site_ids", "weekdays", "earliest_on", "latest_on",
    "notice_hours", "channel", "note",
)  # fmt: skip


class Join(Wishes):
    """Somebody who goes on the waitlist for a first time."""

    patient = OneOf(
        patients, label=_("Patient"), error_messages={"required": _("Choose who waits.")}
    )
    visit_type = OneOf(visit_types, label=_("Visit"), empty_label=None)


class Place(forms.Form):
    """A time somebody on the waitlist takes."""

    starts_at = forms.DateTimeField()
    provider = OneOf(providers)
    site = OneOf(sites)


class Asked(forms.Form):
    """Whom a freed time is offered to; nobody ticked: the next few."""

    wait = SomeOf(waits, required=False)

    @property
    def keys(self) -> list[UUID]:
        """The keys of those who were ticked."""
        return [one.pk for one in self.cleaned_data["wait"]]


class Chosen(forms.Form):
    """Who takes a freed time."""

    wait = OneOf(waits)


class Keep(forms.Form):
    """What a freed time is kept for."""

    kept_for = forms.CharField(
        label=_("Keep it for"),
        max_length=200,
        required=False,  # it stands in the form that offers; the operation asks for it
        help_text=_("Nobody is asked any more."),
    )


class RefillRuleForm(forms.ModelForm[RefillRule]):
    """How freed times are offered."""

    class Meta:
        model = RefillRule
        fields = (
            "mode", "floor_hours", "target", "most_at_once", "answer_minutes", "offers_most",
            "offers_days", "cascades", "keeps_new", "quiet_from", "quiet_until",
        )  # fmt: skip
        labels = {
            "mode": _("When a time comes free"),
            "floor_hours": _("Not offered closer than (hours)"),
            "target": _("Chance to fill it (percent)"),
            "most_at_once": _("Offers at once, at most"),
            "answer_minutes": _("Time to answer, at most (minutes)"),
            "offers_most": _("Offers to one patient, at most"),
            "offers_days": _("In so many days"),
            "cascades": _("Moves one cancellation may cause"),
            "keeps_new": _("Keep new patients’ times for new patients until two days before"),
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
        }
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }


class OnFile(forms.Form):
    """How one knows that something is settled."""

    remark = forms.CharField(label=_("How do you know?"), max_length=200)
    is_waived = forms.BooleanField(label=_("Not needed for this visit"), required=False)


class Answer(forms.Form):
    """What was answered to a question of a rule, or why the visit passes without an answer."""

    remark = forms.CharField(label=_("What was said"), max_length=200)
    is_waived = forms.BooleanField(
        label=_("Let it pass without an answer, for this reason"), required=False
    )


class Results(forms.Form):
    """What a visit needs to have here."""

    what = forms.CharField(
        label=_("What must be here"), max_length=100,
        help_text=_("For example: MRI from Mercy Radiology."),
    )  # fmt: skip
    clear_by = forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs=_DAY),
        help_text=_("Empty: the day before the visit."),
    )  # fmt: skip


class BookInterpreter(forms.Form):
    """Who interprets."""

    interpreter = OneOf(interpreters)


class ShowNotReady(forms.Form):
    """Which part of the list to show."""

    state = forms.ChoiceField(
        choices=[("", _("All")), ("red", _("Stops the visit")), ("amber", _("Open"))],
        required=False,
    )
    check = forms.ChoiceField(
        choices=[("", _("Anything")), *((name, _LABELS[name]) for name in CHECKS)], required=False
    )


class ReadinessRuleForm(forms.Form):
    """How the practice judges whether a visit is ready."""

    balance_from = Dollars(
        label=_("Ask for a balance from"), min_value=0, max_digits=9, decimal_places=2
    )
    referral_kinds = forms.CharField(
        label=_("Plans that want a referral to a specialist"), required=False,
        help_text=_("Kinds of plans, with commas: HMO, POS."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CHECKS:
            self.fields[f"days_{name}"] = forms.IntegerField(
                label=_LABELS[name],
                min_value=0,
                max_value=60,
                initial=CLEAR_DAYS[name],
                required=name not in ("rules", "asked"),
            )

    @property
    def days(self) -> list[forms.BoundField]:
        """The fields of the days, in the order of the checks."""
        return [self[f"days_{name}"] for name in CHECKS]

    @property
    def values(self) -> dict[str, Any]:
        """What was said, as the operation takes it."""
        said = self.cleaned_data
        kinds = [kind.strip() for kind in said["referral_kinds"].split(",")]
        days = {name: said[f"days_{name}"] for name in CHECKS if said[f"days_{name}"] is not None}
        return {"balance_from": said["balance_from"], "referral_kinds": kinds, "clear_days": days}

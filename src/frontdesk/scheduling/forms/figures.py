"""What a request about figures and the template lab may say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.practice.models import Site
from frontdesk.scheduling.forms.fields import OneOf, patients, providers, sites, visit_types

MEASURES = [
    ("all", _("All visits")),
    ("kept", _("Kept")),
    ("missed", _("Missed")),
    ("cancelled", _("Cancelled")),
    ("late", _("Cancelled late")),
    ("lost", _("Missed, or cancelled by the patient")),
    ("not_rebooked", _("Lost and not booked again")),
]


class Shown(forms.Form):
    """Whose figures to show, of which visits, where."""

    provider = OneOf(providers, label=_("With"), required=False, empty_label=_("Anyone"))
    visit_type = OneOf(visit_types, label=_("Visit"), required=False, empty_label=_("Any"))
    site = OneOf(sites, label=_("Where"), required=False, empty_label=_("All sites"))

    def chosen(self) -> dict[str, Any]:
        """Return what is chosen; what can't be read is no choice."""
        self.is_valid()
        said = self.cleaned_data
        return {name: said.get(name) for name in ("provider", "visit_type", "site")}

    def sites(self) -> list[Site]:
        """Return the site that is chosen, or every site in use."""
        site = self.chosen()["site"]
        return [site] if site else list(sites())


class Behind(Shown):
    """Which visits a figure counts."""

    measure = forms.ChoiceField(label=_("Which"), choices=MEASURES, required=False)
    on = forms.DateField(required=False)

    def measured(self) -> str:
        """Return the measure; every visit where none can be read."""
        self.is_valid()
        return self.cleaned_data.get("measure") or "all"


class Suggested(forms.Form):
    """One more visit in a half day, for somebody."""

    provider = OneOf(providers, widget=forms.HiddenInput)
    site = OneOf(sites, widget=forms.HiddenInput)
    visit_type = OneOf(visit_types, label=_("Visit"), empty_label=None)
    starts_at = forms.DateTimeField(widget=forms.HiddenInput)
    patient = OneOf(
        patients, label=_("Patient"), error_messages={"required": _("Choose who comes.")}
    )
    reason = forms.CharField(
        label=_("Why they come"), max_length=200, required=False,
        help_text=_("Seen by the office, never in messages."),
    )  # fmt: skip


class SuggestedAt(forms.Form):
    """Which suggestion somebody looks at."""

    provider = OneOf(providers)
    site = OneOf(sites)
    starts_at = forms.DateTimeField()

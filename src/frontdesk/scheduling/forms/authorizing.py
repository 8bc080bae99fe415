"""What a request about the papers of an authorization, or about a visit thought of, may say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.coverage.models import AuthorizationEvidence
from frontdesk.records.models import Document
from frontdesk.scheduling.forms.fields import OneOf, patients, providers, sites, visit_types
from frontdesk.ui.fields import choice_field


class Thought(forms.Form):
    """A visit that somebody thinks of booking."""

    patient = OneOf(patients)
    visit_type = OneOf(visit_types)
    provider = OneOf(providers)
    site = OneOf(sites)
    starts_at = forms.DateTimeField()


class Papers(forms.Form):
    """Which documents show what the payer wants to see, and what else goes into the packet."""

    more = forms.MultipleChoiceField(
        label=_("Also in the packet"), required=False, widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(label=_("File a PDF or picture"), required=False)
    title = forms.CharField(label=_("What it is"), max_length=120, required=False)
    shows = forms.ChoiceField(label=_("It shows"), required=False)
    packet = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        wanted: Sequence[AuthorizationEvidence],
        documents: Sequence[Document],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        held = [
            (str(one.pk), f"{one.title} ({one.captured_at:%b} {one.captured_at.day})")
            for one in documents
        ]
        self.lines = {f"line_{place}": one for place, one in enumerate(wanted)}
        for name, one in self.lines.items():
            self.fields[name] = forms.ChoiceField(
                label=one.words, choices=[("", _("Not there yet")), *held],
                required=False, initial=str(one.document_id or ""),
            )  # fmt: skip
        choice_field(self, "more").choices = held
        choice_field(self, "shows").choices = [
            ("", _("What the payer said: the proof")), *((str(o.pk), o.words) for o in wanted),
        ]  # fmt: skip

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of the checklist."""
        return [self[name] for name in self.lines]

    def chosen(self) -> dict[UUID, UUID | None]:
        """Return the document chosen for each line of the checklist."""
        said = self.cleaned_data
        return {
            one.pk: UUID(said[name]) if said.get(name) else None for name, one in self.lines.items()
        }

    def evidence(self) -> AuthorizationEvidence | None:
        """Return what the filed document shows; None for the proof of what the payer said."""
        shows = self.cleaned_data.get("shows")
        return next((one for one in self.lines.values() if str(one.pk) == shows), None)

"""What a request about a visit type and its phases may say."""

from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.practice.models import Device, Interpreter, Room
from frontdesk.scheduling.forms.fields import providers
from frontdesk.scheduling.models import Phase, VisitType
from frontdesk.scheduling.operations import PhaseSaid
from frontdesk.staff import queries as staff
from frontdesk.staff.models import Member
from frontdesk.ui.fields import choice_field

Role = Phase.Role
ROWS = 12  # phases at most
SPARE = 2  # empty rows below what is there
USUAL = ({"role": Role.PROVIDER, "minutes": 20}, {"role": Role.ROOM, "minutes": 20})
USUAL_VALUES = {
    "mode": VisitType.Mode.IN_PERSON,
    "capacity": 1,
    "buffer_before": 0,
    "buffer_after": 0,
    "notice_hours": 0,
}
FITS = {"kind_room": Role.ROOM, "kind_device": Role.DEVICE, "skill": Role.ASSISTANT}
_MINUTES = {"step": "5", "min": "0", "class": "form-control num"}


class PhaseForm(forms.Form):
    """One stretch of a visit: who or what, which one, from which minute, for how many."""

    role = forms.ChoiceField(
        choices=[("", "—"), *Role.choices],
        required=False,
        widget=forms.Select(attrs={"class": "form-select", "aria-label": _("Who or what")}),
    )
    which = forms.ChoiceField(
        required=False,
        widget=forms.Select(attrs={"class": "form-select", "aria-label": _("Which one")}),
    )
    starts_after = forms.IntegerField(
        min_value=0,
        max_value=1400,
        step_size=5,
        required=False,
        widget=forms.NumberInput(
            attrs={**_MINUTES, "aria-label": _("From minute"), "placeholder": _("from")}
        ),
    )
    minutes = forms.IntegerField(
        min_value=5,
        max_value=1400,
        step_size=5,
        required=False,
        widget=forms.NumberInput(
            attrs={**_MINUTES, "aria-label": _("For minutes"), "placeholder": _("for")}
        ),
    )
    may_wait = forms.IntegerField(
        min_value=0,
        max_value=240,
        step_size=5,
        required=False,
        widget=forms.NumberInput(
            attrs={
                **_MINUTES,
                "aria-label": _("May begin later, minutes"),
                "placeholder": _("may wait"),
            }
        ),
    )

    def __init__(self, *args: Any, choices: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "which").choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse half a phase, and a choice that is not of the role."""
        said = super().clean() or {}
        role, which = said.get("role"), said.get("which") or ""
        if role and not said.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("How many minutes?"))
        if not role and said.get("minutes"):
            self.add_error("role", _("Who or what?"))
        what = which.partition(":")[0]
        if role and what and FITS.get(what, what) != role:
            self.add_error("which", _("This is not one of: %(role)s.") % {"role": Role(role).label})
        return said

    @property
    def is_asked(self) -> bool:
        """Say whether the row says anything."""
        return bool(getattr(self, "cleaned_data", {}).get("role"))

    @property
    def said(self) -> PhaseSaid:
        """The phase, from the cleaned data."""
        said = self.cleaned_data
        what, _colon, which = (said.get("which") or "").partition(":")
        return PhaseSaid(
            role=said["role"],
            starts_after=said.get("starts_after") or 0,
            minutes=said["minutes"],
            kind=which if what.startswith("kind") else "",
            skill=which if what == "skill" else "",
            named_id=UUID(which) if what in Role.values else None,
            may_wait=said.get("may_wait") or 0,
        )


class VisitTypeForm(forms.ModelForm[VisitType]):
    """What can be booked, with its phases under each other."""

    charge_codes = forms.CharField(
        label=_("Usual codes"),
        required=False,
        help_text=_("Put on the superbill to begin with, apart by spaces: 99213 36415"),
    )

    class Meta:
        model = VisitType
        fields = (
            "name",
            "code",
            "mode",
            "capacity",
            "charge_codes",
            "buffer_before",
            "buffer_after",
            "notice_hours",
            "keeps_room",
            "is_new_patient",
            "needs_authorization",
            "is_active",
        )
        labels = {
            "code": _("Short name"),
            "mode": _("How"),
            "capacity": _("Patients at once"),
            "buffer_before": _("Minutes kept free before"),
            "buffer_after": _("Minutes kept free after"),
            "notice_hours": _("Hours of notice at least"),
            "keeps_room": _("Stays in one room throughout"),
            "is_new_patient": _("For new patients"),
            "needs_authorization": _("Needs the payer's authorization"),
            "is_active": _("Can be booked"),
        }
        help_texts = {"capacity": _("More than one: a group visit.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["charge_codes"] = " ".join(self.instance.charge_codes or [])
        for name in USUAL_VALUES:
            self.fields[name].required = False
        self.held = held = self._held()
        choices = list(_choices(held))
        self.rows = [
            PhaseForm(
                self.data if self.is_bound else None,
                prefix=f"phase{number}",
                initial=_initial(held[number]) if number < len(held) else None,
                choices=choices,
            )
            for number in range(self._count(len(held)))
        ]

    def clean_charge_codes(self) -> list[str]:
        """Return the codes one by one."""
        return cast("str", self.cleaned_data["charge_codes"]).upper().replace(",", " ").split()

    def clean(self) -> dict[str, Any]:
        """Fill in the usual where nothing is said; refuse wrong phases and a missing provider."""
        said = super().clean() or {}
        for name in USUAL_VALUES:
            if said.get(name) in (None, "") and name not in self.errors:
                said[name] = USUAL_VALUES[name]
        for number, row in enumerate(self.rows, start=1):
            if not row.is_valid():
                words = " ".join(str(text) for errors in row.errors.values() for text in errors)
                self.add_error(None, _("Phase %(n)s: %(words)s") % {"n": number, "words": words})
        roles = {row.cleaned_data.get("role") for row in self.rows if row.is_valid()}
        if Role.PROVIDER not in roles:
            self.add_error(None, _("A visit needs a provider for some of its time."))
        return said

    @property
    def phases(self) -> list[PhaseSaid]:
        """The phases as they were said, without rows that are wrong."""
        return [row.said for row in self.rows if row.is_valid() and row.is_asked]

    def values(self) -> dict[str, Any]:
        """What the visit type itself says."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _held(self) -> list[Phase]:
        if self.instance._state.adding:
            return [Phase(**said) for said in USUAL]
        held = [phase for phase in self.instance.phases.all() if phase.is_active]
        return sorted(held, key=lambda phase: (phase.starts_after, phase.pk))

    def _count(self, held: int) -> int:
        """Return how many rows there are: those sent, or those held; and some to spare."""
        if self.is_bound:
            held = sum(f"phase{number}-role" in self.data for number in range(ROWS))
            return min(ROWS, held + (SPARE if "more" in self.data else 0))
        return min(ROWS, held + SPARE)


def _initial(phase: Phase) -> dict[str, Any]:
    which = ""
    if phase.named_id:
        which = f"{phase.role}:{phase.named_id}"
    elif phase.kind:
        which = f"kind_{phase.role}:{phase.kind}"
    elif phase.skill:
        which = f"skill:{phase.skill}"
    names = ("role", "starts_after", "minutes", "may_wait")
    return {"which": which, **{name: getattr(phase, name) for name in names}}


def _choices(held: list[Phase]) -> Iterator[tuple[Any, Any]]:
    """Yield what a phase may ask for: kinds, skills, and single people and things."""
    yield "", _("Any")
    yield _("Kinds of rooms"), [(f"kind_room:{key}", name) for key, name in Room.Kind.choices]
    devices = list(Device.objects.filter(is_active=True).select_related("site").order_by("name"))
    kinds = dict.fromkeys([d.kind for d in devices] + [p.kind for p in held if p.role == "device"])
    yield _("Kinds of devices"), [(f"kind_device:{kind}", kind) for kind in kinds if kind]
    skills = dict.fromkeys([*staff.skills(), *(p.skill for p in held if p.skill)])
    yield _("Assistants with a skill"), [(f"skill:{skill}", skill) for skill in skills]
    yield _("This provider"), [(f"provider:{one.pk}", one.full_name) for one in providers()]
    rooms = Room.objects.filter(is_active=True).select_related("site")
    named = [(f"room:{one.pk}", f"{one.name}, {one.site}") for one in rooms.order_by("name")]
    yield _("This room"), named
    yield _("This device"), [(f"device:{one.pk}", f"{one.name}, {one.site}") for one in devices]
    members = list(Member.objects.filter(is_active=True).order_by("name"))
    for role, label, key in (
        ("assistant", _("This assistant"), "assistant"),
        ("receptionist", _("This person at the desk"), "desk"),
    ):
        yield label, [(f"{key}:{one.pk}", one.name) for one in members if role in one.roles]
    speakers = Interpreter.objects.filter(is_active=True).order_by("name")
    yield _("This interpreter"), [(f"interpreter:{one.pk}", one.name) for one in speakers]

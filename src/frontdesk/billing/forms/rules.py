"""What a request may say about a rule: its words, when it applies, what it does, its examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from frontdesk import rulebook
from frontdesk.billing.queries.ruled import scopes
from frontdesk.practice.models import Rule, RuleVersion
from frontdesk.ui.fields import choice_field

SETTINGS = {"to": _("Set {}"), "add": _("Add to {}"), "take": _("Take off {}")}
KINDS_ASKED = tuple(Rule.Kind)  # somebody asks rules of each
EXAMPLE_LINES = 3


@dataclass(slots=True)
class Condition:
    """A row of the form: one comparison, as typed."""

    place: int
    group: int  # 0 is the rule itself, others are groups inside it
    fact: str = ""
    op: str = ""
    values: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The values as one text."""
        return ", ".join(self.values)

    def as_json(self) -> dict[str, Any]:
        """The comparison as a rule keeps it."""
        said: dict[str, Any] = {"fact": self.fact, "is": self.op}
        if self.op not in rulebook.ALONE:
            said["value"] = self.values if len(self.values) != 1 else self.values[0]
        return said


@dataclass(slots=True)
class Deed:
    """A row of the form: one action, as typed."""

    place: int
    does: str = "hold"
    setting: str = ""  # "line.modifiers|add"
    value: str = ""
    report: str = ""

    def as_json(self) -> dict[str, Any]:
        """The action as a rule keeps it."""
        if self.does == "set":
            fact, _bar, how = self.setting.partition("|")
            return {"do": "set", "fact": fact, how or "to": self.value}
        return {"do": self.does, **({"report": self.report} if self.does == "attach" else {})}


@dataclass(slots=True)
class Shape:
    """When a rule applies and what it does, as the form shows it."""

    kind: str
    join: str = "all"
    conditions: list[Condition] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)

    @classmethod
    def read(cls, kind: str, data: QueryDict) -> Self:
        """Read the rows of a form."""
        found = cls(kind, "any" if data.get("join") == "any" else "all")
        for row in data.getlist("row")[:60]:
            place, _colon, group = row.partition(":")
            if place.isdecimal() and group.isdecimal():
                found.conditions.append(_condition(data, int(place), int(group)))
        for place in data.getlist("deed")[:10]:
            if place.isdecimal():
                found.deeds.append(_deed(data, int(place)))
        return found

    @classmethod
    def of(cls, version: RuleVersion) -> Self:
        """Lay a version out in rows."""
        ((join, parts),) = version.when.items()
        found = cls(version.rule.kind, join)
        groups = 0
        for part in parts:
            if "fact" in part:
                found._add(0, part)
                continue
            ((inner, several),) = part.items()
            groups += 0 if inner == join else 1
            for one in several:
                found._add(0 if inner == join else groups, one)
        for action in version.actions:
            found.deeds.append(_laid_out(len(found.deeds), action))
        return found

    @classmethod
    def empty(cls, kind: str) -> Self:
        """A rule that nobody has written yet: one row of each."""
        found = cls(kind)
        found.change("add:0")
        found.change("deed")
        return found

    def change(self, act: str) -> None:
        """Do what a button of the form asks: add:0, group, drop:3, deed, undeed:1."""
        what, _colon, number = act.partition(":")
        place = int(number) if number.isdecimal() else 0
        if what == "add":
            self._row(place)
        elif what == "group":
            self._row(max((one.group for one in self.conditions), default=0) + 1)
        elif what == "deed":
            self.deeds.append(Deed(max((one.place for one in self.deeds), default=-1) + 1))
        elif what == "drop":
            self.conditions = [one for one in self.conditions if one.place != place]
        elif what == "undeed":
            self.deeds = [one for one in self.deeds if one.place != place]

    @property
    def when(self) -> dict[str, Any]:
        """The condition as a rule keeps it."""
        parts: list[dict[str, Any]] = [
            one.as_json() for one in self.conditions if one.group == 0 and one.fact
        ]
        inner = "any" if self.join == "all" else "all"
        for number in sorted({one.group for one in self.conditions} - {0}):
            several = [one.as_json() for one in self.conditions if one.group == number and one.fact]
            parts += [{inner: several}] if several else []
        return {self.join: parts}

    @property
    def actions(self) -> list[dict[str, Any]]:
        """The actions as a rule keeps them."""
        return [one.as_json() for one in self.deeds]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The rows by group, each with what its boxes offer."""
        numbers = sorted({0} | {one.group for one in self.conditions})
        return [
            {
                "number": number,
                "rows": [
                    _offered(self.kind, one) for one in self.conditions if one.group == number
                ],
            }
            for number in numbers
        ]

    @property
    def facts(self) -> list[tuple[Any, list[rulebook.Fact]]]:
        """Every fact of the kind, those of a line apart."""
        known = list(rulebook.CATALOGUE[self.kind].values())
        lines = [one for one in known if one.is_of_line]
        rest = [one for one in known if not one.is_of_line]
        return [*([(_("Each line"), lines)] if lines else []), (_("The whole"), rest)]

    @property
    def offers(self) -> dict[str, Any]:
        """What the boxes of an action offer."""
        return {
            "does": [
                (one, rulebook.does_words(self.kind, one)) for one in rulebook.ALLOWED[self.kind]
            ],
            "settings": [
                (f"{one.name}|{how}", SETTINGS[how].format(one.label))
                for one in rulebook.CATALOGUE[self.kind].values()
                if one.may_set
                for how in (("add", "take") if one.type == "codes" else ("to",))
            ],
            "reports": sorted(rulebook.REPORTS.items(), key=lambda item: item[1]),
        }

    def _row(self, group: int, **said: Any) -> None:
        place = max((one.place for one in self.conditions), default=-1) + 1
        self.conditions.append(Condition(place, group, **said))

    def _add(self, group: int, part: Mapping[str, Any]) -> None:
        raw = part.get("value", [])
        values = [str(one) for one in raw] if isinstance(raw, list) else [str(raw)]
        self._row(group, fact=part["fact"], op=part["is"], values=values)


def _condition(data: QueryDict, place: int, group: int) -> Condition:
    values = [one.strip() for one in data.getlist(f"value-{place}") if one.strip()]
    return Condition(
        place, group, data.get(f"fact-{place}", ""), data.get(f"is-{place}", ""), values
    )


def _deed(data: QueryDict, place: int) -> Deed:
    return Deed(
        place,
        data.get(f"does-{place}", "hold"),
        data.get(f"set-{place}", ""),
        data.get(f"to-{place}", "").strip(),
        data.get(f"report-{place}", ""),
    )


def _laid_out(place: int, action: Mapping[str, Any]) -> Deed:
    how = next((one for one in ("to", "add", "take") if one in action), "to")
    setting = f"{action.get('fact', '')}|{how}" if action["do"] == "set" else ""
    value = str(action.get(how, ""))
    return Deed(place, action["do"], setting, value, str(action.get("report", "")))


def _offered(kind: str, one: Condition) -> dict[str, Any]:
    """Return a row with its comparisons and the box for its value."""
    fact = rulebook.CATALOGUE[kind].get(one.fact)
    if fact is None:
        return {"row": one, "ops": [], "box": ""}
    ops = rulebook.COMPARISONS[fact.type]
    if one.op not in ops:
        one.op = ops[0]
    words = rulebook.said_of(fact)
    box = "text"
    if one.op in rulebook.ALONE:
        box = ""
    elif fact.type == "choice":
        box = "several" if one.op in ("one_of", "none_of") else "one"
    elif fact.type == "date" and one.op != "between":
        box = "date"
    return {
        "row": one,
        "fact": fact,
        "ops": [(op, words[op]) for op in ops],
        "box": box,
        "hint": _hint(fact, one.op),
    }


def _hint(fact: rulebook.Fact, op: str) -> Any:
    if fact.type in ("code", "codes") and op != "starts":
        return _("99213, 99202-99215, J*")
    if op == "between":
        return _("The smaller first: 5, 12")
    return fact.unit


class RuleText(forms.Form):
    """What a rule says in words, for whom, and from when until when."""

    words = forms.CharField(
        label=_("What is wrong"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands on the claim: a sentence that a colleague understands."),
    )
    how_to_fix = forms.CharField(
        label=_("How it is mended"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    because = forms.CharField(
        label=_("Why the rule is there"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    citation = forms.CharField(label=_("Source"), max_length=300, required=False)
    payer = forms.ChoiceField(label=_("Payer"), required=False)
    provider = forms.ChoiceField(label=_("Provider"), required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    starts_on = forms.DateField(
        label=_("For visits from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = {
            "payer": _("Every payer"),
            "provider": _("Every provider"),
            "site": _("Every site"),
        }
        self.names: dict[str, str] = {}
        for name, options in scopes().items():
            choice_field(self, name).choices = [("", every[name]), *options]
            self.names |= dict(options)

    def values(self, shape: Shape) -> dict[str, Any]:
        """Return the fields of a version."""
        said = dict(self.cleaned_data)
        for name in ("payer", "provider", "site"):
            key = said.pop(name)
            said[f"{name}_id"] = UUID(key) if key else None
            said[f"{name}_name"] = self.names.get(key, "")[:100] if key else ""
        return said | {"when": shape.when, "actions": shape.actions}

    @classmethod
    def first(cls, version: RuleVersion) -> dict[str, Any]:
        """Return what the form shows of a version."""
        same = ("words", "how_to_fix", "because", "citation", "starts_on", "ends_on")
        return {name: getattr(version, name) for name in same} | {
            "payer": str(version.payer_id or ""),
            "provider": str(version.provider_id or ""),
            "site": str(version.site_id or ""),
        }


class Example(forms.Form):
    """An example of a rule: facts the rule asks about, or a claim they are taken from."""

    name = forms.CharField(label=_("What it shows"), max_length=100)
    applies = forms.ChoiceField(
        label=_("The rule"),
        choices=[("yes", _("applies")), ("no", _("does not apply"))],
        widget=forms.RadioSelect,
        initial="yes",
    )
    claim = forms.CharField(label=_("Take it from claim"), max_length=20, required=False)


def example_facts(
    whole: Sequence[rulebook.Fact], of_line: Sequence[rulebook.Fact], data: QueryDict
) -> dict[str, Any]:
    """Return the facts of an example as typed: those that were filled in."""
    facts: dict[str, Any] = {
        one.name: data.get(f"x-{one.name}", "").strip()
        for one in whole
        if data.get(f"x-{one.name}", "").strip()
    }
    lines = [
        {
            one.name.partition(".")[2]: data.get(f"x{number}-{one.name}", "").strip()
            for one in of_line
            if data.get(f"x{number}-{one.name}", "").strip()
        }
        for number in range(1, EXAMPLE_LINES + 1)
    ]
    if of_line:
        facts["lines"] = [line for line in lines if line]
    return facts

"""The office's rules: the list, one rule with its examples and its trial, writing one."""

import json
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontdesk.billing import operations as billing
from frontdesk.billing.forms import Because
from frontdesk.billing.forms import rules as forms
from frontdesk.billing.models import Claim, Replay
from frontdesk.billing.operations.replaying import ask_replay
from frontdesk.billing.operations.ruling import attach_document
from frontdesk.billing.queries import ruled as queries
from frontdesk.billing.views.claims import claim as claim_drawer
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.practice import operations
from frontdesk.practice.models import Rule
from frontdesk.practice.queries import rules as office
from frontdesk.records.models import Document
from frontdesk.ui.responses import done, go, refusals_on, refusals_told, respond, toast
from frontdesk.visits.operations.trying import TRIED, try_on_visits

MAY = "practice.rules"


@needs("billing.view")
def rules(request: Request) -> HttpResponse:
    """List the rules, those that wait for a decision first."""
    rows = office.rule_rows()
    return respond(
        request, "billing/rules.html", part="list", rows=rows, left=office.starters_left()
    )


@needs("billing.view")
def rule(request: Request, pk: UUID) -> HttpResponse:
    """Show a rule: when it applies, its examples, what it would have done."""
    return _drawn(request, _rule(pk))


@needs(MAY)
def write_rule(request: Request, pk: UUID | None = None) -> HttpResponse:
    """Write a rule, or the next version of one."""
    known = _rule(pk) if pk else None
    kind = _kind(request, known)
    form, shape = _form(request, known, kind)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            kept = _kept(request, known, kind, form.values(shape))
            toast(request, _("Rule %(key)s, version %(n)s") % {"key": kept.key, "n": kept.newest})
            return go(request, "billing:rule", kept.pk)
    context: dict[str, Any] = {"form": form, "shape": shape, "rule": known, "kinds": _kinds()}
    context["seen"] = request.POST.get("seen") or (known.newest if known else "")
    return respond(request, "billing/rule_write.html", **context)


@needs(MAY)
@require_POST
def rule_shape(request: Request) -> HttpResponse:
    """Draw the conditions and actions again after a row was added, taken off or changed."""
    shape = forms.Shape.read(_kind(request, None), request.POST)
    shape.change(request.POST.get("act", ""))
    return respond(request, "billing/rule_shape.html", shape=shape)


@needs(MAY)
@require_POST
def rule_example(request: Request, pk: UUID) -> HttpResponse:
    """Add an example to a rule."""
    found, form = _rule(pk), forms.Example(request.POST)
    if form.is_valid():
        with refusals_on(form):
            example = _example(found, form.cleaned_data, request.POST)
            operations.add_example(found, example, at=now(), by=request.actor)
            return _drawn(request, _rule(pk))
    return _drawn(request, found, form)


@needs(MAY)
@require_POST
@refusals_told
def drop_example(request: Request, pk: UUID) -> HttpResponse:
    """Take an example off a rule."""
    place = request.POST.get("place", "")
    if place.isdecimal():
        operations.drop_example(_rule(pk), int(place), at=now(), by=request.actor)
    return _drawn(request, _rule(pk))


@needs(MAY)
@require_POST
@refusals_told
def replay_rule(request: Request, pk: UUID) -> HttpResponse:
    """Try a rule on the claims of the last year, or on the last visits."""
    found = _rule(pk)
    if found.kind in TRIED:
        try_on_visits(found, by=request.actor)
    else:
        ask_replay(found, at=now(), by=request.actor)
    return _drawn(request, _rule(pk))


@needs(MAY)
@require_POST
@refusals_told
def activate_rule(request: Request, pk: UUID) -> HttpResponse:
    """Put a rule's newest version in force."""
    found = operations.activate_rule(_rule(pk), at=now(), by=request.actor)
    toast(request, _("Rule %(key)s is in force") % {"key": found.key})
    return _drawn(request, _rule(pk))


@needs(MAY)
@require_POST
def retire_rule(request: Request, pk: UUID) -> HttpResponse:
    """Take a rule out of force."""
    found, form = _rule(pk), Because(request.POST)
    if form.is_valid():
        with refusals_on(form):
            because = form.cleaned_data["because"]
            operations.retire_rule(found, because=because, at=now(), by=request.actor)
            toast(request, _("Rule %(key)s is retired") % {"key": found.key})
    return _drawn(request, _rule(pk))


@needs("billing.view")
def touched(request: Request, pk: UUID) -> HttpResponse:
    """Show the claims that a rule would have touched."""
    replay = get_object_or_404(Replay.objects.select_related("version__rule"), pk=pk)
    found = queries.touched_by(replay, request.GET.get("outcome", ""))
    return respond(request, "billing/rule_touched.html", replay=replay, found=found)


@needs(MAY)
def rule_starters(request: Request) -> HttpResponse:
    """Offer the rules that ship; those chosen come in as drafts."""
    if request.method == "POST":
        keys = request.POST.getlist("key")
        made = operations.add_starters(keys, at=now(), by=request.actor)
        words = ngettext(
            "%(n)s rule is here as a draft", "%(n)s rules are here as drafts", len(made)
        )
        toast(request, words % {"n": len(made)})
        return done(request, "rules:changed")
    return respond(request, "billing/rule_starters.html", left=office.starters_left())


@needs(MAY)
def rules_file(request: Request) -> HttpResponse:
    """Give the rules out as a practice file, which another practice can bring in."""
    text = json.dumps({"rules": queries.rules_as_rows()}, indent=1, ensure_ascii=False, default=str)
    name = 'attachment; filename="rules.json"'
    return HttpResponse(
        text, content_type="application/json", headers={"Content-Disposition": name}
    )


@needs("billing.claim")
@require_POST
@refusals_told
def attach(request: Request, pk: UUID) -> HttpResponse:
    """Put a document of the chart with a claim, and check the claim again."""
    claim = get_object_or_404(Claim.objects.select_related("patient"), pk=pk)
    document = _document(request.POST.get("document", ""), claim)
    said = {"report": request.POST.get("report", ""), "way": request.POST.get("way", "")}
    attach_document(claim, document, **said, at=now(), by=request.actor)
    billing.judge_claim(claim, at=now(), by=request.actor)
    toast(request, _("The document is with the claim"))
    return cast("HttpResponse", claim_drawer(request, pk))


def _document(key: str, claim: Claim) -> Document:
    try:
        return Document.objects.get(pk=UUID(key), patient_id=claim.patient_id)
    except (ValueError, Document.DoesNotExist):
        raise Refused(_("Choose a document of the patient’s chart.")) from None


def _rule(pk: UUID) -> Rule:
    found: Rule = get_object_or_404(Rule, pk=pk)
    return found


def _kind(request: Request, known: Rule | None) -> str:
    said = request.POST.get("kind") or request.GET.get("kind") or Rule.Kind.CLAIM
    if known is None and said not in Rule.Kind.values:
        raise Http404
    return known.kind if known else said


def _kinds() -> list[tuple[str, Any]]:
    return [(kind.value, kind.label) for kind in forms.KINDS_ASKED]


def _form(request: Request, known: Rule | None, kind: str) -> tuple[forms.RuleText, forms.Shape]:
    if request.method == "POST":
        return forms.RuleText(request.POST), forms.Shape.read(kind, request.POST)
    if known is None:
        return forms.RuleText(), forms.Shape.empty(kind)
    version = office.newest_version(known)
    shape = forms.Shape.empty(kind) if office.trouble_of(version) else forms.Shape.of(version)
    return forms.RuleText(initial=forms.RuleText.first(version)), shape


def _kept(request: Request, known: Rule | None, kind: str, values: dict[str, Any]) -> Rule:
    seen = request.POST.get("seen", "")
    return operations.save_rule(
        known,
        values,
        kind=kind,
        seen=int(seen) if seen.isdecimal() else None,
        at=now(),
        by=request.actor,
    )


def _example(found: Rule, said: dict[str, Any], data: QueryDict) -> dict[str, Any]:
    page = queries.rule_page(found)
    facts = forms.example_facts(page.typed, page.line_facts, data)
    if said["claim"]:
        taken = queries.claim_facts(said["claim"].strip(), page.typed, page.line_facts)
        if taken is None:
            raise Refused(_("There is no claim %(n)s.") % {"n": said["claim"]})
        facts = taken
    return {"name": said["name"], "applies": said["applies"] == "yes", "facts": facts}


def _drawn(request: Request, found: Rule, form: forms.Example | None = None) -> HttpResponse:
    page = queries.rule_page(found)
    lines = range(1, forms.EXAMPLE_LINES + 1)
    context = {"page": page, "form": form or forms.Example(), "lines": lines}
    return respond(request, "billing/rule.html", part="rule", **context)

"""How things are said: each kind of message, in each language, seen before it is kept."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontdesk.comms import forms, operations, queries, rules
from frontdesk.core.http import Request, needs
from frontdesk.ui.responses import done, refusals_on, respond, toast

WORDED = "wordings:changed"
LANGUAGES = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish")}


@needs("practice.edit")
def wordings(request: Request) -> HttpResponse:
    """List how each kind of message is said, in each language."""
    own = queries.own_wordings()
    rows = [
        (kind, wording.label, [(tag, name, (kind, tag) in own) for tag, name in LANGUAGES.items()])
        for kind, wording in rules.WORDINGS.items()
    ]
    return respond(request, "comms/wordings.html", part="rows", rows=rows)


@needs("practice.edit")
def wording(request: Request, kind: str, language: str) -> HttpResponse:
    """Change how a kind of message is said."""
    _ask_known(kind, language)
    text = queries.wording(kind, language)
    form = forms.Wording(request.POST or None, initial=text._asdict(), has_short=bool(text.short))
    if form.is_valid():
        with refusals_on(form):
            operations.word(kind, language, text=form.text, by=request.actor)
            toast(request, _("From now on it is said like this."))
            return done(request, WORDED)
    return respond(
        request, "comms/wording.html", form=form, **_about(kind, language), seen=_seen(kind, text)
    )


@needs("practice.edit")
@require_POST
def preview(request: Request, kind: str, language: str) -> HttpResponse:
    """Show what is typed as a patient reads it, and how many parts its text has."""
    _ask_known(kind, language)
    form = forms.Wording(request.POST, has_short="short" in request.POST)
    form.is_valid()  # half a text is shown as it is
    said = {name: form.cleaned_data.get(name, "") for name in ("subject", "body", "short")}
    return respond(request, "comms/wording_seen.html", seen=_seen(kind, rules.Text(**said)))


def _ask_known(kind: str, language: str) -> None:
    if kind not in rules.WORDINGS or language not in rules.LANGUAGES:
        raise Http404


def _about(kind: str, language: str) -> dict[str, Any]:
    known = rules.WORDINGS[kind]
    facts = [f"${name}" for name in known.facts]
    return {
        "label": known.label,
        "language": LANGUAGES[language],
        "facts": facts,
        "kind": kind,
        "tag": language,
    }


def _seen(kind: str, text: rules.Text) -> dict[str, Any]:
    """Return the message with made-up facts, and what its text costs."""
    strange = rules.unknown_facts(text, rules.WORDINGS[kind])
    filled = text.filled(rules.EXAMPLES)
    sent = rules.as_sent(filled.short)
    return {"text": filled, "sent": sent, "parts": rules.parts_of(sent), "strange": strange}

"""Bring in a file of patients: upload, say what the columns are, try it, bring it in."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import Request, needs
from frontdesk.people import exchange, forms, jobs, operations, queries
from frontdesk.people.models import Import
from frontdesk.ui.responses import go, refusals_on, respond, toast

IMPORT = "people.import"
SHOWN = 50  # rejected rows on the screen; the file has them all


@needs(IMPORT)
def imports(request: Request) -> HttpResponse:
    """Take a file, and show what became of earlier ones."""
    form = forms.Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            file = form.cleaned_data["file"]
            imported = operations.upload(
                file.read(), file_name=file.name, at=now(), by=request.actor
            )
            if imported.status == Import.Status.DONE:
                toast(request, _("This file was brought in before. Nothing was done."))
            return go(request, "people:import", imported.pk)
    return respond(
        request, "people/imports.html", part="form", form=form, earlier=queries.recent_imports()
    )


@needs(IMPORT)
def import_one(request: Request, pk: UUID) -> HttpResponse:
    """Say what each column is; see what would become of each row."""
    imported = get_object_or_404(Import, pk=pk)
    refusal = ""
    if request.method == "POST":
        try:
            imported = operations.try_out(
                imported, _mapping(request, imported), at=now(), by=request.actor
            )
        except Refused as refused:
            refusal = str(refused)
    return respond(
        request,
        "people/import.html",
        part="state",
        imported=imported,
        columns=_columns(imported) if imported.content else [],
        fields=exchange.FIELDS,
        rejected=imported.rejected[:SHOWN],
        refusal=refusal or imported.refused_because,
    )


@needs(IMPORT)
@require_POST
def begin(request: Request, pk: UUID) -> HttpResponse:
    """Bring the file in; the worker does it and the page follows."""
    with transaction.atomic():  # the file is marked and its job is there, or neither
        imported = operations.begin(get_object_or_404(Import, pk=pk), by=request.actor)
        jobs.bring_in.enqueue(str(request.actor.practice_id), str(imported.pk))
    return go(request, "people:import", imported.pk)


@needs(IMPORT)
def rejected(request: Request, pk: UUID) -> HttpResponse:
    """Send the report of rejected rows: row, column, why; no values."""
    imported = get_object_or_404(Import, pk=pk)
    answer = HttpResponse(exchange.rejected_csv(imported.rejected), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="rejected-rows.csv"'
    return answer


def _columns(imported: Import) -> list[tuple[str, str, str]]:
    """Return for each column its heading, its field, and a first value to tell it by."""
    with imported.content.open("rb") as kept:
        table = exchange.read_table(kept.read())
    first = table.rows[0][1] if table.rows else []
    return [
        (heading, imported.mapping.get(heading, ""), first[at] if at < len(first) else "")
        for at, heading in enumerate(table.headings)
    ]


def _mapping(request: Request, imported: Import) -> dict[str, str]:
    chosen = {}
    for at, (heading, _field, _first) in enumerate(_columns(imported)):
        field = request.POST.get(f"column-{at}", "")
        if field in exchange.FIELDS:
            chosen[heading] = field
    return chosen

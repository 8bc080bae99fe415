"""A reference table on screen: a list, a drawer with its form, and saving by an operation.

For rooms, payers, visit types and the like, which are looked up and seldom changed. In an app:

    ROOMS = crud.Table(
        name="rooms", namespace="practice", title=_("Rooms"), noun=_("room"), icon="door",
        rows=queries.rooms, form=forms.Room, save=operations.save_room,
        sees=("practice.view",), changes="practice.edit",
        columns=(crud.Column(_("Name"), "name"), crud.Column(_("Site"), "site.name")),
    )
    urlpatterns = [*views.ROOMS.urls()]        # practice:rooms, :rooms_new, :rooms_edit

`form` is a ModelForm, or a form that takes `instance`. `save(record, values, by=actor)` is the
operation: `record` is None for a new one, `values` is what the form has cleaned.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from frontdesk.core.errors import Changed
from frontdesk.core.http import Request, needs
from frontdesk.ui.fields import choose_the_only
from frontdesk.ui.responses import done, refusals_on, respond, toast

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ROWS_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its label, and the dotted attribute or the function that gives the value."""

    label: "str | StrPromise"
    value: str | Callable[[Any], Any]
    is_figure: bool = False

    def of(self, record: Any) -> Any:
        """Return what the record shows here; a dash for nothing, words for yes and no."""
        found = self.value(record) if callable(self.value) else _walk(record, self.value)
        if isinstance(found, bool):
            return _("Yes") if found else _("No")
        return "—" if found in (None, "") else found


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a row, told how to be drawn."""

    value: Any
    is_figure: bool = False
    is_money: bool = False
    is_day: bool = False


@dataclass(frozen=True)
class Table:
    """What one reference table shows, asks and does."""

    name: str
    namespace: str
    title: "str | StrPromise"
    noun: "str | StrPromise"
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[Column, ...]
    form: type[forms.BaseForm]
    save: Callable[..., Any]
    sees: tuple[str, ...]
    changes: str
    icon: str = "list-check"
    empty: "str | StrPromise" = ""
    search: tuple[str, ...] = ()  # fields that ?q= looks into
    layout: str = "ui/shell.html"
    places: str = ""  # a template of the tabs of the room, told `here`
    acts: str = ""  # a template of further buttons in a record's drawer

    def urls(self) -> Iterator[URLPattern]:
        """Yield where the table answers: the list, a new record, one record."""
        sees, changes = needs(*self.sees), needs(self.changes)
        yield path(f"{self.name}/", sees(self._list), name=self.name)
        yield path(f"{self.name}/new/", changes(self._new), name=f"{self.name}_new")
        yield path(f"{self.name}/<uuid:pk>/", changes(self._edit), name=f"{self.name}_edit")

    @property
    def url(self) -> str:
        """Return the address of the list."""
        return reverse(f"{self.namespace}:{self.name}")

    @property
    def new_url(self) -> str:
        """Return the address of the drawer for a new record."""
        return reverse(f"{self.namespace}:{self.name}_new")

    def edit_url(self, record: Any) -> str:
        """Return the address of the record's drawer."""
        return reverse(f"{self.namespace}:{self.name}_edit", args=[record.pk])

    def _list(self, request: Request) -> HttpResponseBase:
        words = request.GET.get("q", "").strip()
        pages = Paginator(self._found(words), ROWS_ON_A_PAGE)
        page = pages.get_page(request.GET.get("page"))
        lines = [(self.edit_url(record), self._cells(record)) for record in page]
        may = request.actor.may(self.changes)
        context = {"table": self, "page": page, "lines": lines, "q": words, "may_change": may}
        return respond(request, "ui/table.html", part="rows", **context)

    def _new(self, request: Request) -> HttpResponseBase:
        return self._answer(request, None)

    def _edit(self, request: Request, pk: UUID) -> HttpResponseBase:
        record = self.rows().filter(pk=pk).first()
        if record is None:
            raise Http404
        return self._answer(request, record)

    def _answer(self, request: Request, record: Any) -> HttpResponse:
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = self.form(*sent, instance=record)  # type: ignore[call-arg]
        if record is None:
            choose_the_only(form)
        version = record.version if record is not None else ""  # before the form fills the record
        if sent and form.is_valid():
            with refusals_on(form):
                if record is not None:
                    _expect(version, request.POST.get("version", ""))
                saved = self.save(record, form.cleaned_data, by=request.actor)
                toast(request, _("%(what)s saved") % {"what": saved})
                return done(request, f"{self.name}:changed")
        context = {"table": self, "form": form, "record": record, "version": version}
        return respond(request, "ui/table_form.html", **context)

    def _found(self, words: str) -> QuerySet[Any]:
        rows = self.rows()
        if not (words and self.search):
            return rows
        return rows.filter(reduce(or_, (Q(**{f"{f}__icontains": words}) for f in self.search)))

    def _cells(self, record: Any) -> list[Cell]:
        return [_cell(column.of(record), column.is_figure) for column in self.columns]


def _cell(value: Any, is_figure: bool) -> Cell:
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return Cell(value, is_figure, isinstance(value, Decimal), is_day)


def _expect(version: str, seen: str) -> None:
    """Refuse when the record is not as the person saw it when the drawer was opened."""
    if seen and seen != version:
        raise Changed(_("Somebody changed this in the meantime. Look again before you save."))


def _walk(record: Any, attribute_path: str) -> Any:
    for name in attribute_path.split("."):
        record = getattr(record, name, None)
        record = record() if callable(record) else record
    return record

"""Files that leave the house."""

from collections.abc import Iterable

from django.http import HttpResponse


def csv_of(name: str, lines: Iterable[str]) -> HttpResponse:
    """Return a CSV file to be kept."""
    head = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse("".join(lines), content_type="text/csv; charset=utf-8", headers=head)

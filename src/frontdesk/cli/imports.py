"""Bring in patients, an export of a practice, or FHIR resources, on the command line."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from frontdesk.cli.office import complain, file_trouble, say
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.people import exchange
from frontdesk.people import operations as people
from frontdesk.people.models import Import
from frontdesk.practice.models import Practice
from frontdesk.staff.queries import the_clock
from frontdesk.workspace import operations as workspace
from frontdesk.workspace.exchange.export_folder import read_folder
from frontdesk.workspace.exchange.fhir import files_of, read_resources
from frontdesk.workspace.exchange.fhir_parts import look_through_fhir
from frontdesk.workspace.operations.intake import Taken

T = TypeVar("T")
DONE, SOME_REJECTED, NOTHING_DONE = 0, 1, 2


def patients(
    file: Path, mapping: Sequence[str], *, practice: str, dry_run: bool, as_json: bool
) -> int:
    """Bring in a CSV file. Return 0 when every row came in, 1 when some did not, 2 when none."""

    def work(by: Actor) -> int:
        at = now()
        if exchange.unpacked_size(file, people.LARGEST_FILE) > people.LARGEST_FILE:
            return _in_parts(file, mapping, dry_run=dry_run, as_json=as_json, by=by)
        with _working("Reading the file", as_json):
            imported = people.upload(file.read_bytes(), file_name=file.name, at=at, by=by)
        if imported.status == Import.Status.DONE:
            _tell_import(imported, {}, file, as_json, "This file was brought in before.")
            return DONE
        chosen = _chosen(imported.mapping, mapping)
        with _working(f"Trying {imported.rows:,} rows", as_json):
            imported = people.try_out(imported, chosen, at=at, by=by)
        if not dry_run:
            with _working(f"Bringing in {imported.accepted:,} patients", as_json):
                imported = people.bring_in(imported, at=at, by=by)
        outcome = "Tried; nothing was saved." if dry_run else "Brought in."
        _tell_import(imported, chosen, file, as_json, outcome)
        return SOME_REJECTED if imported.rejected else DONE

    return _in_practice(practice, work)


def _in_parts(
    file: Path, mapping: Sequence[str], *, dry_run: bool, as_json: bool, by: Actor
) -> int:
    """Bring in a large file part by part; what was brought in when it was cut off stays in."""
    with _working("Looking through the file", as_json):
        large = exchange.look_through(file)
        chosen = _chosen(exchange.guess_mapping(large.headings), mapping)
        large.note_guarantors(chosen)
    whole = Import(file_name=file.name, rows=large.rows, status=Import.Status.CHECKED)
    console = Console(stderr=True)
    shown = Progress(console=console, disable=as_json or not console.is_terminal)
    with closing(large.parts(chosen)) as parts, shown:
        bar = shown.add_task("Bringing in patients", total=large.rows)
        for number, part in enumerate(parts, start=1):
            name = f"{file.name}, part {number}"
            try:
                imported = _one_part(part, name, chosen, dry_run=dry_run, by=by)
            except Refused as trouble:
                told = f"{trouble} That is {name}; before it {whole.accepted:,} patients came in."
                raise Refused(told if number > 1 else str(trouble)) from trouble
            _add_to(whole, imported, part)
            shown.advance(bar, len(part.numbers))
    outcome = "Tried; nothing was saved." if dry_run else "Brought in."
    _tell_import(whole, chosen, file, as_json, outcome)
    return SOME_REJECTED if whole.rejected else DONE


def _one_part(
    part: exchange.Part, name: str, chosen: Mapping[str, str], *, dry_run: bool, by: Actor
) -> Import:
    """Try a part, or bring it in; one that was brought in before counts as here already."""
    at = now()
    imported = people.upload(part.content, file_name=name, at=at, by=by)
    if imported.status == Import.Status.DONE:
        imported.known, imported.accepted = imported.known + imported.accepted, 0
        return imported
    imported = people.try_out(imported, chosen, at=at, by=by)
    return imported if dry_run else people.bring_in(imported, at=at, by=by)


def _add_to(whole: Import, imported: Import, part: exchange.Part) -> None:
    whole.status = imported.status
    whole.accepted += imported.accepted
    whole.known += imported.known
    whole.rejected += [
        {**one, "row": part.numbers[one["row"] - 2]} for one in imported.rejected
    ]  # a part's first row stands below its headings


def practice_data(folder: Path, *, practice: str, dry_run: bool, as_json: bool) -> int:
    """Bring in an export of a practice: settings, patients, coverages, appointments."""

    def work(by: Actor) -> int:
        with _working("Reading the folder", as_json):
            export = read_folder(folder)
        told = f"{len(export.patients.rows):,} patients, {len(export.appointments):,} appointments"
        with _working(f"Bringing in {told}", as_json):
            intake = _tried_or_kept(
                lambda at: workspace.bring_in_export(export, at=at, by=by), dry_run=dry_run
            )
        more = {"duplicates_to_decide": intake.duplicates}
        _tell_taken(intake.taken, more, folder, as_json=as_json, dry_run=dry_run)
        return SOME_REJECTED if any(one.rejected for one in intake.taken.values()) else DONE

    return _in_practice(practice, work)


def fhir(path: Path, *, practice: str, dry_run: bool, as_json: bool) -> int:
    """Bring in FHIR R4 resources: a file, a bundle, a folder or ndjson."""

    def work(by: Actor) -> int:
        sizes = (exchange.unpacked_size(one, people.LARGEST_FILE) for one in files_of(path))
        if sum(sizes) > people.LARGEST_FILE:
            return _fhir_in_parts(path, dry_run=dry_run, as_json=as_json, by=by)
        with _working("Reading resources", as_json):
            resources = read_resources(path)
        with _working(f"Bringing in {len(resources.found):,} resources", as_json):
            intake = _tried_or_kept(
                lambda at: workspace.bring_in_fhir(resources, at=at, by=by), dry_run=dry_run
            )
        return _tell_fhir(intake, path, as_json=as_json, dry_run=dry_run)

    return _in_practice(practice, work)


def _fhir_in_parts(path: Path, *, dry_run: bool, as_json: bool, by: Actor) -> int:
    """Bring in a large export part by part; what was brought in when it was cut off stays in."""
    with _working("Looking through the resources", as_json):
        export = look_through_fhir(path)
    intake = workspace.FhirIntake()
    if export.rejected:
        intake.taken["unreadable"] = Taken(len(export.rejected), rejected=export.rejected)
    console = Console(stderr=True)
    shown = Progress(console=console, disable=as_json or not console.is_terminal)
    whole = transaction.atomic() if dry_run else nullcontext()
    with closing(export.parts(workspace.READ)) as parts, shown, whole:
        bar = shown.add_task(
            "Bringing in resources", total=sum(export.kinds[kind] for kind in workspace.READ)
        )
        for part in parts:
            with transaction.atomic():
                workspace.bring_in_fhir(part, at=now(), by=by, earlier=intake)
            shown.advance(bar, len(part.found))
        if dry_run:
            transaction.set_rollback(True)
    for kind in export.kinds.keys() - set(workspace.READ):
        intake.left_out[kind] += export.kinds[kind]
    refresh_statistics()
    return _tell_fhir(intake, path, as_json=as_json, dry_run=dry_run)


def _tell_fhir(intake: workspace.FhirIntake, path: Path, *, as_json: bool, dry_run: bool) -> int:
    more = {"left_out": dict(intake.left_out)}
    _tell_taken(intake.taken, more, path, as_json=as_json, dry_run=dry_run)
    return SOME_REJECTED if any(one.rejected for one in intake.taken.values()) else DONE


def practice(path: Path, *, dry_run: bool, as_json: bool) -> int:
    """Set up a practice from a JSON file or a folder of CSV files."""
    from frontdesk.cli import practice_file

    return practice_file.bring_in(path, dry_run=dry_run, as_json=as_json, out=sys.stdout)


def _in_practice(name: str, work: Callable[[Actor], int]) -> int:
    try:
        by = the_clock(_practice_named(name).pk)
        with practice_scope(by.practice_id):
            return work(by)
    except Refused as trouble:
        complain(str(trouble))
        return NOTHING_DONE
    except OSError as trouble:
        complain(file_trouble(trouble))
        return NOTHING_DONE


def _practice_named(name: str) -> Practice:
    with practice_scope(EVERY_PRACTICE):
        every = list(Practice.objects.order_by("name"))
    found = [one for one in every if not name or one.name.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if not every:
        raise Refused("There is no practice yet. Set one up first: frontdesk import practice.")
    known = ", ".join(one.name for one in every)
    raise Refused(f"Say which practice: --practice NAME. There are: {known}.")


def _tried_or_kept(bring: Callable[[datetime], T], *, dry_run: bool) -> T:
    with transaction.atomic():
        done = bring(now())
        if dry_run:
            transaction.set_rollback(True)
    return done


def _chosen(guessed: Mapping[str, str], said: Iterable[str]) -> dict[str, str]:
    """Return the mapping with what was said by COLUMN=FIELD; an empty field leaves it out."""
    mapping = dict(guessed)
    for one in said:
        column, equals, field = one.partition("=")
        if not equals or (field and field not in exchange.FIELDS):
            known = ", ".join(exchange.FIELDS)
            raise Refused(f"Write --map COLUMN=FIELD. The fields are: {known}.")
        mapping = {name: old for name, old in mapping.items() if old != field}
        mapping[column] = field
    return {name: field for name, field in mapping.items() if field}


def _tell_import(
    imported: Import, mapping: Mapping[str, str], file: Path, as_json: bool, outcome: str
) -> None:
    report = _write_rejected(file, [("patients", one) for one in imported.rejected])
    if as_json:
        told: dict[str, Any] = {
            "file": file.name,
            "status": imported.status,
            "mapping": dict(mapping),
            "rows": imported.rows,
            "new": imported.accepted,
            "known": imported.known,
            "rejected": imported.rejected,
            "report": str(report) if report else None,
        }
        say(json.dumps(told))
        return
    for column, field in mapping.items():
        say(f"  {column:24} is {exchange.FIELDS[field]}")
    say(
        f"{outcome} {imported.rows:,} rows: {imported.accepted:,} new, "
        f"{imported.known:,} here already, {len(imported.rejected):,} rejected."
    )
    if report:
        say(f"Rejected rows: {report}")


def _tell_taken(
    taken: Mapping[str, Taken],
    more: Mapping[str, Any],
    source: Path,
    *,
    as_json: bool,
    dry_run: bool,
) -> None:
    rejected = [(noun, asdict(why)) for noun, one in taken.items() for why in one.rejected]
    report = _write_rejected(source, rejected)
    if as_json:
        told = {noun: asdict(one) for noun, one in taken.items()}
        say(json.dumps({"kept": not dry_run, **told, **more}))
        return
    say("Tried; nothing was saved." if dry_run else "Brought in.")
    say(f"  {'':24}{'rows':>9}{'new':>9}{'known':>9}{'rejected':>10}")
    for noun, one in taken.items():
        figures = f"{one.rows:>9,}{one.new:>9,}{one.known:>9,}{len(one.rejected):>10,}"
        say(f"  {noun:24}{figures}")
    for name, value in more.items():
        say(f"  {name.replace('_', ' ')}: {value}")
    if report:
        say(f"Rejected rows: {report}")


def _write_rejected(source: Path, rejected: Sequence[tuple[str, Mapping[str, Any]]]) -> Path | None:
    """Write the rows that were rejected beside what was read: row, column, why; no values."""
    if not rejected:
        return None
    report = Path.cwd() / f"{source.name.split('.')[0]}-rejected.csv"
    with report.open("w", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["of", "row", "column", "why"])
        writer.writerows([noun, one["row"], one["column"], one["why"]] for noun, one in rejected)
    return report


@contextmanager
def _working(words: str, as_json: bool) -> Iterator[None]:
    """Show that something is being done, and for how long; on the error stream, or not at all."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=as_json or not console.is_terminal) as shown:
        shown.add_task(words, total=None)
        yield

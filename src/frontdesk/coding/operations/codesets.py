"""Load the code sets. They belong to no practice, so loading them asks and audits nothing."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from frontdesk.coding import exchange
from frontdesk.coding.models import CodeSet, Diagnosis, Modifier, PlaceOfService, Procedure
from frontdesk.coding.operations.payment import load_edits, load_medicare
from frontdesk.core.clock import now
from frontdesk.core.database import bulk
from frontdesk.core.errors import Refused

BATCH = 2000
FEWEST_CODES = 50_000  # a yearly release has about 98,000; a shorter file is not the whole


def load_code_sets() -> dict[str, int]:
    """Load what came with the product and is not here yet; return how many rows of each."""
    sets: tuple[tuple[str, tuple[str, ...], Callable[[], int]], ...] = (
        ("icd10cm", ("icd10cm.tsv.gz", "synonyms.tsv", "common.txt"), _load_diagnoses),
        ("hcpcs", ("hcpcs.tsv.gz",), _load_procedures),
        ("modifiers", ("modifiers.tsv.gz",), _load_modifiers),
        ("places", ("places.tsv.gz",), _load_places),
        (
            "medicare",
            ("medicare_values.tsv.gz", "medicare_localities.tsv.gz", "medicare_factors.tsv"),
            load_medicare,
        ),
        ("ncci", ("ncci_pairs.tsv.gz", "ncci_units.tsv.gz"), load_edits),
    )
    loaded = {}
    for name, data, load in sets:
        print_of_it = exchange.fingerprint(*data)
        if CodeSet.objects.filter(name=name, sha256=print_of_it).exists():
            continue
        with transaction.atomic():
            loaded[name] = load()
            CodeSet.objects.update_or_create(
                name=name,
                defaults={"sha256": print_of_it, "rows": loaded[name], "loaded_at": now()},
            )
    return loaded


def follow_order_file(text: str, *, effective: date) -> tuple[int, int]:
    """Take in a yearly release: new codes begin that day, missing ones end the day before.

    Return how many began and how many ended. Source: CDC/NCHS order file.
    """
    release = {row.code: row for row in exchange.order_file(text)}
    if len(release) < FEWEST_CODES:
        raise Refused("This is not a whole ICD-10-CM order file. Nothing was changed.")
    with transaction.atomic():
        current = {one.code: one for one in Diagnosis.objects.filter(valid_to=None).order_by("-pk")}
        ended = [
            one
            for code, one in current.items()
            if code not in release or release[code].is_billable != one.is_billable
        ]
        for one in ended:
            one.valid_to = effective - timedelta(days=1)
        Diagnosis.objects.bulk_update(ended, ["valid_to"], batch_size=500)
        kept = current.keys() - {one.code for one in ended}
        begun = [row for code, row in release.items() if code not in kept]
        last = Diagnosis.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        _save_diagnoses(begun, after=last, valid_from=effective)
    return len(begun), len(ended)


def _count_on(*models: type[Model]) -> None:
    """Let keys made by the database begin after those that were given (PostgreSQL)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)


def load_diagnoses(rows: Iterable[exchange.DiagnosisRow]) -> int:
    """Replace all diagnoses by these, keyed in the order in which they are to be shown."""
    common = {code: at for at, code in enumerate(exchange.common_codes())}
    ranked = sorted(
        rows,
        key=lambda row: (common.get(row.code, len(common)), len(row.description), row.code),
    )
    Diagnosis.objects.all().delete()
    _empty("coding_diagnosis_search")
    _save_diagnoses(ranked, after=0)
    _count_on(Diagnosis)
    return len(ranked)


def _load_diagnoses() -> int:
    return load_diagnoses(exchange.diagnoses())


def _save_diagnoses(
    rows: list[exchange.DiagnosisRow], *, after: int, valid_from: date | None = None
) -> None:
    names = ("id", "code", "description", "is_billable", "valid_from", "valid_to")
    for first in range(0, len(rows), BATCH):
        told = [
            (
                key, row.code, row.description[:300], row.is_billable,
                valid_from or row.valid_from, row.valid_to,
            )
            for key, row in enumerate(rows[first : first + BATCH], after + 1 + first)
        ]  # fmt: skip
        bulk.insert(Diagnosis, names, told)
    _index(
        "coding_diagnosis_search",
        (
            (key, _words_of(row.code, row.description, row.also))
            for key, row in enumerate(rows, after + 1)
            if row.is_billable
        ),
    )


def index_again() -> None:
    """Fill anew what words of codes are looked up in, from the codes that are here."""
    also = {row.code: row.also for row in exchange.diagnoses()}
    _empty("coding_diagnosis_search")
    _index(
        "coding_diagnosis_search",
        (
            (key, _words_of(code, description, also.get(code, "")))
            for key, code, description in Diagnosis.objects.filter(is_billable=True).values_list(
                "pk", "code", "description"
            )
        ),
    )
    _empty("coding_procedure_search")
    _index(
        "coding_procedure_search",
        (
            (key, f"{code} {short} {description}")
            for key, code, short, description in Procedure.objects.values_list(
                "pk", "code", "short", "description"
            )
        ),
    )


def _words_of(code: str, description: str, also: str) -> str:
    return " ".join((code, code.replace(".", ""), description, also))


def _load_procedures() -> int:
    rows = sorted(exchange.procedures(), key=lambda row: (len(row.description), row.code))
    Procedure.objects.all().delete()
    _empty("coding_procedure_search")
    Procedure.objects.bulk_create(
        (
            Procedure(
                pk=key,
                code=row.code,
                short=row.short,
                description=row.description,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for key, row in enumerate(rows, 1)
        ),
        batch_size=BATCH,
    )
    _index(
        "coding_procedure_search",
        ((key, f"{row.code} {row.short} {row.description}") for key, row in enumerate(rows, 1)),
    )
    return len(rows)


def _load_modifiers() -> int:
    Modifier.objects.all().delete()
    made = Modifier.objects.bulk_create(
        Modifier(code=code, description=description[:300])
        for code, description in exchange.modifiers()
    )
    return len(made)


def _load_places() -> int:
    PlaceOfService.objects.all().delete()
    made = PlaceOfService.objects.bulk_create(
        PlaceOfService(code=code, is_facility=facility, name=name[:80], description=description)
        for code, facility, name, description in exchange.places()
    )
    return len(made)


def _empty(table: str) -> None:
    if connection.vendor == "sqlite":  # the way to empty an index that keeps no texts
        sql = f"INSERT INTO {table}({table}) VALUES('delete-all')"
    else:
        sql = f"TRUNCATE {table}"
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _index(table: str, texts: Iterable[tuple[int, str]]) -> None:
    if connection.vendor == "sqlite":
        sql = f"INSERT INTO {table}(rowid, words) VALUES (%s, %s)"  # noqa: S608 -- the table is ours
    else:
        sql = f"INSERT INTO {table}(id, words) VALUES (%s, to_tsvector('simple', %s))"  # noqa: S608 -- the table is ours
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(texts))

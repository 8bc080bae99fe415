"""Load what CMS publishes for everybody: relative values, localities, pairs, unit limits.

They belong to no practice, so loading them asks and audits nothing; the command line does it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from django.db import transaction

from frontdesk.coding import exchange
from frontdesk.coding.exchange.payment import SHIPPED_RELEASE
from frontdesk.coding.models import (
    ConversionFactor,
    Locality,
    PairEdit,
    RelativeValue,
    UnitLimit,
)
from frontdesk.core.errors import Refused

BATCH = 5000
FEWEST_PAIRS, FEWEST_UNITS, FEWEST_VALUES, FEWEST_PLACES = 1000, 500, 500, 50


def load_medicare() -> int:
    """Load the relative values, localities and factors that came with the product."""
    years = {row.year for row in exchange.values()}
    rows = _put_values(exchange.values(), years) + _put_places(exchange.localities(), years)
    for factor in exchange.factors():
        ConversionFactor.objects.update_or_create(
            first_on=factor.first_on,
            defaults={"last_on": factor.last_on, "dollars": factor.dollars},
        )
        rows += 1
    return rows


def load_edits() -> int:
    """Load the pairs and limits that came with the product, unless a newer quarter is here."""
    newer = str(SHIPPED_RELEASE)
    if PairEdit.objects.filter(release__gt=newer).exists():
        return 0
    rows = _put_pairs(exchange.pairs(), newer)
    UnitLimit.objects.all().delete()
    made = UnitLimit.objects.bulk_create(
        UnitLimit(**row._asdict(), valid_from=None, valid_to=None, release=newer)
        for row in exchange.units()
    )
    return rows + len(made)


def follow_pairs(lines: Iterable[str], *, release: date) -> int:
    """Take in a quarter's whole file of pairs, with the days of each; return how many.

    All or nothing: raises `Refused` for a broken line or a file that can't be whole.
    """
    try:
        with transaction.atomic():
            rows = _put_pairs(exchange.pair_file(lines), str(release))
            if rows < FEWEST_PAIRS:
                raise Refused("This is not a whole file of pairs. Nothing was changed.")
    except ValueError as trouble:
        raise Refused(f"{trouble} Nothing was changed.") from trouble
    return rows


def follow_units(lines: Iterable[str], *, release: date) -> tuple[int, int]:
    """Take in a quarter's unit limits: new ones begin that day, those gone end the day before.

    Return how many began and how many ended. The same file twice changes nothing.
    """
    try:
        said = {row.code: row for row in exchange.unit_file(lines)}
    except ValueError as trouble:
        raise Refused(f"{trouble} Nothing was changed.") from trouble
    if len(said) < FEWEST_UNITS:
        raise Refused("This is not a whole file of unit limits. Nothing was changed.")
    with transaction.atomic():
        running = {one.code: one for one in UnitLimit.objects.filter(valid_to=None)}
        ended = [one for code, one in running.items() if _differs(one, said.get(code))]
        for one in ended:
            one.valid_to = release - timedelta(days=1)
        UnitLimit.objects.bulk_update(ended, ["valid_to"], batch_size=500)
        kept = running.keys() - {one.code for one in ended}
        begun = [
            UnitLimit(**row._asdict(), valid_from=release, valid_to=None, release=str(release))
            for code, row in said.items()
            if code not in kept
        ]
        UnitLimit.objects.bulk_create(begun, batch_size=BATCH)
    return len(begun), len(ended)


def follow_medicare(
    values: Iterable[str], places: str, *, year: int, factor: exchange.FactorRow | None = None
) -> tuple[int, int]:
    """Take in a year's relative values and localities, and its factor if said; return how many."""
    try:
        with transaction.atomic():
            rows = _put_values(exchange.values_file(values, year=year), {year})
            local = _put_places(exchange.gpci_file(places, year=year), {year})
            if rows < FEWEST_VALUES or local < FEWEST_PLACES:
                raise Refused("These are not the whole files of a year. Nothing was changed.")
            if factor is not None:
                ConversionFactor.objects.update_or_create(
                    first_on=factor.first_on,
                    defaults={"last_on": factor.last_on, "dollars": factor.dollars},
                )
    except ValueError as trouble:
        raise Refused(f"{trouble} Nothing was changed.") from trouble
    return rows, local


def _put_pairs(rows: Iterable[exchange.PairRow], release: str) -> int:
    PairEdit.objects.all().delete()
    made = 0
    coming = iter(rows)
    while batch := [PairEdit(**row._asdict(), release=release) for row in islice(coming, BATCH)]:
        made += len(PairEdit.objects.bulk_create(batch))
    return made


def _put_values(rows: Iterator[exchange.ValueRow], years: set[int]) -> int:
    RelativeValue.objects.filter(year__in=years).delete()
    once = {(row.year, row.code, row.modifier): row for row in rows}
    made = RelativeValue.objects.bulk_create(
        (RelativeValue(**row._asdict()) for row in once.values()), batch_size=BATCH
    )
    return len(made)


def _put_places(rows: Iterator[exchange.LocalityRow], years: set[int]) -> int:
    Locality.objects.filter(year__in=years).delete()
    once = {(row.year, row.code): row for row in rows}
    return len(Locality.objects.bulk_create(Locality(**row._asdict()) for row in once.values()))


def _differs(one: UnitLimit, row: exchange.UnitRow | None) -> bool:
    return row is None or (one.units, one.counts) != (row.units, row.counts)

"""The code sets as shipped, loaded once for this room's tests."""

import pytest

from frontdesk.coding import operations
from frontdesk.coding.models import (
    CodeSet,
    ConversionFactor,
    Diagnosis,
    Locality,
    Modifier,
    PairEdit,
    PlaceOfService,
    Procedure,
    RelativeValue,
    UnitLimit,
)
from frontdesk.coding.operations import codesets

LOADED = (
    Diagnosis, Procedure, Modifier, PlaceOfService, RelativeValue, Locality, ConversionFactor,
    PairEdit, UnitLimit, CodeSet,
)  # fmt: skip


@pytest.fixture(scope="package")
def _code_sets_loaded(django_db_setup, django_db_blocker):
    """Load them, and leave the database without them to the other rooms' tests."""
    with django_db_blocker.unblock():
        operations.load_code_sets()
    yield
    with django_db_blocker.unblock():
        for model in LOADED:
            model.objects.all().delete()
        for table in ("coding_diagnosis_search", "coding_procedure_search"):
            codesets._empty(table)


@pytest.fixture
def codes(_code_sets_loaded, db):
    """Every ICD-10-CM and HCPCS code."""

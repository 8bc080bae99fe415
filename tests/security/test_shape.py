"""What must hold of every part of the house, however many there are."""

import importlib
import importlib.util
import inspect
import pkgutil

import pytest
from django.apps import apps
from django.conf import settings

import frontdesk
from frontdesk.core.http import PUBLIC
from frontdesk.core.models import Audited, Record, RecordManager
from frontdesk.core.operation import CATALOGUE
from frontdesk.staff.roles import EVERY_PERMISSION
from tests.security.routes import parameters
from tests.security.samples import record_models

PUBLIC_ROUTES = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "comms:text_came",  # known by the carrier's signature
    "comms:text_state",
    "health",
    "ledger:stripe",  # known by the gateway's signature on what it sends
    "mfa_authenticate",
    "ui:offline",  # what is shown when nobody answers; nothing of anybody
    "ui:worker",
    "workspace:practices",
    "workspace:welcome",
}


OF_NO_PRACTICE = {  # code sets are the same for every practice, and kept by none
    "frontdesk.coding.operations.follow_medicare",
    "frontdesk.coding.operations.follow_order_file",
    "frontdesk.coding.operations.follow_pairs",
    "frontdesk.coding.operations.follow_units",
    "frontdesk.coding.operations.index_again",
    "frontdesk.coding.operations.load_code_sets",
}


def operation_modules():
    """Return every module of operations in the house."""
    found = []
    for room in pkgutil.iter_modules(frontdesk.__path__):
        name = f"frontdesk.{room.name}.operations"
        if room.ispkg and importlib.util.find_spec(name):
            package = importlib.import_module(name)
            inner = pkgutil.iter_modules(getattr(package, "__path__", []))
            found += [package, *(importlib.import_module(f"{name}.{m.name}") for m in inner)]
    return found


def test_every_url_says_what_it_asks(every_route):
    assert [route.name for route in every_route if not route.needs] == []


def test_the_walk_knows_the_parameters_that_views_read():
    assert {"q", "page", "kind", "patient", "on"} <= set(parameters())


def test_only_these_urls_are_open_to_everybody(every_route):
    public = {route.name for route in every_route if PUBLIC in (route.needs or ())}
    by_link = {name for name in public if name.startswith("portal:")}  # walked in tests/portal
    assert public - PUBLIC_ROUTES - by_link - {"health"} == set()


def test_what_a_url_asks_is_granted_to_some_role(every_route):
    asked = {name for route in every_route for name in route.needs or () if "." in name}
    assert asked - EVERY_PERMISSION == set()


def test_what_an_operation_asks_is_granted_to_some_role():
    operation_modules()
    ungranted = {
        o.name: o.permission for o in CATALOGUE.values() if o.permission not in EVERY_PERMISSION
    }
    assert ungranted == {}


def test_whatever_a_room_offers_to_do_is_an_operation():
    plain = [
        f"{module.__name__}.{name}"
        for module in operation_modules()
        if module.__name__.endswith(".operations")  # inner modules share steps with each other
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__.startswith(module.__name__)
        and not name.startswith("_")
        and f"{module.__name__.split('.')[1]}.{name}" not in CATALOGUE
    ]
    assert set(plain) - OF_NO_PRACTICE == set()


def test_every_operation_says_in_a_sentence_what_it_does():
    operation_modules()
    assert [
        o.name for o in CATALOGUE.values() if not o.summary.rstrip().endswith((".", ":", ";"))
    ] == []


@pytest.mark.parametrize("model", record_models(), ids=lambda model: model._meta.label)
def test_a_record_is_scoped_wherever_django_reads_it(model):
    assert isinstance(model._base_manager, RecordManager)
    assert model._meta.get_field("practice")
    assert list(model._meta.local_many_to_many) == []


def test_no_table_of_ours_is_outside_the_practice_by_accident():
    shared = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label
        in {a.rpartition(".")[2] for a in settings.INSTALLED_APPS if a.startswith("frontdesk.")}
        and not issubclass(model, Record)
    }
    assert {label for label in shared if not label.startswith("coding.")} <= {
        "core.AuditEntry",
        "core.Lease",  # of the job worker, over all practices
        "core.AuditSubject",
        "core.Counter",
        "core.Revision",
        "core.Sent",  # keys of forms, read and forgotten by practice
        "people.NameHint",  # names that sound alike, of nobody
        "people.SearchKey",  # made from patients, filtered by practice wherever it is read
        "practice.Practice",
        "staff.User",
    }
    assert issubclass(apps.get_model("practice.Practice"), Audited)

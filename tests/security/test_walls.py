"""Walk every URL as every role, from outside, and with another practice's keys."""

import itertools
import json
import re
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core import signals
from django.core.cache import cache
from django.db import close_old_connections, transaction
from django.test import Client

from frontdesk.core.http import PUBLIC, SIGNED_IN
from frontdesk.core.models import AuditEntry, Record
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.staff.roles import ROLES
from tests.security.routes import parameters
from tests.security.samples import record_models

HTMX = {"HTTP_HX_REQUEST": "true"}
REFUSED, MISSING = 403, 404
NASTY = (
    "' OR 1=1 --",
    '"; DROP TABLE people_patient; --',
    "-1",
    "../../etc/passwd",
    "%00\x00",
    "<script>alert(1)</script>",
    "pk__in",
    "9" * 400,
    "2026-02-31",
    "00000000-0000-0000-0000-000000000000",
    "//elsewhere.example/",
)


@pytest.fixture(autouse=True)
def _no_limits():
    """Forget what the sign-in library counted: a walk looks like an attack."""
    cache.clear()


@contextmanager
def undone():
    """Take back whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def let_go_of(answer):
    """Close an answer as Django's test client does: the test's own connection stays."""
    signals.request_finished.disconnect(close_old_connections)
    answer.close()
    signals.request_finished.connect(close_old_connections)


def status_of(answer):
    """Return the status, and let go of whatever file the answer holds."""
    let_go_of(answer)
    return answer.status_code


def guarded(routes):
    return [route for route in routes if PUBLIC not in route.needs]


def some_url(route, samples):
    """Return the route's address with any keys of the practice."""
    keys = itertools.cycle(samples.keys().values())
    return route.url(**{name: next(keys) for name in route.keys})


def is_sent_to_sign_in(answer):
    return answer.status_code == 302 and "/account/login/" in answer.headers["Location"]


def test_nobody_gets_in_without_signing_in(every_route, ours):
    browser, let_in = Client(), []
    for route in guarded(every_route):
        url = some_url(route, ours)
        answers = (browser.get(url), browser.post(url))
        let_in += [(route.name, a.status_code) for a in answers if not is_sent_to_sign_in(a)]
        part = browser.get(url, **HTMX)
        if part.status_code == 200 and part.content:
            let_in.append((route.name, "fragment"))
    assert let_in == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_is_refused_what_it_was_not_given(role, every_route, ours, sign_in):
    browser, held, wrong = sign_in(role), ROLES[role].permissions, []
    for route in guarded(every_route):
        if SIGNED_IN in route.needs or held & set(route.needs):
            continue
        url = some_url(route, ours)
        answers = (browser.get(url), browser.post(url, **HTMX))
        wrong += [(route.name, a.status_code) for a in answers if a.status_code != REFUSED]
    assert wrong == []


def test_somebody_without_any_role_is_refused_everything_that_asks_a_right(
    every_route, ours, sign_in
):
    browser, wrong = sign_in(name="nobody"), []
    for route in guarded(every_route):
        if SIGNED_IN not in route.needs:
            answer = browser.get(some_url(route, ours))
            if answer.status_code != REFUSED:
                wrong.append((route.name, answer.status_code))
    assert wrong == []


def test_a_role_taken_away_is_gone_from_an_open_session(every_route, ours, clinic, sign_in):
    browser = sign_in(*ROLES, name="grace")
    asking = [route for route in guarded(every_route) if SIGNED_IN not in route.needs]
    plain = [route for route in asking if not route.keys]
    with undone():
        assert browser.get(plain[0].url()).status_code != REFUSED
    with clinic.writing():
        from frontdesk.staff.models import Member

        member = Member.objects.get(user__email="grace@security.example")
        member.roles = []
        member.save()

    assert [r.name for r in plain if browser.get(r.url()).status_code != REFUSED] == []


# Rooms whose keys stand beside another's.
JOINED = ("visits", "people", "coverage", "records", "practice")
BLIND = {
    "ledger:card",  # answers only where a card gateway is set
    "scheduling:figures:stint",  # of a draft with sessions; the draft itself is walked
}
KNOWN = {}  # which model each route's keys name: found once, for it is the same in every test


class Walker:
    """Finds, for each route, the keys at which it answers."""

    def __init__(self, browser, samples):
        self.browser, self.samples = browser, samples
        self.broken = set()

    def models_of(self, route):
        """Return which model each key of the route names, or None when nothing answers."""
        keys = self.samples.keys()
        if route.name in KNOWN:
            return KNOWN[route.name]
        KNOWN[route.name] = self._searched(route, keys)
        return KNOWN[route.name]

    def _searched(self, route, keys):
        room = route.name.partition(":")[0]
        told = f"{route.pattern} {route.name}".replace("_", "").replace("-", "")
        near = sorted(
            keys,
            key=lambda model: (model._meta.model_name not in told, model._meta.app_label != room),
        )
        if len(route.keys) > 1:
            near = [model for model in near if model._meta.app_label in (room, *JOINED)]
        for models in itertools.product(near, repeat=len(route.keys)):
            found = dict(zip(route.keys, models, strict=True))
            if self.reaches(route, {name: keys[model] for name, model in found.items()}):
                return found
        return None

    def reaches(self, route, keys):
        """Say whether the route knows these keys."""
        url = route.url(**keys)
        for ask in (self.browser.get, self.browser.post):
            with undone():
                status = status_of(ask(url))
            if status >= 500:
                self.broken.add(route.name)
            if status != 405:  # only what takes no GET is tried by POST
                return status != MISSING
        return False


def test_another_practices_keys_are_not_there(every_route, ours, theirs, sign_in):
    browser = sign_in(*ROLES, name="grace")
    browser.raise_request_exception = False
    walker, leaks, blind = Walker(browser, ours), [], []
    before = everything_of(theirs.clinic)
    for route in guarded(every_route):
        if not route.keys:
            continue
        found = walker.models_of(route)
        if found is None:
            blind.append(route.name)
            continue
        for name, model in found.items():  # one key of theirs at a time, the others our own
            keys = {each: ours.keys()[of] for each, of in found.items()}
            keys[name] = theirs.keys()[model]
            leaks += leaks_at(browser, route, keys)
    assert leaks == []
    assert walker.broken == set()
    assert everything_of(theirs.clinic) == before
    assert set(blind) - BLIND == set(), "no record of ours answers there: add one to samples.py"


def leaks_at(browser, route, keys):
    """Return the answers that show or do something; a refusal that does nothing is none."""
    url, found = route.url(**keys), []
    for ask, more in itertools.product((browser.get, browser.post), ({}, HTMX)):
        before = AuditEntry.objects.filter(practice_id__isnull=False).count()
        status = status_of(ask(url, **more))
        has_acted = AuditEntry.objects.filter(practice_id__isnull=False).count() != before
        if status not in (MISSING, 405) and (has_acted or ask is browser.get):
            found.append((route.name, status))
    return found


def test_another_practices_keys_in_a_form_change_nothing(every_route, ours, theirs, sign_in):
    browser = sign_in(*ROLES, name="grace")
    browser.raise_request_exception = False
    walker = Walker(browser, ours)
    swapped = {
        str(key): str(theirs.keys()[model])
        for model, key in ours.keys().items()
        if theirs.held.get(model)
    }
    before = everything_of(theirs.clinic)
    for route in guarded(every_route):
        models = walker.models_of(route) if route.keys else {}
        if models is None or route.name.startswith(("account_", "mfa_")):
            continue
        url = route.url(**{name: ours.keys()[model] for name, model in models.items()})
        with undone():
            form = fields_of(browser.get(url))
        body = {name: foreign(values, swapped) for name, values in form.items()}
        if any(value in swapped.values() for values in body.values() for value in values):
            browser.post(url, body)
            browser.post(url, body, **HTMX)
    assert everything_of(theirs.clinic) == before
    assert strangers_in(ours.clinic, set(swapped.values())) == []


def fields_of(answer):
    """Return the fields of the forms on a page, each with every value it offers."""
    if answer.status_code != 200 or answer.streaming:
        let_go_of(answer)
        return {}
    page, fields = answer.content.decode(errors="replace"), {}
    for name, value in re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', page):
        fields.setdefault(name, []).append(value)
    for name in re.findall(r'<(?:input|textarea)[^>]*name="([\w-]+)"', page):
        fields.setdefault(name, ["1"])
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)"(.*?)</select>', page, re.DOTALL):
        fields[name] = re.findall(r'<option[^>]*value="([^"]+)"', options)
    return fields


def foreign(values, swapped):
    """Return another practice's key where our own stands, else one of the values."""
    return next(([swapped[value]] for value in values if value in swapped), values[-1:])


def everything_of(clinic):
    """Return every value of every record of a practice, to see whether one changed."""
    with practice_scope(clinic.practice.pk):
        rows = {
            model._meta.label: list(model.objects.order_by("pk").values_list())
            for model in record_models()
        }
    told = AuditEntry.objects.filter(practice_id=clinic.practice.pk).count()
    return json.dumps([rows, told], default=str)


def strangers_in(clinic, keys):
    """Return where a record of the practice holds a key of another practice's record."""
    found = []
    with practice_scope(clinic.practice.pk):
        for model in record_models():
            for row in model.objects.order_by("pk").values():
                told = json.dumps(row, default=str)
                found += [(model._meta.label, key) for key in keys if key in told]
    return found


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_sorts_and_filters_take_nothing_that_is_no_value(value, every_route, ours, sign_in):
    browser, broken = sign_in(*ROLES, name="grace"), []
    browser.raise_request_exception = False
    names = parameters()
    for route in every_route:
        if route.keys or route.name.startswith(("account_", "mfa_")):
            continue
        with undone():
            answer = browser.get(route.url(), dict.fromkeys(names, value))
            if answer.status_code >= 500:
                broken.append((route.name, answer.status_code))
            elif not answer.streaming and b"<script>alert(1)" in answer.content:
                broken.append((route.name, "script"))
            elif answer.headers.get("Location", "").startswith("//elsewhere"):
                broken.append((route.name, "leads elsewhere"))
            let_go_of(answer)
    assert broken == []


def test_there_is_a_record_of_every_kind_to_walk_with(ours):
    assert ours.missing == {}
    assert {model for model, record in ours.held.items() if record is None} == set()


def test_a_record_is_never_read_across_practices(ours, theirs):
    seen = []
    with practice_scope(ours.clinic.practice.pk):
        for model, key in theirs.keys().items():
            if issubclass(model, Record) and model.objects.filter(pk=key).exists():
                seen.append(model._meta.label)
    assert seen == []


def test_one_and_the_same_key_space_serves_all(ours, theirs):
    with practice_scope(EVERY_PRACTICE):
        keys = [key for samples in (ours, theirs) for key in samples.keys().values()]
    assert len(keys) == len(set(keys))
    assert len(ours.keys()) == len(record_models())
    assert apps.get_model("staff.User") not in ours.held

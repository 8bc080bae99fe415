"""Run inside an office's environment: ask every page with a key, count its CPU and queries."""

import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import django

WARM = 2  # the first answer loads what a process needs once
FOUND = 200
NOT_ALLOWED = 403
LEFT_ALONE = {"account_logout", "ui:say"}


def main() -> None:
    """Print a line of JSON: each page's name, CPU milliseconds, and its most repeated question."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(list(_pages())))


def _pages() -> Iterator[dict[str, Any]]:
    from tests.security.routes import routes

    keys, clients = _keys(), _clients()
    for route in routes():
        if route.name not in LEFT_ALONE:
            found = _first_that_answers(route, keys, clients)
            if found:
                yield {"name": route.name} | found


def _keys() -> dict[str, list[UUID]]:
    """Return by room the keys of one record of each kind, the newest."""
    from django.apps import apps

    from frontdesk.core.models import Record
    from frontdesk.core.scoping import practice_scope
    from frontdesk.practice.models import Practice

    found: dict[str, list[UUID]] = {}
    with practice_scope(Practice.objects.get().pk):
        for model in apps.get_models():
            newest = issubclass(model, Record) and model.objects.order_by("-pk").first()
            if newest:
                found.setdefault(model._meta.app_label, []).append(newest.pk)
    return found


def _clients() -> list[Any]:
    """Return a signed-in client for each of the demo's roles."""
    from django.conf import settings
    from django.test import Client

    from frontdesk.staff.models import User

    settings.ALLOWED_HOSTS = ["*"]
    clients = []
    for user in User.objects.order_by("pk"):
        client = Client(raise_request_exception=False)
        client.force_login(user)
        clients.append(client)
    return clients


def _first_that_answers(
    route: Any, keys: dict[str, list[UUID]], clients: list[Any]
) -> dict[str, Any] | None:
    room = route.name.partition(":")[0]
    ordered = sorted(keys, key=lambda label: label != room)
    tried = [key for label in ordered for key in keys[label]] if route.keys else [None]
    for key in tried:
        url = route.url(**dict.fromkeys(route.keys, key))
        for client in clients:
            answer = client.get(url)
            if answer.status_code != NOT_ALLOWED or answer.streaming:
                break
        if answer.streaming:
            return None
        if answer.status_code == FOUND:
            return _measured(lambda client=client, url=url: client.get(url))
    return None


def _measured(ask: Callable[[], Any]) -> dict[str, Any]:
    from django.db import connection

    spent = []
    for _ in range(WARM):
        start = time.process_time()
        ask()
        spent.append((time.process_time() - start) * 1000)
    asked: Counter[str] = Counter()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked[sql] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        ask()
    return {"ms": min(spent), "queries": asked.total(), "alike": max(asked.values(), default=0)}


if __name__ == "__main__":
    main()

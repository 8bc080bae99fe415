"""What has to be done before the doors open; quick when nothing is left to do."""

import io
import shutil

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from frontdesk.cli import office, prepared
from frontdesk.core.database.statistics import refresh_statistics


def prepare(*, demo: bool) -> int:
    """Migrate, load the code sets, gather the browser's files and, if asked, make the demo."""
    prepare_database()
    _gather_static()
    if demo:
        _make_demo()
    refresh_statistics()
    prepared.remember(demo=demo)
    return 0


def prepare_database() -> None:
    """Bring the tables and the code sets up to date."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        office.say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
    _load_code_sets()


def _load_code_sets() -> None:
    from frontdesk.coding.models import Diagnosis

    if not Diagnosis.objects.exists():
        office.say("Loading the code sets …")
    call_command("load_code_sets", stdout=io.StringIO())  # only what is new or has changed


def _gather_static() -> None:
    if prepared.is_prepared(demo=False) and settings.STATIC_ROOT.exists():
        return
    office.say("Gathering the browser's files …")
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)


def _make_demo() -> None:
    from frontdesk.practice.models import Practice

    if not Practice.objects.exists():
        from frontdesk.demo import making

        making.make()
    elif Practice.objects.filter(is_demo=True).exists():
        from frontdesk.demo import making

        making.refresh_today()

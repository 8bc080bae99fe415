"""What has to be done before the doors open; quick when nothing is left to do."""

import hashlib
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from frontdesk.cli import office

ROOM_FILES = ("migrations/*.py", "static/**/*", "styles/*", "templates/**/*.html")


def prepare(*, demo: bool) -> int:
    """Migrate, load the code sets, gather the browser's files and, if asked, make the demo."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        office.say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
    _load_code_sets()
    _gather_static()
    if demo:
        _make_demo()
    stamp().write_text(state())
    return 0


def is_prepared() -> bool:
    """Say whether nothing has changed since the last time (without loading Django's rooms)."""
    return stamp().exists() and stamp().read_text() == state()


def stamp() -> Path:
    """Where the state of the last preparation is kept."""
    return settings.VAR / "prepared"


def state() -> str:
    """Return a mark of every file that preparation reads."""
    package = Path(__file__).resolve().parent.parent
    files = [settings.ROOT / "package-lock.json"]
    for pattern in ROOM_FILES:
        files += package.glob(f"*/{pattern}")
    told = [f"{path}:{path.stat().st_mtime_ns}" for path in sorted(files) if path.is_file()]
    told.append(settings.DATABASE_URL)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _load_code_sets() -> None:
    from frontdesk.coding.models import Diagnosis

    if not Diagnosis.objects.exists():
        office.say("Loading the code sets …")
        call_command("load_code_sets", verbosity=0)


def _gather_static() -> None:
    mark = settings.STATIC_ROOT / ".state"
    now = state()
    if mark.exists() and mark.read_text() == now:
        return
    office.say("Gathering the browser's files …")
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.write_text(now)


def _make_demo() -> None:
    from frontdesk.practice.models import Practice

    if not Practice.objects.exists():
        from frontdesk.demo import making

        making.make()
    elif Practice.objects.filter(is_demo=True).exists():
        from frontdesk.demo import making

        making.refresh_today()

"""Making all tables of an empty database at once.

Migrations change a database that holds something. On an empty one they would take every table
through its whole history, and Django draws the state of all models anew at each step: most of a
minute for what the models say in a second. So an empty database gets the tables as they are now,
then what only migrations know (triggers, search indexes), and the migrations count as done. A test
compares both ways.
"""

from typing import cast

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import StateApps
from django.db.models import Model


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Say whether the database has no table at all."""
    return not connection.introspection.table_names()


def lay_tables(connection: BaseDatabaseWrapper) -> None:
    """Make every table, and note every migration as applied: all of it or nothing."""
    loader, recorder = MigrationLoader(connection), MigrationRecorder(connection)
    models: list[type[Model]] = [*apps.get_models(), recorder.Migration]
    with connection.schema_editor() as editor:  # one transaction
        for model in models:
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for migration in _in_order(loader):
            if migration.__module__.startswith("frontdesk."):
                _do_what_is_its_own(migration, editor)
        for migration in loader.graph.nodes.values():
            recorder.record_applied(migration.app_label, migration.name)


def _in_order(loader: MigrationLoader) -> list[Migration]:
    order: dict[tuple[str, str], None] = {}
    for leaf in loader.graph.leaf_nodes():
        order.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return [loader.graph.nodes[key] for key in order]


def _do_what_is_its_own(migration: Migration, editor: BaseDatabaseSchemaEditor) -> None:
    """Do those steps of a migration that models do not say; what moves old rows finds none."""
    for step in migration.operations:
        if isinstance(step, RunPython):
            step.code(cast("StateApps", apps), editor)
        elif isinstance(step, RunSQL):
            step.database_forwards(migration.app_label, editor, None, None)  # type: ignore[arg-type] # it asks for no state

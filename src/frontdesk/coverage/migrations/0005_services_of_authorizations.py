"""Give every authorization that was noted before its services as lines of their own."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def carry(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make a line of each code; the units that were approved belong to each of them."""
    authorizations = apps.get_model("coverage", "Authorization")._base_manager
    services = apps.get_model("coverage", "AuthorizedService")
    for one in authorizations.iterator(chunk_size=500):
        services._base_manager.bulk_create(
            services(
                practice_id=one.practice_id,
                authorization_id=one.pk,
                place=place,
                code=code[:10],
                asked=one.units_approved,
                approved=one.units_approved if one.status == "approved" else None,
            )
            for place, code in enumerate(dict.fromkeys(one.codes or [""]), start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("coverage", "0004_authorizations")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]

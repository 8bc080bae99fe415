"""Claims and what follows them keep an index of a key only where no longer one begins with it."""

import django.db.models.deletion
from django.db import migrations

import frontdesk.core.keys

INDEXES = {
    "billing_claim_owner_id_55607ee3": ("billing_claim", "owner_id"),
    "billing_claim_patient_id_19f0ff53": ("billing_claim", "patient_id"),
    "billing_claim_payer_id_88b03613": ("billing_claim", "payer_id"),
    "billing_claim_replaces_id_24e6bcea": ("billing_claim", "replaces_id"),
    "billing_claimevent_claim_id_23a91d9b": ("billing_claimevent", "claim_id"),
    "billing_deadline_claim_id_329d0c45": ("billing_deadline", "claim_id"),
    "billing_denial_claim_id_af8273c0": ("billing_denial", "claim_id"),
    "billing_denial_line_id_ddea2eaf": ("billing_denial", "line_id"),
    "billing_denial_payer_id_c0478bca": ("billing_denial", "payer_id"),
    "billing_remittanceclaim_remittance_id_e9eb11dc": ("billing_remittanceclaim", "remittance_id"),
}


def drop(_apps, schema_editor):
    """Drop what no question needs; SQLite would copy the whole table for Django's own way."""
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


def make(_apps, schema_editor):
    """Make them again."""
    for name, (table, column) in INDEXES.items():
        schema_editor.execute(f'CREATE INDEX "{name}" ON "{table}" ("{column}")')


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_posted_wrongly"),
        ("coverage", "0008_estimates_by_text"),
        ("people", "0002_search_on_postgresql"),
        ("staff", "0002_skills"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, make)],
            state_operations=[
                migrations.AlterField(
                    model_name="claim",
                    name="owner",
                    field=frontdesk.core.keys.TenantFK(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="staff.member",
                    ),
                ),
                migrations.AlterField(
                    model_name="claim",
                    name="patient",
                    field=frontdesk.core.keys.TenantFK(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="people.patient",
                    ),
                ),
                migrations.AlterField(
                    model_name="claim",
                    name="payer",
                    field=frontdesk.core.keys.TenantFK(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="coverage.payer",
                    ),
                ),
                migrations.AlterField(
                    model_name="claim",
                    name="replaces",
                    field=frontdesk.core.keys.TenantFK(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="billing.claim",
                    ),
                ),
                migrations.AlterField(
                    model_name="claimevent",
                    name="claim",
                    field=frontdesk.core.keys.TenantFK(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="billing.claim",
                    ),
                ),
                migrations.AlterField(
                    model_name="deadline",
                    name="claim",
                    field=frontdesk.core.keys.TenantFK(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="billing.claim",
                    ),
                ),
                migrations.AlterField(
                    model_name="denial",
                    name="claim",
                    field=frontdesk.core.keys.TenantFK(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="denials",
                        to="billing.claim",
                    ),
                ),
                migrations.AlterField(
                    model_name="denial",
                    name="line",
                    field=frontdesk.core.keys.TenantFK(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="denials",
                        to="billing.claimline",
                    ),
                ),
                migrations.AlterField(
                    model_name="denial",
                    name="payer",
                    field=frontdesk.core.keys.TenantFK(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="denials",
                        to="coverage.payer",
                    ),
                ),
                migrations.AlterField(
                    model_name="remittanceclaim",
                    name="remittance",
                    field=frontdesk.core.keys.TenantFK(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="billing.remittance",
                    ),
                ),
            ],
        ),
    ]

"""Remittances without money may share one number: their decisions tell them apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0015_third_level_in_words"),
        ("coverage", "0008_estimates_by_text"),
        ("practice", "0006_rules"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="remittance",
            name="remittance_payment_once",
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("status", "replaced"), _negated=True),
                    models.Q(("amount", 0), _negated=True),
                ),
                fields=("practice", "trace_payer", "trace", "amount", "paid_on"),
                name="remittance_payment_once",
            ),
        ),
    ]

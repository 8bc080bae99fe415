"""What somebody has is found in an index of the claims that somebody has, and in nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0012_fewer_indexes"),
        ("coverage", "0008_estimates_by_text"),
        ("people", "0002_search_on_postgresql"),
        ("practice", "0006_rules"),
        ("staff", "0002_skills"),
        ("visits", "0005_how_it_began"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="claim",
            name="claim_by_owner",
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)),
                fields=["practice", "owner", "-total", "id", "status", "payer"],
                name="claim_of_owner_by_worth",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)),
                fields=[
                    "practice",
                    "owner",
                    "status",
                    "urgent_on",
                    "late_on",
                    "total",
                    "id",
                    "payer",
                    "on",
                ],
                name="claim_of_owner_by_status",
            ),
        ),
    ]

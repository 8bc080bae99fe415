"""Two levels more for an appeal with Medicare: its Appeals Council, and a federal court."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0013_claims_of_an_owner"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appeal",
            name="level",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "First level"),
                    (2, "Second level"),
                    (3, "External review"),
                    (4, "Appeals Council"),
                    (5, "Federal court"),
                ],
                default=1,
            ),
        ),
        migrations.AlterField(
            model_name="denial",
            name="status",
            field=models.CharField(
                choices=[
                    ("new", "To work"),
                    ("working", "Being worked"),
                    ("correct", "Corrected claim"),
                    ("appeal1", "Appealed"),
                    ("appeal2", "Appealed again"),
                    ("appeal3", "External review"),
                    ("appeal4", "Appeals Council"),
                    ("appeal5", "Federal court"),
                    ("won", "Won"),
                    ("partly", "Partly won"),
                    ("lost", "Lost"),
                    ("off", "Written off"),
                    ("patient", "Billed to patient"),
                    ("error", "Posted wrongly"),
                ],
                default="new",
                max_length=7,
            ),
        ),
    ]

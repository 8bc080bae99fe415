"""The third level of an appeal is a hearing where Medicare decided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0014_levels_of_an_appeal"),
    ]

    operations = [
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
                    ("appeal3", "External review or hearing"),
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

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("coverage", "0005_services_of_authorizations")]

    operations = [
        migrations.RemoveField(model_name="authorization", name="codes"),
        migrations.RemoveField(model_name="authorization", name="units_approved"),
    ]

"""What rows were before they were changed can be added and read, never changed."""

import django.utils.timezone
from django.db import migrations, models

from commonweal.office import triggers

FORMER = "places_former"


def create(apps, schema_editor):
    triggers.create(schema_editor, FORMER, "what something was called before is append-only")


def drop(apps, schema_editor):
    triggers.drop(schema_editor, FORMER)


class Migration(migrations.Migration):
    dependencies = [("places", "0004_rooms")]
    operations = [
        migrations.CreateModel(
            name="Former",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60)),
                ("code", models.CharField(max_length=80)),
                ("changed_on", models.DateField(default=django.utils.timezone.localdate)),
                ("was", models.JSONField(
                    help_text="What changed, as it was; null: it was not there.", null=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(
                    fields=["kind", "changed_on"], name="former_by_kind_and_day")],
            },
        ),
        migrations.RunPython(create, drop),
    ]

"""What a risk was before somebody looked at it again can be added and read, never changed."""

import django.db.models.deletion
from django.db import migrations, models

from commonweal.office import triggers

BEFORE = "programme_riskbefore"


def create(apps, schema_editor):
    triggers.create(schema_editor, BEFORE, "the history of the plan is append-only")


def drop(apps, schema_editor):
    triggers.drop(schema_editor, BEFORE)


class Migration(migrations.Migration):
    dependencies = [("programme", "0004_changes_kept_whole")]
    operations = [
        migrations.CreateModel(
            name="RiskBefore",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("changed_on", models.DateField()),
                ("was", models.JSONField(
                    help_text="Each of SCORED by its name; the codes of the actions and pledges "
                    "it endangered.")),
                ("risk", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="before",
                    to="programme.risk")),
            ],
            options={"verbose_name_plural": "risks before", "ordering": ["id"]},
        ),
        migrations.RunPython(create, drop),
    ]

"""What an action's words were before a change is kept whole, however long they were."""

from django.db import migrations, models

from commonweal.office import triggers

CHANGES = "programme_change"


def create(apps, schema_editor):
    triggers.create(schema_editor, CHANGES, "the history of the plan is append-only")


def drop(apps, schema_editor):
    triggers.drop(schema_editor, CHANGES)


class Migration(migrations.Migration):
    dependencies = [("programme", "0003_nothing_is_replaced")]
    # SQLite makes the table anew, and would lose its triggers.
    operations = [
        migrations.RunPython(drop, create),
        migrations.AlterField("change", "old", models.TextField(blank=True)),
        migrations.AlterField("change", "new", models.TextField(blank=True)),
        migrations.RunPython(create, drop),
    ]

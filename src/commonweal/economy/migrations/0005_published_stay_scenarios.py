"""A published version can be read, never changed or deleted."""

from django.db import migrations

from commonweal.office import triggers

TABLE = "economy_scenarioversion"


def create(apps, schema_editor):
    triggers.create(
        schema_editor, TABLE, "published scenarios stay", unless="OLD.state <> 'published'"
    )


def drop(apps, schema_editor):
    triggers.drop(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("economy", "0004_structures_and_scenarios")]
    operations = [migrations.RunPython(create, drop)]

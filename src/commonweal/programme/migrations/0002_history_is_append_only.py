"""The history of the plan and released figures can be added and read, never changed."""

from django.db import migrations

from commonweal.office import triggers

CHANGES, FIGURES = "programme_change", "programme_observation"


def create(apps, schema_editor):
    triggers.create(schema_editor, CHANGES, "the history of the plan is append-only")
    triggers.create(
        schema_editor, FIGURES, "a released figure is never changed; a revision is a new one",
        unless="OLD.released_on IS NULL",
    )


def drop(apps, schema_editor):
    triggers.drop(schema_editor, FIGURES)
    triggers.drop(schema_editor, CHANGES)


class Migration(migrations.Migration):
    dependencies = [("programme", "0001_initial"), ("accounts", "0002_record_is_append_only")]
    operations = [migrations.RunPython(create, drop)]

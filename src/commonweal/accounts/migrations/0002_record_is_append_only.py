"""The record can be added to and read; the database refuses everything else."""

from django.db import migrations

from commonweal.office import triggers

TABLE = "accounts_event"


def create(apps, schema_editor):
    triggers.create(schema_editor, TABLE, "the record is append-only")


def drop(apps, schema_editor):
    triggers.drop(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]

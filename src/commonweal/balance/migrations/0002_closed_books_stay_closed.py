"""A closed statement can be read, never changed or deleted."""

from django.db import migrations

from commonweal.office import triggers

TABLE = "balance_statement"


def create(apps, schema_editor):
    triggers.create(
        schema_editor, TABLE, "closed books stay closed", unless="OLD.state <> 'closed'"
    )


def drop(apps, schema_editor):
    triggers.drop(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("balance", "0001_initial"), ("accounts", "0002_record_is_append_only")]
    operations = [migrations.RunPython(create, drop)]

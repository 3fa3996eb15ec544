"""On SQLite, INSERT OR REPLACE went past the triggers that refuse changes; it is refused too."""

from django.db import migrations

from commonweal.office import triggers


def create(apps, schema_editor):
    triggers.refuse_replacing(schema_editor, "accounts_event", "the record is append-only")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_key_check")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

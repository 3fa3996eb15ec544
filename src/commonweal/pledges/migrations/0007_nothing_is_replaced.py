"""On SQLite, INSERT OR REPLACE went past the triggers that refuse changes; it is refused too."""

from django.db import migrations

from commonweal.office import triggers


def create(apps, schema_editor):
    triggers.refuse_replacing(schema_editor, "pledges_entry", "the ledger is append-only")


class Migration(migrations.Migration):
    dependencies = [("pledges", "0006_links_fail_on_days")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

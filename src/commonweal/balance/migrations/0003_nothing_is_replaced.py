"""On SQLite, INSERT OR REPLACE went past the triggers that refuse changes; it is refused too."""

from django.db import migrations

from commonweal.office import triggers


def create(apps, schema_editor):
    triggers.refuse_replacing(schema_editor, "balance_statement", "closed books stay closed")


class Migration(migrations.Migration):
    dependencies = [("balance", "0002_closed_books_stay_closed")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

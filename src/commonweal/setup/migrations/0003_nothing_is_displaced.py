"""On SQLite, UPDATE OR REPLACE let a row that may be changed take the place of one that may not (a
draft that of closed books). On PostgreSQL, a temporary table stood in for the one that a guard
asks. Both are refused."""

from django.db import migrations

from commonweal.office import triggers


def create(apps, schema_editor):
    triggers.refuse_replacing_anew(schema_editor)
    triggers.ask_real_tables(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("setup", "0002_nothing_is_replaced_under_a_condition"),
        ("cases", "0001_initial"),
        ("grants", "0001_initial"),
        ("places", "0005_what_things_were"),
    ]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

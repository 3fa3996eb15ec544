"""On SQLite, INSERT OR REPLACE took away a row by a unique index that has a condition (a figure of
a metric, a yes to a grant); that is refused too."""

from django.db import migrations

from commonweal.office import triggers


def create(apps, schema_editor):
    triggers.refuse_replacing_anew(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("setup", "0001_initial"),
        ("accounts", "0012_message_bodies_are_encrypted"),
        ("balance", "0003_nothing_is_replaced"),
        ("helps", "0016_numbers_of_the_nation"),
        ("pledges", "0007_nothing_is_replaced"),
        ("programme", "0005_looked_at_again"),
    ]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

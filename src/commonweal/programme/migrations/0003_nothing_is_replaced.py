"""On SQLite, INSERT OR REPLACE went past the triggers that refuse changes; it is refused too."""

from django.db import migrations

from commonweal.office import triggers


def create(apps, schema_editor):
    triggers.refuse_replacing(
        schema_editor, "programme_change", "the history of the plan is append-only"
    )
    triggers.refuse_replacing(
        schema_editor, "programme_observation",
        "a released figure is never changed; a revision is a new one",
    )


class Migration(migrations.Migration):
    dependencies = [("programme", "0002_history_is_append_only")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

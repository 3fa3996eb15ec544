"""Who read what, and who broke the glass, is never rewritten, on either database.

A reading of what was not sent yet learns once whom it is about. One goes only where a line, which
stays, says up to which moment readings were forgotten.
"""

import django.utils.timezone
from django.db import migrations, models

from commonweal.office import triggers

READS, GLASSES, FORGOTTEN = "helps_caseread", "helps_glass", "helps_readsforgotten"
MESSAGE = "the record of readings is append-only"
SAME_READING = " AND ".join(
    f"OLD.{name} = NEW.{name}"
    for name in ("id", "at", "person_id", "draft_code", "what", "link", "own_name", "own_address")
)
LEARNS_WHO = f"OLD.resident_id IS NULL AND NEW.resident_id IS NOT NULL AND {SAME_READING}"
# It may be ended earlier, never later. Comparisons with NULL are never true, so each that may be empty is asked for by itself.
LOOKED_AT = (
    "OLD.id = NEW.id AND OLD.person_id = NEW.person_id AND OLD.request_id = NEW.request_id "
    "AND OLD.at = NEW.at AND NEW.until <= OLD.until "
    "AND (NEW.because = OLD.because OR NEW.because = '') "
    "AND (OLD.looked_at_by_id IS NULL OR COALESCE(NEW.looked_at_by_id, 0) = OLD.looked_at_by_id)"
)
WAS_FORGOTTEN = f"EXISTS (SELECT 1 FROM {FORGOTTEN} WHERE OLD.at < {FORGOTTEN}.until)"


def create(apps, schema_editor):
    triggers.create(schema_editor, FORGOTTEN, MESSAGE)
    triggers.create(schema_editor, GLASSES, MESSAGE, unless=LOOKED_AT)
    triggers.create(schema_editor, READS, MESSAGE, unless=LEARNS_WHO)
    triggers.let_go_when(schema_editor, READS, WAS_FORGOTTEN, MESSAGE)


def drop(apps, schema_editor):
    for table in (READS, GLASSES, FORGOTTEN):
        triggers.drop(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("helps", "0014_what_belongs_to_a_resident")]
    operations = [
        migrations.CreateModel(
            name="ReadsForgotten",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(
                    help_text="Readings from before this moment may go.")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"verbose_name_plural": "reads forgotten", "ordering": ["-id"]},
        ),
        migrations.RunPython(create, drop),
    ]

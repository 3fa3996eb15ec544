"""The close of voting stays as the sheet said it: the database lets it move only to the later day of
an emergency change that two people made, and lets no such change be altered or taken away."""

from django.db import migrations

from commonweal.office import triggers

ROUND, EMERGENCY = "voice_round", "voice_emergency"
SAID = "A rule sheet that is published is never changed."
MADE = "An emergency change that was made is never changed."
# Asked of the table itself, so that no page and no script can move the close by another way.
IS_ALLOWED = (
    "OLD.state = 'sealed' AND NEW.closes_at > OLD.closes_at "
    f"AND EXISTS (SELECT 1 FROM {EMERGENCY} WHERE {EMERGENCY}.round_id = OLD.id "
    f"AND {EMERGENCY}.kind = 'later' AND {EMERGENCY}.closes_at = NEW.closes_at "
    f"AND {EMERGENCY}.agreed_on IS NOT NULL AND {EMERGENCY}.agreed_by_id IS NOT NULL)"
)


def forwards(apps, schema_editor):
    triggers.create_when(
        schema_editor, ROUND, "close_stays", "UPDATE",
        "OLD.state NOT IN ('ideas', 'checking') AND OLD.closes_at <> NEW.closes_at "
        f"AND NOT ({IS_ALLOWED})", SAID,
    )
    for verb, name in (("UPDATE", "stays_made"), ("DELETE", "no_delete")):
        triggers.create_when(
            schema_editor, EMERGENCY, name, verb, "OLD.agreed_on IS NOT NULL", MADE
        )
    triggers.refuse_replacing(schema_editor, EMERGENCY, MADE)
    triggers.refuse_displacing(schema_editor, EMERGENCY, MADE)


def backwards(apps, schema_editor):
    triggers.drop_when(schema_editor, ROUND, "close_stays")
    names = ["stays_made", "no_delete"]
    if schema_editor.connection.vendor == "sqlite":
        names += ["no_replace", "no_displace"]
    for name in names:
        triggers.drop_when(schema_editor, EMERGENCY, name)


class Migration(migrations.Migration):
    dependencies = [("voice", "0015_rankings")]

    operations = [migrations.RunPython(forwards, backwards)]

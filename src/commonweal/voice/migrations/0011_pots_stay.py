"""What a published sheet says of areas' money and of lesser sums stays, and the ballots of a pot that
were published: the database refuses what would change them."""

from django.db import migrations

from commonweal.office import triggers

ROUND, PROJECT, POT = "voice_round", "voice_project", "voice_pot"
SAID = "A rule sheet that is published is never changed."


def _is_sealed(row):
    return (
        f"EXISTS (SELECT 1 FROM {ROUND} WHERE {ROUND}.id = {row}.round_id "
        f"AND {ROUND}.state NOT IN ('ideas', 'checking'))"
    )


def forwards(apps, schema_editor):
    changed = (
        "OLD.round_id <> NEW.round_id OR COALESCE(OLD.area_id, 0) <> COALESCE(NEW.area_id, 0) "
        "OR OLD.budget <> NEW.budget "
        "OR (OLD.ballot_file <> '' AND OLD.ballot_file <> NEW.ballot_file)"
    )
    triggers.create_when(
        schema_editor, POT, "stays_sealed", "UPDATE", f"{_is_sealed('OLD')} AND ({changed})", SAID
    )
    for verb, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
        triggers.create_when(schema_editor, POT, f"no_{verb.lower()}", verb, _is_sealed(row), SAID)
    old, new = (f"COALESCE(CAST({row}.lesser_sums AS text), '')" for row in ("OLD", "NEW"))
    triggers.create_when(
        schema_editor, PROJECT, "sums_stay", "UPDATE", f"{_is_sealed('OLD')} AND {old} <> {new}", SAID
    )
    triggers.refuse_replacing(schema_editor, POT, SAID)
    triggers.refuse_displacing(schema_editor, POT, SAID)


def backwards(apps, schema_editor):
    for name in ("stays_sealed", "no_insert", "no_delete"):
        triggers.drop_when(schema_editor, POT, name)
    triggers.drop_when(schema_editor, PROJECT, "sums_stay")
    if schema_editor.connection.vendor == "sqlite":
        for name in ("no_replace", "no_displace"):
            triggers.drop_when(schema_editor, POT, name)


class Migration(migrations.Migration):
    dependencies = [("voice", "0010_areas_share_out")]

    operations = [migrations.RunPython(forwards, backwards)]

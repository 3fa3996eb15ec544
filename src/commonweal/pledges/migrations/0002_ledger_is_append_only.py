"""Entries can be added and read. The one change let through is striking out words with their
salt, which leaves every other column, and so the chain, as it was."""

from django.db import migrations

from commonweal.office import triggers

TABLE = "pledges_entry"
KEPT = ["seq", "pledge_id", "kind", "happened_on", "written_at", "words_digest", "by_role",
        "by_organisation", "previous", "hash"]
STRUCK = (
    " AND ".join(f"NEW.{name} = OLD.{name}" for name in KEPT)
    + " AND COALESCE(CAST(NEW.by_code AS text), '') = COALESCE(CAST(OLD.by_code AS text), '')"
    + " AND CAST(NEW.body AS text) = CAST(OLD.body AS text)"
    + " AND NEW.words = '' AND NEW.words_salt = ''"
)


def create(apps, schema_editor):
    triggers.create(schema_editor, TABLE, "the ledger is append-only", unless=STRUCK)


def drop(apps, schema_editor):
    triggers.drop(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("pledges", "0001_initial"), ("accounts", "0002_record_is_append_only")]
    operations = [migrations.RunPython(create, drop)]

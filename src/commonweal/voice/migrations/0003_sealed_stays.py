"""A rule sheet that is published stays, and a count that was made: the database refuses what would
change one of them, whoever asks it."""

from django.db import migrations

from commonweal.office import triggers

ROUND, PROJECT = "voice_round", "voice_project"
SAID = "A rule sheet that is published is never changed."
COUNTED = "A count that was made is never changed."
IS_DRAFT = "('ideas', 'checking')"
OF_A_ROUND = (
    "code", "title", "words", "budget", "ballot_form", "least", "rule", "satisfaction",
    "completion", "step", "compares", "threshold", "ties", "who_decides", "is_binding",
    "who_may_vote", "addresses_from", "addresses_ground", "tells_receipts", "opens_at", "election",
    "sheet", "sheet_sha256", "sealed_at",
)  # fmt: skip
OF_A_PROJECT = (
    "round_id", "number", "title", "words", "proposed_by", "state", "cost_words", "feasible_words",
    "lawful_words", "is_feasible", "is_lawful",
)  # fmt: skip


def _differs(columns):
    return " OR ".join(f"OLD.{name} <> NEW.{name}" for name in columns)


# Columns that may be empty; 0 stands for that, as none of them can be 0.
def _number_differs(columns):
    return " OR ".join(f"COALESCE(OLD.{name}, 0) <> COALESCE(NEW.{name}, 0)" for name in columns)


def _is_sealed(row):
    return (
        f"EXISTS (SELECT 1 FROM {ROUND} WHERE {ROUND}.id = {row}.round_id "
        f"AND {ROUND}.state NOT IN {IS_DRAFT})"
    )


def forwards(apps, schema_editor):
    changed = f"{_differs(OF_A_ROUND)} OR {_number_differs(('most', 'points'))}"
    triggers.create_when(
        schema_editor, ROUND, "stays_sealed", "UPDATE",
        f"OLD.state NOT IN {IS_DRAFT} AND (NEW.state IN {IS_DRAFT} OR {changed})", SAID,
    )  # fmt: skip
    triggers.create_when(
        schema_editor, ROUND, "stays_counted", "UPDATE",
        "OLD.state = 'counted' AND (NEW.state <> 'counted' OR OLD.ballot_file <> NEW.ballot_file "
        "OR OLD.count <> NEW.count OR OLD.closes_at <> NEW.closes_at)", COUNTED,
    )  # fmt: skip
    triggers.create_when(
        schema_editor, ROUND, "no_delete", "DELETE", f"OLD.state NOT IN {IS_DRAFT}", SAID
    )
    changed = f"{_differs(OF_A_PROJECT)} OR {_number_differs(('cost', 'area_id'))}"
    triggers.create_when(
        schema_editor, PROJECT, "stays_sealed", "UPDATE",
        f'{_is_sealed("OLD")} AND ({changed} OR OLD."group" <> NEW."group")', SAID,
    )  # fmt: skip
    for verb, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
        triggers.create_when(
            schema_editor, PROJECT, f"no_{verb.lower()}", verb, _is_sealed(row), SAID
        )
    for table in (ROUND, PROJECT):
        triggers.refuse_replacing(schema_editor, table, SAID)
        triggers.refuse_displacing(schema_editor, table, SAID)


def backwards(apps, schema_editor):
    for name in ("stays_sealed", "stays_counted", "no_delete"):
        triggers.drop_when(schema_editor, ROUND, name)
    for name in ("stays_sealed", "no_insert", "no_delete"):
        triggers.drop_when(schema_editor, PROJECT, name)
    if schema_editor.connection.vendor == "sqlite":
        for table in (ROUND, PROJECT):
            for name in ("no_replace", "no_displace"):
                triggers.drop_when(schema_editor, table, name)


class Migration(migrations.Migration):
    dependencies = [("voice", "0002_rounds")]

    operations = [migrations.RunPython(forwards, backwards)]

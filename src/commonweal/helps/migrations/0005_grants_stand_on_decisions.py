"""Grants stand on their decisions alone: the columns that were overwritten go, and the database
keeps decisions, payments that were paid and closed runs as they are.

Decisions: only emptying their words is let through, when a person is erased. A migration that
makes one of these tables anew on SQLite has to make its triggers anew as well."""

from django.db import migrations

from commonweal.office import triggers

DECISIONS, RUNS, PAYMENTS = "helps_grantdecision", "helps_paymentrun", "helps_payment"


def same(*names):
    """The columns are what they were; those that may be null as well."""
    return " AND ".join(
        f"COALESCE(CAST(NEW.{name} AS text), '') = COALESCE(CAST(OLD.{name} AS text), '')"
        for name in names
    )


EMPTIED = "NEW.words = '' AND " + same(
    "id", "award_id", "kind", "amount", "by_id", "at", "needed", "review_id", "payment_id"
)
OPEN_RUN = "OLD.closed_on IS NULL AND " + same(
    "id", "code", "fund_id", "made_on", "made_by_id", "total"
)
# Money that went out, and every line of a closed run.
SETTLED = (
    "OLD.state = 'paid' OR NOT (" + same("id", "award_id", "run_id", "amount") + ") OR EXISTS "
    f"(SELECT 1 FROM {RUNS} WHERE {RUNS}.id = OLD.run_id AND {RUNS}.closed_on IS NOT NULL)"
)
NEW_ONE = (
    f"EXISTS (SELECT 1 FROM {RUNS} WHERE {RUNS}.id = NEW.run_id AND {RUNS}.closed_on IS NOT NULL) "
    f"OR (NEW.state = 'sent' AND EXISTS (SELECT 1 FROM {PAYMENTS} "
    f"WHERE {PAYMENTS}.award_id = NEW.award_id AND {PAYMENTS}.state = 'sent'))"
)
RULES = (
    ("no_update", "UPDATE", SETTLED, "what was paid, and a closed run, never changes"),
    ("no_delete", "DELETE", "1 = 1", "payments are never deleted"),
    ("no_second", "INSERT", NEW_ONE,
     "no payment comes into a closed run, and none beside one that is under way"),
)  # fmt: skip


def create(apps, schema_editor):
    triggers.create(schema_editor, DECISIONS, "decisions on grants are append-only", unless=EMPTIED)
    triggers.create(schema_editor, RUNS, "a closed run stays closed", unless=OPEN_RUN)
    for name, verb, when, message in RULES:
        triggers.create_when(schema_editor, PAYMENTS, name, verb, when, message)
    triggers.refuse_replacing(schema_editor, PAYMENTS, "payments are never deleted")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        triggers.drop_when(schema_editor, PAYMENTS, "no_replace")
    for name, *_ in RULES:
        triggers.drop_when(schema_editor, PAYMENTS, name)
    triggers.drop(schema_editor, RUNS)
    triggers.drop(schema_editor, DECISIONS)


class Migration(migrations.Migration):
    dependencies = [("helps", "0004_grant_decisions")]

    operations = [
        migrations.RemoveConstraint(
            model_name="payment",
            name="cancelled_payments_say_why",
        ),
        migrations.RemoveField(
            model_name="award",
            name="cancelled_because",
        ),
        migrations.RemoveField(
            model_name="award",
            name="held",
        ),
        migrations.RemoveField(
            model_name="award",
            name="released_because",
        ),
        migrations.RemoveField(
            model_name="award",
            name="released_by",
        ),
        migrations.RemoveField(
            model_name="award",
            name="words",
        ),
        migrations.RemoveField(
            model_name="awardreview",
            name="decision_words",
        ),
        migrations.RemoveField(
            model_name="awardreview",
            name="words",
        ),
        migrations.RemoveField(
            model_name="payment",
            name="because",
        ),
        migrations.DeleteModel(
            name="Approval",
        ),
        migrations.RunPython(create, drop),
    ]

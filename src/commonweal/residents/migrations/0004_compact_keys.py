"""Keys as numbers of 64 bits, in a table that lies in their order.

The digests that are there are cut: nothing is hashed anew, so that what is left of an erased
record stays. Copied in one transaction; a million residents take some minutes."""

import django.db.models.deletion
from django.db import migrations, models, transaction

import commonweal.residents.models.key_kinds

# As `models.key_kinds` had them up to here.
KINDS = (
    "", "nhs", "uprn", "email", "phone", "name", "first-born", "last-born", "address",
    "last-place", "last-year", "first-place", "last", "first", "last-as", "first-as", "full",
    "born", "postcode", "street", "house", "phone-end",
)
NUMBERS = " ".join(f"WHEN '{kind}' THEN {number}" for number, kind in enumerate(KINDS))
TABLE = """CREATE TABLE residents_residentkey (
    digest bigint NOT NULL,
    resident_id bigint NOT NULL{leads},
    kind {small} NOT NULL CHECK (kind >= 0){key}
){after}"""
KEY = "PRIMARY KEY (digest, resident_id)"
LEADS = "REFERENCES residents_resident (id) DEFERRABLE INITIALLY DEFERRED"
BY_RESIDENT = "CREATE INDEX residents_keys_of_each ON residents_residentkey (resident_id)"


def cut(digest):
    return int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True)


def compact(apps, schema):
    is_postgresql = schema.connection.vendor == "postgresql"
    with transaction.atomic(schema.connection.alias), schema.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE residents_residentkey RENAME TO residents_longkey")
        (_on_postgresql if is_postgresql else _on_sqlite)(schema.connection, cursor)
        cursor.execute("DROP TABLE residents_longkey")
        cursor.execute(BY_RESIDENT)


def _on_postgresql(connection, cursor):
    cursor.execute(TABLE.format(leads="", small="smallint", key="", after=""))
    cursor.execute(
        "INSERT INTO residents_residentkey"
        " SELECT ('x' || substr(digest, 1, 16))::bit(64)::bigint, resident_id,"
        f" CASE kind {NUMBERS} ELSE 0 END FROM residents_longkey ORDER BY 1, 2"
    )
    cursor.execute(
        f"ALTER TABLE residents_residentkey ADD CONSTRAINT residents_keys_by_digest {KEY},"
        f" ADD CONSTRAINT residents_keys_lead FOREIGN KEY (resident_id) {LEADS}"
    )


def _on_sqlite(connection, cursor):
    """Read in the order of the index that was there, and written in that order: numbers with a
    sign, so that what begins with 8 or more comes first."""
    connection.connection.create_function("cut_digest", 1, cut, deterministic=True)
    shape = {"small": "smallint unsigned", "key": f", {KEY}", "after": " WITHOUT ROWID"}
    cursor.execute(TABLE.format(leads=f" {LEADS}", **shape))
    for half in (">= '8'", "< '8'"):
        cursor.execute(
            "INSERT INTO residents_residentkey (digest, resident_id, kind)"
            f" SELECT cut_digest(digest), resident_id, CASE kind {NUMBERS} ELSE 0 END"
            f" FROM residents_longkey WHERE digest {half} ORDER BY digest, kind, resident_id"
        )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('residents', '0003_who_was_merged'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name='ResidentKey'),
                migrations.CreateModel(
                    name='ResidentKey',
                    fields=[
                        ('pk', models.CompositePrimaryKey('digest', 'resident', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('digest', models.BigIntegerField()),
                        ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='residents.resident')),
                        ('kind', commonweal.residents.models.key_kinds.KeyKindField()),
                    ],
                ),
            ],
            database_operations=[migrations.RunPython(compact)],
        ),
    ]

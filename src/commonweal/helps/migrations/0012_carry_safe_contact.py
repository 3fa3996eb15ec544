"""What is there is carried: each way of contact becomes a first version; words of consent are
encrypted; open referrals are cut to what was consented to.

*May be reached in any way* was preselected before, so for whoever has a case of a restricted kind
nobody knows whether it was asked: they become *not asked yet*, and are not rung or written to
until somebody asked.
"""

from django.db import migrations

from commonweal.office.fields import EncryptedTextField

OPEN = ("sent", "received", "accepted", "contacted")
BECAUSE = "Carried over from before versions were kept."
COLUMN = EncryptedTextField()


def seal(apps, schema_editor):
    """Encrypt what stood in clear; the columns have their new type already."""
    _rewrite(schema_editor, COLUMN.get_prep_value)


def unseal(apps, schema_editor):
    _rewrite(schema_editor, lambda words: COLUMN.from_db_value(words, None, None))


def _rewrite(schema_editor, change):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, purpose, words FROM helps_consent")
        for pk, purpose, words in cursor.fetchall():
            cursor.execute(
                "UPDATE helps_consent SET purpose = %s, words = %s WHERE id = %s",
                [change(purpose) or "", change(words) or "", pk],
            )


def cut_referrals(apps, schema_editor):
    referrals = apps.get_model("helps", "Referral").objects.filter(
        state__in=OPEN, consent__isnull=False
    )
    for referral in referrals.select_related("consent"):
        fields = [name for name in referral.fields if name in referral.consent.fields]
        if fields != referral.fields:
            referral.fields = fields
            referral.save(update_fields=["fields"])


def carry(apps, schema_editor):
    resident, version = (apps.get_model("helps", name) for name in ("Resident", "SafeContact"))
    risky = set(
        apps.get_model("helps", "HelpRequest").objects.filter(is_restricted=True)
        .values_list("resident", flat=True)
    )
    for one in resident.objects.exclude(state="erased").iterator(500):
        if one.contact == "any" and one.pk in risky:
            one.contact = "not_asked"
        if one.contact == "not_asked" and not one.safe_note and not one.safe_word:
            one.save(update_fields=["contact"])
            continue
        version.objects.create(
            resident=one, number=1, contact=one.contact, note=one.safe_note, word=one.safe_word,
            because=BECAUSE, source="carried",
        )
        one.contact_version = 1
        one.save(update_fields=["contact", "contact_version"])


def back(apps, schema_editor):
    apps.get_model("helps", "Resident").objects.filter(contact="not_asked").update(contact="any")


class Migration(migrations.Migration):
    dependencies = [("helps", "0011_safe_contact_and_consent")]
    operations = [
        migrations.RunPython(seal, unseal),
        migrations.RunPython(cut_referrals, migrations.RunPython.noop),
        migrations.RunPython(carry, back),
    ]

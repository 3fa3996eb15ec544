"""Names that partners had before a change was accepted, where statements look for them."""

from django.db import migrations
from django.utils import timezone


def copy(apps, schema_editor):
    former = apps.get_model("places", "Former")
    accepted = apps.get_model("partners", "NameChange").objects.filter(state="accepted")
    for change in accepted.select_related("partner").order_by("decided_at", "id"):
        former.objects.create(
            kind="partners.Partner",
            code=change.partner.code,
            changed_on=timezone.localdate(change.decided_at),
            was=change.was,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0003_names_wait_and_acceptance_ends"),
        ("places", "0005_what_things_were"),
    ]
    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]

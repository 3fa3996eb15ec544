"""What was kept as sentences becomes codes: the signs of a request, how a call ended.

The table of sentences below is frozen as it was when they were written; the product's own table
may be reworded from now on.
"""

import re

from django.db import migrations
from django.db.models import F

import commonweal.office.fields
from commonweal.office.fields import EncryptedTextField

SENTENCES = {
    "somebody is not safe": "danger",
    "nowhere to sleep tonight": "no-shelter",
    "no food today": "no-food",
    "medicine is needed today": "no-medicine",
    "no heating, light or water": "no-heat",
    "eviction within seven days": "eviction",
    "no money until next week or later": "no-money",
    "a child under five": "baby",
    "illness or disability": "ill",
    "over 70 and alone": "alone",
    "somebody is pregnant": "pregnant",
    "cares for somebody": "carer",
}
WEIGHTS = {
    "safety": 100, "food": 20, "medicine": 20, "energy": 20, "housing": 20, "company": 0,
    "online": 0, "work": 0,
}
DANGER, NOW, NORMAL = 100, 1, 3
ENDINGS = {"reached": "reached", "closed": "closed", "has died": "died"}


def weigh(apps, schema_editor):
    """A restricted kind is danger: so was each that a town starts with."""
    HelpType = apps.get_model("helps", "HelpType")
    for kind in HelpType.objects.all():
        kind.weight = WEIGHTS.get(kind.code, DANGER if kind.is_restricted else 10)
        kind.save(update_fields=["weight"])


def recover_signs(apps, schema_editor):
    HelpRequest = apps.get_model("helps", "HelpRequest")
    Need = apps.get_model("helps", "Need")
    grave = set(
        Need.objects.filter(help_type__weight__gte=DANGER, state="open")
        .order_by().values_list("request", flat=True)
    )
    batch = []
    for request in HelpRequest.objects.only("reasons", "signs", "in_danger").iterator(1000):
        named = [SENTENCES[words] for _, words in request.reasons if words in SENTENCES]
        if not named and request.pk not in grave:
            continue
        request.signs = named
        request.in_danger = "danger" in named or request.pk in grave
        batch.append(request)
        if len(batch) == 500:
            HelpRequest.objects.bulk_update(batch, ["signs", "in_danger"])
            batch = []
    HelpRequest.objects.bulk_update(batch, ["signs", "in_danger"])


def put_right_what_stands_too_low(apps, schema_editor):
    """Open requests that the rules made *can wait*: what a list or partner sent is normal at
    least, what is danger by its need is urgent now. What a person decided stays."""
    HelpRequest = apps.get_model("helps", "HelpRequest")
    waiting = HelpRequest.objects.exclude(state="closed")
    sent = waiting.filter(channel__in=["list", "partner"])
    sent.update(came_as=NORMAL)
    sent.filter(computed__gt=NORMAL).update(computed=NORMAL)
    waiting.filter(in_danger=True, computed__gt=NOW).update(computed=NOW)
    undecided = waiting.filter(decided=None).exclude(urgency=F("computed"))
    undecided.update(urgency=F("computed"))


def say_how_calls_ended(apps, schema_editor):
    """A code for how a call ended; the words of people, which were plain, are encrypted."""
    Callback = apps.get_model("helps", "Callback")
    for words, ending in ENDINGS.items():
        Callback.objects.filter(because=words).update(because="", ending=ending)
    box = EncryptedTextField()
    typed = Callback.objects.exclude(because="").values_list("pk", "because")
    for pk, because in list(typed):
        if re.fullmatch(r"\d+ attempts", because):
            Callback.objects.filter(pk=pk).update(because="", ending="attempts")
            continue
        Callback.objects.filter(pk=pk).update(
            because=box.get_prep_value(because), ending="not_made"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('helps', '0009_what_is_done_next'),
    ]

    operations = [
        migrations.RunPython(weigh, migrations.RunPython.noop),
        migrations.RunPython(recover_signs, migrations.RunPython.noop),
        migrations.RunPython(put_right_what_stands_too_low, migrations.RunPython.noop),
        migrations.RunPython(say_how_calls_ended, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='callback',
            name='because',
            field=commonweal.office.fields.EncryptedTextField(blank=True, help_text='Why a person does not make it, whole.'),
        ),
    ]

"""Grants by every way, and the codes that an issuer gives."""

import commonweal.grants.models.funds
import commonweal.office.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from commonweal.office import triggers

RUNS = "grants_paymentrun"
CHANGES = "COALESCE(NEW.method, '') <> COALESCE(OLD.method, '')"


def keep_the_method(apps, schema):
    triggers.create_when(schema, RUNS, "method_stays", "UPDATE", CHANGES, "a file is of one way")


def let_the_method_go(apps, schema):
    triggers.drop_when(schema, RUNS, "method_stays")


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='award',
            name='goods',
            field=commonweal.office.fields.EncryptedTextField(blank=True),
        ),
        migrations.AddField(
            model_name='award',
            name='number',
            field=commonweal.office.fields.EncryptedTextField(blank=True, help_text='Of a meter, a card or a bill.'),
        ),
        migrations.AddField(
            model_name='award',
            name='through',
            field=commonweal.office.fields.EncryptedTextField(blank=True, help_text='Shop, supplier or counter.'),
        ),
        migrations.AddField(
            model_name='award',
            name='method',
            field=models.CharField(default='transfer', max_length=10),
        ),
        migrations.AddField(
            model_name='fund',
            name='methods',
            field=models.JSONField(default=commonweal.grants.models.funds.by_transfer, help_text='Codes: transfer, voucher, topup, supplier, goods, cash.'),
        ),
        migrations.AddField(
            model_name='paymentrun',
            name='method',
            field=models.CharField(editable=False, max_length=10, null=True),
        ),
        migrations.CreateModel(
            name='IssuedCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('code_key', models.CharField(max_length=64, unique=True)),
                ('came_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('handed_at', models.DateTimeField(blank=True, null=True)),
                ('handed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='issued', to='grants.payment')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('handed_at', None), ('handed_by__isnull', False), _connector='OR'), name='whoever_hands_a_code_over_is_named')],
            },
        ),
        migrations.RunPython(keep_the_method, let_the_method_go),
    ]

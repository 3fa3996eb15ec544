"""What a fund's return asks of a grant, and what a fund's rules were before."""

import commonweal.office.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from commonweal.office import triggers

BEFORE = "grants_fundbefore"


def create(apps, schema):
    triggers.create(schema, BEFORE, "the history of a fund is append-only")


def drop(apps, schema):
    triggers.drop(schema, BEFORE)


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0002_every_method'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='award',
            name='household_type',
            field=commonweal.office.fields.EncryptedTextField(blank=True, choices=[('children', 'Household with children'), ('pensioner', 'Household with somebody of pension age'), ('disabled', 'Household with a disabled person'), ('other', 'Another household')]),
        ),
        migrations.AddField(
            model_name='award',
            name='is_proactive',
            field=models.BooleanField(default=False, help_text='The council offered it: nobody applied.'),
        ),
        migrations.CreateModel(
            name='FundBefore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('because', commonweal.office.fields.EncryptedTextField(help_text='The decision: whose, of which day, where it is minuted.')),
                ('was', models.JSONField(help_text='Each rule that changed, by its column, as it was.')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='before', to='grants.fund')),
            ],
            options={
                'verbose_name_plural': 'funds before',
                'ordering': ['-id'],
            },
        ),
        migrations.RunPython(create, drop),
    ]

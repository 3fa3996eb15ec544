"""Asks are a room of their own. The tables that are there get its name; none is made anew.

The fields are those that helps had up to then."""

import commonweal.office.fields
import commonweal.asks.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from commonweal.office import tables

TABLES = (
    "ask",
    "answer",
    "draw",
    "alarm",
)


def names():
    return [(f"helps_{name}", f"asks_{name}") for name in TABLES]


def move_in(apps, schema):
    tables.rename_tables(schema, names())


def move_out(apps, schema):
    tables.rename_tables(schema, [(new, old) for old, new in names()])


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('charter', '0001_initial'),
        ('helps', '0016_numbers_of_the_nation'),
        ('places', '0004_rooms'),
        ('pledges', '0008_evidence_is_cleaned'),
        ('programme', '0005_looked_at_again'),
        ('services', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        tables.MovedModels(
            state_operations=[
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=4, max_digits=18)),
                ('drawn_on', models.DateField(default=django.utils.timezone.localdate)),
                ('entry_seq', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='all, need, area or channel', max_length=10)),
                ('key', models.CharField(blank=True, max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('rule', models.CharField(choices=[('ears_c2', 'A jump within days (EARS C2)'), ('cusum', 'A lasting rise (CUSUM)')], max_length=8)),
                ('on', models.DateField()),
                ('expected', models.FloatField()),
                ('upper', models.FloatField()),
                ('seen', models.PositiveIntegerField()),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('risk', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='alarms', to='programme.risk')),
            ],
            options={
                'ordering': ['-on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.DecimalField(decimal_places=4, max_digits=18)),
                ('answered_on', models.DateField(default=django.utils.timezone.localdate)),
                ('entry_seq', models.PositiveIntegerField(help_text="The entry in the pledge's ledger.")),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pledge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='pledges.pledge')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Ask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=commonweal.asks.models.new_ask_code, max_length=20, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('words', models.TextField(blank=True)),
                ('quantity', models.DecimalField(decimal_places=4, max_digits=18)),
                ('unit', models.CharField(max_length=40)),
                ('needed_by', models.DateField(blank=True, null=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed')], default='draft', max_length=8)),
                ('published_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='places.area')),
            ],
            options={
                'ordering': ['-published_on', '-id'],
            },
        ),
        migrations.AddField(
            model_name='ask',
            name='help_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='services.helptype'),
        ),
        migrations.AddField(
            model_name='ask',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ask',
            name='theme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asks', to='charter.theme'),
        ),
        migrations.AddField(
            model_name='answer',
            name='ask',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='asks.ask'),
        ),
        migrations.AddField(
            model_name='alarm',
            name='ask',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='alarms', to='asks.ask'),
        ),
        migrations.AddField(
            model_name='draw',
            name='answer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='asks.answer'),
        ),
        migrations.AddField(
            model_name='draw',
            name='drawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draw',
            name='need',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='cases.need'),
        ),
        migrations.AddConstraint(
            model_name='ask',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='asks_ask_for_something'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('ask', 'pledge'), name='a_pledge_answers_once'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='answers_offer_something'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.UniqueConstraint(fields=('kind', 'key', 'rule', 'on'), name='one_alarm_a_day'),
        ),
        migrations.AddConstraint(
            model_name='draw',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='draws_use_something'),
        ),
            ],
        ),
        migrations.RunPython(move_in, move_out),
    ]

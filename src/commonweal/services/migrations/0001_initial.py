"""Services are a room of their own. The tables that are there get its name; none is made anew.

The fields are those that helps had up to then."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from commonweal.office import tables

TABLES = (
    "helptype",
    "helptype_only_for",
    "organisation",
    "service",
    "service_help_types",
    "service_areas",
    "place",
    "schedule",
)


def names():
    return [(f"helps_{name}", f"services_{name}") for name in TABLES]


def move_in(apps, schema):
    tables.rename_tables(schema, names())


def move_out(apps, schema):
    tables.rename_tables(schema, [(new, old) for old, new in names()])


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('helps', '0016_numbers_of_the_nation'),
        ('partners', '0003_names_wait_and_acceptance_ends'),
        ('places', '0004_rooms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        tables.MovedModels(
            state_operations=[
        migrations.CreateModel(
            name='HelpType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('words', models.CharField(help_text="What it is, in a resident's words.", max_length=300)),
                ('questions', models.JSONField(blank=True, default=list, help_text='List of {code, label, kind, choices}.')),
                ('hours_promised', models.PositiveSmallIntegerField(default=72)),
                ('second_call_days', models.PositiveSmallIntegerField(default=7)),
                ('weight', models.PositiveSmallIntegerField(default=10)),
                ('first_script', models.TextField(blank=True)),
                ('second_script', models.TextField(blank=True)),
                ('is_public', models.BooleanField(default=True, help_text='Offered on the public form.')),
                ('is_active', models.BooleanField(default=True)),
                ('is_restricted', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('only_for', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['order', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('website', models.URLField(blank=True, max_length=500)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('source_key', models.CharField(blank=True, max_length=200)),
                ('partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='partners.partner')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=60)),
                ('status', models.CharField(choices=[('active', 'Open'), ('inactive', 'Not offered at present'), ('defunct', 'Ended'), ('temporarily closed', 'Closed for a time')], default='active', max_length=20)),
                ('eligibility', models.TextField(blank=True)),
                ('minimum_age', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('maximum_age', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('application_process', models.TextField(blank=True)),
                ('fees', models.TextField(blank=True)),
                ('wait_time', models.CharField(blank=True, max_length=200)),
                ('alert', models.TextField(blank=True)),
                ('takes_referrals', models.BooleanField(default=False)),
                ('capacity', models.PositiveSmallIntegerField(blank=True, help_text='Open referrals it can hold at once; empty: not stated.', null=True)),
                ('answer_hours', models.PositiveSmallIntegerField(default=48)),
                ('no_names', models.BooleanField(default=False, help_text='It must not hold personal data.')),
                ('asks_for', models.JSONField(blank=True, default=list, help_text='Fields that it needs of who is sent; empty: any.')),
                ('assured_on', models.DateField(blank=True, null=True)),
                ('assurer_email', models.EmailField(blank=True, max_length=254)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('source_key', models.CharField(blank=True, max_length=200)),
                ('more', models.JSONField(default=dict, help_text='What a source says beyond these columns.')),
                ('areas', models.ManyToManyField(blank=True, related_name='+', to='places.area')),
                ('help_types', models.ManyToManyField(blank=True, related_name='services', to='services.helptype')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='services.organisation')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.CharField(blank=True, help_text='MO,TU,WE,TH,FR,SA,SU', max_length=30)),
                ('opens_at', models.TimeField(blank=True, null=True)),
                ('closes_at', models.TimeField(blank=True, null=True)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('words', models.TextField(blank=True)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schedules', to='services.service')),
            ],
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=200)),
                ('address', models.TextField(blank=True)),
                ('postcode', models.CharField(blank=True, max_length=10)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('accessibility', models.TextField(blank=True)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='services.service')),
            ],
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('source', ''), _negated=True), fields=('source', 'source_key'), name='one_organisation_a_source_key'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('partner__isnull', False)), fields=('partner',), name='one_directory_entry_a_partner'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(condition=models.Q(('source', ''), _negated=True), fields=('source', 'source_key'), name='one_service_a_source_key'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('minimum_age', None), ('maximum_age', None), ('maximum_age__gte', models.F('minimum_age')), _connector='OR'), name='ages_are_in_order'),
        ),
            ],
        ),
        migrations.RunPython(move_in, move_out),
    ]

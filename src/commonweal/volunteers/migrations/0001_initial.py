"""Volunteers are a room of their own. The tables that are there get its name; none is made anew.

The fields are those that helps had up to then."""

import commonweal.office.fields
import commonweal.volunteers.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from commonweal.office import tables

TABLES = (
    "volunteer",
    "volunteer_areas",
    "check",
    "task",
    "tasktake",
)


def names():
    return [(f"helps_{name}", f"volunteers_{name}") for name in TABLES]


def move_in(apps, schema):
    tables.rename_tables(schema, names())


def move_out(apps, schema):
    tables.rename_tables(schema, [(new, old) for old, new in names()])


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('asks', '0001_initial'),
        ('cases', '0001_initial'),
        ('helps', '0016_numbers_of_the_nation'),
        ('places', '0004_rooms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        tables.MovedModels(
            state_operations=[
        migrations.CreateModel(
            name='Volunteer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('skills', models.JSONField(default=list)),
                ('hours_a_week', models.PositiveSmallIntegerField(default=2)),
                ('when', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('state', models.CharField(choices=[('new', 'Waits to be looked at'), ('active', 'Active'), ('paused', 'Pausing'), ('left', 'Left')], default='new', max_length=8)),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('agreed_terms', models.CharField(blank=True, max_length=20)),
                ('areas', models.ManyToManyField(blank=True, related_name='+', to='places.area')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='volunteer', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=commonweal.volunteers.models.new_task_code, max_length=20, unique=True)),
                ('title', commonweal.office.fields.EncryptedTextField(blank=True, help_text='No name, no address.')),
                ('skill', models.CharField(blank=True, choices=[('shopping', 'Shopping'), ('driving', 'Driving'), ('phone', 'Friendly calls'), ('prescriptions', 'Collecting prescriptions'), ('dogs', 'Walking dogs'), ('digital', 'Phones and computers'), ('repairs', 'Small repairs'), ('language', 'Interpreting'), ('forms', 'Filling in forms')], max_length=20)),
                ('needs_check', models.CharField(blank=True, choices=[('identity', 'Identity seen'), ('reference', 'Reference'), ('dbs', 'DBS check'), ('driving', 'Licence and insurance'), ('training', 'Safeguarding training')], max_length=10)),
                ('on', models.DateField(blank=True, null=True)),
                ('between', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('minutes', models.PositiveSmallIntegerField(default=60)),
                ('who', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('where', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('instructions', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('visit_agreed', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('open', 'Open'), ('taken', 'Taken'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='open', max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('minutes_given', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('ask', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='asks.ask')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('need', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='cases.need')),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='volunteers.volunteer')),
            ],
            options={
                'ordering': ['on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('identity', 'Identity seen'), ('reference', 'Reference'), ('dbs', 'DBS check'), ('driving', 'Licence and insurance'), ('training', 'Safeguarding training')], max_length=10)),
                ('seen_on', models.DateField()),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('seen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='volunteers.volunteer')),
            ],
            options={
                'ordering': ['-seen_on'],
            },
        ),
        migrations.CreateModel(
            name='TaskTake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('taken_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end', models.CharField(blank=True, choices=[('done', 'Done'), ('back', 'Given back'), ('cancelled', 'Cancelled by the desk')], max_length=10)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takes', to='volunteers.task')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='volunteers.volunteer')),
            ],
            options={
                'ordering': ['-taken_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('task',), name='a_task_is_taken_by_one')],
            },
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['taken', 'done']), _negated=True), ('taken_by__isnull', False), _connector='OR'), name='taken_tasks_have_somebody'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('minutes_given__isnull', False), _connector='OR'), name='done_tasks_count_their_time'),
        ),
            ],
        ),
        migrations.RunPython(move_in, move_out),
    ]

"""Residents are a room of their own. The tables that are there get its name; none is made anew.

The fields are those that helps had up to then."""

import commonweal.office.fields
import commonweal.residents.models.people
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from commonweal.office import tables

TABLES = (
    "safecontact",
    "household",
    "resident",
    "residentkey",
    "merge",
    "different",
    "deathreport",
    "erasure",
    "excused",
    "perhapssame",
)


def names():
    return [(f"helps_{name}", f"residents_{name}") for name in TABLES]


def move_in(apps, schema):
    tables.rename_tables(schema, names())


def move_out(apps, schema):
    tables.rename_tables(schema, [(new, old) for old, new in names()])


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('helps', '0016_numbers_of_the_nation'),
        ('places', '0004_rooms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        tables.MovedModels(
            state_operations=[
        migrations.CreateModel(
            name='Household',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=commonweal.residents.models.people.new_household_code, max_length=20, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Resident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=commonweal.residents.models.people.new_resident_code, max_length=20, unique=True)),
                ('state', models.CharField(choices=[('active', 'Active'), ('archived', 'Archived'), ('merged', 'Merged into another record'), ('erased', 'Erased')], default='active', max_length=10)),
                ('first_name', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('last_name', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('also_known_as', commonweal.office.fields.EncryptedTextField(blank=True, help_text='Other names, one a line.')),
                ('born', commonweal.office.fields.EncryptedTextField(blank=True, help_text='1950, 1950-03 or 1950-03-27; empty: unknown.')),
                ('nhs_number', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('language', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('contact', models.CharField(choices=[('not_asked', 'Not asked yet'), ('any', 'May be rung, texted and written to'), ('no_ring', 'Do not ring'), ('text_only', 'Only by text message'), ('email_only', 'Only by e-mail'), ('post_only', 'Only by letter'), ('none', 'Do not contact; they contact the desk')], default='not_asked', max_length=12)),
                ('safe_days', models.CharField(blank=True, help_text='1 is Monday; empty: every.', max_length=7)),
                ('safe_from', models.TimeField(blank=True, null=True)),
                ('safe_until', models.TimeField(blank=True, null=True)),
                ('safe_word', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('safe_note', commonweal.office.fields.EncryptedTextField(blank=True, help_text='When and how it is safe to get in touch.')),
                ('contact_version', models.PositiveIntegerField(default=0, help_text='0: nobody was asked.')),
                ('phones', commonweal.office.fields.EncryptedTextField(blank=True, help_text='One a line, as they were given.')),
                ('email', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('lives', models.CharField(choices=[('address', 'At an address'), ('no_fixed', 'No fixed address'), ('refuge', 'In a refuge: the address is never shown')], default='address', max_length=10)),
                ('address', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('postcode', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('uprn', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('is_dead', models.BooleanField(default=False)),
                ('dead_reported_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('keyed', models.PositiveSmallIntegerField(default=0, help_text='Which version of the keys it is found by.')),
                ('keep_until', models.DateField(blank=True, null=True)),
                ('erased_on', models.DateField(blank=True, null=True)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('household', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='members', to='residents.household')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='residents.resident')),
            ],
        ),
        migrations.CreateModel(
            name='PerhapsSame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('is_same', models.BooleanField(null=True)),
                ('chosen_by', models.ForeignKey(help_text='Empty: the machine.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('one', models.ForeignKey(help_text='The newer.', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='residents.resident')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='residents.resident')),
            ],
            options={
                'ordering': ['-joined_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reasons', models.JSONField(default=list, help_text='Fields and how alike; no values.')),
                ('because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('journal', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('merged_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reversible_until', models.DateTimeField(default=commonweal.residents.models.people.in_a_year)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('merged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges_gone', to='residents.resident')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges_kept', to='residents.resident')),
            ],
            options={
                'ordering': ['-merged_at'],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('state', models.CharField(choices=[('asked', 'Waits for a second person'), ('done', 'Erased'), ('dropped', 'Not erased after all')], default='asked', max_length=8)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='residents.resident')),
            ],
            options={
                'ordering': ['-asked_at'],
            },
        ),
        migrations.CreateModel(
            name='Different',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='residents.resident')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='residents.resident')),
            ],
        ),
        migrations.CreateModel(
            name='DeathReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', commonweal.office.fields.EncryptedTextField(blank=True, help_text='The whole reason, as it was typed.')),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('stopped', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('reported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='death_reports', to='residents.resident')),
            ],
            options={
                'ordering': ['-reported_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ResidentKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=32)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='residents.resident')),
            ],
        ),
        migrations.CreateModel(
            name='SafeContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('contact', models.CharField(max_length=12)),
                ('days', models.CharField(blank=True, max_length=7)),
                ('start', models.TimeField(blank=True, null=True)),
                ('end', models.TimeField(blank=True, null=True)),
                ('note', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('word', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('because', commonweal.office.fields.EncryptedTextField(blank=True, help_text='Why it was loosened.')),
                ('loosened', models.BooleanField(default=False)),
                ('source', models.CharField(choices=[('carried', 'Carried over'), ('intake', 'Said when they got in touch'), ('changed', 'Changed on their page'), ('merged', 'Two records became one'), ('parted', 'One record became two again'), ('partner', 'Said by a partner')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='safe_contacts', to='residents.resident')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='Excused',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outlet', models.CharField(help_text='ask, task, referral …', max_length=20)),
                ('code', models.CharField(help_text='Which ask, task or referral.', max_length=40)),
                ('words', commonweal.office.fields.EncryptedTextField(help_text='As they were typed, one a line.')),
                ('because', commonweal.office.fields.EncryptedTextField(help_text='Whose they are.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at'],
                'indexes': [models.Index(fields=['outlet', 'code'], name='excused_by_thing')],
            },
        ),
        migrations.AddIndex(
            model_name='resident',
            index=models.Index(condition=models.Q(('state', 'erased'), _negated=True), fields=['keep_until'], name='residents_to_forget'),
        ),
        migrations.AddIndex(
            model_name='resident',
            index=models.Index(fields=['keyed'], name='residents_to_key'),
        ),
        migrations.AddConstraint(
            model_name='resident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'merged'), ('merged_into__isnull', False)), models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into', None)), _connector='OR'), name='merged_residents_lead_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='resident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'erased'), _negated=True), models.Q(('address', ''), ('email', ''), ('first_name', ''), ('last_name', ''), ('phones', ''), ('postcode', '')), _connector='OR'), name='erased_residents_hold_nothing'),
        ),
        migrations.AddConstraint(
            model_name='perhapssame',
            constraint=models.UniqueConstraint(fields=('one', 'other'), name='joined_once'),
        ),
        migrations.AddConstraint(
            model_name='perhapssame',
            constraint=models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='nobody_is_perhaps_themselves'),
        ),
        migrations.AddConstraint(
            model_name='perhapssame',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('is_same', None)), models.Q(('decided_at__isnull', False), ('is_same__isnull', False)), _connector='OR'), name='decided_pairs_say_how'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('kept', models.F('gone')), _negated=True), name='nobody_is_merged_with_themselves'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('gone',), name='merged_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('resident',), name='one_erasure_waits'),
        ),
        migrations.AddConstraint(
            model_name='erasure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('ended_by__isnull', False), models.Q(('ended_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='erasing_takes_two_people'),
        ),
        migrations.AddConstraint(
            model_name='different',
            constraint=models.UniqueConstraint(fields=('one', 'other'), name='each_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='different',
            constraint=models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='pairs_are_in_order'),
        ),
        migrations.AddConstraint(
            model_name='deathreport',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('resident',), name='one_report_stands'),
        ),
        migrations.AddIndex(
            model_name='residentkey',
            index=models.Index(fields=['digest', 'kind', 'resident'], name='residents_by_key'),
        ),
        migrations.AddConstraint(
            model_name='residentkey',
            constraint=models.UniqueConstraint(fields=('resident', 'kind', 'digest'), name='each_key_once'),
        ),
        migrations.AddConstraint(
            model_name='safecontact',
            constraint=models.UniqueConstraint(fields=('resident', 'number'), name='each_version_of_safe_contact_once'),
        ),
        migrations.AddConstraint(
            model_name='safecontact',
            constraint=models.CheckConstraint(condition=models.Q(('start', None), ('end', None), ('start__lt', models.F('end')), _connector='OR'), name='safe_hours_begin_before_they_end'),
        ),
            ],
        ),
        migrations.RunPython(move_in, move_out),
    ]

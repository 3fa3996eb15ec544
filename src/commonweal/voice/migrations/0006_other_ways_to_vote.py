"""Places with staff, the telephone and paper: what a round takes, and what is kept of them."""

import commonweal.office.fields
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from commonweal.office import triggers

CHANGED = "OR ".join(
    f"COALESCE(OLD.{name}, FALSE) <> COALESCE(NEW.{name}, FALSE) "
    for name in ("takes_paper", "takes_telephone")
)


def forwards(apps, schema_editor):
    triggers.create_when(
        schema_editor, "voice_round", "ways_stay_sealed", "UPDATE",
        f"OLD.state NOT IN ('ideas', 'checking') AND ({CHANGED})",
        "A rule sheet that is published is never changed.",
    )  # fmt: skip


def backwards(apps, schema_editor):
    triggers.drop_when(schema_editor, "voice_round", "ways_stay_sealed")


class Migration(migrations.Migration):

    dependencies = [
        ('voice', '0005_proposals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='round',
            name='takes_paper',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='round',
            name='takes_telephone',
            field=models.BooleanField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='PaperCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=40)),
                ('papers', models.PositiveIntegerField(help_text='All that were entered.')),
                ('drawn', models.PositiveIntegerField(help_text='How many were drawn first.')),
                ('wrong', models.PositiveIntegerField(default=0)),
                ('mended', models.PositiveIntegerField(help_text='Of which the two entries differed.')),
                ('spoilt', models.PositiveIntegerField(default=0, help_text='Which could not be counted.')),
                ('drawn_on', models.DateField(default=django.utils.timezone.localdate)),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper_check', to='voice.round')),
            ],
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('ballots', models.PositiveIntegerField(default=0)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='voice.round')),
            ],
            options={
                'ordering': ['first_on', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('opened_on', models.DateField(default=django.utils.timezone.localdate)),
                ('is_ended', models.BooleanField(default=False)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='voice.place')),
            ],
            options={
                'ordering': ['opened_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='WayCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('telephone', 'By telephone'), ('paper', 'On paper')], max_length=10)),
                ('ballots', models.PositiveIntegerField(default=0)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='way_counts', to='voice.round')),
            ],
            options={
                'ordering': ['way'],
            },
        ),
        migrations.CreateModel(
            name='PaperBallot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('first', commonweal.office.fields.EncryptedTextField()),
                ('second', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('choices', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('is_settled', models.BooleanField(default=False)),
                ('is_mended', models.BooleanField(default=False)),
                ('is_drawn', models.BooleanField(default=False)),
                ('is_checked', models.BooleanField(default=False)),
                ('is_wrong', models.BooleanField(default=False)),
                ('first_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='paper_ballots', to='voice.round')),
                ('second_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('round', 'number'), name='one_paper_a_number'), models.CheckConstraint(condition=models.Q(('second_by', None), models.Q(('second_by', models.F('first_by')), _negated=True), _connector='OR'), name='two_people_enter_a_paper')],
            },
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='one_place_a_number'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='places_close_after_they_open'),
        ),
        migrations.AddConstraint(
            model_name='waycount',
            constraint=models.UniqueConstraint(fields=('round', 'way'), name='one_count_a_way'),
        ),
        migrations.RunPython(forwards, backwards),
    ]

"""Cases are a room of their own. The tables that are there get its name; none is made anew.

The fields are those that helps had up to then."""

import commonweal.office.fields
import commonweal.cases.models.cases
import commonweal.cases.models.keeping
import commonweal.cases.models.named
import commonweal.cases.models.referrals
import commonweal.residents.models.people
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

from commonweal.office import tables, triggers

TABLES = (
    "notice",
    "consent",
    "intakedraft",
    "need",
    "callback",
    "call",
    "note",
    "casefile",
    "shift",
    "texttemplate",
    "bulktext",
    "listrun",
    "listrow",
    "retentionrun",
    "referral",
    "caseread",
    "readsforgotten",
    "glass",
    "ownaddress",
    "copy",
    "retention",
    "safeguard",
    "alarmnumber",
    "duty",
    "standin",
    "casealarm",
    "opening",
    "nextaction",
    "subjectaccess",
    "accessentry",
    "written",
)
# What is called otherwise from now on: (before, now).
RENAMED = (("helprequest", "case"),)
OF_A_CASE = (
    "need",
    "callback",
    "call",
    "note",
    "casefile",
    "listrow",
    "referral",
    "caseread",
    "glass",
    "casealarm",
    "written",
)


MESSAGE = "the record of readings is append-only"


def guards(prefix, case):
    """The tables that are append-only, with what is let through; ``case`` is the column that leads
    to a case. The rules are those of helps 0015."""
    reads, glasses, forgotten = f"{prefix}_caseread", f"{prefix}_glass", f"{prefix}_readsforgotten"
    same = " AND ".join(
        f"OLD.{name} = NEW.{name}"
        for name in (
            "id", "at", "person_id", "draft_code", "what", "link", "own_name", "own_address",
        )
    )
    learns_who = f"OLD.resident_id IS NULL AND NEW.resident_id IS NOT NULL AND {same}"
    looked_at = (
        f"OLD.id = NEW.id AND OLD.person_id = NEW.person_id AND OLD.{case} = NEW.{case} "
        "AND OLD.at = NEW.at AND NEW.until <= OLD.until "
        "AND (NEW.because = OLD.because OR NEW.because = '') "
        "AND (OLD.looked_at_by_id IS NULL "
        "OR COALESCE(NEW.looked_at_by_id, 0) = OLD.looked_at_by_id)"
    )
    was_forgotten = f"EXISTS (SELECT 1 FROM {forgotten} WHERE OLD.at < {forgotten}.until)"
    return (reads, learns_who, was_forgotten), (glasses, looked_at, ""), (forgotten, "", "")


def drop_guards(schema, prefix):
    for table, _, _ in guards(prefix, "case_id"):
        triggers.drop(schema, table)


def make_guards(schema, prefix, case):
    # The condition of one asks another table, so that one is there first.
    for table, unless, goes_when in reversed(guards(prefix, case)):
        triggers.create(schema, table, MESSAGE, unless=unless)
        if goes_when:
            triggers.let_go_when(schema, table, goes_when, MESSAGE)


def names():
    pairs = [*((name, name) for name in TABLES), *RENAMED]
    return [(f"helps_{old}", f"cases_{new}") for old, new in pairs]


def move_in(apps, schema):
    drop_guards(schema, "helps")
    tables.rename_tables(schema, names())
    of_a_case = [f"cases_{name}" for name in OF_A_CASE]
    tables.rename_column(schema, of_a_case, "request_id", "case_id")
    make_guards(schema, "cases", "case_id")


def move_out(apps, schema):
    drop_guards(schema, "cases")
    of_a_case = [f"cases_{name}" for name in OF_A_CASE]
    tables.rename_column(schema, of_a_case, "case_id", "request_id")
    tables.rename_tables(schema, [(new, old) for old, new in names()])
    make_guards(schema, "helps", "request_id")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('helps', '0016_numbers_of_the_nation'),
        ('partners', '0003_names_wait_and_acceptance_ends'),
        ('places', '0004_rooms'),
        ('residents', '0001_initial'),
        ('services', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        tables.MovedModels(
            state_operations=[
        migrations.CreateModel(
            name='CaseAlarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('given', 'A case waits to be opened'), ('nobody', 'Nobody named is on duty'), ('again', 'Somebody got in touch again'), ('added', 'Something was added to a case')], max_length=8)),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('rounds', models.PositiveSmallIntegerField(default=0)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-raised_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='CaseFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', commonweal.office.fields.EncryptedTextField()),
                ('content_type', models.CharField(max_length=100)),
                ('size_bytes', models.PositiveIntegerField()),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='CaseRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('draft_code', models.CharField(blank=True, max_length=20)),
                ('what', models.CharField(max_length=20)),
                ('link', models.CharField(help_text='Why they might: caseload, queue, glass …', max_length=20)),
                ('own_name', models.BooleanField(default=False)),
                ('own_address', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient', models.CharField(choices=[('partner', 'One named organisation'), ('help', 'Any organisation that gives this help'), ('unknown', 'Not asked: from before recipients were named')], default='unknown', max_length=8)),
                ('purpose', commonweal.office.fields.EncryptedTextField(blank=True, help_text='What it is shared for, in words.')),
                ('fields', models.JSONField(default=list, help_text='Names of the fields that may be shared.')),
                ('words', commonweal.office.fields.EncryptedTextField(blank=True, help_text='What was read out or shown.')),
                ('given_by', models.CharField(choices=[('self', 'The resident'), ('other', 'Somebody on their behalf')], default='self', max_length=20)),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-given_at'],
            },
        ),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('fields', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')])),
                ('starts', models.TimeField()),
                ('ends', models.TimeField()),
            ],
            options={
                'ordering': ['weekday', 'starts', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Glass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', commonweal.office.fields.EncryptedTextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(default=commonweal.cases.models.keeping.in_a_day)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='IntakeDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=commonweal.cases.models.cases.new_draft_code, max_length=20, unique=True)),
                ('channel', models.CharField(choices=[('web', 'Form on the web'), ('phone', 'Telephone'), ('email', 'E-mail'), ('walk_in', 'In person'), ('list', 'A list of names'), ('partner', 'From a partner')], max_length=10)),
                ('answers', commonweal.office.fields.EncryptedTextField(blank=True, help_text='JSON of what was typed.')),
                ('marks', commonweal.office.fields.EncryptedTextField(blank=True, help_text='JSON: who typed which field and when; what two typed differently.')),
                ('pin_hash', models.CharField(blank=True, max_length=64)),
                ('wrong_pins', models.PositiveSmallIntegerField(default=0)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('saves', models.PositiveIntegerField(default=0)),
                ('is_restricted', models.BooleanField(default=False, help_text='A restricted kind is ticked, or it fits a restricted person.')),
            ],
            options={
                'ordering': ['-saved_at'],
            },
        ),
        migrations.CreateModel(
            name='ListRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layout', models.CharField(max_length=40)),
                ('key_hash', models.CharField(help_text="Keyed hash of the list's own id.", max_length=64)),
                ('row', models.PositiveIntegerField()),
                ('outcome', models.CharField(max_length=12)),
                ('content_hash', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='ListRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('layout', models.CharField(max_length=40)),
                ('sha256', models.CharField(max_length=64)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0, help_text='Rows carried out so far.')),
                ('counts', models.JSONField(default=dict)),
                ('rejected', models.JSONField(default=list, help_text='List of [row, why]; no personal data.')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-started_at'],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('answers', commonweal.office.fields.EncryptedTextField(blank=True, help_text="JSON: answers to the type's questions.")),
                ('state', models.CharField(choices=[('open', 'Open'), ('met', 'Met'), ('partly', 'Met in part'), ('unmet', 'Not met'), ('gone', 'Not needed any more')], default='open', max_length=8)),
                ('opened_on', models.DateField(default=django.utils.timezone.localdate)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('why_unmet', models.CharField(blank=True, choices=[('no_service', 'There is no such service'), ('no_capacity', 'No place was free'), ('not_eligible', 'They did not meet the criteria'), ('no_money', 'The fund is spent'), ('not_reached', 'They could not be reached'), ('declined', 'They declined it'), ('other', 'Another reason')], max_length=20)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NextAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('decide', 'Decide what to do next'), ('help', 'Get the help under way'), ('ask', 'Ask somebody about it'), ('wait', 'Look whether it has come'), ('write', 'Write to them'), ('visit', 'Go there'), ('grant', 'Hear what became of the grant'), ('other', 'Something else')], max_length=8)),
                ('about', models.CharField(blank=True, help_text='Reference of the grant, referral or task.', max_length=20)),
                ('words', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('due_at', models.DateTimeField(help_text='The end of a day where only the day was said.')),
                ('because', models.CharField(choices=[('hand', 'planned by hand'), ('moved', 'moved'), ('taken', 'the call was taken'), ('spoken', 'they were spoken to'), ('attempts', 'the attempts to ring are spent'), ('no_call', 'the call that was owed is not made'), ('task_done', "the volunteer's task is done"), ('task_cancelled', "the volunteer's task was cancelled"), ('referral_declined', 'the partner declined'), ('referral_returned', 'the partner did not answer in time'), ('referral_done', 'the partner has finished'), ('referral_back', 'the referral was taken back'), ('consent', 'consent was withdrawn'), ('grant_asked', 'a grant was asked for'), ('grant_refused', 'the grant was refused'), ('grant_cancelled', 'the grant was cancelled'), ('grant_withdrawn', 'the application for a grant was withdrawn'), ('grant_paid', 'the grant was paid'), ('reopened', 'the need was opened again'), ('alive', 'a report of death was wrong')], max_length=20)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('done', 'Done'), ('moved', 'Moved to another day or person'), ('dropped', 'Not needed any more')], default='planned', max_length=8)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_words', commonweal.office.fields.EncryptedTextField(blank=True, help_text='What came of it, or why it moved.')),
            ],
            options={
                'ordering': ['due_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('note', 'Note'), ('handover', 'Hand-over'), ('list', 'From a list'), ('partner', 'From a partner'), ('system', 'By the system'), ('added', 'Added by who wrote here before')], default='note', max_length=10)),
                ('words', commonweal.office.fields.EncryptedTextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=20, unique=True)),
                ('text', models.TextField()),
                ('in_force_from', models.DateField()),
            ],
            options={
                'ordering': ['-in_force_from', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_open', models.BooleanField(default=False)),
                ('because', models.TextField(blank=True, help_text='Why it is closed; visitors read it.')),
                ('hours', models.JSONField(blank=True, default=list)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='OwnAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='ReadsForgotten',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(help_text='Readings from before this moment may go.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name_plural': 'reads forgotten',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=commonweal.cases.models.referrals.new_referral_code, max_length=20, unique=True)),
                ('hand', models.CharField(choices=[('consented', 'The details that were consented to'), ('minimum', 'The least: first name and one way to reach them'), ('nothing', 'No personal data: the resident gets in touch with the reference')], max_length=10)),
                ('fields', models.JSONField(default=list)),
                ('words', commonweal.office.fields.EncryptedTextField(blank=True, help_text='What the partner needs to know.')),
                ('state', models.CharField(choices=[('sent', 'Sent'), ('received', 'Received'), ('accepted', 'Accepted'), ('contacted', 'In touch with the resident'), ('done', 'Done'), ('declined', 'Declined'), ('returned', 'Returned: not answered in time'), ('revoked', 'Taken back')], default='sent', max_length=10)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answer_by', models.DateTimeField()),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('declined_because', models.CharField(blank=True, choices=[('no_capacity', 'No place is free'), ('not_eligible', 'Does not meet criteria'), ('wrong_service', 'Not what we do'), ('too_little', 'Too little is known'), ('other', 'Another reason')], max_length=20)),
                ('contacted_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('helped', 'Helped'), ('partly', 'Helped in part'), ('not_reached', 'Not reached'), ('declined', 'The resident declined'), ('unable', 'We could not help')], max_length=12)),
                ('outcome_words', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-sent_at'],
            },
        ),
        migrations.CreateModel(
            name='Retention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.SlugField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('basis', models.CharField(help_text='The lawful basis, in words.', max_length=300)),
                ('days', models.PositiveIntegerField()),
            ],
            options={
                'ordering': ['purpose'],
            },
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('on', models.DateField(help_text='The day that it took for today.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('done', 'Done'), ('stopped', 'Stopped: two people have to look'), ('confirmed', 'Done after two people had looked'), ('dropped', 'Nothing was erased')], max_length=10)),
                ('counts', models.JSONField(default=dict, help_text='Purpose: how many, erased or to erase.')),
                ('why', models.JSONField(default=list, help_text='Why it stopped: sentences of the system.')),
                ('first_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Safeguard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open_within', models.PositiveSmallIntegerField(default=15, help_text='Minutes until the alarm rings again, if nobody opened the case.')),
                ('numbers', models.TextField(default=commonweal.cases.models.named.first_numbers, help_text='Emergency numbers, one a line.')),
                ('what_next', models.TextField(default='A named colleague has this case now, or is being rung. They get in touch in the way that the caller said is safe. Nobody else at the desk finds the caller by searching.')),
            ],
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='StandIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_on', models.BooleanField()),
                ('until', models.DateTimeField()),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-said_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SubjectAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_on', models.DateField(default=django.utils.timezone.localdate)),
                ('prepared_at', models.DateTimeField(blank=True, null=True)),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('alone', models.BooleanField(default=False, help_text='Reviewed by the one who prepared it, the only officer there was.')),
                ('seen_sha256', models.CharField(blank=True, help_text='Of the entries as they were reviewed.', max_length=64)),
                ('sha256', models.CharField(blank=True, help_text='Of the archive given out.', max_length=64)),
            ],
            options={
                'ordering': ['-asked_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='TextTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('by_text', models.BooleanField(default=True, help_text='A text message; otherwise an e-mail.')),
                ('subject', models.CharField(blank=True, help_text='Never names a person.', max_length=120)),
                ('body', models.TextField(help_text='May hold {reference} and {town}.')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Written',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('text', 'Text message'), ('email', 'E-mail')], max_length=5)),
                ('subject', models.CharField(blank=True, help_text='Never names a person.', max_length=120)),
                ('words', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('to', commonweal.office.fields.EncryptedTextField(blank=True, help_text='The number or address it goes to.')),
                ('state', models.CharField(choices=[('waiting', 'Waits for a safe hour'), ('handed', 'Given to the sender'), ('stopped', 'Not sent')], default='waiting', max_length=8)),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now)),
                ('why_stopped', models.CharField(blank=True, max_length=80)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='AccessEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveIntegerField()),
                ('key', models.CharField(help_text='Kind and number of the row it was made of.', max_length=80)),
                ('content', commonweal.office.fields.EncryptedTextField(help_text='JSON: title, moment and lines of [label, words].')),
                ('is_struck', models.BooleanField(default=False, help_text='The whole entry is left out.')),
                ('passages', commonweal.office.fields.EncryptedTextField(blank=True, help_text='JSON: passages that are left out.')),
                ('struck_because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('struck_at', models.DateTimeField(blank=True, null=True)),
                ('struck_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='AlarmNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', commonweal.office.fields.EncryptedTextField()),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='alarm_number', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BulkText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chosen', models.JSONField(default=dict, help_text='The filter by which they were chosen.')),
                ('sent', models.PositiveIntegerField(default=0)),
                ('left_out', models.JSONField(default=dict, help_text='Reason: how many.')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Callback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('first', 'First call'), ('second', 'Second call'), ('follow_up', 'Follow-up')], max_length=10)),
                ('due_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('due', 'Due'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='due', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('ending', models.CharField(blank=True, choices=[('reached', 'They were reached'), ('attempts', 'The attempts are spent'), ('closed', 'The case was closed'), ('died', 'Reported dead'), ('not_made', 'Somebody decided not to make it')], max_length=10)),
                ('because', commonweal.office.fields.EncryptedTextField(blank=True, help_text='Why a person does not make it, whole.')),
                ('assigned_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('in', 'In'), ('out', 'Out')], max_length=3)),
                ('outcome', models.CharField(choices=[('spoke', 'Spoke to them'), ('no_answer', 'No answer'), ('voicemail', 'Left no details on the voicemail'), ('wrong_number', 'Wrong number'), ('refused', 'Did not want to talk'), ('later', 'Asked to be rung at another time'), ('unsafe', 'Not safe to talk'), ('dead', 'Was told that they have died')], max_length=14)),
                ('words', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('callback', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='cases.callback')),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=commonweal.residents.models.people.new_reference, max_length=20, unique=True)),
                ('channel', models.CharField(choices=[('web', 'Form on the web'), ('phone', 'Telephone'), ('email', 'E-mail'), ('walk_in', 'In person'), ('list', 'A list of names'), ('partner', 'From a partner')], max_length=10)),
                ('words', commonweal.office.fields.EncryptedTextField(blank=True, help_text='What was said, in their own words.')),
                ('on_behalf', models.BooleanField(default=False)),
                ('caller_name', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('caller_relation', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('caller_contact', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('consent_words', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('signs', models.JSONField(default=list, help_text='Codes of the signs that somebody named.')),
                ('came_as', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Now: today'), (2, 'Soon: within two days'), (3, 'Normal'), (4, 'Can wait')], help_text='From a list or a partner: the rules never make it less urgent than this.', null=True)),
                ('in_danger', models.BooleanField(default=False)),
                ('score', models.PositiveSmallIntegerField(default=0)),
                ('reasons', models.JSONField(default=list, help_text='List of [points, words], largest first.')),
                ('computed', models.PositiveSmallIntegerField(choices=[(1, 'Now: today'), (2, 'Soon: within two days'), (3, 'Normal'), (4, 'Can wait')], default=3)),
                ('decided', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Now: today'), (2, 'Soon: within two days'), (3, 'Normal'), (4, 'Can wait')], null=True)),
                ('decided_because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('urgency', models.PositiveSmallIntegerField(choices=[(1, 'Now: today'), (2, 'Soon: within two days'), (3, 'Normal'), (4, 'Can wait')], default=3)),
                ('due_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('new', 'New'), ('working', 'Being worked on'), ('waiting', 'Waiting for a partner'), ('closed', 'Closed')], default='new', max_length=10)),
                ('is_restricted', models.BooleanField(default=False)),
                ('first_contact_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_words', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('assigned_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_partner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner')),
            ],
            options={
                'ordering': ['urgency', '-in_danger', 'due_at'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='resident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='residents.resident'),
        ),
        migrations.AddField(
            model_name='case',
            name='taken_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='callback',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='callbacks', to='cases.case'),
        ),
        migrations.AddField(
            model_name='call',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='cases.case'),
        ),
        migrations.AddField(
            model_name='casealarm',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='case_alarms', to='cases.case'),
        ),
        migrations.AddField(
            model_name='casealarm',
            name='opened_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casefile',
            name='added_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casefile',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='cases.case'),
        ),
        migrations.AddField(
            model_name='caseread',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='cases.case'),
        ),
        migrations.AddField(
            model_name='caseread',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='caseread',
            name='resident',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='residents.resident'),
        ),
        migrations.AddField(
            model_name='consent',
            name='help_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.helptype'),
        ),
        migrations.AddField(
            model_name='consent',
            name='partner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner'),
        ),
        migrations.AddField(
            model_name='consent',
            name='resident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='residents.resident'),
        ),
        migrations.AddField(
            model_name='consent',
            name='taken_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='copy',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner'),
        ),
        migrations.AddField(
            model_name='copy',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='duty',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='glass',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='glasses', to='cases.case'),
        ),
        migrations.AddField(
            model_name='glass',
            name='looked_at_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='glass',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='intakedraft',
            name='saved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='intakedraft',
            name='sent_as',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='draft', to='cases.case'),
        ),
        migrations.AddField(
            model_name='intakedraft',
            name='started_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='listrow',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='list_rows', to='cases.case'),
        ),
        migrations.AddField(
            model_name='listrun',
            name='help_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.helptype'),
        ),
        migrations.AddField(
            model_name='listrun',
            name='started_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='listrow',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_rows', to='cases.listrun'),
        ),
        migrations.AddField(
            model_name='need',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='cases.case'),
        ),
        migrations.AddField(
            model_name='need',
            name='help_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='services.helptype'),
        ),
        migrations.AddField(
            model_name='nextaction',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='nextaction',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='nextaction',
            name='need',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='next_actions', to='cases.need'),
        ),
        migrations.AddField(
            model_name='nextaction',
            name='owner',
            field=models.ForeignKey(help_text='Nobody: it was given back to the desk.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='note',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='note',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='cases.case'),
        ),
        migrations.AddField(
            model_name='consent',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.notice'),
        ),
        migrations.AddField(
            model_name='case',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.notice'),
        ),
        migrations.AddField(
            model_name='opening',
            name='changed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ownaddress',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='own_address', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='referral',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.case'),
        ),
        migrations.AddField(
            model_name='referral',
            name='consent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.consent'),
        ),
        migrations.AddField(
            model_name='referral',
            name='need',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.need'),
        ),
        migrations.AddField(
            model_name='referral',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='partners.partner'),
        ),
        migrations.AddField(
            model_name='referral',
            name='sent_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='referral',
            name='service',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='services.service'),
        ),
        migrations.AddField(
            model_name='copy',
            name='referral',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='cases.referral'),
        ),
        migrations.AddField(
            model_name='retentionrun',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='retentionrun',
            name='first_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='safeguard',
            name='help_type',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='safeguard', to='services.helptype'),
        ),
        migrations.AddField(
            model_name='shift',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='standin',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stand_ins', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='standin',
            name='said_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subjectaccess',
            name='given_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subjectaccess',
            name='prepared_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subjectaccess',
            name='resident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='residents.resident'),
        ),
        migrations.AddField(
            model_name='accessentry',
            name='access',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='cases.subjectaccess'),
        ),
        migrations.AddField(
            model_name='bulktext',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.texttemplate'),
        ),
        migrations.AddField(
            model_name='written',
            name='bulk',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='written', to='cases.bulktext'),
        ),
        migrations.AddField(
            model_name='written',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='written',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='written', to='cases.case'),
        ),
        migrations.AddIndex(
            model_name='callback',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['due_at'], name='calls_that_are_due'),
        ),
        migrations.AddConstraint(
            model_name='callback',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'due')), fields=('case', 'purpose'), name='one_call_owed_a_purpose'),
        ),
        migrations.AddIndex(
            model_name='casealarm',
            index=models.Index(condition=models.Q(('opened_at', None)), fields=['due_at'], name='alarms_that_ring'),
        ),
        migrations.AddConstraint(
            model_name='casealarm',
            constraint=models.UniqueConstraint(condition=models.Q(('opened_at', None)), fields=('case', 'cause'), name='one_ringing_alarm_a_cause'),
        ),
        migrations.AddIndex(
            model_name='caseread',
            index=models.Index(fields=['at'], name='reads_by_moment'),
        ),
        migrations.AddIndex(
            model_name='caseread',
            index=models.Index(condition=models.Q(('draft_code', ''), _negated=True), fields=['draft_code'], name='reads_of_a_draft'),
        ),
        migrations.AddConstraint(
            model_name='caseread',
            constraint=models.CheckConstraint(condition=models.Q(('resident__isnull', False), models.Q(('draft_code', ''), _negated=True), _connector='OR'), name='reads_name_a_resident_or_a_draft'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.UniqueConstraint(fields=('person', 'weekday', 'starts'), name='each_duty_once'),
        ),
        migrations.AddConstraint(
            model_name='listrun',
            constraint=models.UniqueConstraint(fields=('layout', 'sha256'), name='each_list_once'),
        ),
        migrations.AddConstraint(
            model_name='listrow',
            constraint=models.UniqueConstraint(fields=('layout', 'key_hash'), name='each_list_id_once'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(fields=['opened_on', 'help_type'], name='needs_by_day'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(fields=('case', 'help_type'), name='one_need_a_type'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'unmet'), _negated=True), models.Q(('why_unmet', ''), _negated=True), _connector='OR'), name='unmet_needs_say_why'),
        ),
        migrations.AddIndex(
            model_name='nextaction',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['need', 'due_at'], name='actions_planned_for_a_need'),
        ),
        migrations.AddIndex(
            model_name='nextaction',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['owner', 'due_at'], name='actions_of_an_owner'),
        ),
        migrations.AddConstraint(
            model_name='nextaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'planned'), ('ended_at', None)), models.Q(models.Q(('state', 'planned'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='ended_actions_have_their_moment'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(('recipient', 'unknown'), models.Q(('help_type__isnull', False), ('partner__isnull', False), ('recipient', 'partner')), models.Q(('help_type__isnull', False), ('partner', None), ('recipient', 'help')), _connector='OR'), name='consents_name_recipient_and_purpose'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['urgency', '-in_danger', 'due_at', 'id'], name='requests_in_the_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['assigned_to', 'urgency', '-in_danger', 'due_at'], name='requests_of_a_handler'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['opened_at'], name='requests_by_day'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), ('closed_at__isnull', False)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='closed_requests_have_their_moment'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('decided', None), ('decided_by__isnull', False), _connector='OR'), name='decided_urgency_names_its_person'),
        ),
        migrations.AddConstraint(
            model_name='opening',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='one_desk_opens'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('state__in', ['sent', 'received'])), fields=['answer_by'], name='referrals_unanswered'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('declined_because', ''), _negated=True), _connector='OR'), name='declined_referrals_say_why'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hand', 'consented'), _negated=True), ('consent__isnull', False), _connector='OR'), name='details_go_only_with_consent'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['sent', 'received', 'accepted', 'contacted'])), fields=('need', 'partner'), name='one_open_referral_a_partner'),
        ),
        migrations.AddConstraint(
            model_name='retentionrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('first_by__isnull', False), ('ended_by__isnull', False), models.Q(('first_by', models.F('ended_by')), _negated=True)), _connector='OR'), name='an_unusual_run_takes_two_people'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person',), name='one_shift_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='accessentry',
            constraint=models.UniqueConstraint(fields=('access', 'key'), name='each_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='accessentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_struck', False), ('passages', '')), ('struck_by__isnull', False), _connector='OR'), name='what_is_struck_out_names_its_person'),
        ),
        migrations.AddIndex(
            model_name='written',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['not_before'], name='written_held'),
        ),
            ],
        ),
        migrations.RunPython(move_in, move_out),
    ]

"""Grants are a room of their own. The tables that are there get its name; none is made anew.

The fields are those that helps had up to then."""

import commonweal.office.fields
import commonweal.grants.models.grants
import django.db.models.deletion
import django.utils.timezone
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from commonweal.office import tables, triggers

TABLES = (
    "fund",
    "award",
    "awardreview",
    "paymentrun",
    "payment",
    "fundreturn",
    "grantdecision",
    "returnedpayment",
)
OF_A_CASE = (
    "award",
)



def same(*names):
    """The columns are what they were; those that may be null as well."""
    return " AND ".join(
        f"COALESCE(CAST(NEW.{name} AS text), '') = COALESCE(CAST(OLD.{name} AS text), '')"
        for name in names
    )


EMPTIED = "NEW.words = '' AND " + same(
    "id", "award_id", "kind", "amount", "by_id", "at", "needed", "review_id", "payment_id"
)
OPEN_RUN = "OLD.closed_on IS NULL AND " + same(
    "id", "code", "fund_id", "made_on", "made_by_id", "total"
)


def rules(prefix):
    """What is refused of a payment: (name, verb, when, message). The rules are those of helps
    0005: money that went out, and every line of a closed run, stays."""
    runs, payments = f"{prefix}_paymentrun", f"{prefix}_payment"
    closed = f"{runs}.closed_on IS NOT NULL"
    settled = (
        f"OLD.state = 'paid' OR NOT ({same('id', 'award_id', 'run_id', 'amount')}) OR EXISTS "
        f"(SELECT 1 FROM {runs} WHERE {runs}.id = OLD.run_id AND {closed})"
    )
    second = (
        f"EXISTS (SELECT 1 FROM {runs} WHERE {runs}.id = NEW.run_id AND {closed}) "
        f"OR (NEW.state = 'sent' AND EXISTS (SELECT 1 FROM {payments} "
        f"WHERE {payments}.award_id = NEW.award_id AND {payments}.state = 'sent'))"
    )
    return (
        ("no_update", "UPDATE", settled, "what was paid, and a closed run, never changes"),
        ("no_delete", "DELETE", "1 = 1", "payments are never deleted"),
        (
            "no_second",
            "INSERT",
            second,
            "no payment comes into a closed run, and none beside one that is under way",
        ),
    )


def drop_guards(schema, prefix):
    payments = f"{prefix}_payment"
    if schema.connection.vendor == "sqlite":
        triggers.drop_when(schema, payments, "no_replace")
    for name, *_ in rules(prefix):
        triggers.drop_when(schema, payments, name)
    triggers.drop(schema, f"{prefix}_paymentrun")
    triggers.drop(schema, f"{prefix}_grantdecision")


def make_guards(schema, prefix, case):
    payments = f"{prefix}_payment"
    decided, closed = "decisions on grants are append-only", "a closed run stays closed"
    triggers.create(schema, f"{prefix}_grantdecision", decided, unless=EMPTIED)
    triggers.create(schema, f"{prefix}_paymentrun", closed, unless=OPEN_RUN)
    for name, verb, when, message in rules(prefix):
        triggers.create_when(schema, payments, name, verb, when, message)
    triggers.refuse_replacing(schema, payments, "payments are never deleted")


def names():
    return [(f"helps_{name}", f"grants_{name}") for name in TABLES]


def move_in(apps, schema):
    drop_guards(schema, "helps")
    tables.rename_tables(schema, names())
    of_a_case = [f"grants_{name}" for name in OF_A_CASE]
    tables.rename_column(schema, of_a_case, "request_id", "case_id")
    make_guards(schema, "grants", "case_id")


def move_out(apps, schema):
    drop_guards(schema, "grants")
    of_a_case = [f"grants_{name}" for name in OF_A_CASE]
    tables.rename_column(schema, of_a_case, "case_id", "request_id")
    tables.rename_tables(schema, [(new, old) for old, new in names()])
    make_guards(schema, "helps", "request_id")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('helps', '0016_numbers_of_the_nation'),
        ('residents', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        tables.MovedModels(
            state_operations=[
        migrations.CreateModel(
            name='AwardReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_on', models.DateField(default=django.utils.timezone.localdate)),
                ('due_on', models.DateField()),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('was', models.DecimalField(decimal_places=2, max_digits=12)),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Fund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('description', models.TextField(blank=True)),
                ('budget', models.DecimalField(decimal_places=2, max_digits=12)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('carries_over', models.BooleanField(default=False)),
                ('window_days', models.PositiveSmallIntegerField(default=180, help_text='A second award within so many days is held.')),
                ('most', models.DecimalField(decimal_places=2, default=Decimal('500'), max_digits=12)),
                ('categories', models.JSONField(default=list, help_text='Codes; empty: all.')),
                ('approvals', models.JSONField(default=list, help_text='List of {up_to, approvals}, smallest first.')),
                ('ask_review_days', models.PositiveSmallIntegerField(default=28)),
                ('review_days', models.PositiveSmallIntegerField(default=15)),
            ],
            options={
                'ordering': ['-starts_on'],
            },
        ),
        migrations.CreateModel(
            name='FundReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('upto', models.DateField()),
                ('figures', models.JSONField(default=dict)),
                ('sha256', models.CharField(max_length=64)),
                ('signed_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-upto'],
            },
        ),
        migrations.CreateModel(
            name='GrantDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('asked', 'Asked for'), ('assessed', 'Assessed'), ('held', 'Held'), ('released', 'Let go on'), ('approved', 'Yes'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('cancelled', 'Cancelled'), ('review_asked', 'A review asked for'), ('reviewed', 'Reviewed'), ('account', 'Account given'), ('account_seen', 'Account looked at'), ('returned', 'The payment came back')], max_length=12)),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ('words', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('needed', models.PositiveSmallIntegerField(blank=True, help_text='How many have to say the same amount, for it to stand.', null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12)),
                ('state', models.CharField(choices=[('sent', 'Sent'), ('paid', 'Paid'), ('cancelled', 'Cancelled')], default='sent', max_length=10)),
                ('paid_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PaymentRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('made_on', models.DateField(default=django.utils.timezone.localdate)),
                ('total', models.DecimalField(decimal_places=2, max_digits=12)),
                ('closed_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnedPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'Waits for a second officer'), ('agreed', 'Came back'), ('declined', 'Did not come back')], default='asked', max_length=8)),
                ('because', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=commonweal.grants.models.grants.new_award_code, max_length=20, unique=True)),
                ('category', models.CharField(choices=[('food', 'Food'), ('energy', 'Energy and water'), ('essentials_energy', 'Essentials linked to energy and water'), ('essentials', 'Wider essentials'), ('housing', 'Housing costs'), ('advice', 'Advice')], max_length=20)),
                ('reason', models.CharField(choices=[('GTIR010', 'Financial hardship'), ('GTIR020', 'Disability'), ('GTIR030', 'Health or condition'), ('GTIR040', 'Mental health'), ('GTIR050', 'Family breakup'), ('GTIR060', 'Violence or abuse'), ('GTIR070', 'Livelihood'), ('GTIR080', 'Homelessness'), ('GTIR090', 'Marginalised'), ('GTIR100', 'Emergency or crisis event'), ('GTIR110', 'Development opportunity'), ('GTIR120', 'Social action')], max_length=8)),
                ('purpose', models.CharField(choices=[('GTIP010', 'Unrestricted'), ('GTIP020', 'Furniture and appliances'), ('GTIP030', 'Equipment and home adaptations'), ('GTIP040', 'Devices and digital access'), ('GTIP050', 'Utilities'), ('GTIP060', 'Other housing related costs'), ('GTIP070', 'Food and essential items'), ('GTIP080', 'Clothing'), ('GTIP090', 'Debt'), ('GTIP100', 'Travel and transport'), ('GTIP110', 'Holiday and activity costs'), ('GTIP120', 'Health, care and wellbeing services'), ('GTIP130', 'Education and training'), ('GTIP140', 'Employment and work'), ('GTIP150', 'Creative activities'), ('GTIP160', 'Community projects'), ('GTIP170', 'Exceptional costs')], max_length=8)),
                ('asked', models.DecimalField(decimal_places=2, max_digits=12)),
                ('state', models.CharField(choices=[('asked', 'Asked for'), ('assessed', 'Assessed'), ('held', 'Held: a person has to look'), ('approved', 'Approved'), ('refused', 'Refused'), ('paid', 'Paid'), ('cancelled', 'Cancelled'), ('withdrawn', 'Withdrawn')], default='asked', max_length=10)),
                ('asked_on', models.DateField(default=django.utils.timezone.localdate)),
                ('payee', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('sort_code', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('account', commonweal.office.fields.EncryptedTextField(blank=True)),
                ('account_key', models.CharField(blank=True, db_index=True, max_length=64)),
                ('address_key', models.CharField(blank=True, db_index=True, max_length=64)),
                ('household_code', models.CharField(blank=True, db_index=True, max_length=20)),
                ('asked_once', models.CharField(editable=False, max_length=80, null=True, unique=True)),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ('assessed_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('assessed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='cases.case')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['asked_on', 'id'],
            },
        ),
        migrations.AddField(
            model_name='award',
            name='resident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='residents.resident'),
        ),
        migrations.AddField(
            model_name='awardreview',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='grants.award'),
        ),
        migrations.AddField(
            model_name='awardreview',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='funds_end_after_they_start'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gte', 0)), name='funds_have_money'),
        ),
        migrations.AddField(
            model_name='award',
            name='fund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='grants.fund'),
        ),
        migrations.AddField(
            model_name='fundreturn',
            name='fund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='grants.fund'),
        ),
        migrations.AddField(
            model_name='fundreturn',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='fundreturn',
            name='signed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='grantdecision',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='grants.award'),
        ),
        migrations.AddField(
            model_name='grantdecision',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='grantdecision',
            name='review',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='grants.awardreview'),
        ),
        migrations.AddField(
            model_name='payment',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='grants.award'),
        ),
        migrations.AddField(
            model_name='grantdecision',
            name='payment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='grants.payment'),
        ),
        migrations.AddField(
            model_name='paymentrun',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='paymentrun',
            name='fund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='grants.fund'),
        ),
        migrations.AddField(
            model_name='paymentrun',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payment',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='grants.paymentrun'),
        ),
        migrations.AddField(
            model_name='returnedpayment',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnedpayment',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='returnedpayment',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='grants.payment'),
        ),
        migrations.AddConstraint(
            model_name='awardreview',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_on', None)), fields=('award',), name='one_open_review_an_award'),
        ),
        migrations.AddConstraint(
            model_name='awardreview',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', models.F('was')), _connector='OR'), name='a_review_never_lowers'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('assessed_by')), _negated=True), _connector='OR'), name='two_people_assess_and_decide'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='awards_are_of_something'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'paid']), _negated=True), models.Q(('amount__gt', 0), ('decided_by__isnull', False)), _connector='OR'), name='approved_awards_have_an_amount'),
        ),
        migrations.AddConstraint(
            model_name='fundreturn',
            constraint=models.UniqueConstraint(fields=('fund', 'upto'), name='one_return_a_day'),
        ),
        migrations.AddConstraint(
            model_name='fundreturn',
            constraint=models.CheckConstraint(condition=models.Q(('signed_by', None), models.Q(('signed_by', models.F('made_by')), _negated=True), _connector='OR'), name='somebody_else_signs_the_return'),
        ),
        migrations.AddConstraint(
            model_name='grantdecision',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'approved')), fields=('award', 'by'), name='one_yes_to_a_grant'),
        ),
        migrations.AddConstraint(
            model_name='grantdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['approved', 'reviewed']), _negated=True), models.Q(('amount__isnull', False), ('by__isnull', False), ('needed__gte', 1)), _connector='OR'), name='whoever_decides_is_named'),
        ),
        migrations.AddConstraint(
            model_name='grantdecision',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='decisions_are_of_something'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('award', 'run'), name='once_in_a_run'),
        ),
        migrations.AddConstraint(
            model_name='returnedpayment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['asked', 'agreed'])), fields=('payment',), name='a_payment_comes_back_once'),
        ),
        migrations.AddConstraint(
            model_name='returnedpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'agreed'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='paid_is_undone_by_two'),
        ),
            ],
        ),
        migrations.RunPython(move_in, move_out),
    ]

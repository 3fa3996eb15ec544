"""A ballot of their own for enterprises, a round beside that of residents."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('voice', '0006_other_ways_to_vote'),
    ]

    operations = [
        migrations.CreateModel(
            name='EnterpriseBallot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('enterprises', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='resident_ballot', to='voice.round')),
                ('residents', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='enterprise_ballot', to='voice.round')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('percent', None), models.Q(('percent__gte', 1), ('percent__lte', 99)), _connector='OR'), name='a_part_is_some_and_not_all'), models.CheckConstraint(condition=models.Q(('residents', models.F('enterprises')), _negated=True), name='two_ballots_are_two_rounds')],
            },
        ),
    ]

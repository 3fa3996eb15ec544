from django.db import migrations, models

import commonweal.cases.models.named


class Migration(migrations.Migration):
    """A town outside England is offered the helpline of its own nation."""

    dependencies = [
        ("helps", "0015_readings_are_append_only"),
    ]

    operations = [
        migrations.AlterField(
            model_name="safeguard",
            name="numbers",
            field=models.TextField(
                default=commonweal.cases.models.named.first_numbers,
                help_text="Emergency numbers, one a line.",
            ),
        ),
    ]

"""Files of evidence that come from now on are kept without what they tell beside what they show."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pledges", "0007_nothing_is_replaced")]
    operations = [
        migrations.AddField(
            "evidencefile",
            "is_cleaned",
            models.BooleanField(
                default=False,
                help_text="What it told beside what it shows was taken out before it came.",
            ),
        ),
    ]

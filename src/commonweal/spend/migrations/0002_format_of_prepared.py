from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("spend", "0001_local_spend")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="prepared",
            name="format",
            field=models.CharField(
                blank=True, default="", max_length=10,
                help_text="What its tables look like; older ones are not read.",
            ),
            preserve_default=False,
        ),
    ]  # fmt: skip

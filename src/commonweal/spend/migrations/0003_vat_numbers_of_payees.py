from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("spend", "0002_format_of_prepared")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="payee",
            name="vat",
            field=models.CharField(
                blank=True, default="", max_length=9, help_text="VAT number without a branch's."
            ),
            preserve_default=False,
        ),
    ]

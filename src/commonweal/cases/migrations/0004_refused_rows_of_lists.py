from django.db import migrations

import commonweal.office.fields


class Migration(migrations.Migration):
    """Refused rows of lists are kept with their list, encrypted, and no more in a folder."""

    dependencies = [("cases", "0003_lists_are_mapped_and_undone")]

    operations = [
        migrations.AddField(
            model_name="listrun",
            name="refused",
            field=commonweal.office.fields.EncryptedTextField(
                blank=True, default="", help_text="Refused rows with their cells, 30 days."
            ),
            preserve_default=False,
        )
    ]

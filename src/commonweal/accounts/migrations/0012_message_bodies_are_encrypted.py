from django.db import migrations

import commonweal.office.fields
from commonweal.office.encrypting import encrypt_columns


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_sent_once_and_kept_words")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="body",
            field=commonweal.office.fields.EncryptedTextField(blank=True),
        ),
        encrypt_columns(("accounts_message", "body")),
    ]

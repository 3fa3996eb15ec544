from django.db import migrations

import commonweal.accounts.fields
from commonweal.accounts.encrypting import encrypt_columns


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_sent_once_and_kept_words")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="body",
            field=commonweal.accounts.fields.EncryptedTextField(blank=True),
        ),
        encrypt_columns(("accounts_message", "body")),
    ]

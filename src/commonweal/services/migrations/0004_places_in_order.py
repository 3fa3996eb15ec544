"""Places in the order in which they were written."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0003_files_of_services_can_be_undone'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='place',
            options={'ordering': ['pk']},
        ),
    ]
